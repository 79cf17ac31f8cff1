"""The calls that project code makes on what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.trees import facts, function, tree

from looplint.project.mocks.calls_on import calls_on_attribute, calls_on_parameter

if TYPE_CHECKING:
    from pathlib import Path

APP = """
async def read(client, key):
    response = await client.get(key)
    response.raise_for_status()
    async with client.session() as session:
        await session.run()
    if key:
        client.close()
    return await finish(client)

async def finish(it):
    return it.done()

async def other(service, client):
    await service.use(client)

def rebinding(client):
    client = wrap(client)
    client.get()

class Service:
    def __init__(self, repo):
        self.repo = repo

    async def load(self):
        repo = self.repo
        rows = await repo.all()
        return self.count(rows)

    def count(self, rows):
        return rows.count()
"""


def test_of_a_parameter(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": APP})
    calls = calls_on_parameter(project, function(project, "app.py", "read"), "client")
    found = {".".join(call.path): (call.how, call.certain) for call in calls}
    assert found == {
        "get.()": ("awaited", True),
        "get.().raise_for_status.()": ("dropped", True),
        "session.()": ("entered", True),
        "session.().__aenter__.().run.()": ("awaited", True),
        "close.()": ("dropped", False),
        "done.()": (None, True),
    }
    by_path = {call.path: call for call in calls}
    assert ("get", "()") in by_path["get", "()", "raise_for_status", "()"].awaited
    assert by_path["done", "()"].through == {"finish"}
    assert by_path["get", "()"].place.endswith("app.py:2")


def test_methods_of_other_objects_are_not_followed(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": APP})
    assert calls_on_parameter(project, function(project, "app.py", "other"), "client") == []
    assert calls_on_parameter(project, function(project, "app.py", "rebinding"), "client") == []


def test_of_an_attribute(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": APP})
    cls = facts(project, "app.py").cls("Service")
    assert cls is not None
    calls = calls_on_attribute(project, cls, "repo")
    assert [".".join(call.path) for call in calls] == ["all.()", "all.().count.()"]


THREADS = """
import asyncio
from functools import partial

async def read(client, key):
    loop = asyncio.get_running_loop()
    rows = await asyncio.to_thread(client.rows, key)
    rows.sort()
    await loop.run_in_executor(None, client.ping)
    await loop.run_in_executor(None, partial(client.part, key))
    await loop.run_in_executor(None, lambda: client.inner(key))
    pool.submit(client.submitted)
    keep(client)
    return await asyncio.to_thread(client.returned)

async def run(client):
    await asyncio.to_thread(client)
"""


def test_methods_that_others_call(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": THREADS})
    calls = calls_on_parameter(project, function(project, "app.py", "read"), "client")
    assert {".".join(call.path): call.how for call in calls} == {
        "rows.()": "used",
        "ping.()": "dropped",
        "part.()": None,
        "inner.()": None,
        "submitted.()": None,
        "returned.()": None,
    }
    calls = calls_on_parameter(project, function(project, "app.py", "run"), "client")
    assert [(call.path, call.how, call.certain) for call in calls] == [(("()",), "dropped", True)]


def test_in_source_order(tmp_path: Path) -> None:
    text = "async def read(client):\n    await client.get(1)\n    await client.get(2)\n    await client.get(3)\n"
    project = tree(tmp_path, {"app.py": text})
    calls = calls_on_parameter(project, function(project, "app.py", "read"), "client")
    assert [call.node.lineno for call in calls] == [2, 3, 4]
