"""Coroutines that wait, blocking, for what only their own loop could do.

`asyncio.run_coroutine_threadsafe(…, loop)` gives a `concurrent.futures.Future`, made for other threads. Its `result()`
in a coroutine of that very loop blocks the loop: measured on Python 3.11 to hang, with a timeout to end in
`TimeoutError`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import keyword
from looplint.model.names import BindingKind
from looplint.model.records import dataclass
from looplint.project.code.handing_over import future_maker, replaced_names
from looplint.project.code.values import FunctionValue

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_SUBMIT = "asyncio.run_coroutine_threadsafe"
_RUNNING_LOOP = ("asyncio.get_running_loop", "asyncio.get_event_loop")
_WAITS = ("result", "exception")
_NAMES = frozenset(name.rpartition(".")[2] for name in (_SUBMIT, *_RUNNING_LOOP))
_SUSPENDS = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom)


@dataclass(frozen=True, slots=True, eq=False)
class OwnLoopWait:
    """A call of `result()` or `exception()`, the call that made its future, and the coroutine that this got."""

    call: ast.Call
    submit: ast.Call
    coroutine: ast.expr

    @property
    def method(self) -> str:
        """`result` or `exception`."""
        assert isinstance(self.call.func, ast.Attribute)
        return self.call.func.attr

    @property
    def has_timeout(self) -> bool:
        """Does the wait end with a timeout?"""
        return bool(self.call.args or self.call.keywords)

    @property
    def is_direct(self) -> bool:
        """Is the future asked where it is made, rather than by a name?"""
        return isinstance(self.call.func, ast.Attribute) and self.call.func.value is self.submit


def own_loop_wait(project: Project, facts: Facts, function: Function, call: ast.Call) -> OwnLoopWait | None:
    """The wait that a call in the coroutine `function` is; None where the loop may be another, or the future done."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _WAITS:
        return None
    submit = _submitted(facts, function, func.value)
    if submit is None or len(submit.args) > 2 or any(isinstance(a, ast.Starred) for a in submit.args):
        return None
    coroutine = submit.args[0] if submit.args else keyword(submit, "coro")
    loop = submit.args[1] if len(submit.args) > 1 else keyword(submit, "loop")
    if coroutine is None or loop is None or not _is_running_loop(facts, function, loop):
        return None
    if not replaced_names(facts).isdisjoint(_NAMES) or not _may_be_coroutine(project, facts, coroutine):
        return None
    return OwnLoopWait(call, submit, coroutine)


def _submitted(facts: Facts, function: Function, node: ast.expr) -> ast.Call | None:
    """The `run_coroutine_threadsafe` that the future comes from, if nothing can have happened to it since."""
    submit = node
    if isinstance(node, ast.Name):
        value = _only_value(facts, function, node)
        if value is None or _may_be_done(function, node.id, value, node):
            return None
        submit = value
    return submit if isinstance(submit, ast.Call) and facts.resolve(submit.func) == _SUBMIT else None


def _only_value(facts: Facts, function: Function, name: ast.Name) -> ast.expr | None:
    """What a name stands for that the function itself sets once."""
    found = facts.lookup(name.id, name)
    if found is None or found[0] is not function.node or len(found[1]) != 1:
        return None
    return found[1][0].value if found[1][0].kind is BindingKind.ASSIGNMENT else None


def _may_be_done(function: Function, name: str, since: ast.expr, until: ast.expr) -> bool:
    """Is there anything between two places that lets the loop run, or that takes hold of the future?"""
    start, end = (since.end_lineno or 0, since.end_col_offset or 0), (until.lineno, until.col_offset)
    for node in ast.walk(function.node):
        if isinstance(node, ast.comprehension):
            if node.is_async:
                return True
        elif isinstance(node, _SUSPENDS) or (isinstance(node, ast.Name) and node.id == name):
            between = start <= (node.lineno, node.col_offset) < end
            if between:
                return True
    return False


def _is_running_loop(facts: Facts, function: Function, node: ast.expr) -> bool:
    """Is it surely the loop that runs the function: asked for there, itself or by a name that is set once?"""
    value = _only_value(facts, function, node) if isinstance(node, ast.Name) else node
    return isinstance(value, ast.Call) and facts.resolve(value.func) in _RUNNING_LOOP


def _may_be_coroutine(project: Project, facts: Facts, node: ast.expr) -> bool:
    """A function or a future fails at once (function-where-coroutine-expected)."""
    return future_maker(project, facts, node) is None and not isinstance(project.infer(facts, node), FunctionValue)
