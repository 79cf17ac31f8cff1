"""Which loop a fixture lives on, and on which loops those live who ask for it.

An async fixture that pytest-asyncio sets up runs on the loop of one scope: its `loop_scope`, else
`asyncio_default_fixture_loop_scope`, else its caching scope. So it is from 0.23 on; before, every fixture and test ran
on the function-scoped fixture `event_loop`. Two scopes are two loops. A project's own `event_loop` fixture, which
counts before pytest-asyncio 1.0, makes the answer unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.model.records import dataclass
from looplint.project.code.decorating import what_it_makes
from looplint.project.code.wrapping import Makes
from looplint.project.running.runner import uses_anyio_backend
from looplint.project.running.usage import direct_users, hooks_fixtures
from looplint.project.running.who import Family, Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture, Function
    from looplint.project.questions import Project

SCOPES = ("function", "class", "module", "package", "session")
"""pytest's scopes, narrowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureLoop:
    """The loop of a fixture that pytest-asyncio sets up.

    `scope` is None where it cannot be told; `proof` says where it comes from, for messages; `explicit` is whether the
    decorator names it (`loop_scope=`), `configured` whether the configuration does.
    """

    scope: str | None
    proof: str
    explicit: bool = False
    configured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A test or async fixture that gets a fixture under `name`, and the scope of the loop that it runs on itself."""

    function: Function
    name: str
    loop_scope: str | None


def fixture_loop(project: Project, fixture: Fixture, *, override: bool = True) -> FixtureLoop | None:
    """The loop of an async fixture; None where pytest-asyncio does not, or not surely, set it up.

    From 1.1 on a plain def under `pytest_asyncio.fixture` has one too, which does not run but is the current one.

    `override=False` answers as if the project had no `event_loop` fixture of its own.
    """
    if not run_by_pytest_asyncio(project, fixture):
        return None
    newest = project.versions.in_force("pytest-asyncio").newest
    if newest is None:
        return FixtureLoop(scope=None, proof="the version of pytest-asyncio is not known")
    if override and overridden(project, fixture.function):
        return FixtureLoop(scope=None, proof="the fixture event_loop is overridden")
    if newest.release < (0, 23):
        return FixtureLoop(scope="function", proof="the fixture event_loop of pytest-asyncio before 0.23")
    if fixture.decorator.call is not None and any(k.arg is None for k in fixture.decorator.call.keywords):
        return FixtureLoop(scope=None, proof="the arguments of its decorator are computed")
    found = _by_option(project, fixture) if newest.release >= (0, 24) else None
    return found or FixtureLoop(scope=fixture.scope, proof=f'scope="{fixture.scope}"')


def _by_option(project: Project, fixture: Fixture) -> FixtureLoop | None:
    """The loop that `loop_scope=` or the ini option names; None where the caching scope decides."""
    given = fixture.decorator.keyword("loop_scope")
    if given is not None and constant(given) is not None:
        return FixtureLoop(scope=fixture.loop_scope, proof=f'loop_scope="{fixture.loop_scope}"', explicit=True)
    if given is not None and not _is_none(fixture):
        return FixtureLoop(scope=None, proof="its loop_scope is computed", explicit=True)
    setting = project.settings.fixture_loop_scope
    if not setting.known:
        return FixtureLoop(scope=None, proof=str(setting))
    if setting.value not in (None, "fixture-scope"):
        return FixtureLoop(scope=setting.value, proof=str(setting), configured=True)
    return None


def _is_none(fixture: Fixture) -> bool:
    """Is `loop_scope=None` written?"""
    return getattr(fixture.decorator.keyword("loop_scope"), "value", fixture) is None


def run_by_pytest_asyncio(project: Project, fixture: Fixture) -> bool:
    """Does pytest-asyncio surely set the fixture up, on a loop?

    It does so for `pytest_asyncio.fixture`, and in auto mode for every async fixture; where anyio is asked for too, the
    order of the plugins decides.
    """
    function = fixture.function
    if function.outer is not None or not (function.is_async or _sync_has_loop(project, fixture)):
        return False
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        return False
    if fixture.plain and project.settings.asyncio_mode.value != "auto":
        return False
    others = (d for d in function.decorators if d is not fixture.decorator)
    if any(what_it_makes(project, function.facts, d).makes not in (Makes.SAME, Makes.COROUTINE) for d in others):
        return False
    return not uses_anyio_backend(project, function) and not hooks_fixtures(project, function.facts)


def _sync_has_loop(project: Project, fixture: Fixture) -> bool:
    newest = project.versions.in_force("pytest-asyncio").newest
    return not fixture.plain and newest is not None and newest.release >= (1, 1)


def overridden(project: Project, function: Function) -> bool:
    """Does the project's own `event_loop` fixture decide the loop of a test or fixture (pytest-asyncio < 1.0)?"""
    if project.must_be("pytest-asyncio", ">=1.0"):
        return False
    return project.fixture("event_loop", function, function.facts) is not None


def loop_scope_of(project: Project, function: Function) -> str | None:
    """The scope of the loop that an async test or fixture runs on by pytest-asyncio; None where that is not sure."""
    if function.fixture is not None:
        loop = fixture_loop(project, function.fixture)
        return loop.scope if loop is not None else None
    if not function.is_async or overridden(project, function):
        return None
    runner = project.runner(function)
    return runner.loop_scope if runner.who is Who.PYTEST_ASYNCIO else None


def askers(project: Project, fixture: Fixture) -> Iterator[Asker]:
    """The async tests and async fixtures that get the fixture itself, by parameter or `usefixtures`."""
    for user in direct_users(project, fixture):
        if user.is_async:
            yield Asker(function=user, name=fixture.name, loop_scope=loop_scope_of(project, user))


def is_wider(scope: str, other: str) -> bool:
    """Does a scope outlive the other?"""
    return SCOPES.index(scope) > SCOPES.index(other)
