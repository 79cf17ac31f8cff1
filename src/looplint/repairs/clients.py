"""Repairs of calls to clients: run them in a thread, or take the `await` away."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.edits import IMPOSSIBLE, Edit, import_edits, remove_await, replace_node

if TYPE_CHECKING:
    from looplint.model.module import Module
    from looplint.project.code.client_calls import ClientCall


def to_thread(module: Module, call: ast.Call) -> tuple[Edit, ...]:
    """`f(x)` -> `asyncio.to_thread(f, x)`, with the import it needs.

    Where the first argument stands on a row of its own, so does the callable. IMPOSSIBLE where the callable spans rows.
    """
    text = module.text
    start, end = module.span(call.func)
    shown = text[start:end]
    if "\n" in shown or "\r" in shown or text[end : end + 1] != "(":
        return IMPOSSIBLE
    package, edits = import_edits(module, "asyncio", at=call)
    edits += replace_node(module, call.func, f"{package}.to_thread")
    arguments = [module.span(node)[0] for node in (*call.args, *call.keywords)]
    if not arguments:
        close = module.span(call)[1] - 1
        return (*edits, Edit(end + 1, close, shown)) if text[end + 1 : close].strip() == "" else IMPOSSIBLE
    first = min(arguments)
    if first == end:  # a lone generator expression: the parentheses of the call are its own
        return (*edits, Edit(end, end, f"({shown}, "), Edit(module.span(call)[1], module.span(call)[1], ")"))
    first = _outside(text, end + 1, first)
    row = max(text.rfind("\n", end, first), text.rfind("\r", end, first)) + 1
    if not row:
        return (*edits, Edit(first, first, f"{shown}, "))
    return (*edits, Edit(first, first, f"{shown},{module.source.newline}{text[row:first]}"))


def _outside(text: str, opening: int, first: int) -> int:
    """Where the first argument begins, the parentheses around it included."""
    while True:
        before = len(text[opening:first].rstrip(" \t\r\n\f\\"))
        if not before or text[opening + before - 1] != "(":
            return first
        first = opening + before - 1


def without_await(module: Module, node: ast.AST | None) -> tuple[Edit, ...]:
    """The call without the `await` before it."""
    return remove_await(module, node) if isinstance(node, ast.Await) else IMPOSSIBLE


def twin_in_words(found: ClientCall) -> str | None:
    """Which asynchronous method or class would do instead, in the imperative; None where none is known."""
    client = found.client
    if client is None or client.kind == "async":
        return None
    if "pair" in client.entry:
        face = client.twin_method(found.method)
        return None if face is None else f"await `{face}`"
    if client.twin is None:
        return None
    if clients.same_distribution_twin(client) is not None:
        return f"use the asynchronous `{client.twin}`"
    return f"use an asynchronous client such as `{client.twin}`"
