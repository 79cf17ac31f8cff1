"""Async test that nobody runs: strict mode and no mark.

## What it does
Reports `async def` tests in strict mode that carry no asyncio mark (own, class or `pytestmark`) and that nothing else runs.

## Why it is bad
pytest does not run coroutines itself. Before pytest 8.4 the test is skipped and the suite is green without it, for years
if nobody reads the list of warnings.

## What really happens
| versions | outcome |
|---|---|
| pytest < 8.4 | skipped, `PytestUnhandledCoroutineWarning: async def functions are not natively supported and have been skipped` |
| pytest >= 8.4 | fails: `async def functions are not natively supported` |
| with `xfail`, pytest >= 8.4 | reported as xfailed for ever, whatever the test would do |

In auto mode the same test runs.

## Fix
Unsafe, since a test that never ran starts to run: `@pytest.mark.asyncio` directly above the `def`, below the other decorators
(above a `staticmethod` the mark is lost before pytest 8.4). No fix where the project declares requirements but no pytest-asyncio.

## Exceptions
Auto mode; tests that anyio, unittest or another runner of the project runs; a decorator that looplint does not know (it may run
the coroutine); a conftest hook that marks or runs coroutines; `skip`; a mark that is nearly
`asyncio`, which `invalid-asyncio-mark` reports; a function that the file calls itself, other than under
`if __name__ == "__main__"` in a file that imports pytest.

## References
* <https://docs.pytest.org/en/stable/changelog.html> (8.4.0)
* <https://pytest-asyncio.readthedocs.io/en/stable/concepts.html#test-discovery-modes>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import add_decorator, import_edits, import_from_edits, settle
from looplint.project.running.misspelt_marks import misspelt_mark
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import strict_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Async tests that are collected and run by nobody."""
    for test in project.tests_run_by_nobody(module.facts):
        if misspelt_mark(project, test) is not None:  # that is what `invalid-asyncio-mark` reports
            continue
        yield RULE.finding(
            module,
            test.node,
            f"`{test.name}` is an async test without mark in strict mode: {_outcome(project)}",
            settings=[str(project.settings.asyncio_mode)],
            fix=partial(_mark, module, project, test),
        )


def _outcome(project: Project) -> str:
    if project.must_be("pytest", "<8.4"):
        return "pytest skips it and the suite stays green"
    if project.must_be("pytest", ">=8.4"):
        return "pytest fails it without running it"
    return "pytest before 8.4 skips it and the suite stays green, later ones fail it"


def _mark(module: Module, project: Project, test: Function) -> Fix | None:
    if project.versions.any_declared and not project.versions.declared("pytest-asyncio"):
        return None
    mark, edits = import_from_edits(module, "pytest", "mark")
    if edits:  # nothing to reuse: write it the usual way
        pytest, edits = import_edits(module, "pytest")
        mark = f"{pytest}.mark"
    edits += add_decorator(module, test, f"@{mark}.asyncio")
    return settle(Fix(message=f"mark `{test.name}` with asyncio", applicability=Applicability.UNSAFE, edits=edits))


RULE = Rule(
    code="LPL303",
    name="unmarked-async-test",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"async def", b"async  def"),
    also=(b"test",),
    check=check,
    silent=strict_only,
)
