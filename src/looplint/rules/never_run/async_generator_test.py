"""Async test with a `yield`, which nobody runs.

## What it does
Reports collected `async def test…` functions and methods that have a `yield` of their own.

## Why it is bad
The `yield` makes an async generator function of the test. Calling it runs nothing, and neither pytest-asyncio nor unittest iterates
over what it returns. Often it was once a fixture, or a fixture's code was pasted into it.

## What really happens
| who | outcome |
|---|---|
| pytest-asyncio < 0.23 | passes without running; in auto mode without a mark: skipped |
| pytest-asyncio >= 0.23 | xfailed: `[NOTRUN] Tests based on asynchronous generators are not supported`, for ever |
| strict mode without a mark | skipped by pytest < 8.4, fails since, as any async test |
| `TestCase`, `IsolatedAsyncioTestCase` | passes without running, with at most a `DeprecationWarning` from Python 3.11 on |

## Fix
None: only the author knows whether the `yield` is a left-over, or whether what stands around it belongs in a fixture.

## Exceptions
Fixtures and context managers whose names begin with `test`; functions that the file itself uses; decorators that looplint cannot
follow; tests of frameworks' classes and of other runners; skipped tests.

## References
* <https://github.com/pytest-dev/pytest-asyncio/issues/642>
* <https://docs.python.org/3/reference/expressions.html#asynchronous-generator-functions>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.running.marks import marks_of
from looplint.project.running.testcases import TESTCASES, runs_coroutines, unfilled, unittest_tests
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family, Who
from looplint.rules.rule import Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project

_XFAILED_SINCE = ("pytest-asyncio", ">=0.23")
_FAILED_SINCE = ("pytest", ">=8.4")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Tests that are async generators."""
    suspects = [f for f in module.facts.functions if f.is_async and f.name.startswith("test") and f.is_generator]
    if not suspects:
        return
    of_unittest = set(unittest_tests(project, module.facts))
    for test in suspects:
        if test.cls is not None and project.family(test.cls) in TESTCASES:
            outcome = _in_testcase(project, test) if test in of_unittest else None
        else:
            outcome = _in_pytest(project, test)
        if outcome is not None:
            yield RULE.finding(
                module,
                test.node,
                f"`{test.name}` has a `yield`, which makes an async generator of the test: {outcome}",
            )


def _in_testcase(project: Project, test: Function) -> str | None:
    assert test.cls is not None
    changed = project.runner(test).who is Who.UNKNOWN or runs_coroutines(project, test.cls)
    return None if changed or unfilled(project, test) != () else "unittest passes it without running it"


def _in_pytest(project: Project, test: Function) -> str | None:
    """What becomes of a test that pytest collects; None where somebody may run it, or nobody cares."""
    if test.cls is not None and project.family(test.cls) is not Family.PYTEST:
        return None
    if not is_collected(project, test) or (test.cls is None and test.name in test.facts.loaded_names):
        return None
    if any(mark == "skip" for _, mark in marks_of(project, test)):
        return None
    who = project.runner(test).who
    if who is Who.PYTEST_ASYNCIO:
        return _outcome(project, _XFAILED_SINCE, "does not run it", "lists it as xfailed without running it")
    if who in (Who.NOBODY, Who.ANYIO):
        return _outcome(project, _FAILED_SINCE, "skips it", "fails it without running it")
    return None


def _outcome(project: Project, since: tuple[str, str], before: str, after: str) -> str:
    """What is said of the versions in force: of those `since`, of those before, or of both."""
    distribution, specifier = since
    if project.must_be(distribution, specifier):
        return f"{distribution} {after}"
    bound = specifier.removeprefix(">=")
    if project.must_be(distribution, f"<{bound}"):
        return f"{distribution} {before}"
    return f"{distribution} before {bound} {before}, a later one {after}"


RULE = Rule(
    code="LPL309",
    name="async-generator-test",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    words=(b"async def test", b"async  def"),
    also=(b"yield",),
    check=check,
)
