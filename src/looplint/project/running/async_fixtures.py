"""Which async fixtures pytest-asyncio sets up and tears down.

It takes what is decorated with `pytest_asyncio.fixture`, and in auto mode plain fixtures too. Setup and teardown of an
async generator are then two tasks. Fixtures of tests that anyio runs are left out: who gets these depends on the
order in which the plugins are registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.definitions import Colour
from looplint.project.code.mark_expressions import is_mark
from looplint.project.files import python_files
from looplint.project.running.marks import marks_of
from looplint.project.running.runner import uses_anyio_backend
from looplint.project.running.usage import hooks_fixtures, reaching_tests
from looplint.project.running.who import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project


def generator_fixtures(facts: Facts) -> Iterator[Fixture]:
    """The async generator fixtures of a file, whoever runs them."""
    for function in facts.functions:
        if function.is_async and function.fixture is not None and function.colour is Colour.ASYNC_GENERATOR:
            yield function.fixture


def run_by_pytest_asyncio(project: Project, fixture: Fixture) -> bool:
    """Does pytest-asyncio certainly run an async fixture, for one of its tests at least?"""
    return _may_take(project, fixture) and not run_by_anyio_only(project, fixture)


def run_by_pytest_asyncio_or_anyio(project: Project, fixture: Fixture) -> bool:
    """Does one of the two certainly run an async fixture?"""
    if not _may_take(project, fixture, plain_too=True):
        return False
    return _may_take(project, fixture) or run_by_anyio_only(project, fixture)


def _may_take(project: Project, fixture: Fixture, *, plain_too: bool = False) -> bool:
    """Is the fixture one that pytest-asyncio takes in the mode in force, and nothing else may change it?"""
    function = fixture.function
    facts = function.facts
    if fixture.plain and not plain_too and project.settings.asyncio_mode.value != "auto":
        return False
    if fixture.plain and (project.other_runner is not None or not project.is_test_code(facts.file)):
        return False
    if function.outer is not None or not function.is_async or project.settings.anyio_mode.value == "auto":
        return False
    if any(d is not fixture.decorator and not is_mark(project, facts, d.node) for d in function.decorators):
        return False
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        return False
    return not hooks_fixtures(project, facts)


def run_by_anyio_only(project: Project, fixture: Fixture) -> bool:
    """May anyio run the fixture for every test that gets it? It takes those of tests that use `anyio_backend`."""
    if not project.may_have_anyio_tests and not _says(fixture.function.facts.source.raw):
        return False
    if uses_anyio_backend(project, fixture.function):
        return True
    others = False
    for test in reaching_tests(project, fixture):
        if not _is_anyio_test(project, test):
            return False
        others = True
    return others or _speaks_of_anyio_tests(project, fixture)


def _is_anyio_test(project: Project, test: Function) -> bool:
    return any(mark == "anyio" for _, mark in marks_of(project, test)) or uses_anyio_backend(project, test)


def _speaks_of_anyio_tests(project: Project, fixture: Fixture) -> bool:
    """Nobody visible asks for the fixture: is a test that anyio runs within its reach?"""
    facts = fixture.function.facts
    if facts.file is None or _says(facts.source.raw):
        return _says(facts.source.raw)
    if facts.file.name != "conftest.py" and project.is_test_file(facts.file):
        return False
    paths = (path for path in python_files(facts.file.parent) if project.is_test_file(path))
    return any(project.mentions(path, word) for path in paths for word in _ANYIO_TESTS)


def mentions_anyio_tests(project: Project) -> bool:
    """Does any file of the project, or its pytest configuration, speak of tests that anyio runs?"""
    if any(name.startswith("anyio_backend") for name in project.settings.usefixtures):
        return True
    return any(project.mentions(path, word) for path in python_files(project.root) for word in _ANYIO_TESTS)


def _says(raw: bytes) -> bool:
    return any(word in raw for word in _ANYIO_TESTS)


_ANYIO_TESTS = (b"mark.anyio", b"anyio_backend")
