"""Async test under a decorator that puts a plain function around it, which nobody awaits.

## What it does
Reports decorators of async tests that return a plain `def`: it hands the coroutine on without running it, or throws it away. The
decorators are those of the project, context managers used as decorators, and some of libraries (`requests_mock`,
`httpretty`, moto's `mock_aws` …).

## Why it is bad
pytest-asyncio and `IsolatedAsyncioTestCase` run coroutine functions. What comes out of such a decorator is none, whatever
`functools.wraps` copies onto it, and in auto mode and under an asyncio mark nobody awaits the coroutine that it returns. What
the decorator sets up is gone, too, before anybody could.

## What really happens
| wrapper | versions | outcome |
|---|---|---|
| returns the coroutine | pytest >= 8.4 | fails: `async def functions are not natively supported` |
| | pytest < 8.4 | skipped, the suite stays green |
| | pytest-asyncio < 0.23, test marked | runs, outside of what the decorator sets up |
| | in `IsolatedAsyncioTestCase` | passes without running |
| throws the coroutine away | all | passes without running |

## Fix
Shown only: the wrapper must be an `async def` that awaits what it wraps; a library's context manager is entered in the test.

## Exceptions
Wrappers that run the coroutine (`asyncio.run`, `run_until_complete` …) or are coroutine functions; decorators that looplint cannot follow to
the end; other runners; conftest hooks that may run coroutines; skipped tests; functions that the file uses itself. Tests of a plain
TestCase: LPL301.

## References
* <https://docs.pytest.org/en/stable/changelog.html> (8.4.0)
* <https://docs.python.org/3/library/inspect.html#inspect.iscoroutinefunction>
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from looplint.model.names import dotted_text
from looplint.project.code.decorating import made_of
from looplint.project.code.wrapping import Makes
from looplint.project.running.marks import marks_of
from looplint.project.running.runner import collection_hook, runner_but_for_decorators, wrapped_class
from looplint.project.running.testcases import runs_coroutines, unittest_tests
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family, Who
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.versions import severity_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Decorator, Function
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.code.decorating import Made

_Outcome = tuple[Severity, str]
_PASSES = "it passes without running"


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Decorators that leave no coroutine function of a test."""
    for test in module.facts.functions:
        if not test.is_async or test.is_generator or not test.decorators or not test.name.startswith("test"):
            continue
        made = made_of(project, test)
        if made.makes not in (Makes.HIDDEN, Makes.DROPPED) or made.decorator is None:
            continue
        outcome = _outcome(project, test, made)
        if outcome is not None:
            yield _finding(module, test, made, made.decorator, outcome)


def _finding(module: Module, test: Function, made: Made, decorator: Decorator, outcome: _Outcome) -> Finding:
    severity, what = outcome
    name = dotted_text(decorator.call.func if decorator.call else decorator.node) or "the decorator"
    does = "throws away" if made.makes is Makes.DROPPED else "returns"
    return RULE.finding(
        module,
        decorator.node,
        f"`@{name}` puts a plain function around `{test.name}`, which {does} the coroutine: {what}",
        severity=severity,
        related=[] if made.wrapper is None else [_place(made.wrapper)],
        fix=_fix(made),
    )


def _fix(made: Made) -> Fix:
    wrapper = made.wrapper
    is_context = wrapper is None or wrapper.is_generator
    message = "do in the test what it does around it" if is_context else "make it a coroutine function that awaits"
    return Fix(message=message, applicability=Applicability.DISPLAY)


def _place(wrapper: Function) -> Related:
    source = wrapper.facts.source
    position = source.position(source.offset_of(wrapper.node.lineno, wrapper.node.col_offset))
    return Related(path=os.path.relpath(source.path), row=position.row, column=position.column, message="plain def")


def _outcome(project: Project, test: Function, made: Made) -> _Outcome | None:
    """What becomes of the test; None where somebody may run it, or nobody cares."""
    family = project.family(test.cls) if test.cls is not None else Family.PYTEST
    if family is Family.ISOLATED and test.cls is not None:
        unchanged = test in set(unittest_tests(project, test.facts)) and not runs_coroutines(project, test.cls)
        return (Severity.ERROR, _PASSES) if unchanged else None
    if family is not Family.PYTEST or not is_collected(project, test):
        return None
    if test.cls is None and test.name in test.facts.loaded_names:
        return None
    if any(mark == "skip" for _, mark in marks_of(project, test)) or wrapped_class(project, test) is not None:
        return None
    runner = runner_but_for_decorators(project, test)
    if runner.who not in (Who.PYTEST_ASYNCIO, Who.NOBODY, Who.ANYIO) or collection_hook(project, test.facts):
        return None
    if made.makes is Makes.DROPPED:
        return Severity.ERROR, _PASSES
    return _handed_on(project, marked=runner.mark is not None)


def _handed_on(project: Project, *, marked: bool) -> _Outcome:
    """Before 0.23, pytest-asyncio awaits what a marked test returns."""
    if project.must_be("pytest", ">=8.4"):
        what = "pytest fails it without running it"
    elif project.must_be("pytest", "<8.4"):
        what = "pytest skips it and the suite stays green"
    else:
        what = "pytest before 8.4 skips it and the suite stays green, later ones fail it"
    severity, where = severity_on(project, "pytest-asyncio", ">=0.23") if marked else (Severity.ERROR, "")
    return severity, f"{where}, {what}" if where else what


RULE = Rule(
    code="LPL310",
    name="sync-decorator-on-async-test",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    words=(b"async def test", b"async  def"),
    also=(b"@",),
    check=check,
)
