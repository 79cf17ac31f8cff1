"""Async tests that only pytest-asyncio can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.asked import noted
from looplint.project.running.async_tests import async_tests
from looplint.project.running.marks import marks_of
from looplint.project.running.other_runners import brought_by_another, foreign_plugin
from looplint.project.running.runner import RUNNER_MARKS, collection_hook, uses_anyio_backend
from looplint.project.running.usage import is_meant_for_pytest
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.project.questions import Project


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
