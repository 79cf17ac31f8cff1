"""Is an error raised in a place let go around it: by a handler of a `try`, by `suppress`, by `pytest.raises`?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from looplint.model.facts import Facts

_BLOCKS = frozenset({"Try", "TryStar", "With", "AsyncWith"})
"""By name: Python 3.10 has no `TryStar`."""
_LETTING_GO = ("contextlib.suppress", "pytest.raises")


def lets_go(facts: Facts, node: ast.AST, errors: Collection[str]) -> bool:
    """May something around `node`, within its function, catch one of `errors` ("builtins.OSError") and end it there?

    A handler whose last statement raises does not; one that raises under a condition may.
    """
    child = node
    for up in facts.parents(node):
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        if _in_body(up, child) and _ends(facts, up, errors):
            return True
        child = up
    return False


def _in_body(up: ast.AST, child: ast.AST) -> bool:
    return type(up).__name__ in _BLOCKS and child in up.body  # type: ignore[attr-defined]


def _ends(facts: Facts, up: ast.AST, errors: Collection[str]) -> bool:
    handlers: list[ast.ExceptHandler] = getattr(up, "handlers", [])
    if any(_names_one(facts, one.type, errors) and not isinstance(one.body[-1], ast.Raise) for one in handlers):
        return True
    calls = [item.context_expr for item in getattr(up, "items", ()) if isinstance(item.context_expr, ast.Call)]
    return any(
        facts.resolve(call.func) in _LETTING_GO and any(_names_one(facts, argument, errors) for argument in call.args)
        for call in calls
    )


def _names_one(facts: Facts, node: ast.expr | None, errors: Collection[str]) -> bool:
    """Is it one of the errors, a tuple with one, or nothing at all (a bare `except`)?"""
    if isinstance(node, ast.Tuple):
        return any(_names_one(facts, element, errors) for element in node.elts)
    return node is None or facts.resolve(node) in errors
