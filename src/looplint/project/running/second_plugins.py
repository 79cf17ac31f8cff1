"""Tests that a second plugin for async tests hurts, in an installation that has pytest-asyncio too.

Measured with pytest-asyncio-cooperative 0.40.0 and alt-pytest-asyncio 0.8.2 and 0.9.6. From 0.9.0 on the latter does
nothing until somebody loads `alt_pytest_asyncio.enable` as a plugin; then, as before 0.9, it sets up every async
fixture on its own loop and runs the async tests that pytest-asyncio leaves to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.files import python_files
from looplint.project.running.async_tests import async_tests, shown_test
from looplint.project.running.fixtures import find_fixture, requested
from looplint.project.running.marks import marks_of

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.project.questions import Project

ALT = "alt-pytest-asyncio"
_ALT_MODULE = b"alt_pytest_asyncio"
_COOPERATIVE_MARK = "asyncio_cooperative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurt:
    """A test that a second plugin hurts, in words, and whether it surely fails."""

    test: Function
    told: str
    fails: bool


@noted
def hurt_by_cooperative(project: Project) -> Hurt | None:
    """An asyncio test in a project that has tests of pytest-asyncio-cooperative too."""
    marked = {test: {mark for _, mark in marks_of(project, test)} for test in async_tests(project)}
    if not any(_COOPERATIVE_MARK in marks for marks in marked.values()):
        return None
    test = next((test for test, marks in marked.items() if "asyncio" in marks), None)
    if test is None:
        return None
    told = (
        "its tests replace `event_loop_policy` by a coroutine, so asyncio tests such as "
        f"{shown_test(test)} fail with a TypeError"
    )
    return Hurt(test=test, told=told, fails=True)


@noted
def alt_fixture_in_auto_mode(project: Project) -> Hurt | None:
    """A test of auto mode that gets an async fixture, where alt-pytest-asyncio is surely at work."""
    if project.settings.asyncio_mode.value != "auto" or not project.may_be("pytest-asyncio", ">=1.1"):
        return None
    if not project.must_be(ALT, "<0.9") and not _is_mentioned(project):
        return None
    for test in async_tests(project):
        for name in requested(project, test):
            fixture = find_fixture(project, name, test, test.facts)
            if fixture is not None and fixture.function.is_async:
                told = (
                    f"it sets async fixtures such as `{name}` up on its own loop; auto mode runs {shown_test(test)} "
                    "on another one"
                )
                return Hurt(test=test, told=told, fails=False)
    return None


@noted
def unrun_beside_alt(project: Project) -> Hurt | None:
    """An unmarked test in strict mode, where nobody loads the plugin that alt-pytest-asyncio has had since 0.9."""
    if project.settings.asyncio_mode.value != "strict" or project.must_be(ALT, "<0.9") or _is_mentioned(project):
        return None
    test = next((test for test in async_tests(project) if not any(marks_of(project, test))), None)
    if test is None:
        return None
    told = (
        f"nothing loads `alt_pytest_asyncio.enable`, without which {ALT} 0.9 does nothing: in strict mode unmarked "
        f"tests such as {shown_test(test)} are not run by either"
    )
    return Hurt(test=test, told=told, fails=False)


def _is_mentioned(project: Project) -> bool:
    """Does addopts or any Python file speak of the plugin, and so perhaps enable it?"""
    if any(name.startswith(_ALT_MODULE.decode()) for name in project.settings.enabled_plugins):
        return True
    return any(project.mentions(path, _ALT_MODULE) for path in python_files(project.root))
