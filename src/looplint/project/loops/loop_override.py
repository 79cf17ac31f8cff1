"""A project's own `event_loop` fixture: whom it is meant for, what it changes, and what is lost without it.

pytest-asyncio before 1.0 ran its tests and function-scoped fixtures on the loop of the fixture of that name; from 0.23
on async fixtures of wider scope have loops of their own; from 1.0 on nothing asks for the fixture (run on 0.21 to 1.5).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.model.records import dataclass
from looplint.project.files import python_files
from looplint.project.loops.event_loop_fixture import NAME
from looplint.project.loops.fixture_loop import run_by_pytest_asyncio
from looplint.project.loops.loop_state import served_on_a_loop
from looplint.project.running.fixtures import autouse, requested
from looplint.project.running.usage import direct_users, is_collected
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_FILES_AT_MOST = 300
_TESTS_AT_MOST = 200
_MAKERS = frozenset({"new_event_loop", "get_event_loop"})
_PLAIN = _MAKERS | frozenset(
    {
        "get_event_loop_policy", "set_event_loop", "close", "is_closed", "is_running", "stop", "shutdown_asyncgens",
        "shutdown_default_executor", "run_until_complete", "run_forever", "all_tasks", "cancel", "done", "gather",
        "sleep", "fixture", "print", "debug", "info", "collect", "RuntimeError",
    }
)  # fmt: skip
"""Calls by which a loop is made, closed and tidied up as the plugin does itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Override:
    """An `event_loop` fixture that is meant to replace the plugin's.

    `tests` are some of the async tests that it is meant for; `askers` the functions that ask for it by name; `split` an
    async fixture that has had a wider loop of its own since 0.23.
    """

    fixture: Fixture
    tests: tuple[Function, ...]
    askers: tuple[Function, ...]
    is_plain: bool
    split: Fixture | None

    @property
    def is_wide(self) -> bool:
        """Is it meant to be shared by several tests?"""
        return self.fixture.scope != "function"

    @property
    def misled(self) -> Function | None:
        """A coroutine that asks for the loop."""
        return next((asker for asker in self.askers if asker.is_async), None)


def override_of(project: Project, fixture: Fixture) -> Override | None:
    """What a fixture named `event_loop` replaces; None where it is an ordinary fixture, or may be."""
    function = fixture.function
    if function.is_async or function.outer is not None or fixture.scope is None:
        return None
    if NAME in function.parameters and project.fixture(NAME, function, function.facts) is not None:
        return None  # it changes another one of the project
    if _is_conditional(function) or _is_asked_for_by_name(project, function.facts, fixture):
        return None
    if fixture.autouse and "set_event_loop" in _leaves(function):
        return None
    askers = tuple(direct_users(project, fixture))
    tests = tuple(_first(_meant_for(project, fixture), _TESTS_AT_MOST))
    if not tests or _serves_sync_code(project, askers, fixture):
        return None
    return Override(fixture, tests, askers, _is_plain(function), _split(project, fixture, tests))


def closure(project: Project, function: Function, seen: set[Function] | None = None) -> Iterator[Fixture]:
    """The fixtures of the project that a test gets, through each other and by autouse."""
    seen = set() if seen is None else seen
    found = [project.fixture(name, function, function.facts) for name in requested(project, function)]
    if function.fixture is None:
        found += autouse(project, function, function.facts)
    for fixture in found:
        if fixture is not None and fixture.function not in seen:
            seen.add(fixture.function)
            yield fixture
            yield from closure(project, fixture.function, seen)


def _first(found: Iterator[Function], count: int) -> Iterator[Function]:
    for _, one in zip(range(count), found, strict=False):
        yield one


def _is_conditional(function: Function) -> bool:
    """Does the author define it for some versions or systems only?"""
    return any(isinstance(up, (ast.If, ast.Try)) for up in function.facts.parents(function.node))


def _is_asked_for_by_name(project: Project, facts: Facts, fixture: Fixture) -> bool:
    """Does the file or a conftest.py speak of the name as a text: a runner of its own, `getfixturevalue`?"""
    near = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    allowed = {fixture.decorator.keyword("name")}
    for seen in near:
        marked = {argument for call in seen.calls_to("pytest.mark.usefixtures") for argument in call.args}
        texts = (node for node in seen.nodes(ast.Constant) if constant(node) == NAME)
        if any(text not in marked and text not in allowed for text in texts):
            return True
    return False


def _leaves(function: Function) -> set[str]:
    """The last names of all that a function calls."""
    calls = [node.func for node in function.walk() if isinstance(node, ast.Call)]
    return {getattr(func, "attr", getattr(func, "id", "")) for func in calls}


def _is_plain(function: Function) -> bool:
    """Does it make a loop, close it, and nothing else that anybody could miss?"""
    leaves = _leaves(function)
    if not leaves & _MAKERS or not leaves <= _PLAIN:
        return False
    return not any(isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) for node in function.walk())


def _meant_for(project: Project, fixture: Fixture) -> Iterator[Function]:
    """The async tests of pytest-asyncio that see the fixture."""
    own = fixture.function
    for facts in _seeing(project, own.facts):
        for test in facts.functions:
            if test.is_async and is_collected(project, test):
                found = project.fixture(NAME, test, facts)
                same = found is not None and found.function.node is own.node
                if same and project.runner(test).who is Who.PYTEST_ASYNCIO:
                    yield test


def _seeing(project: Project, facts: Facts) -> Iterator[Facts]:
    file = facts.file
    is_test_file = project.is_test_file(file)
    if file is None or (is_test_file and file.name != "conftest.py"):
        yield facts
        return
    for count, path in enumerate(python_files(file.parent if file.name == "conftest.py" else project.root)):
        if count >= _FILES_AT_MOST:
            return
        is_candidate = path.name != "conftest.py" and project.is_test_file(path)
        seen = project.facts_at(path) if is_candidate and project.mentions(path, b"async def test") else None
        if seen is not None:
            yield seen


def _serves_sync_code(project: Project, askers: tuple[Function, ...], fixture: Fixture) -> bool:
    """Is it there for sync code that runs something on it, so that it would be missed, whatever the async tests get?"""
    if not askers or any(asker.is_async for asker in askers):
        return False
    if fixture.scope == "function" or any(asker.fixture is None for asker in askers):
        return True
    return not any(served_on_a_loop(project, asker) for asker in askers)


def _split(project: Project, fixture: Fixture, tests: tuple[Function, ...]) -> Fixture | None:
    """An async fixture of a wider scope than "function" whose loop, by default, is that of its scope."""
    if fixture.scope == "function" or project.settings.fixture_loop_scope.value is not None:
        return None
    for test in tests:
        for found in closure(project, test):
            is_wide = found.scope not in (None, "function") and found.loop_scope is None
            if is_wide and found.function.is_async and run_by_pytest_asyncio(project, found):
                return found
    return None
