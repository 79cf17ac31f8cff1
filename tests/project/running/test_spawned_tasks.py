"""Which tasks nobody hears of again, and which of their asserts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.spawned_tasks import lost_task

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.running.spawned_tasks import SpawnedTask

HEAD = """\
import asyncio
import pytest
async def work(*args): ...
async def check(value): assert value
async def check_and_set(event):
    assert event
    event.set()
"""
NAME = "test_x.py"


def lost(
    root: Path, body: str, head: str = "@pytest.mark.asyncio\nasync def test_x(event, thing):"
) -> list[SpawnedTask]:
    rows = "".join(f"    {row}\n" for row in body.split("\n"))
    project = tree(root, {"pytest.ini": "[pytest]\n", NAME: f"{HEAD}{head}\n{rows}"})
    seen = facts(project, NAME)
    found = []
    for call in seen.calls:
        function = seen.function_of(call)
        if function is not None and (task := lost_task(project, function, call)) is not None:
            found.append(task)
    return found


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("asyncio.create_task(work())", "dropped"),
        ("asyncio.ensure_future(work())\nawait asyncio.sleep(0)", "dropped"),
        ("[asyncio.create_task(work()) for _ in 'ab']", "dropped"),
        ("task = asyncio.create_task(work())", "name"),
        ("task: object = asyncio.create_task(work())\nassert task.done()", "name"),
        ("tasks = []\ntasks.append(asyncio.create_task(work()))", "list"),
        ("tasks = [asyncio.create_task(work())]\nawait asyncio.sleep(0)", "list"),
        ("loop = asyncio.get_running_loop()\nloop.create_task(work())", "dropped"),
        ("asyncio.create_task(check(event))\nawait event.wait()", "dropped"),
    ],
)
def test_tasks_that_are_lost(tmp_path: Path, body: str, kept: str) -> None:
    assert [task.kept for task in lost(tmp_path, body)] == [kept]


@pytest.mark.parametrize(
    "body",
    [
        "await asyncio.create_task(work())",
        "task = asyncio.create_task(work())\nawait task",
        "task = asyncio.create_task(work())\ntask.cancel()",
        "task = asyncio.create_task(work())\nwhile not task.done(): await asyncio.sleep(0)",
        "tasks = [asyncio.create_task(work())]\nawait asyncio.gather(*tasks)",
        "tasks = []\ntasks.append(asyncio.create_task(work()))\nawait asyncio.wait(tasks)",
        "keep(asyncio.create_task(work()))",
        "event.task = asyncio.create_task(work())",
        "return asyncio.create_task(work())",
        "asyncio.create_task(work()).add_done_callback(print)",
        "asyncio.create_task(work(event))\nawait event.wait()",
        "asyncio.create_task(check_and_set(event))\nawait event.wait()",
        "asyncio.create_task(work())\nawait thing.end()",
        "asyncio.create_task(work())\nassert thing.is_done",
        "asyncio.create_task(work())  # noqa: RUF006",
        "asyncio.create_task(work())\nasyncio.all_tasks()",
        "asyncio.ensure_future(asyncio.gather(work()))",
        "asyncio.create_task(thing)",
        "thing.create_task(work())",
        "async with thing:\n    asyncio.create_task(work())",
        "with pytest.raises(TypeError):\n    asyncio.create_task(work())",
        "thing.patch('asyncio.create_task')\nasyncio.create_task(work())",
    ],
)
def test_tasks_that_somebody_may_hear_of(tmp_path: Path, body: str) -> None:
    assert lost(tmp_path, body) == []


def test_the_assert_is_told(tmp_path: Path) -> None:
    (task,) = lost(tmp_path, "asyncio.create_task(check(0))")
    assert task.function is not None
    assert task.function.name == "check"
    assert getattr(task.assertion, "lineno", None) == 4


@pytest.mark.parametrize("head", ["async def helper():", "def test_sync():"])
def test_only_async_tests_fixtures_and_hooks_count(tmp_path: Path, head: str) -> None:
    assert lost(tmp_path, "asyncio.create_task(work())", head) == []
