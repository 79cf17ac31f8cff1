"""Sync fixture or hook that cancels the tasks of a loop on which no test ran.

## What it does
Reports `asyncio.all_tasks(loop)` in a sync fixture or sync setup or teardown hook of async tests that cancels what it finds, where
`loop` comes from `asyncio.get_event_loop()` or `asyncio.new_event_loop()` there.

## Why it is bad
The tests run on loops that pytest-asyncio makes and closes itself. Sync code gets another loop, which has no tasks: nothing is ever
cancelled, and the leaks that the fixture was written for stay.

## What really happens
A test that leaves a task pending, and a sync autouse fixture that cancels all tasks of `get_event_loop()`:

| pytest-asyncio | outcome |
|---|---|
| 0.21 | sees the task and cancels it |
| 0.23 to 1.3 | another loop: always 0 tasks |
| 1.4, 1.5 | `get_event_loop()` raises `There is no current event loop`; under a `try` nothing happens |
| any, `new_event_loop()` | 0 tasks |

From 1.1 on pytest-asyncio cancels the tasks that a test leaves when it closes the test's loop.

## Fix
Shown only: an async autouse fixture runs on the loop of its test, where `asyncio.all_tasks() - {asyncio.current_task()}` are the tasks
that the test left. With pytest-asyncio 1.1 and newer the fixture can go.

## Exceptions
Hooks of `IsolatedAsyncioTestCase`, where the loop of the test is the current one; tests that share a loop; loops that the fixture yields,
sets or runs something on; files and conftest.py files that set a loop; pytest-asyncio before 0.22; functions that only look at tasks.

## References
* <https://docs.python.org/3/library/asyncio-task.html#asyncio.all_tasks>
* <https://pytest-asyncio.readthedocs.io/en/stable/concepts.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.loops.task_cleanups import useless_source
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project

_REPAIR = (
    "make it an async autouse fixture that cancels `asyncio.all_tasks() - {asyncio.current_task()}` after its `yield`, or "
    "remove it: from pytest-asyncio 1.1 on, what a test leaves is cancelled with its loop"
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls of `all_tasks` whose tasks are never those of a test."""
    facts = module.facts
    for call in facts.calls_to("asyncio.all_tasks", "asyncio.tasks.all_tasks", "asyncio.Task.all_tasks"):
        function = facts.function_of(call)
        if function is None or function.is_async or function.outer is not None:
            continue
        found = useless_source(project, function, call)
        if found is None:
            continue
        source, tests = found
        kind = "fixture" if function.fixture is not None else "hook"
        loop = "the loop that is current here" if source == "get_event_loop" else "a new loop"
        yield RULE.finding(
            module,
            call,
            f"`{function.name}` cancels no task of a test: a sync {kind} sees those of {loop}, and `{tests[0].name}` runs on "
            "another",
            fix=Fix(message=_REPAIR, applicability=Applicability.DISPLAY),
        )


RULE = Rule(
    code="LPL603",
    name="useless-task-cleanup",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    words=(b"all_tasks",),
    also=(b"get_event_loop", b"new_event_loop"),
    tests_only=True,
    check=check,
)
