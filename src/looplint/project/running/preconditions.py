"""Whether the code of a project meets what a conflict of `knowledge.conflicts` presupposes, beyond its versions.

Merely installing two distributions that can hurt each other is no finding: something in the code or the configuration
must bring them together. A conflict that is not named here presupposes nothing, or has a rule of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.asked import noted
from looplint.project.files import python_files
from looplint.project.running.async_tests import async_tests
from looplint.project.running.marks import marks_of
from looplint.project.running.runner import RUNNER_MARKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.model.definitions import Fixture, Function
    from looplint.project.questions import Project


@noted
def first_async_fixture(project: Project) -> Fixture | None:
    """The first async fixture that pytest-asyncio takes: its own, in auto mode a plain one too."""
    plain_too = project.settings.asyncio_mode.value != "strict"
    for path in python_files(project.root):
        if not (project.mentions(path, b"fixture") and project.mentions(path, b"async ")):
            continue
        facts = project.facts_at(path)
        for function in facts.functions if facts is not None else ():
            if function.is_async and function.fixture is not None and (plain_too or not function.fixture.plain):
                return function.fixture
    return None


@noted
def relies_on_auto_mode(project: Project) -> Function | None:
    """An async test without a mark, or a plain async fixture: what strict mode would not run; None: nothing."""
    for test in async_tests(project):
        if not any(mark in RUNNER_MARKS for _, mark in marks_of(project, test)):
            return test
    for path in python_files(project.root):
        if not (project.mentions(path, b"fixture") and project.mentions(path, b"async ")):
            continue
        facts = project.facts_at(path)
        for function in facts.functions if facts is not None else ():
            if function.is_async and function.fixture is not None and function.fixture.plain:
                return function
    return None


@noted
def has_test_package(project: Project) -> bool:
    """Is there a directory of tests with an `__init__.py`?"""
    return any(
        path.name == "__init__.py"
        and any(project.is_test_file(other) for other in python_files(path.parent) if other.parent == path.parent)
        for path in python_files(project.root)
    )


def _package_or_fixture(project: Project) -> bool:
    return has_test_package(project) or first_async_fixture(project) is not None


PRECONDITIONS: dict[str, Callable[[Project], bool]] = {
    "asyncio-023-early-pytest8": _package_or_fixture,
    "asyncio-fixturedef-unittest-pytest82": lambda project: first_async_fixture(project) is not None,
}


def is_met(project: Project, conflict: str) -> bool:
    """Does the project meet the precondition of a conflict, given by its id?"""
    check = PRECONDITIONS.get(conflict)
    return check is None or check(project)
