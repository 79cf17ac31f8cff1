"""Wrappers within decorators: what a decorator returns for a coroutine function, what a wrapper does with it."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant
from looplint.model.names import own_expressions
from looplint.model.records import dataclass
from looplint.project.code.blocking import blocking_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_IS_TRUE = frozenset(
    {
        "asyncio.iscoroutinefunction", "inspect.iscoroutinefunction", "asyncio.coroutines.iscoroutinefunction",
        "builtins.callable", "inspect.isfunction", "asgiref.sync.iscoroutinefunction",
    }
)  # fmt: skip
_IS_FALSE = frozenset({"inspect.isclass", "inspect.isasyncgenfunction", "inspect.isgeneratorfunction"})
_ASKS = _IS_TRUE | _IS_FALSE | {
    "functools.wraps", "functools.update_wrapper", "inspect.signature", "inspect.getfullargspec", "inspect.getmodule",
    "inspect.getdoc", "inspect.getsource", "typing.get_type_hints", "typing_extensions.get_type_hints",
    "builtins.getattr", "builtins.hasattr", "builtins.id", "builtins.repr", "builtins.str",
}  # fmt: skip
"""Functions that only ask what a function is."""
_PASSED_ON = frozenset(
    {"asyncio.wait_for", "asyncio.gather", "asyncio.shield", "asyncio.ensure_future", "asyncio.create_task"}
)
_IS_AWAITABLE = frozenset({"inspect.isawaitable", "inspect.iscoroutine", "asyncio.iscoroutine"})
_LOOKS_AT = _IS_AWAITABLE | {"builtins.isinstance"}
_RUN_FUNCTION = frozenset({"anyio.run", "trio.run", "asgiref.sync.async_to_sync"})


class Makes(Enum):
    """What comes out of a decorator that is given a coroutine function."""

    SAME = "the function itself"
    COROUTINE = "a coroutine function around it"
    HYPOTHESIS = "a hypothesis test around it, which runners of coroutines look into"
    RUN = "a plain function that runs it"
    EITHER = "a plain function that runs it or returns the coroutine, as the moment is"
    HIDDEN = "a plain function that returns the coroutine"
    DROPPED = "a plain function that throws the coroutine away"
    UNKNOWN = "unknown"

    @property
    def is_coroutine_function(self) -> bool:
        """Is it one for pytest's plugins?"""
        return self in (Makes.SAME, Makes.COROUTINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways through a function: what it may return, its statements that are reached.

    `complete`: each way ends in a return or raise.
    """

    returned: tuple[ast.expr | None, ...]
    reached: frozenset[ast.stmt]
    complete: bool


def ways_through(function: Function, *, subject: str = "", none: frozenset[str] = frozenset()) -> Ways:
    """The ways through a function whose parameter `subject` is a coroutine function, and those of `none` None."""
    live = _Live(function.facts, subject, none)
    complete = live.visit(function.node.body)
    returns = [stmt.value for stmt in live.statements if isinstance(stmt, ast.Return)]
    returned = tuple(value for node in returns for value in live.values(node))
    return Ways(returned=returned, reached=frozenset(live.statements), complete=complete)


def local_def(function: Function, node: ast.expr, reached: frozenset[ast.stmt]) -> Function | None:
    """The def within `function` that a name is, if nothing else that is reached is bound to that name."""
    if not isinstance(node, ast.Name):
        return None
    bindings = function.facts.scope(function.node).names.get(node.id, [])
    live = [b for b in bindings if b.node in reached or not isinstance(b.node, ast.stmt)]
    found = function.facts.definition_at(live[0].node) if len(live) == 1 else None
    return found if isinstance(found, Function) and found.outer is function else None


class _Live:
    """The statements that are reached, as far as tests of the coroutine function decide."""

    def __init__(self, facts: Facts, subject: str, none: frozenset[str]) -> None:
        self._facts = facts
        self._subject = subject
        self._none = none
        self.statements: list[ast.stmt] = []

    def visit(self, body: Iterable[ast.stmt]) -> bool:
        """Collect what is reached; True where it never comes to the end."""
        return any(self._ends(stmt) for stmt in body)

    def _ends(self, stmt: ast.stmt) -> bool:
        self.statements.append(stmt)
        if isinstance(stmt, ast.If):
            truth = self.truth(stmt.test)
            if truth is not None:
                return self.visit(stmt.body if truth else stmt.orelse)
            return self.visit(stmt.body) & self.visit(stmt.orelse)
        if isinstance(stmt, (ast.With, ast.AsyncWith)):
            return self.visit(stmt.body)
        if isinstance(stmt, ast.Try):
            ends = self.visit([*stmt.body, *stmt.orelse])
            handled = [self.visit(handler.body) for handler in stmt.handlers]
            return self.visit(stmt.finalbody) or (ends and all(handled))
        if isinstance(stmt, (ast.For, ast.AsyncFor, ast.While)):
            self.visit(stmt.body)
            self.visit(stmt.orelse)
            return False
        if isinstance(stmt, ast.Match):
            for case in stmt.cases:
                self.visit(case.body)
        return isinstance(stmt, (ast.Return, ast.Raise))

    def values(self, node: ast.expr | None) -> list[ast.expr | None]:
        """The expressions that a returned one may come to."""
        if not isinstance(node, ast.IfExp):
            return [node]
        truth = self.truth(node.test)
        parts = [node.body, node.orelse] if truth is None else [node.body if truth else node.orelse]
        return [value for part in parts for value in self.values(part)]

    def truth(self, test: ast.expr) -> bool | None:
        """What a test gives, None where that depends on more."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.truth(test.operand)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            found = [self.truth(value) for value in test.values]
            decides = isinstance(test.op, ast.Or)
            if decides in found:
                return decides
            return None if None in found else not decides
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and constant(test.comparators[0]) is None:
            return self._is_none(test)
        if isinstance(test, ast.Call) and test.args:
            return self._asked(self._facts.resolve(test.func), test.args[0])
        if isinstance(test, ast.Name):
            return True if test.id == self._subject else False if test.id in self._none else None
        return None

    def _asked(self, name: str | None, what: ast.expr) -> bool | None:
        """`iscoroutinefunction(f)`, and `isawaitable(result)` where `result = f()`."""
        if self._is_subject(what):
            return True if name in _IS_TRUE else False if name in _IS_FALSE else None
        if name not in _IS_AWAITABLE or not isinstance(what, ast.Name):
            return None
        found = self._facts.lookup(what.id, what)
        value = found[1][0].value if found is not None and len(found[1]) == 1 else None
        return True if isinstance(value, ast.Call) and self._is_subject(value.func) else None

    def _is_none(self, test: ast.Compare) -> bool | None:
        """`f is None`, `f is not None`."""
        if not isinstance(test.comparators[0], ast.Constant) or not isinstance(test.left, ast.Name):
            return None
        known = False if test.left.id == self._subject else True if test.left.id in self._none else None
        if known is None or not isinstance(test.ops[0], (ast.Is, ast.IsNot)):
            return None
        return known if isinstance(test.ops[0], ast.Is) else not known

    def _is_subject(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self._subject


# -- wrappers --------------------------------------------------------------------------------------------------------


def what_wrapper_does(project: Project, wrapper: Function, subject: str) -> Makes:
    """What a wrapper is for pytest: `subject` is the name by which it knows the coroutine function."""
    if wrapper.is_generator or subject in wrapper.facts.scope(wrapper.node).names:
        return Makes.UNKNOWN
    if wrapper.is_async:
        return Makes.COROUTINE
    fates = set(_Coroutines(project, wrapper, subject).fates())
    if not fates or Makes.UNKNOWN in fates:
        return Makes.UNKNOWN
    if {Makes.RUN, Makes.HIDDEN} <= fates:
        return Makes.EITHER
    return next(fate for fate in (Makes.RUN, Makes.HIDDEN, Makes.DROPPED) if fate in fates)


class _Coroutines:
    """The coroutines that a sync wrapper makes of the function, and what becomes of each."""

    def __init__(self, project: Project, wrapper: Function, subject: str) -> None:
        self._project = project
        self._wrapper = wrapper
        self._facts = wrapper.facts
        self._subject = subject
        self._reached = ways_through(wrapper, subject=subject).reached

    def fates(self) -> Iterator[Makes]:
        """What becomes of each use of the function that is reached."""
        for node in own_expressions(self._wrapper.node):
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or not self._is_reached(node):
                continue
            if node.id == self._subject or self._is_inner(node):
                yield from self._fate_of_function(node)

    def _is_reached(self, node: ast.AST) -> bool:
        stmt = next((up for up in self._facts.parents(node) if isinstance(up, ast.stmt)), None)
        return stmt in self._reached

    def _is_inner(self, node: ast.Name) -> bool:
        """Is it a coroutine function of the wrapper's own that speaks of the function (`async def go(): await f()`)?"""
        inner = local_def(self._wrapper, node, self._reached)
        return (
            inner is not None
            and inner.is_async
            and any(isinstance(n, ast.Name) and n.id == self._subject for n in ast.walk(inner.node))
        )

    def _fate_of_function(self, node: ast.Name) -> Iterator[Makes]:
        parent = self._facts.parent(node)
        if isinstance(parent, ast.Attribute):
            return  # `f.__name__`
        if not isinstance(parent, ast.Call):
            yield Makes.UNKNOWN
        elif parent.func is node:
            yield from self._fate(parent, 4)
        elif self._facts.resolve(parent.func) in _RUN_FUNCTION and parent.args[:1] == [node]:
            yield Makes.RUN
        elif self._facts.resolve(parent.func) not in _ASKS:
            yield Makes.UNKNOWN

    def _fate(self, coroutine: ast.expr, depth: int) -> Iterator[Makes]:
        """What becomes of an expression that is a coroutine."""
        parent = self._facts.parent(coroutine)
        if isinstance(parent, ast.Return):
            yield Makes.HIDDEN
        elif isinstance(parent, ast.Expr):
            yield Makes.DROPPED
        elif isinstance(parent, ast.Assign) and len(parent.targets) == 1 and depth:
            yield from self._fate_of_variable(parent.targets[0], depth - 1)
        elif isinstance(parent, ast.Call) and coroutine in parent.args:
            yield from self._fate_of_argument(parent, depth - 1)
        else:
            yield Makes.UNKNOWN

    def _fate_of_argument(self, call: ast.Call, depth: int) -> Iterator[Makes]:
        name = self._facts.resolve(call.func)
        blocks = isinstance(call.func, ast.Attribute) and call.func.attr == "run_until_complete"
        if blocks or blocking_run(self._project, self._facts, call) is not None:
            yield Makes.RUN
        elif name in _PASSED_ON and depth > 0:
            yield from self._fate(call, depth)
        elif name not in _LOOKS_AT:
            yield Makes.UNKNOWN

    def _fate_of_variable(self, target: ast.expr, depth: int) -> Iterator[Makes]:
        if not isinstance(target, ast.Name) or len(self._facts.scope(self._wrapper.node).names[target.id]) != 1:
            yield Makes.UNKNOWN
            return
        uses = [
            node
            for node in own_expressions(self._wrapper.node)
            if isinstance(node, ast.Name) and node.id == target.id and isinstance(node.ctx, ast.Load)
            if self._is_reached(node)
        ]
        if not uses:
            yield Makes.DROPPED
        for use in uses:
            yield from self._fate(use, depth)
