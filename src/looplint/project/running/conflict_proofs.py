"""What in the tests of a project is hurt by a conflict of `knowledge.conflicts`, for those that are told as such.

Merely installing something is no finding: each entry has a function here that finds a test or file which fails.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.files import python_files
from looplint.project.running.async_tests import async_tests, shown_test
from looplint.project.running.browser_tests import browser_tests
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import is_collected, is_meant_for_pytest
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from looplint.model.definitions import Function
    from looplint.project.questions import Project

_SOCKETS_ON = (b"enable_socket", b"socket_enabled", b"socket_allow_hosts", b"pytest_socket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The test or file that is hurt: how a message shows it, and where it is (1-based row)."""

    shown: str
    path: Path
    row: int


def _of_test(test: Function | None) -> Proof | None:
    if test is None or test.facts.file is None:
        return None
    return Proof(shown=shown_test(test), path=test.facts.file, row=test.node.lineno)


@noted
def parametrized_test(project: Project) -> Proof | None:
    """The first parametrized test that pytest collects."""
    for path in python_files(project.root):
        if not project.is_test_file(path) or not project.mentions(path, b"parametrize"):
            continue
        facts = project.facts_at(path)
        for function in facts.functions if facts is not None else ():
            marked = any(mark == "parametrize" for _, mark in marks_of(project, function))
            if marked and is_collected(project, function):
                return _of_test(function)
    return None


@noted
def _importing(project: Project, module: str) -> Proof | None:
    """The first test file that imports a module."""
    pattern = re.compile(rf"^[ \t]*(?:from[ \t]+{module}\b|import[ \t]+{module}\b)".encode(), re.MULTILINE)
    for path in python_files(project.root):
        if not project.is_test_code(path) or not project.mentions(path, module.encode()):
            continue
        raw = project.raw(path)
        found = pattern.search(raw)
        if found is not None and b"try:" not in raw[max(0, found.start() - 40) : found.start()]:
            row = raw.count(b"\n", 0, found.start()) + 1
            return Proof(shown=project.versions.place(path, row), path=path, row=row)
    return None


@noted
def looped_test(project: Project) -> Proof | None:
    """The first async test that pytest-asyncio runs, in a project that speaks of pytest-socket nowhere in its code."""
    for path in python_files(project.root):
        if project.is_test_code(path) and any(project.mentions(path, word) for word in _SOCKETS_ON):
            return None
    return first_async_test(project)


@noted
def first_async_test(project: Project) -> Proof | None:
    """The first async test that pytest-asyncio runs."""
    tests = (t for t in async_tests(project) if project.runner(t).who is Who.PYTEST_ASYNCIO)
    return _of_test(next((test for test in tests if is_meant_for_pytest(project, test)), None))


@noted
def async_test_in_one_process(project: Project) -> Proof | None:
    """The first async test, in a project that does not spread its tests over processes that may be replaced."""
    return None if spreads_tests(project) else first_async_test(project)


def spreads_tests(project: Project) -> bool:
    """May the tests run in processes of pytest-xdist, which are replaced when they end?"""
    words = project.settings.addopts
    return bool(project.versions.declared("pytest-xdist")) or any(w.startswith(("-n", "--numprocesses")) for w in words)


@noted
def browser_test(project: Project) -> Proof | None:
    """The first test that gets a fixture of Playwright's plugins for which there must be a `base_url`."""
    use = next((use for use in browser_tests(project) if use.fixture not in ("playwright", "browser_type")), None)
    return _of_test(use.function) if use is not None else None


@noted
def any_test_function(project: Project) -> Proof | None:
    """The first test of pytest."""
    for path in python_files(project.root):
        facts = project.facts_at(path) if project.is_test_file(path) and path.name != "conftest.py" else None
        for function in facts.functions if facts is not None else ():
            if is_collected(project, function):
                return _of_test(function)
    return None


PROOFS: dict[str, Callable[[Project], Proof | None]] = {
    "lazy-fixture-pytest8": parametrized_test,
    "aioresponses-aiohttp314": lambda project: _importing(project, "aioresponses"),
    "asynctest-py311": lambda project: _importing(project, "asynctest"),
    "tornado-plugin-pkg-resources": any_test_function,
    "socket-disabled-breaks-loop": looped_test,
    "timeout-thread-kills-run": async_test_in_one_process,
    "base-url-pytest92-error": browser_test,
    "base-url-pytest92-error-asyncio": browser_test,
}
"""Id of a conflict that is told at a requirement or a setting -> what it hurts."""
