"""Where a test says of a mock that nobody calls it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.model.facts import Facts


def denies_call(facts: Facts, api: str, attribute: ast.AST) -> bool:
    """Does a place that asks a mock for `api` say that it is never called, or never awaited?

    `assert_not_called()`, `assert not mock.called`, `assert mock.call_count == 0`.
    """
    if api in ("assert_not_called", "assert_not_awaited"):
        return True
    if api == "called":
        return _is_denied(facts, attribute)
    return api in ("call_count", "await_count") and _is_zero(facts.parent(attribute))


def _is_denied(facts: Facts, node: ast.AST) -> bool:
    up = facts.parent(node)
    if isinstance(up, ast.UnaryOp) and isinstance(up.op, ast.Not):
        return True
    if isinstance(up, ast.Compare):
        return any(isinstance(c, ast.Constant) and c.value is False for c in up.comparators)
    return isinstance(up, ast.Call) and isinstance(up.func, ast.Attribute) and up.func.attr == "assertFalse"


def _is_zero(up: ast.AST | None) -> bool:
    operands = [up.left, *up.comparators] if isinstance(up, ast.Compare) else getattr(up, "args", ())
    return any(isinstance(c, ast.Constant) and c.value == 0 for c in operands)
