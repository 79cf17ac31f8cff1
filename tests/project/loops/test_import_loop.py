"""Uses of a loop that was made at import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.loops.import_loop import import_loop_use

if TYPE_CHECKING:
    from pathlib import Path

TEST = "tests/test_m.py"
HEAD = "import asyncio\nimport pytest_asyncio\nasync def coro(): ...\nLOOP = asyncio.get_event_loop()\n"
ASYNC = "async def test_async(): ...\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("async def test_x(): LOOP.create_task(coro())\n", ("test_x", True)),
        ("@pytest_asyncio.fixture\nasync def fx(): LOOP.call_soon(print)\n", ("fx", True)),
        ("async def test_x(): LOOP.create_future()\n", None),
        ("async def helper(): LOOP.create_task(coro())\n", None),
        ("async def test_x(LOOP): LOOP.create_task(coro())\n", None),
        (ASYNC + "def test_x(): LOOP.run_until_complete(coro())\n", ("test_x", False)),
        ("def test_x(): LOOP.run_until_complete(coro())\n" + ASYNC, None),
    ],
)
def test_the_use_of_a_loop_made_at_import(tmp_path: Path, text: str, expected: tuple[str, bool] | None) -> None:
    project = tree(tmp_path, {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", TEST: HEAD + text})
    use = import_loop_use(project, facts(project, TEST), "LOOP")
    assert (use and (use.function.name, use.in_coroutine)) == expected
