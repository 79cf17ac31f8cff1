"""AsyncMocks that code calls without awaiting what they give: it gets a coroutine where it wants a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.code.call_uses import How, use_of
from looplint.project.code.infer import infer
from looplint.project.code.values import CALLED, MockValue
from looplint.project.mocks.child_kinds import Child, child_at, each_child_once
from looplint.project.mocks.meant import expects_failure
from looplint.project.mocks.met_calls import Met, met_calls, place_of, set_up_at, shown
from looplint.project.mocks.mocks import know
from looplint.project.mocks.plainly_defined import plainly_defined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_PLAIN: tuple[How, ...] = ("used", "dropped", "tested")


@dataclass(frozen=True, slots=True, eq=False)
class CalledPlainly:
    """An AsyncMock that is called without await.

    `node` is where that is told: where the test sets the mock up, or the call in the test; `name` how the code names
    the mock; `how` what becomes of the coroutine at `place`.
    """

    node: ast.expr
    name: str
    how: How
    child: Child
    facts: Facts
    call: ast.Call
    in_test: bool = False
    whole: bool = False
    """Does nothing await what the whole mock gives?"""
    unread: bool = False
    """Does no code that is known look into what the call gives?"""

    @property
    def place(self) -> str:
        """`path:line` of the call."""
        return f"{self.facts.source.path}:{self.call.lineno}"


def called_plainly(project: Project, facts: Facts) -> Iterator[CalledPlainly]:
    """Every such mock of a test file, once."""
    yield from each_child_once((*_in_tests(project, facts), *_in_project(project, facts), *_misplaced(project, facts)))


def _in_tests(project: Project, facts: Facts) -> Iterator[CalledPlainly]:
    """`(await client.get()).json()["x"]` in a test."""
    if not project.is_test_code(facts.file):
        return
    for call in facts.calls:
        if not isinstance(call.func, ast.Attribute) or isinstance(facts.parent(call), (ast.Expr, ast.Await)):
            continue  # most calls: what they give is dropped or awaited
        how = use_of(facts, call)
        if how != "used":
            continue
        value = infer(project, facts, call.func)
        function = facts.function_of(call)
        if not isinstance(value, MockValue) or not value.path or function is None or facts.in_raises(call):
            continue
        if expects_failure(function) or _follows_coroutine(project, facts, call.func):
            continue
        child = child_at(project, know(project, value, function), value.path)
        if child is not None and child.kind == "AsyncMock":
            node = next(set_up_at(child, facts), call)
            yield CalledPlainly(node, ast.unparse(call.func), how, child, facts, call, in_test=True)


def _follows_coroutine(project: Project, facts: Facts, node: ast.expr) -> bool:
    """Is there another call of an AsyncMock without await before the one at the end of a chain?"""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.Await)):
        node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Call) and not isinstance(facts.parent(node), ast.Await):
            value = infer(project, facts, node.func)
            if isinstance(value, MockValue):
                child = child_at(project, know(project, value, facts.function_of(node)), value.path)
                return child is None or child.kind == "AsyncMock"
    return False


def _in_project(project: Project, facts: Facts) -> Iterator[CalledPlainly]:
    """What the code that gets a mock calls on it; the calls that raise first."""
    met_all = met_calls(project, facts)
    for met in sorted(met_all, key=lambda met: met.call.how != "used"):
        how = met.call.how
        if how not in _PLAIN or met.child.kind != "AsyncMock" or _is_awaited_elsewhere(met):
            continue
        node = place_of(project, met, facts)
        if node is not None:
            whole = is_wholly_plain(met, met_all)
            unread = all(call.how != "used" for call in met.given.calls if call.path == met.call.path)
            yield CalledPlainly(
                node, shown(met), how, met.child, met.call.facts, met.call.node, whole=whole, unread=unread
            )


def _misplaced(project: Project, facts: Facts) -> Iterator[CalledPlainly]:
    """AsyncMocks in the place of plain functions of the project, or of a client."""
    for found in plainly_defined(project, facts):
        yield CalledPlainly(found.node, found.name, found.how, found.child, found.facts, found.call)


def _is_awaited_elsewhere(met: Met) -> bool:
    """Does the same code await what it gives in another place, or do something unknown with it?"""
    path = met.call.path
    others = [call for call in met.given.calls if call.path == path]
    if any(call.how not in _PLAIN for call in others):
        return True
    own = (*met.child.path, CALLED)
    return any(use.awaited for use in met.child.known.uses if use.path == own)


def is_wholly_plain(met: Met, others: list[Met]) -> bool:
    """Could the mock that has this child be a MagicMock: nothing that is known awaits what its methods give?

    What `async with` over a MagicMock gives is an AsyncMock again.
    """
    known = met.child.known
    made = known.root.origin.node
    is_given = made is met.given.value.origin.node
    if len(known.handed) > is_given or any(use.awaited for use in known.uses) or known.opaque:
        return False
    same = [other for other in others if other.child.known.root.origin.node is made]
    return all(other.call.how != "awaited" or "__aenter__" in other.child.path for other in same)
