"""Repairs of statements: `with` for `async with`, `for` for `async for`, and the other way round."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.edits import IMPOSSIBLE, Edit, make_async, make_sync

if TYPE_CHECKING:
    from looplint.model.module import Module

Block = ast.With | ast.AsyncWith | ast.For | ast.AsyncFor
_ASYNC_FOR = re.compile(r"\basync(\s+)for\s+$")
_FOR = re.compile(r"\bfor\s+$")
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def may_be_async(module: Module, node: ast.AST) -> bool:
    """May `async with`, `async for` and `await` stand there: in an async def, outside of lambdas?"""
    function = module.facts.function_of(node)
    return function is not None and function.is_async and not module.facts.in_lambda(node)


def swap_keyword(module: Module, node: Block) -> tuple[Edit, ...]:
    """The statement with its `async`, or without. IMPOSSIBLE outside of an async def."""
    if isinstance(node, (ast.AsyncWith, ast.AsyncFor)):
        return make_sync(module, node)
    return make_async(module, node) if may_be_async(module, node) else IMPOSSIBLE


def swap_clause(module: Module, node: ast.comprehension) -> tuple[Edit, ...]:
    """The `for` of a comprehension with its `async`, or without.

    IMPOSSIBLE where `async` would make another thing of it (a generator expression becomes an async generator), and in
    nested comprehensions, which Python 3.10 refuses.
    """
    start = module.span(node.target)[0]
    before = module.text[:start]
    if node.is_async:
        found = _ASYNC_FOR.search(before)
        return (Edit(found.start(), found.end(1), ""),) if found else IMPOSSIBLE
    found = _FOR.search(before)
    if found is None or not may_be_async(module, node.target) or _is_bound_to_sync(module, node):
        return IMPOSSIBLE
    return (Edit(found.start(), found.start(), "async "),)


def _is_bound_to_sync(module: Module, node: ast.comprehension) -> bool:
    owner = module.facts.parent(node)
    if owner is None or isinstance(owner, ast.GeneratorExp):
        return True
    for up in module.facts.parents(owner):
        if isinstance(up, ast.stmt):
            return False
        if isinstance(up, _COMPREHENSIONS):
            return True
    return False
