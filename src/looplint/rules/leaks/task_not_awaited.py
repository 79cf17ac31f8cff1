"""Task of a test or fixture that nobody awaits, so that its errors never fail a test.

## What it does
Reports `asyncio.create_task`, `ensure_future` and `loop.create_task` in an async test, async fixture or `asyncSetUp` whose task is
dropped, or kept in a name, list or attribute that is never read: neither awaited, gathered, cancelled, returned nor handed on.

## Why it is bad
asyncio keeps the exception of a task for whoever awaits it. Where nobody does, a failing `assert` in the task changes nothing: the test
passes. A task that has not ended when the test ends is destroyed or cancelled in the middle of its work.

## What really happens
| where | outcome, on pytest 7.4 to 9.2 with pytest-asyncio 0.21 to 1.5 |
|---|---|
| failing assert or exception in the task | the test passes; `Task exception was never retrieved` in the log |
| task that has not ended, before pytest-asyncio 1.1 | left pending: `Task was destroyed but it is pending!` at some later time, `finally` does not run |
| the same from pytest-asyncio 1.1 on | cancelled when the loop ends |

## Fix
Unsafe, since the test may begin to fail, rightly: the task gets a name if it has none, and `await task` at the end of the test
(`await asyncio.gather(*tasks)` for a list), or `task.cancel()` at the end of a fixture. Only where the coroutine is known and ends by itself;
a fixture cancels whatever it started.

## Exceptions
Tasks whose end the test sees in another way: it uses an object that the task uses (an event, a queue, a list), or awaits anything but
`asyncio.sleep` after it, unless the last thing that the task does is an assert. Tasks of a `TaskGroup`, tasks with a callback, files and
conftest.py files that look at `asyncio.all_tasks()` or set an exception handler, expected errors, `# noqa: RUF006`.

## References
* <https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task>
* <https://docs.astral.sh/ruff/rules/asyncio-dangling-task/>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.names import last_name
from looplint.project.running.spawned_tasks import MAKERS, lost_task
from looplint.repairs.tasks import end_task
from looplint.rules.rule import Applicability, Finding, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.spawned_tasks import SpawnedTask


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Tasks of which nobody hears again."""
    facts = module.facts
    for call in facts.calls:
        leaf = last_name(call.func)
        if leaf not in MAKERS and leaf not in facts.aliased_names:
            continue
        spawner = facts.function_of(call)
        if spawner is None or not spawner.is_async or spawner.outer is not None or facts.in_lambda(call):
            continue
        task = lost_task(project, spawner, call)
        if task is not None:
            yield _finding(module, spawner, task)


def _finding(module: Module, spawner: Function, task: SpawnedTask) -> Finding:
    coroutine = module.text_of(task.coroutine.func)
    kept = f"`{'self.' if task.kept == 'attribute' else ''}{task.name}` is" if task.name else "a task is"
    kind = "fixture" if spawner.fixture is not None else "hook" if spawner.hook is not None else "test"
    related = []
    if task.assertion is not None and task.function is not None:
        source = task.function.facts.source
        row = getattr(task.assertion, "lineno", 1)
        end = f"the assert in `{coroutine}` ({source.path}:{row}) fails no test"
        column = getattr(task.assertion, "col_offset", 0) + 1
        related.append(Related(path=source.path, row=row, column=column, message="the assert"))
    else:
        end = f"an error in `{coroutine}` fails no test"
    return RULE.finding(
        module,
        task.call,
        f"{kept} never awaited nor cancelled in {kind} `{spawner.name}`: {end}",
        related=related,
        fix=partial(end_task, module, spawner, task),
    )


RULE = Rule(
    code="LPL601",
    name="task-not-awaited",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"create_task", b"ensure_future"),
    also=(b"async def",),
    overlaps=("RUF006",),
    tests_only=True,
    check=check,
)
