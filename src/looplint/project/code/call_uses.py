"""What code does at once with the result of a call: awaits it, enters it, drops it, or uses it as a plain value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from looplint.model.names import BindingKind, last_name
from looplint.project.code.occurrences import GUARDS, asks_for_colour, is_awaited, is_guarded, names_in

if TYPE_CHECKING:
    from looplint.model.facts import Facts

How = Literal["awaited", "entered", "iterated", "dropped", "used", "tested"]
"""`entered` by `async with`, `iterated` by `async for`, `tested` for its truth."""

_OF_COROUTINES = frozenset({"close", "send", "throw", "add_done_callback", "cancel", "result", "done", "__await__"})
"""Attributes that coroutines, tasks and futures have."""
_READING = frozenset(
    {
        "len", "int", "float", "list", "tuple", "set", "dict", "sorted", "sum", "min", "max", "any", "all", "enumerate",
        "iter", "next", "zip", "abs", "round", "reversed", "frozenset",
    }
)  # fmt: skip
"""Builtins that raise TypeError for a coroutine."""


def use_of(facts: Facts, call: ast.expr) -> How | None:
    """What becomes of the result of a call; None where it is handed on, returned or kept, so that others may await it.

    A result that is kept in a local name counts as used where code reads it as a value and nothing awaits it.
    """
    if is_guarded(facts, call) or _leaves_before(facts, call):
        return None
    up = facts.parent(call)
    if isinstance(up, ast.withitem) and isinstance(facts.parent(up), ast.AsyncWith):
        return "entered"
    if isinstance(up, (ast.AsyncFor, ast.comprehension)) and up.iter is call:
        return "iterated" if isinstance(up, ast.AsyncFor) or up.is_async else "used"
    if is_awaited(facts, call):
        return "awaited"
    if isinstance(up, ast.Expr):
        return "dropped"
    if isinstance(up, ast.Assign) and len(up.targets) == 1:
        target = up.targets[0]
        if isinstance(target, (ast.Tuple, ast.List)):
            return "used"
        return _of_name(facts, target) if isinstance(target, ast.Name) else None
    return _reading(facts, call)


def _leaves_before(facts: Facts, call: ast.expr) -> bool:
    """Does the function leave before the call where something is, or is not, asynchronous?"""
    function = facts.function_of(call)
    checks = (stmt for stmt in function.node.body if isinstance(stmt, ast.If)) if function is not None else ()
    return any(
        check.lineno < call.lineno
        and isinstance(check.body[-1], (ast.Raise, ast.Return))
        and asks_for_colour(check.test)
        for check in checks
    )


def _reading(facts: Facts, node: ast.expr) -> How | None:
    """Does the expression around `node` need a plain value there?"""
    up = facts.parent(node)
    if isinstance(up, ast.Attribute):
        return None if up.attr in _OF_COROUTINES else "used"
    if isinstance(up, ast.Subscript):
        return "used" if up.value is node else None
    if isinstance(up, (ast.For, ast.comprehension)) and up.iter is node:
        return "used"
    if isinstance(up, ast.withitem):
        return "used" if isinstance(facts.parent(up), ast.With) else None
    if isinstance(up, ast.BinOp) or (isinstance(up, ast.Compare) and _orders(up)):
        return "used"
    if isinstance(up, ast.Call) and node in up.args:
        name = up.func.id if isinstance(up.func, ast.Name) else ""
        return "used" if name in _READING and facts.resolve(up.func) == f"builtins.{name}" else None
    if isinstance(up, (ast.If, ast.While, ast.IfExp, ast.Assert)) and up.test is node:
        return "tested"
    return "tested" if isinstance(up, ast.UnaryOp) and isinstance(up.op, ast.Not) else None


def _orders(node: ast.Compare) -> bool:
    """Does the comparison raise for a coroutine (`<`, `in`)? `==` and `is` do not."""
    return any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)) for op in node.ops)


def _of_name(facts: Facts, target: ast.Name) -> How | None:
    """What becomes of a value that is kept in a local name, if the name is bound once."""
    function = facts.function_of(target)
    found = facts.lookup(target.id, target)
    if function is None or found is None or found[0] is not function.node or len(found[1]) != 1:
        return None
    if found[1][0].kind is not BindingKind.ASSIGNMENT:
        return None
    reads = [n for n in names_in(function, target.id) if isinstance(n.ctx, ast.Load)]
    if any(_may_await(facts, read) for read in reads):
        return None
    uses = [_reading(facts, read) for read in reads]
    return "used" if "used" in uses else None


def _may_await(facts: Facts, read: ast.Name) -> bool:
    """Is a value awaited, looked at (`isawaitable`), or handed to something that may await it?"""
    if is_awaited(facts, read) or is_guarded(facts, read):
        return True
    up = facts.parent(read)
    if isinstance(up, (ast.AsyncFor, ast.Starred, ast.List, ast.Tuple, ast.Return, ast.Yield)):
        return True
    if isinstance(up, ast.keyword):
        return True
    if isinstance(up, ast.Call) and read in up.args:
        name = last_name(up.func)
        return name in GUARDS or name not in _READING
    return isinstance(up, ast.comprehension) and bool(up.is_async)
