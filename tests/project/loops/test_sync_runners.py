"""Calls of libraries that refuse to work in a running loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.loops.sync_runners import keeps_loop_running, may_start_runner, sync_helper, sync_runner

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import pytest
from playwright.sync_api import sync_playwright
from pydantic_ai import Agent
from aiohttp import web
from gql import Client
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.requests import RequestsHTTPTransport
import asyncio, anyio

agent = Agent("test")
"""


def runners(root: Path, body: str) -> list[str]:
    rows = "".join(f"    {row}\n" for row in body.splitlines())
    text = f"{HEAD}async def test_x(given, typed: Agent):\n{rows}"
    project = tree(root, {"pytest.ini": "[pytest]\n", "tests/test_x.py": text})
    seen = facts(project, "tests/test_x.py")
    found = (sync_runner(project, seen, call) for call in seen.calls)
    return [one.shown for one in found if one is not None]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("with sync_playwright() as p: ...", ["sync_playwright()"]),
        ("sync_playwright().start()", ["sync_playwright()"]),
        ("stack.enter_context(sync_playwright())", ["sync_playwright()"]),
        ("sync_playwright()", []),
        ("agent.run_sync('x')", ["run_sync()"]),
        ("agent.run('x')", []),
        ("given.run_sync('x')", []),
        ("typed.run_sync('x')", []),
        ("web.run_app(app)", ["run_app()"]),
        ("Client(transport=AIOHTTPTransport(url='')).execute(q)", ["execute()"]),
        ("t = AIOHTTPTransport(url='')\nClient(transport=t).execute(q)", ["execute()"]),
        ("Client(transport=RequestsHTTPTransport(url='')).execute(q)", []),
        ("Client(transport=given).execute(q)", []),
        ("asyncio.run(f())\nanyio.run(f)", []),
        ("monkeypatch.setattr(Agent, 'run_sync', fake)\nagent.run_sync('x')", []),
    ],
)
def test_runners(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert runners(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("with sync_playwright() as p:\n    yield p", True),
        ("with sync_playwright() as p:\n    return p.name", False),
        ("with sync_playwright() as p:\n    name = p.name\nyield name", False),
        ("p = sync_playwright().start()\nyield p\np.stop()", True),
        ("p = sync_playwright().start()\nname = p.name\np.stop()\nyield name", False),
        ("return sync_playwright().start()", True),
        ("yield 1\np = sync_playwright().start()", False),
    ],
)
def test_kept_running(tmp_path: Path, body: str, expected: bool) -> None:
    rows = "".join(f"    {row}\n" for row in body.splitlines())
    project = tree(tmp_path, {"tests/test_x.py": f"{HEAD}@pytest.fixture\ndef fx():\n{rows}"})
    seen = facts(project, "tests/test_x.py")
    call = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "sync_playwright")
    assert keeps_loop_running(seen, function(project, "tests/test_x.py", "fx"), call) is expected


@pytest.mark.parametrize(
    ("helper", "test", "expected"),
    [
        ("return agent.run_sync('x')", "helper()", "run_sync()"),
        ("with sync_playwright() as p:\n    return p", "helper()", "sync_playwright()"),
        ("if x:\n    agent.run_sync('x')", "helper()", None),
        ("asyncio.get_running_loop()\nagent.run_sync('x')", "helper()", None),
        ("return lambda: agent.run_sync('x')", "helper()", None),
        ("return agent.run('x')", "helper()", None),
        ("return agent.run_sync('x')", "patch('tests.test_x.agent')\nhelper()", None),
        ("return agent.run_sync('x')", "monkeypatch.setattr(module, 'helper', f)\nhelper()", None),
        ("return agent.run_sync('x')", "module.agent = fake\nhelper()", None),
        ("p = 1\nreturn agent.run_sync('x')", "module.p = fake\nhelper()", "run_sync()"),
    ],
)
def test_helpers(tmp_path: Path, helper: str, test: str, expected: str | None) -> None:
    parts = (("def helper():", helper), ("async def test_x():", test))
    rows = "".join(f"{head}\n" + "".join(f"    {row}\n" for row in body.splitlines()) for head, body in parts)
    project = tree(tmp_path, {"pytest.ini": "[pytest]\n", "tests/test_x.py": f"{HEAD}{rows}"})
    seen = facts(project, "tests/test_x.py")
    found = sync_helper(project, seen, seen.calls[-1])
    assert (found.runner.shown if found is not None else None) == expected


def test_files_that_could_start_one(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\n",
        "app.py": "from pydantic_ai import Agent\nAgent().run_sync('x')\n",
        "test_a.py": "import app\n",
        "test_b.py": "import asyncio\n",
    }
    project = tree(tmp_path, files)
    assert may_start_runner(project, facts(project, "test_a.py"))
    assert not may_start_runner(project, facts(project, "test_b.py"))
