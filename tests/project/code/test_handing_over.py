"""What asyncio, anyio and threads want."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.handing_over import future_maker, given, members, replaced_names, taker

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project import Project


def last_call(root: Path, body: str) -> tuple[Project, Facts, ast.Call]:
    text = "import asyncio, anyio, threading\nfrom asyncio import create_task as spawn\n"
    text += "from concurrent.futures import ThreadPoolExecutor\n"
    text += "async def test_x():\n" + "".join(f"    {row}\n" for row in body.splitlines())
    project = tree(root, {"pytest.ini": "[pytest]\n", "tests/test_x.py": text})
    seen = facts(project, "tests/test_x.py")
    function = seen.tree.body[-1]
    assert isinstance(function, ast.AsyncFunctionDef)
    calls = [node for node in ast.walk(function.body[-1]) if isinstance(node, ast.Call)]
    return project, seen, calls[0]


@pytest.mark.parametrize(
    ("body", "wants", "argument"),
    [
        ("asyncio.run(f)", "awaitable", "f"),
        ("asyncio.run(main=f)", "awaitable", "f"),
        ("spawn(f)", "awaitable", "f"),
        ("asyncio.wait_for(timeout=1, fut=f)", "awaitable", "f"),
        ("asyncio.get_running_loop().create_task(f)", "awaitable", "f"),
        ("loop = asyncio.get_event_loop()\nloop.run_in_executor(None, f)", "function", "f"),
        ("loop = asyncio.get_event_loop()\nloop.run_in_executor(ThreadPoolExecutor(), f)", "function", "f"),
        ("loop = asyncio.get_event_loop()\nloop.call_later(1, f)", "function", "f"),
        ("threading.Thread(target=f)", "function", "f"),
        ("group = asyncio.TaskGroup()\ngroup.create_task(f)", "awaitable", "f"),
        ("asyncio.gather(f)", "awaitables", "f"),
        ("asyncio.wait(f)", "tasks", "f"),
        ("anyio.run(f, 1)", "coroutine function", "f"),
        ("asyncio.run(*f)", "awaitable", None),
        ("threading.Thread(None, *f)", "function", None),
    ],
)
def test_takers(tmp_path: Path, body: str, wants: str, argument: str | None) -> None:
    project, seen, call = last_call(tmp_path, body)
    found = taker(project, seen, call)
    assert found is not None
    assert found.wants == wants
    node = given(call, found)
    assert (None if node is None else ast.unparse(node)) == argument


@pytest.mark.parametrize(
    "body",
    ["self.create_task(f)", "group.create_task(f)", "asyncio.sleep(1)", "run(f)", "trio.run(f)", "loop.call_soon(f)",
     "loop = asyncio.get_event_loop()\nloop.run_in_executor(unknown, f)"],
)  # fmt: skip
def test_unknown_takers(tmp_path: Path, body: str) -> None:
    assert taker(*last_call(tmp_path, body)) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("take([a, b, *c])", ["a", "b"]),
        ("take([a, *(b for _ in c)])", ["a", "b"]),
        ("take(x for x in y)", ["x"]),
        ("jobs = [a]\njobs.append(b)\ntake(jobs)", ["a", "b"]),
        ("jobs = [a]\njobs = [b]\ntake(jobs)", []),
        ("jobs = f()\ntake(jobs)", []),
        ("take(unknown)", []),
    ],
)
def test_members(tmp_path: Path, body: str, expected: list[str]) -> None:
    _, seen, call = last_call(tmp_path, body)
    assert [ast.unparse(node) for node in members(seen, call.args[0])] == expected


def test_replaced_names(tmp_path: Path) -> None:
    body = "patch('app.asyncio.create_task')\nmonkeypatch.setattr(asyncio, 'gather', f)\nshow('asyncio.run it')"
    _, seen, _ = last_call(tmp_path, body)
    assert replaced_names(seen) == {"create_task", "gather"}


@pytest.mark.parametrize(
    ("body", "maker"),
    [
        ("asyncio.create_task(asyncio.gather(f()))", "asyncio.gather"),
        ("asyncio.create_task(asyncio.shield(f()))", "asyncio.shield"),
        ("asyncio.create_task(spawn(f()))", "asyncio.create_task"),
        ("jobs = asyncio.gather(f())\nasyncio.create_task(jobs)", "asyncio.gather"),
        ("loop = asyncio.get_running_loop()\nasyncio.create_task(loop.run_in_executor(None, f))", "run_in_executor"),
        ("jobs = f()\njobs = asyncio.gather(f())\nasyncio.create_task(jobs)", None),
        ("asyncio.create_task(self.create_task(f))", None),
        ("asyncio.create_task(asyncio.wait_for(f(), 1))", None),
        ("asyncio.create_task(f())", None),
    ],
)
def test_futures(tmp_path: Path, body: str, maker: str | None) -> None:
    project, seen, call = last_call(tmp_path, body)
    wanted = taker(project, seen, call)
    assert wanted is not None
    assert wanted.strict
    assert future_maker(project, seen, call.args[0]) == maker
