"""Where the tasks come from that sync fixtures and hooks cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.loops.task_cleanups import useless_source

if TYPE_CHECKING:
    from pathlib import Path

NAME = "test_x.py"
TEST = "@pytest.mark.asyncio\nasync def test_x(): ...\n"
CANCEL = "for task in asyncio.all_tasks({}): task.cancel()"


def source(root: Path, body: str, *, head: str = "def clean():", test: str = TEST, pins: str = "1.3.0") -> str | None:
    rows = "".join(f"    {row}\n" for row in body.split("\n"))
    text = f"import asyncio\nimport pytest\n@pytest.fixture(autouse=True)\n{head}\n    yield\n{rows}{test}"
    project = tree(root, {"pytest.ini": "[pytest]\n", "requirements.txt": f"pytest-asyncio=={pins}\n", NAME: text})
    seen = facts(project, NAME)
    for call in seen.calls:
        function = seen.function_of(call)
        if function is not None and (found := useless_source(project, function, call)) is not None:
            return found[0]
    return None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (CANCEL.format("asyncio.get_event_loop()"), "get_event_loop"),
        ("loop = asyncio.get_event_loop()\n" + CANCEL.format("loop"), "get_event_loop"),
        ("loop = asyncio.new_event_loop()\n" + CANCEL.format("loop=loop") + "\nloop.close()", "new_event_loop"),
        (
            "loop = asyncio.get_event_loop()\n"
            + CANCEL.format("loop")
            + "\nloop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))",
            "get_event_loop",
        ),
        ("assert not asyncio.all_tasks(asyncio.get_event_loop())", None),
        (CANCEL.format("unknown()"), None),
        (CANCEL.format(""), None),
        ("loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\n" + CANCEL.format("loop"), None),
        ("loop = asyncio.new_event_loop()\nloop.run_until_complete(work())\n" + CANCEL.format("loop"), None),
        ("loop = asyncio.new_event_loop()\nloop.create_task(work())\n" + CANCEL.format("loop"), None),
    ],
)
def test_where_the_loop_comes_from(tmp_path: Path, body: str, expected: str | None) -> None:
    assert source(tmp_path, body) == expected


CURRENT = CANCEL.format("asyncio.get_event_loop()")


def test_async_fixtures_see_the_tasks_of_their_test(tmp_path: Path) -> None:
    assert source(tmp_path, CURRENT, head="async def clean():") is None


def test_tests_that_share_a_loop(tmp_path: Path) -> None:
    shared = "@pytest.mark.asyncio(loop_scope='module')\nasync def test_x(): ...\n"
    assert source(tmp_path, CURRENT, test=shared) is None


def test_no_async_test(tmp_path: Path) -> None:
    assert source(tmp_path, CURRENT, test="def test_x(): ...\n") is None


def test_the_loop_of_old_versions_stays_current(tmp_path: Path) -> None:
    assert source(tmp_path, CURRENT, pins="0.21.2") is None
    assert source(tmp_path, CURRENT, pins="0.23.8") == "get_event_loop"
