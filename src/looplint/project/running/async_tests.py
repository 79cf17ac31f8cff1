"""The async tests of a project, one by one, for rules that need to know whether there are any of some sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.asked import noted
from looplint.project.files import python_files
from looplint.project.running.usage import is_collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.project.questions import Project
    from looplint.project.running.who import Who

_ASYNC = b"async"


def async_tests(project: Project) -> Iterator[Function]:
    """The collected async tests below the root, in the order of their files; a file is read when it is its turn."""
    for path in python_files(project.root):
        if path.name == "conftest.py" or not project.is_test_file(path) or not project.mentions(path, _ASYNC):
            continue
        facts = project.facts_at(path)
        if facts is not None:
            yield from (f for f in facts.functions if f.is_async and is_collected(project, f))


@noted
def first_run_by(project: Project, who: Who) -> Function | None:
    """The first async test that a certain one runs; None where there is none."""
    return next((test for test in async_tests(project) if project.runner(test).who is who), None)


@noted
def has_async_tests(project: Project) -> bool:
    """Is there any async test that pytest collects?"""
    return next(async_tests(project), None) is not None


def shown_test(test: Function) -> str:
    """A test within a message: "test_page (tests/test_browser.py:12)"."""
    return f"`{test.qualname}` ({test.facts.source.path}:{test.node.lineno})"
