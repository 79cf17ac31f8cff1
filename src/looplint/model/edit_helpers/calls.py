"""Arguments and decorators: set and remove keywords, add and drop decorators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.gaps import indentation, outer_span, row_below, row_start, significant, skip_trivia
from looplint.model.edit_helpers.items import Items, insert_item, remove_items
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, definition_node, is_trusted, replace_node, with_newlines
from looplint.model.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from looplint.model.edit_helpers.nodes import Definition
    from looplint.model.module import Module


def arguments(module: Module, call: ast.Call) -> Items:
    """The arguments of a call as they stand in the text."""
    text = module.text
    function_end, close = module.span(call.func)[1], module.span(call)[1] - 1
    begin = next(at for at, character in significant(text, function_end, close) if character == "(") + 1
    spans: list[tuple[int, int]] = []
    for node in sorted([*call.args, *call.keywords], key=module.span):
        start, end = module.span(node)
        if isinstance(node, ast.expr) and end <= close:
            start, end = outer_span(text, spans[-1][1] if spans else begin, start, end)
        spans.append((start, end))
    return Items(text, tuple(spans), begin, close)


def set_keyword(module: Module, target: ast.expr, name: str, value: str) -> tuple[Edit, ...]:
    """Give a call or decorator the keyword argument `name=value`; see `set_keywords`, which several need in one fix."""
    return set_keywords(module, target, {name: value})


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


def decorator_start(module: Module, decorator: ast.expr) -> int:
    """The offset of the row of a decorator's `@`, which may stand above an expression in parentheses."""
    text = module.text
    at = row_start(text, module.span(decorator)[0])
    while at and not text[at : module.span(decorator)[0]].lstrip(" \t\f").startswith("@"):
        at = row_start(text, at - (2 if text[at - 2 : at] == "\r\n" else 1))
    return at


def drop_decorator(module: Module, decorator: ast.expr) -> tuple[Edit, ...]:
    """Delete a decorator with its rows and the comment at their end; comment rows above it stay."""
    text = module.text
    at = skip_trivia(text, module.span(decorator)[1])
    end = module.span(decorator)[1]
    while text[at : at + 1] == ")":
        end = at + 1
        at = skip_trivia(text, end)
    return (Edit(decorator_start(module, decorator), row_below(text, end), ""),)


def add_decorator(module: Module, target: Definition, text: str) -> tuple[Edit, ...]:
    """Write the decorator `text` (with its `@`) on a row of its own directly above the def or class statement."""
    at = row_start(module.text, module.span(definition_node(target))[0])
    return (Edit(at, at, with_newlines(module, f"{indentation(module.text, at)}{text}\n")),)
