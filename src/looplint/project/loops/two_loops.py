"""A fixture on one loop and its users on another: which of them that breaks, and how."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from looplint.knowledge.loop_bound import Bond
from looplint.model.records import dataclass
from looplint.project.loops.fixture_loop import askers, fixture_loop, is_wider, loop_scope_of
from looplint.project.loops.loop_bound import Held, held_by, uses_value
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import reaching_tests

if TYPE_CHECKING:
    from looplint.model.definitions import Fixture, Function
    from looplint.project.loops.fixture_loop import Asker, FixtureLoop
    from looplint.project.questions import Project


class Breaks(Enum):
    """When it breaks."""

    AT_ONCE = "at once"
    """The first use fails."""
    SECOND = "second"
    """The first test connects on its own loop, the next one finds a connection of a closed loop."""
    CLOSING = "closing"
    """The test connects on its own loop, which is closed when the fixture closes the client."""
    HANGS = "hangs"
    """What the fixture runs stands still while the test runs."""
    COLLECTION = "collection"
    """pytest-asyncio refuses to collect the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoLoops:
    """A fixture that breaks since `user` runs on another loop, the one of `user_scope`; all such users in `users`."""

    loop: FixtureLoop
    breaks: Breaks
    user: Function
    user_scope: str
    users: tuple[Function, ...]
    held: Held | None = None


def two_loops(project: Project, fixture: Fixture) -> TwoLoops | None:
    """What breaks by the loop of an async fixture; None where nothing surely does."""
    if not fixture.function.is_async:
        return None
    held = held_by(project, fixture)
    refusing = _refuses_two_loops(project)
    loop = fixture_loop(project, fixture) if held is not None or refusing else None
    if loop is None or loop.scope is None:
        return None
    if refusing and loop.scope == "function":
        return _refused(project, fixture, loop)
    return _by_value(project, fixture, loop, held) if held is not None else None


def _refuses_two_loops(project: Project) -> bool:
    """Is a version in force that collects no test of a wide loop with a fixture of the function's (0.23 to 0.26)?"""
    newest = project.versions.in_force("pytest-asyncio").newest
    return newest is not None and (0, 23) <= newest.release < (1, 0)


def _refused(project: Project, fixture: Fixture, loop: FixtureLoop) -> TwoLoops | None:
    scopes = [(test, loop_scope_of(project, test)) for test in reaching_tests(project, fixture)]
    wide = [(test, scope) for test, scope in scopes if scope not in (None, "function")]
    if not wide:
        return None
    user, scope = wide[0]
    assert scope is not None
    users = tuple(test for test, _ in wide)
    return TwoLoops(loop=loop, breaks=Breaks.COLLECTION, user=user, user_scope=scope, users=users)


def _by_value(project: Project, fixture: Fixture, loop: FixtureLoop, held: Held) -> TwoLoops | None:
    users = [
        asker
        for asker in askers(project, fixture)
        if asker.loop_scope not in (None, loop.scope) and uses_value(project, asker.function, asker.name, held)
    ]
    breaks = _breaks(project, fixture, loop, held, users) if users else None
    if breaks is None or users[0].loop_scope is None:
        return None
    return TwoLoops(
        loop=loop,
        breaks=breaks,
        user=users[0].function,
        user_scope=users[0].loop_scope,
        users=tuple(asker.function for asker in users),
        held=held,
    )


def _breaks(project: Project, fixture: Fixture, loop: FixtureLoop, held: Held, users: list[Asker]) -> Breaks | None:
    """What the users' loop does to the value; None where it works all the same."""
    if held.kind.bond is Bond.SERVES:
        return Breaks.HANGS
    if held.kind.bond is Bond.MADE or held.used:
        return Breaks.AT_ONCE
    assert loop.scope is not None
    if fixture.scope != "function":
        return Breaks.SECOND if _several_runs(project, users) else None
    closes = held.closed and not held.kind.pooled
    narrower = all(asker.loop_scope is not None and is_wider(loop.scope, asker.loop_scope) for asker in users)
    return Breaks.CLOSING if closes and narrower else None


def _several_runs(project: Project, users: list[Asker]) -> bool:
    """Is the value used on two loops or more: by several tests, a parametrized one, a fixture of several tests?"""
    if len(users) > 1:
        return True
    only = users[0].function
    if only.fixture is not None:
        tests = reaching_tests(project, only.fixture)
        return next(tests, None) is not None and next(tests, None) is not None
    return any(mark == "parametrize" for _, mark in marks_of(project, only))
