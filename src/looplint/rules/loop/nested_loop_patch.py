"""Test code that patches asyncio so that event loops may nest.

## What it does
Reports `nest_asyncio.apply()` (and `nest_asyncio2.apply()`) in tests, conftest.py and modules among the tests.

## Why it is bad
The patch is for the whole process and cannot be taken back. From then on `asyncio.run` and `run_until_complete` pass in coroutines in
which they raise without it: the tests hide just what they should find.

## What really happens
Where the loop is one of uvloop, `apply` raises `Can't patch loop of type <class 'uvloop.Loop'>`: an error. Elsewhere it works.
Measured with nest_asyncio 1.6.0: nested `asyncio.run` and `run_until_complete` pass on every version of pytest-asyncio. `asyncio.Runner` and
`anyio.run` are not patched and still raise. Where another tool leaves its loop running (Playwright's sync API), the patch helps async tests up to
pytest-asyncio 1.0; 1.1 sets up async fixtures by a `Runner`, 1.2 and newer run tests by one, and it fails as without the patch. Nothing in pytest-asyncio breaks.

## Fix
None: the calls that need the patch must go first (`await X` instead of `asyncio.run(X)`; rule LPL102 reports them once the patch is
gone). Sync tests that only need a result need no patch.

## Exceptions
Under `if __name__ == "__main__"`; tests that say by their name that they are about nesting; a file that patches `apply` itself; scripts among the
tests that hold no test.

## References
* <https://github.com/erdewit/nest_asyncio>
* <https://docs.python.org/3/library/asyncio-runner.html#asyncio.Runner>
* <https://github.com/microsoft/playwright-pytest/issues/167>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.loops.uvloop_in_force import meets_uvloop
from looplint.project.running.usage import is_collected
from looplint.rules.rule import Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_APPLY = ("nest_asyncio.apply", "nest_asyncio2.apply")
_PATCHED = tuple(f"{quote}{name}{quote}" for name in _APPLY for quote in "\"'")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls of `apply` that tests run."""
    facts = module.facts
    if any(text in module.text for text in _PATCHED):
        return
    for call in facts.calls_to(*_APPLY):
        if not _in_main(facts, call) and not _about_nesting(facts, call) and not _is_script(project, facts):
            if meets_uvloop(project, facts, call):
                yield RULE.finding(
                    module,
                    call,
                    f"`{module.text_of(call.func)}()` raises ValueError here: the loop is one of uvloop, which cannot be patched",
                    severity=Severity.ERROR,
                )
                continue
            outcome = "blocking calls in coroutines pass, which raise without the patch"
            if project.may_be("pytest-asyncio", ">=1.1"):
                outcome += "; `Runner`, by which pytest-asyncio runs tests from 1.2 on, is not patched"
                if project.versions.declared("pytest-playwright"):
                    outcome += ", so tests after a browser test fail as without it"
            yield RULE.finding(
                module,
                call,
                f"`{module.text_of(call.func)}()` lets event loops nest in all tests: {outcome}",
                severity=Severity.WARNING,
            )


def _in_main(facts: Facts, call: ast.Call) -> bool:
    """Is it for a run of the file as a script?"""
    tests = (up.test for up in facts.parents(call) if isinstance(up, ast.If))
    return any(isinstance(inner, ast.Name) and inner.id == "__name__" for test in tests for inner in ast.walk(test))


def _about_nesting(facts: Facts, call: ast.Call) -> bool:
    """Is it in a test whose name says that it is about nested loops?"""
    function = facts.function_of(call)
    return function is not None and function.fixture is None and "nest" in function.qualname.lower()


def _is_script(project: Project, facts: Facts) -> bool:
    """Is the file called like a test file, but holds no test?"""
    file = facts.file
    if file is None or file.name == "conftest.py" or not project.is_test_file(file):
        return "__main__" in facts.source.text
    return not any(is_collected(project, function) for function in facts.functions)


RULE = Rule(
    code="LPL106",
    name="nested-loop-patch",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    words=(b"nest_asyncio",),
    tests_only=True,
    check=check,
)
