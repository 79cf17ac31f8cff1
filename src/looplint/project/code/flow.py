"""Which of several assignments to a name holds at a place: that of the `with` around it, or the last one before it.

Only where the way is straight: what a branch, a loop or another function assigns is not decided here.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from looplint.model.facts import Facts
    from looplint.model.names import Binding

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_WITHS = (ast.With, ast.AsyncWith)


def is_none(node: ast.expr | None) -> bool:
    """Is it the literal None?"""
    return isinstance(node, ast.Constant) and node.value is None


def binding_at(facts: Facts, node: ast.AST, bindings: list[Binding]) -> Binding | None:
    """The one binding of a name that holds at `node`: the only one, or that of a `with … as` around `node`."""
    bound = [b for b in bindings if not is_none(b.value)]
    if len(bound) == 1:
        return bound[0]
    around = set(facts.parents(node))
    inner = [b for b in bound if isinstance(b.node, _WITHS) and b.node in around]
    for binding in reversed(inner):
        inside = [b for b in bound if b is not binding and binding.node in facts.parents(b.node)]
        if not inside:
            return binding
    return None


def last_binding(facts: Facts, node: ast.AST, bindings: list[Binding]) -> Binding | None:
    """The assignment that was made last when `node` is reached; None where branches or loops may have made another."""
    table = {b.node: b for b in bindings}
    if len(table) < len(bindings) or not all(isinstance(n, (ast.Assign, ast.AnnAssign, *_WITHS)) for n in table):
        return None
    owner = facts.scope_owner(node)
    if any(facts.scope_owner(b.node) is not owner for b in bindings):
        return None
    around = {up for assignment in table for up in facts.parents(assignment)}
    child: ast.AST | None = node
    while child is not None and not isinstance(child, ast.stmt):
        child = facts.parent(child)
    while child is not None and child is not owner:
        up = facts.parent(child)
        if up is None:
            return None
        found = _before(_siblings_before(up, child), table, around)
        if found is not None:
            return found if not isinstance(found, _Unclear) else None
        if isinstance(up, _WITHS) and up in table:
            return table[up]
        if isinstance(up, (*_LOOPS, ast.Try)) and up in around:
            return None  # an earlier round, or a part of the `try`, may have assigned
        child = up
    return None


class _Unclear:
    """A branch assigns, or does not."""


def _before(
    statements: Sequence[ast.stmt], table: dict[ast.AST, Binding], around: set[ast.AST]
) -> Binding | _Unclear | None:
    """What the last of these statements assigns, if one does; `around` is all that assignments stand in."""
    for stmt in reversed(statements):
        if isinstance(stmt, _WITHS):
            inner = _before(stmt.body, table, around)
            if inner is not None:
                return inner
        if stmt in table:
            return table[stmt]
        if not isinstance(stmt, _WITHS) and stmt in around:
            return _Unclear()
    return None


def _siblings_before(up: ast.AST, child: ast.AST) -> list[ast.stmt]:
    for body in _bodies(up):
        if child in body:
            return body[: body.index(child)]
    return []


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        found = getattr(node, field, None)
        if isinstance(found, list):
            yield found
