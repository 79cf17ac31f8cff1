"""Waits that block the loop that they wait for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.loops.own_loop_waits import OwnLoopWait, own_loop_wait

if TYPE_CHECKING:
    from pathlib import Path

SUBMIT = "asyncio.run_coroutine_threadsafe"


def waits(root: Path, body: str) -> list[OwnLoopWait]:
    rows = "".join(f"    {row}\n" for row in body.splitlines())
    text = f"import asyncio\nasync def work(): ...\nasync def test_x(given):\n{rows}"
    project = tree(root, {"pytest.ini": "[pytest]\n", "test_x.py": text})
    seen, test = facts(project, "test_x.py"), function(project, "test_x.py", "test_x")
    return [found for call in seen.calls if (found := own_loop_wait(project, seen, test, call)) is not None]


@pytest.mark.parametrize(
    ("body", "method", "direct", "timeout"),
    [
        (f"{SUBMIT}(work(), asyncio.get_running_loop()).result()", "result", True, False),
        (f"loop = asyncio.get_event_loop()\n{SUBMIT}(work(), loop).result(5)", "result", True, True),
        (f"f = {SUBMIT}(coro=work(), loop=asyncio.get_running_loop())\nf.exception()", "exception", False, False),
        (f"f = {SUBMIT}(work(), asyncio.get_running_loop())\nx = 1\nf.result()\nawait work()", "result", False, False),
    ],
)
def test_waits(tmp_path: Path, body: str, method: str, direct: bool, timeout: bool) -> None:
    (found,) = waits(tmp_path, body)
    assert (found.method, found.is_direct, found.has_timeout) == (method, direct, timeout)
    assert ast.unparse(found.coroutine) == "work()"


@pytest.mark.parametrize(
    "body",
    [
        f"{SUBMIT}(work(), given).result()",
        f"loop = asyncio.new_event_loop()\n{SUBMIT}(work(), loop).result()",
        f"f = {SUBMIT}(work(), asyncio.get_running_loop())\nawait asyncio.wrap_future(f)\nf.result()",
        f"f = {SUBMIT}(work(), asyncio.get_running_loop())\nawait asyncio.sleep(1)\nf.result()",
        f"f = {SUBMIT}(work(), asyncio.get_running_loop())\nf.cancel()\nf.result()",
        f"f = {SUBMIT}(work(), asyncio.get_running_loop())\n[x async for x in given]\nf.result()",
        f"{SUBMIT}(work, asyncio.get_running_loop()).result()",
        f"{SUBMIT}(asyncio.gather(work()), asyncio.get_running_loop()).result()",
        f"patch('asyncio.get_running_loop')\n{SUBMIT}(work(), asyncio.get_running_loop()).result()",
        "asyncio.create_task(work()).result()",
        "given.result()",
    ],
)
def test_others(tmp_path: Path, body: str) -> None:
    assert waits(tmp_path, body) == []
