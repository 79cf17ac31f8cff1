"""Arguments and decorators: set and remove keywords, add and drop decorators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.items import Items, insert_item, items_of, remove_items
from looplint.model.edit_helpers.nodes import (
    IMPOSSIBLE,
    definition_node,
    is_trusted,
    possible_with_twins,
    replace_node,
    with_newlines,
)
from looplint.model.edit_helpers.rows import indentation, row_start
from looplint.model.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst

    from looplint.model.edit_helpers.nodes import Definition
    from looplint.model.module import Module
    from looplint.model.names import FunctionNode


def arguments(module: Module, call: ast.Call) -> Items:
    """The arguments of a call as they stand in the text."""
    twin = cast("libcst.Call", module.node(call))
    brackets = module.cst.outer[twin.whitespace_before_args][0], module.cst_span(twin)[1] - 1
    return items_of(module, [(argument, argument.value) for argument in twin.args], brackets)


def set_keyword(module: Module, target: ast.expr, name: str, value: str) -> tuple[Edit, ...]:
    """Give a call or decorator the keyword argument `name=value`; see `set_keywords`, which several need in one fix."""
    return set_keywords(module, target, {name: value})


@possible_with_twins
def set_keywords(module: Module, target: ast.expr, values: Mapping[str, str]) -> tuple[Edit, ...]:
    """Give a call or decorator keyword arguments: replace their values or add them, in the call's own layout.

    A decorator without parentheses gets them. IMPOSSIBLE where `**` arguments may hold a keyword.
    """
    if not is_trusted(module, target):
        return IMPOSSIBLE
    if not isinstance(target, ast.Call):
        end = module.span(target)[1]
        called = isinstance(target, ast.Name | ast.Attribute | ast.Subscript)
        joined = ", ".join(f"{name}={value}" for name, value in values.items())
        return (Edit(end, end, f"({joined})"),) if called else IMPOSSIBLE
    edits: list[Edit] = []
    missing = dict(values)
    for keyword in target.keywords:
        value = missing.pop(keyword.arg, None) if keyword.arg else None
        if value is not None and module.text_of(keyword.value) != value:
            edits += replace_node(module, keyword.value, value)
    return (*edits, *_add_keywords(module, target, missing)) if missing else tuple(edits)


def _add_keywords(module: Module, call: ast.Call, values: Mapping[str, str]) -> tuple[Edit, ...]:
    if any(keyword.arg is None for keyword in call.keywords):
        return IMPOSSIBLE
    new = [with_newlines(module, f"{name}={value}") for name, value in values.items()]
    close = module.span(call)[1]
    if len(call.args) == 1 and not call.keywords and module.span(call.args[0])[1] == close:
        # A lone generator expression shares its parentheses with the call.
        start = module.span(call.args[0])[0]
        return (Edit(start, start, "("), Edit(close, close, f", {', '.join(new)})"))
    items = arguments(module, call)
    return insert_item(items, len(items.spans), new, module.source.newline)


@possible_with_twins
def remove_keyword(module: Module, call: ast.Call, name: str) -> tuple[Edit, ...]:
    """Take the keyword argument `name` out of a call; nothing where there is none."""
    found = next((keyword for keyword in call.keywords if keyword.arg == name), None)
    if found is None:
        return ()
    if not is_trusted(module, call):
        return IMPOSSIBLE
    items = arguments(module, call)
    index = items.spans.index(module.span(found))
    return (remove_items(items, index, index),)


@possible_with_twins
def remove_argument(module: Module, call: ast.Call, argument: ast.expr) -> tuple[Edit, ...]:
    """Take a positional argument out of a call."""
    if not is_trusted(module, call):
        return IMPOSSIBLE
    index = call.args.index(argument)
    return (remove_items(arguments(module, call), index, index),)


def decorator_twins(module: Module, node: FunctionNode | ast.ClassDef) -> dict[ast.expr, libcst.Decorator]:
    """The decorators of a def or class, by their expressions."""
    twin = cast("libcst.FunctionDef | libcst.ClassDef", module.node(node))
    return dict(zip(node.decorator_list, twin.decorators, strict=True))


@possible_with_twins
def drop_decorator(module: Module, decorator: ast.expr) -> tuple[Edit, ...]:
    """Delete a decorator with its rows and the comment at their end; comment rows above it stay."""
    owner = cast("FunctionNode | ast.ClassDef", module.facts.parent(decorator))
    twin = decorator_twins(module, owner)[decorator]
    return (Edit(row_start(module.text, module.cst_span(twin)[0]), module.cst.outer[twin][1], ""),)


@possible_with_twins
def raise_decorator(module: Module, decorator: ast.expr) -> tuple[Edit, ...]:
    """Move a decorator, with its rows and the comment at their end, above all others of its def."""
    owner = cast("FunctionNode | ast.ClassDef", module.facts.parent(decorator))
    twins = decorator_twins(module, owner)
    top = row_start(module.text, module.cst_span(twins[owner.decorator_list[0]])[0])
    start, end = row_start(module.text, module.cst_span(twins[decorator])[0]), module.cst.outer[twins[decorator]][1]
    return () if start == top else (Edit(top, top, module.text[start:end]), Edit(start, end, ""))


def add_decorator(module: Module, target: Definition, text: str) -> tuple[Edit, ...]:
    """Write the decorator `text` (with its `@`) on a row of its own directly above the def or class statement."""
    at = row_start(module.text, module.span(definition_node(target))[0])
    return (Edit(at, at, with_newlines(module, f"{indentation(module.text, at)}{text}\n")),)
