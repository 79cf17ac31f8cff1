"""Where a class puts something else in an attribute before it uses it: what a test has put there is gone then.

`if self._session is None or self._session.closed: self._session = ClientSession()` keeps a mock only if the test says
that it is not closed: an attribute of a mock is true.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.model.nodes import below
from looplint.model.records import dataclass
from looplint.project.code.flow import is_none
from looplint.project.code.occurrences import names_in, stations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Function
    from looplint.project.code.occurrences import Path
    from looplint.project.mocks.mocks import Knowledge


@dataclass(frozen=True, slots=True)
class Question:
    """What code asks of the object before it replaces it: the path, and whether a true answer keeps the object."""

    path: Path
    keeps: bool


def questions_before(methods: Iterable[Function], method: Function, node: ast.expr, name: str) -> set[Question] | None:
    """What decides that `self.name` is still the same at `node` in a method; None where it never is.

    The methods that it calls on itself before that are looked into.
    """
    found: set[Question] = set()
    called = _called(method, node.lineno)
    for other in methods:
        if other.name == "__init__" or (other is not method and other.name not in called):
            continue
        for store in _stores(other, name):
            if other is method and store.lineno >= node.lineno:
                continue
            asked = _asked(other, store, name)
            if asked is None:
                return None
            found |= asked
    return found


def fills_only_gaps(method: Function, name: str) -> bool:
    """Does a method put something in `self.name` only where it asks, of nothing else, whether there is something?"""
    return all(_asked(method, store, name) == set() for store in _stores(method, name))


def is_still_there(known: Knowledge, start: Path, questions: Iterable[Question]) -> bool:
    """Does what a test says of its mock answer all questions so that the mock stays?"""
    for question in questions:
        writes = known.at((*start, *question.path))
        values = [constant(write.value) if write.value is not None else None for write in writes]
        is_false = bool(writes) and not any(values)
        if is_false is question.keeps:
            return False
    return True


def _own(method: Function) -> Iterator[ast.Attribute]:
    """The attributes `self.…` in a method."""
    for node in names_in(method, method.parameters[0]) if method.parameters else ():
        up = method.facts.parent(node)
        if isinstance(up, ast.Attribute):
            yield up


def _called(method: Function, line: int) -> set[str]:
    """The methods that a method calls on itself, up to a line."""
    found = set()
    for node in _own(method):
        up = method.facts.parent(node)
        if node.lineno <= line and isinstance(up, ast.Call) and up.func is node:
            found.add(node.attr)
    return found


def _stores(method: Function, name: str) -> Iterator[ast.Attribute]:
    """The places where a method puts something but None in `self.name`."""
    for node in _own(method):
        if node.attr == name and isinstance(node.ctx, ast.Store):
            up = method.facts.parent(node)
            if not (isinstance(up, (ast.Assign, ast.AnnAssign)) and (up.value is None or is_none(up.value))):
                yield node


def _asked(method: Function, store: ast.Attribute, name: str) -> set[Question] | None:
    """What the `if` around a store asks of the object; None where no `if` around it asks about it."""
    child: ast.AST = store
    found: set[Question] | None = None
    for up in method.facts.parents(store):
        if isinstance(up, ast.If) and child is not up.test and child not in up.orelse:
            here = set(_questions(method, up.test, name))
            found = (found or set()) | here if _asks(up.test, name) else found
        child = up
    return found


def _asks(test: ast.expr, name: str) -> bool:
    """Can a condition hold only because of what `self.name` is? Not if something else, after an `or`, may be true."""
    if isinstance(test, ast.BoolOp):
        each = [_asks(value, name) for value in test.values]
        return all(each) if isinstance(test.op, ast.Or) else any(each)
    return any(isinstance(node, ast.Attribute) and node.attr == name for node in below(test))


def _questions(method: Function, test: ast.expr, name: str) -> Iterator[Question]:
    facts = method.facts
    for node in below(test):
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load):
            last = list(stations(facts, node))[-1]
            if last.path:
                up = facts.parent(last.node)
                equals = isinstance(up, ast.Compare) and isinstance(up.ops[0], (ast.Eq, ast.Is, ast.In))
                yield Question(last.path, equals or (isinstance(up, ast.UnaryOp) and isinstance(up.op, ast.Not)))
