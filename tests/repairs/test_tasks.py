"""What is written to end a task, and where only the way is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.model.edits import apply_edits
from looplint.project.running.spawned_tasks import lost_task
from looplint.repairs.tasks import end_task
from looplint.rules.rule import Applicability

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.rules.rule import Fix

HEAD = """\
import asyncio
import pytest
async def work(): ...
async def forever():
    while True: await asyncio.sleep(1)
@pytest.mark.asyncio
async def test_x():
"""
TEST = "test_x.py"


def fix_of(root: Path, body: str) -> tuple[Fix, str]:
    text = HEAD + "".join(f"    {row}\n" for row in body.split("\n"))
    project = tree(root, {"pytest.ini": "[pytest]\n", TEST: text})
    facts = project.facts_at(root / TEST)
    assert facts is not None
    module = project.open(facts.source, root / TEST)
    test = module.facts.function("test_x")
    assert test is not None
    tasks = [task for call in module.facts.calls if (task := lost_task(project, test, call)) is not None]
    fix = end_task(module, test, tasks[0])
    assert apply_edits(text, fix.edits).startswith(HEAD)
    return fix, "\n".join(row[4:] for row in apply_edits(text, fix.edits).removeprefix(HEAD).splitlines())


@pytest.mark.parametrize(
    ("body", "fixed"),
    [
        ("asyncio.create_task(work())", "task = asyncio.create_task(work())\nawait task"),
        ("t = asyncio.create_task(work())  # why", "t = asyncio.create_task(work())  # why\nawait t"),
        (
            "tasks = [asyncio.create_task(work())]\npass",
            "tasks = [asyncio.create_task(work())]\npass\nawait asyncio.gather(*tasks)",
        ),
        ("task = 1\nasyncio.create_task(work())", "task = 1\ntask_2 = asyncio.create_task(work())\nawait task_2"),
    ],
)
def test_written(tmp_path: Path, body: str, fixed: str) -> None:
    fix, text = fix_of(tmp_path, body)
    assert fix.applicability is Applicability.UNSAFE
    assert text == fixed


@pytest.mark.parametrize(
    "body",
    [
        "asyncio.create_task(forever())",
        "asyncio.create_task(unknown())",
        "asyncio.create_task(work())\nreturn",
        "[asyncio.create_task(work())]",
        "if HEAD:\n    asyncio.create_task(work())",
    ],
)
def test_only_told(tmp_path: Path, body: str) -> None:
    fix, text = fix_of(tmp_path, body)
    assert fix.applicability is Applicability.DISPLAY
    assert text == body
