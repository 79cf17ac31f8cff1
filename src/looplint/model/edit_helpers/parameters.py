"""Parameters of a def: add one, drop one with the markers that only it needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.items import Items, insert_item, items_of, remove_items
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, function_node, possible_with_twins
from looplint.model.finding import Edit
from looplint.model.names import parameters_of
from looplint.model.records import dataclass

if TYPE_CHECKING:
    import libcst
    from libcst import Param, ParamSlash, ParamStar

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.model.names import FunctionNode


@dataclass(frozen=True, slots=True)
class _List:
    """The parameters of a def in the text; `names` has "*" and "/" for the bare marks."""

    twin: libcst.Parameters
    names: tuple[str, ...]
    items: Items


def _parameters(module: Module, node: FunctionNode) -> _List:
    twin = cast("libcst.FunctionDef", module.node(node))
    found, outer = twin.params, module.cst.outer
    positional = (*found.posonly_params, found.posonly_ind, *found.params)
    every = (*positional, found.star_arg, *found.kwonly_params, found.star_kwarg)
    parts = [cast("Param | ParamSlash | ParamStar", part) for part in every if part in outer]
    brackets = outer[twin.whitespace_before_params][0], outer[found][1]
    items = items_of(module, [(part, _last_part(part)) for part in parts], brackets)
    # The names are those of ast, which normalizes their letters.
    known = (parameter.arg for parameter in parameters_of(node))
    marks = (module.text[start] for start, _end in items.spans)
    names = (next(known) if hasattr(part, "name") else mark for part, mark in zip(parts, marks, strict=True))
    return _List(found, tuple(names), items)


def _last_part(part: Param | ParamSlash | ParamStar) -> libcst.CSTNode | None:
    if not hasattr(part, "name"):
        return None
    parameter = cast("Param", part)
    return parameter.default or parameter.annotation or parameter.name


@possible_with_twins
def drop_parameter(module: Module, function: Function | FunctionNode, name: str) -> tuple[Edit, ...]:
    """Delete a parameter with annotation and default, and the `*` or `/` that would be left without meaning.

    IMPOSSIBLE if there is no such parameter. Its uses in the body are the caller's matter.
    """
    node = function_node(function)
    listed = _parameters(module, node)
    if name not in listed.names:
        return IMPOSSIBLE
    first = last = listed.names.index(name)
    if node.args.kwonlyargs and node.args.vararg is not None and node.args.vararg.arg == name:
        return (Edit(*listed.items.spans[first], "*"),)
    if [p.arg for p in node.args.kwonlyargs] == [name] and node.args.vararg is None:
        first -= 1
    if [p.arg for p in node.args.posonlyargs] == [name]:
        last += 1
    return (remove_items(listed.items, first, last),)


@possible_with_twins
def add_parameter(module: Module, function: Function | FunctionNode, name: str) -> tuple[Edit, ...]:
    """Add a parameter without default behind the last one of its kind; nothing if it is there already.

    `name` may carry an annotation ("tmp_path: Path").
    """
    listed = _parameters(module, function_node(function))
    if name.partition(":")[0].strip() in listed.names:
        return ()
    twin = listed.twin
    if any(parameter.default for parameter in twin.posonly_params):
        return IMPOSSIBLE
    index = len(twin.posonly_params) + ("/" in listed.names) + sum(not p.default for p in twin.params)
    return insert_item(listed.items, index, name, module.source.newline)
