"""Feature of pytest that does not reach the tests of unittest classes: fixtures, `parametrize`, the asyncio mark.

## What it does
Reports, in classes that derive from `unittest.TestCase` or `IsolatedAsyncioTestCase`: tests with parameters that nobody gives (fixtures,
`parametrize`), asyncio marks, and async autouse fixtures.

## Why it is bad
unittest makes and calls the test itself, under pytest too. A test that waits for a fixture never runs, and a mark that
asks for an event loop, or for a loop scope, says something that is not so.

## What really happens
| feature | outcome |
|---|---|
| fixture or `parametrize` as a parameter | every version: `TypeError: … missing 1 required positional argument` |
| asyncio mark, with and without `loop_scope` | every version, both modes: no effect; the test runs on the loop of `IsolatedAsyncioTestCase` |
| async autouse fixture | pytest-asyncio < 1.1: never runs; later: runs, on another loop than the tests of `IsolatedAsyncioTestCase` |

`skip`, `xfail`, `usefixtures` and sync autouse fixtures work.

## Fix
Safe for the mark: it is dropped. Sync tests of a plain TestCase keep it where pytest-asyncio may be older than 1.2, since it
gave them a current event loop. What a fixture did must move to `setUp` or `asyncSetUp`, or to a sync autouse fixture that sets an attribute; or
the class must become one of pytest's: that is shown only.

## Exceptions
Parameters that `@patch` fills, that have defaults, or that a decorator unknown to looplint may fill (ddt, parameterized,
hypothesis …); TestCases of frameworks and own ones that run their tests themselves; skipped tests and those expected to fail; an
async test of a plain TestCase, whose mark is the least of its problems: LPL301.

## References
* <https://docs.pytest.org/en/stable/how-to/unittest.html#pytest-features-in-unittest-testcase-subclasses>
* <https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase>
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from looplint.model.edits import settle
from looplint.project.running.marks import marks_of
from looplint.project.running.placed_marks import decorator_marks, pytestmarks
from looplint.project.running.testcases import TESTCASES, runs_coroutines, unfilled, unittest_tests
from looplint.project.running.who import Family
from looplint.repairs.marks import drop_mark
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.versions import severity_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Fixture, Function
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.placed_marks import PlacedMark

_FIXTURES_RUN = "<1.1"
"""Before it, pytest-asyncio takes no fixtures for tests of unittest classes (measured)."""


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Parameters, marks and async fixtures that unittest does not know."""
    tests: dict[Class, list[Function]] = {}
    for test in unittest_tests(project, module.facts):
        if test.cls is not None:
            tests.setdefault(test.cls, []).append(test)
    for cls, of_class in tests.items():
        for test in of_class:
            yield from _without_parameters(module, project, test)
        yield from _marks(module, project, cls, of_class)
    for function in module.facts.functions:
        fixture = function.fixture
        if fixture is not None and function.is_async and function.cls is not None and fixture.autouse:
            yield from _async_fixture(module, project, fixture, project.family(function.cls))


def _without_parameters(module: Module, project: Project, test: Function) -> Iterator[Finding]:
    assert test.cls is not None
    missing = unfilled(project, test)
    if not missing or runs_coroutines(project, test.cls):
        return
    parametrized = any(mark == "parametrize" for _, mark in marks_of(project, test))
    names = ", ".join(f"`{parameter.arg}`" for parameter in missing)
    feature = "`parametrize` does" if parametrized else "fixtures do"
    instead = "subTest" if parametrized else "an attribute that `setUp` or a sync autouse fixture sets"
    yield RULE.finding(
        module,
        missing[0],
        f"unittest calls `{test.name}` without {names}, a TypeError: {feature} not reach unittest classes",
        fix=Fix(
            message=f"use {instead}, or do not derive `{test.cls.name}` from TestCase",
            applicability=Applicability.DISPLAY,
        ),
    )


def _marks(module: Module, project: Project, cls: Class, tests: list[Function]) -> Iterator[Finding]:
    """The asyncio marks of the class and its tests that have no effect; async tests of a plain TestCase are LPL301's."""
    isolated = project.family(cls) is Family.ISOLATED
    ours = [test for test in tests if isolated or not test.is_async]
    found = [decorator_marks(project, test) for test in ours]
    if len(ours) == len(tests):
        found += [decorator_marks(project, cls), pytestmarks(project, module.facts, cls)]
    for mark in chain.from_iterable(found):
        if mark.name == "asyncio":
            what = "it has no effect" if mark.is_bare else "neither it nor its arguments have an effect"
            keep = not isolated and project.may_be("pytest-asyncio", "<1.2")
            yield RULE.finding(
                module,
                mark.node,
                f"this asyncio mark is on tests of `{cls.name}`, which unittest runs by itself: {what}",
                severity=Severity.WARNING,
                fix=None if keep else partial(_drop, module, mark),
            )


def _drop(module: Module, mark: PlacedMark) -> Fix:
    return settle(Fix(message="drop the mark", applicability=Applicability.SAFE, edits=drop_mark(module, mark)))


def _async_fixture(module: Module, project: Project, fixture: Fixture, family: Family) -> Iterator[Finding]:
    """An autouse fixture that pytest-asyncio takes late, and then not onto the loop of the tests."""
    if family not in TESTCASES or (fixture.plain and project.settings.asyncio_mode.value != "auto"):
        return
    if not project.is_test_code(fixture.function.facts.file):
        return
    isolated = family is Family.ISOLATED
    if not isolated and not project.may_be("pytest-asyncio", _FIXTURES_RUN):
        return
    severity, where = severity_on(project, "pytest-asyncio", _FIXTURES_RUN)
    if severity is Severity.ERROR:
        consequence = "pytest-asyncio before 1.1 never runs it"
    elif isolated:
        consequence = f"it runs on another loop than the tests, and {where} never"
    else:
        consequence = f"{where} it never runs"
    instead = "`asyncSetUp` and `asyncTearDown`" if isolated else "`IsolatedAsyncioTestCase` and `asyncSetUp`"
    yield RULE.finding(
        module,
        fixture.function.node,
        f"`{fixture.name}` is an async autouse fixture of a unittest class: {consequence}",
        severity=severity,
        fix=Fix(message=f"use {instead}", applicability=Applicability.DISPLAY),
    )


RULE = Rule(
    code="LPL312",
    name="pytest-feature-in-testcase",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"TestCase", b"unittest"),
    check=check,
)
