"""Repairs of clients that nobody closes: `async with`, or a call that closes at the end."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.blocks import indentation_unit, siblings
from looplint.model.edit_helpers.rows import indentation
from looplint.model.edits import Edit, replace_node, settle, wrap_in_block
from looplint.model.finding import Applicability, Fix
from looplint.repairs.tasks import append_to_block

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project.running.open_clients import OpenClient
    from looplint.project.running.registered_connections import LeftConnected


_ENTERED_WHEN_AWAITED = ("asyncio.Server",)
"""Classes of which `async with await make() as x` is the way; others connect a second time when they are entered."""


def close_client(module: Module, maker: Function, found: OpenClient) -> Fix:
    """`c = Client()` -> `async with Client() as c:` in a test, a closing call behind the `yield` of a fixture."""
    close = closing_call(found)
    told = f"close it: `{close.format(found.name or '...')}`" if close else "close it"
    edits: tuple[Edit, ...] = ()
    if found.kept == "name":
        edits = _in_function(module, maker, found, close)
    elif found.kept in ("returned", "yielded"):
        edits = _in_fixture(module, maker, found, close)
    if not edits:
        return Fix(message=told, applicability=Applicability.DISPLAY)
    return settle(Fix(message="close it at the end", applicability=Applicability.UNSAFE, edits=edits))


def close_by_aclose(module: Module, call: ast.Call) -> Fix | None:
    """`await client.close()` -> `await client.aclose()`; None where nothing awaits it."""
    if not isinstance(module.facts.parent(call), ast.Await):
        return None
    end = module.span(call.func)[1]
    edits = (Edit(end - len("close"), end, "aclose"),)
    return settle(Fix(message="use `aclose`", applicability=Applicability.SAFE, edits=edits))


def disconnect(module: Module, maker: Function, found: LeftConnected) -> Fix:
    """`connections.disconnect("default")` at the end of the test, or behind the `yield` of a fixture."""
    func = found.call.func
    assert isinstance(func, ast.Attribute)
    alias = module.text_of(found.alias) if found.alias is not None else '"default"'
    text = f"{module.text_of(func.value)}.disconnect({alias})"
    statement = module.facts.parent(found.call)
    block = siblings(module, statement) if isinstance(statement, ast.Expr) else []
    leaves = any(isinstance(node, (ast.Return, ast.Raise)) for node in maker.walk())
    alone = maker.is_generator if maker.fixture is not None else maker.hook is None
    edits = append_to_block(module, block[-1], text) if block and alone and not leaves and "\n" not in text else ()
    if not edits:
        return Fix(message=f"undo it: `{text}`", applicability=Applicability.DISPLAY)
    return settle(Fix(message="disconnect at the end", applicability=Applicability.UNSAFE, edits=edits))


def closing_call(found: OpenClient) -> str:
    """The call by which the client is closed, with `{}` for the client: "await {}.aclose()"; "" where unknown."""
    for way in found.client.close:
        words, _, method = way.rpartition(" ")
        if method.endswith("()") and "+" not in way and words in ("", "await"):
            return f"{words} {{}}.{method}".lstrip()
    return ""


def _with(found: OpenClient) -> str:
    """ "async with" or "with", where entering the client that the constructor gives is a way to close it."""
    ways = [way for way in found.client.close if way in ("async with", "with")]
    awaited = isinstance(found.value, ast.Await) and found.client.path not in _ENTERED_WHEN_AWAITED
    return ways[0] if ways and not awaited else ""


def _in_function(module: Module, maker: Function, found: OpenClient, close: str) -> tuple[Edit, ...]:
    statement = found.statement
    if statement is None or (not maker.is_async and found.client.kind == "async"):
        return ()
    block = siblings(module, statement)
    rest = block[block.index(statement) + 1 :]
    if not rest:
        return ()
    entered = _with(found)
    if entered and not isinstance(statement, ast.AnnAssign):
        header = f"{entered} {module.text_of(found.value)} as {found.name}:"
        broken = "\n" in header and not _breaks_in_arguments(module, found.value)
        return wrap_in_block(module, header, rest, replacing=statement) if not broken else ()
    leaves = any(isinstance(node, (ast.Return, ast.Raise)) for node in maker.walk())
    return append_to_block(module, rest[-1], close.format(found.name)) if close and not leaves else ()


def _breaks_in_arguments(module: Module, value: ast.expr) -> bool:
    """Are all line breaks of an expression between the parentheses of its call, so that no others are needed?"""
    return isinstance(value, ast.Call) and "\n" not in module.text_of(value.func)


def _in_fixture(module: Module, maker: Function, found: OpenClient, close: str) -> tuple[Edit, ...]:
    """Behind the `yield`; a `return` at the end becomes one. Not for a def that is not async, nor an annotated one."""
    body = maker.node.body
    if not maker.is_async and close.startswith("await"):
        return ()
    if found.kept == "yielded":
        return append_to_block(module, body[-1], close.format(found.name)) if found.name and close else ()
    last = body[-1]
    returns = [node for node in maker.walk() if isinstance(node, ast.Return)]
    if returns != [last] or not isinstance(last, ast.Return) or last.value is None or maker.node.returns is not None:
        return ()
    if found.name:
        if not close:
            return ()
        edits = replace_node(module, last, f"yield {module.text_of(last.value)}")
        return edits + append_to_block(module, last, close.format(found.name))
    entered = _with(found)
    text = module.text_of(found.value)
    if not entered or "\n" in text:
        return ()
    indent = indentation(module.text, module.span(last)[0])
    block = f"\n{indent}{indentation_unit(module, last)}"
    return replace_node(module, last, f"{entered} {text} as client:{block}yield client")
