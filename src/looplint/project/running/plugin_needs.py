"""Async tests that only pytest-asyncio can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.asked import noted
from looplint.project.files import python_files
from looplint.project.running.async_tests import async_tests
from looplint.project.running.fixtures import plugin_modules
from looplint.project.running.marks import marks_of
from looplint.project.running.other_runners import brought_by_another, foreign_plugin
from looplint.project.running.runner import RUNNER_MARKS, collection_hook, uses_anyio_backend
from looplint.project.running.usage import is_meant_for_pytest
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.project.questions import Project


AUTOLOAD_OFF = "--disable-plugin-autoload"
_MODULES = frozenset({"pytest_asyncio.plugin", "asyncio"})
"""What loads the plugin by `-p` or `pytest_plugins`; the package itself has no hooks (run on pytest 8.4 and 9.2)."""


@noted
def is_loaded_by_name(project: Project) -> bool:
    """Does addopts, or a file's `pytest_plugins`, name pytest-asyncio, or something that is not read?"""
    if not _MODULES.isdisjoint(project.settings.enabled_plugins):
        return True
    for path in python_files(project.root):
        facts = project.facts_at(path) if project.mentions(path, b"pytest_plugins") else None
        if facts is not None and not (named := plugin_modules(facts)):
            return True
        if facts is not None and not _MODULES.isdisjoint(named):
            return True
    return False


@noted
def unrun_without_plugin(project: Project) -> Function | None:
    """The first async test of pytest that nobody runs where pytest-asyncio is not there; None where there is none."""
    if project.other_runner is not None:
        return None
    return next((test for test in async_tests(project) if _needs_plugin(project, test)), None)


def _needs_plugin(project: Project, test: Function) -> bool:
    if project.runner(test).who not in (Who.PYTEST_ASYNCIO, Who.NOBODY):
        return False
    if not is_meant_for_pytest(project, test):
        return False
    if any(RUNNER_MARKS.get(mark, "pytest-asyncio") != "pytest-asyncio" for _, mark in marks_of(project, test)):
        return False
    facts = test.facts
    return (
        not uses_anyio_backend(project, test)
        and collection_hook(project, facts) is None
        and foreign_plugin(project, facts) is None
        and brought_by_another(project, facts) is None
    )
