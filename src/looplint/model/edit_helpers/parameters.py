"""Parameters of a def: add one, drop one with the markers that only it needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.gaps import outer_span, significant
from looplint.model.edit_helpers.items import Items, insert_item, remove_items
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, function_node, name_span
from looplint.model.finding import Edit
from looplint.model.names import parameters_of

if TYPE_CHECKING:
    import ast

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.model.names import FunctionNode


@dataclass(frozen=True, slots=True)
class _List:
    """The parameters of a def in the text; `names` has "*" and "/" for the bare markers."""

    names: tuple[str, ...]
    items: Items


def _parameters(module: Module, node: FunctionNode) -> _List:
    text = module.text
    begin = _opening(module, node)
    names: list[str] = []
    spans: list[tuple[int, int]] = []
    defaults = _defaults(node)
    done = begin
    for parameter in parameters_of(node):
        start, end = module.span(parameter)
        star = _read_gap(text, done, start, names, spans)
        value = defaults.get(parameter.arg)
        if value is not None:
            end = outer_span(text, end, *module.span(value))[1]
        names.append(parameter.arg)
        spans.append((start if star is None else star, end))
        done = end
    close = next(at for at, character in significant(text, done, len(text)) if character == ")")
    _read_gap(text, done, close, names, spans)
    return _List(tuple(names), Items(text, tuple(spans), begin, close))


def _opening(module: Module, node: FunctionNode) -> int:
    """The offset after the parenthesis that opens the parameters."""
    at = name_span(module, node)[1]
    for type_parameter in getattr(node, "type_params", ()):
        at = module.span(type_parameter)[1]
    return next(at for at, character in significant(module.text, at, len(module.text)) if character == "(") + 1


def _defaults(node: FunctionNode) -> dict[str, ast.expr]:
    positional = [*node.args.posonlyargs, *node.args.args]
    found = {p.arg: value for p, value in zip(reversed(positional), reversed(node.args.defaults), strict=False)}
    for parameter, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if value is not None:
            found[parameter.arg] = value
    return found


def _read_gap(text: str, start: int, end: int, names: list[str], spans: list[tuple[int, int]]) -> int | None:
    """Record the bare `*` and `/` in a gap; the offset of the stars that belong to the parameter after it."""
    pending: int | None = None
    for at, character in significant(text, start, end):
        if character in "*/" and pending is None:
            pending = at
        elif character == "," and pending is not None:
            names.append(text[pending])
            spans.append((pending, pending + 1))
            pending = None
    if pending is not None and text.startswith(")", end):
        names.append(text[pending])
        spans.append((pending, pending + 1))
        pending = None
    return pending


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


def add_parameter(module: Module, function: Function | FunctionNode, name: str) -> tuple[Edit, ...]:
    """Add a parameter without default behind the last one of its kind; nothing if it is there already.

    `name` may carry an annotation ("tmp_path: Path").
    """
    node = function_node(function)
    listed = _parameters(module, node)
    if name.partition(":")[0].strip() in listed.names:
        return ()
    positional_only = {p.arg for p in node.args.posonlyargs}
    with_default = _defaults(node)
    if positional_only & with_default.keys():
        return IMPOSSIBLE
    stars = {"*", *(p.arg for p in (node.args.vararg, node.args.kwarg) if p)}
    later = (i for i, found in enumerate(listed.names) if found in stars or found in with_default)
    return insert_item(listed.items, next(later, len(listed.names)), name, module.source.newline)
