"""Asyncio mark that says what auto mode does anyway.

## What it does
Reports asyncio marks without arguments, of tests, classes and modules, where `asyncio_mode = auto` is in force and no mark further
out asks for a loop scope.

## Why it is bad
It is noise, and it misleads: tests without it run just as well, and whoever reads the file cannot tell. In auto mode every `async def`
test and fixture is pytest-asyncio's.

## What really happens
With and without the mark the same tests run on the same loops, on every version. Auto mode puts the mark on every async test by itself, so
that `-m asyncio` and `get_closest_marker("asyncio")` find the same tests too. Under `pytestmark = pytest.mark.asyncio(loop_scope="module")`
that is not so: there the bare mark puts its test back on a loop of its own.

## Fix
Safe: the mark goes, and the import of pytest with it if nothing else needs it.

## Exceptions
Marks with arguments; a loop scope further out; strict mode, or a mode that is not known; marks of anyio or another runner on the same
test; a collection hook that looks for the mark where pytest-asyncio may be older than 0.23; unittest classes; marks that cover no async test (`asyncio-mark-on-sync-test`).

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/concepts.html#auto-mode>
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/markers/index.html>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.edits import settle
from looplint.project.running.marks import has_unread_marks, marks_of
from looplint.project.running.placed_marks import covered_tests, decorator_marks, is_bare_mark, wide_marks
from looplint.project.running.runner import RUNNER_MARKS, collection_hook
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Who
from looplint.repairs.marks import drop_mark
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import auto_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.placed_marks import PlacedMark

_MARKED_LATE = ("pytest-asyncio", "<0.23")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Bare marks that change nothing."""
    if project.settings.asyncio_mode.value != "auto":
        return
    marks = [mark for mark in _bare_marks(project, module.facts) if _changes_nothing(project, module.facts, mark)]
    if not marks or _mark_matters(project, module.facts):
        return
    for mark in marks:
        of_test = isinstance(mark.owner, Function)
        what = f"the asyncio mark of `{mark.owner.name}`" if of_test and mark.owner else "this asyncio mark"
        without = "the test" if of_test else "the tests that it covers"
        yield RULE.finding(
            module,
            mark.node,
            f"{what} is redundant: auto mode runs {without} on the same loop without it",
            settings=[str(project.settings.asyncio_mode)],
            fix=partial(_drop, module, mark),
        )


def _bare_marks(project: Project, facts: Facts) -> Iterator[PlacedMark]:
    for function in facts.functions:
        if function.is_async and function.decorators and is_collected(project, function):
            yield from (mark for mark in decorator_marks(project, function) if _is_meant(mark))
    yield from (mark for mark in wide_marks(project, facts) if _is_meant(mark))


def _is_meant(mark: PlacedMark) -> bool:
    return mark.name == "asyncio" and mark.is_bare and mark.alone


def _changes_nothing(project: Project, facts: Facts, mark: PlacedMark) -> bool:
    """Do all async tests that have the mark, and at least one, run the same without it?"""
    reached = covered_tests(project, facts, mark) if not isinstance(mark.owner, Function) else iter((mark.owner,))
    tests = [test for test in reached if test.is_async]
    return bool(tests) and all(_runs_the_same(project, test, mark) for test in tests)


def _runs_the_same(project: Project, test: Function, mark: PlacedMark) -> bool:
    """Is the test pytest-asyncio's, and asks no other mark of it for a loop scope or another runner?"""
    if project.runner(test).who is not Who.PYTEST_ASYNCIO or has_unread_marks(project, test):
        return False
    others = [(found, name) for found, name in marks_of(project, test) if found.node is not mark.mark.node]
    return all(name == "asyncio" and is_bare_mark(found) for found, name in others if name in RUNNER_MARKS)


def _mark_matters(project: Project, facts: Facts) -> bool:
    """May a hook of the project that looks for the mark come before auto mode has put its own on the test?"""
    return project.may_be(*_MARKED_LATE) and collection_hook(project, facts) is not None


def _drop(module: Module, mark: PlacedMark) -> Fix:
    edits = drop_mark(module, mark)
    return settle(Fix(message="drop the mark", applicability=Applicability.SAFE, edits=edits))


RULE = Rule(
    code="LPL306",
    name="redundant-asyncio-mark",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    default=False,
    words=(b"asyncio",),
    also=(b"mark",),
    check=check,
    silent=auto_only,
)
