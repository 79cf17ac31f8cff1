"""Which statements take what."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.statements import Taken, entered_by, iterated_by, may_be_replaced

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project import Project

HEAD = """
import abc, asyncio, contextlib, dataclasses, threading, unittest.mock
import httpx, pytest, redis, sqlalchemy.ext.asyncio as sa
from aiohttp import ClientSession
from contextlib import asynccontextmanager, contextmanager
from unittest.mock import patch

@asynccontextmanager
async def opened(): yield
@contextmanager
def recorded(): yield
async def numbers(): yield 1
def plain_numbers(): yield 1
async def fetch(): return [1]
async def fetch_client(): return httpx.AsyncClient()
async def fetch_numbers(): return numbers()
async def stub(): ...
def listed(): return [1]
def maybe(x): return [1] if x else numbers()
def client_of(x): return httpx.Client()

class Async:
    async def __aenter__(self): return self
class Both(Async):
    def __enter__(self): return self
class Neither: ...
class Abstract(contextlib.AbstractAsyncContextManager): ...
class Foreign(Unknown):
    def __enter__(self): return self
@dataclasses.dataclass
class Data(Async): ...
@unknown
class Decorated(Async): ...
class Pages:
    def __aiter__(self): ...
class Rows:
    def __getitem__(self, i): ...
class Service:
    def __init__(self): self.lock = asyncio.Lock()
    @asynccontextmanager
    async def session(self): yield
    @abc.abstractmethod
    async def other(self): ...

service = Service()
engine = sa.create_async_engine("x")
"""


def node_of(root: Path, text: str) -> tuple[Project, Facts, ast.expr]:
    body = f"async def test_x(given: httpx.AsyncClient):\n    local = opened()\n    items = [1]\n    take({text})\n"
    project = tree(root, {"pytest.ini": "[pytest]\n", "tests/test_x.py": f"{HEAD}\n{body}"})
    seen = facts(project, "tests/test_x.py")
    call = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "take")
    return project, seen, call.args[0]


def words(taken: Taken | None) -> set[str] | None:
    return None if taken is None else set(taken.by)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("httpx.AsyncClient()", {"async with"}),
        ("httpx.Client()", {"with"}),
        ("ClientSession()", {"async with"}),
        ("ClientSession().get('/')", {"async with"}),
        ("asyncio.Lock()", {"async with"}),
        ("asyncio.timeout(1)", {"async with"}),
        ("asyncio.Event()", set()),
        ("contextlib.nullcontext()", None),
        ("contextlib.ExitStack()", {"with"}),
        ("threading.Lock()", {"with"}),
        ("pytest.raises(ValueError)", {"with"}),
        ("patch('x.y')", {"with"}),
        ("patch.object(service, 'lock')", {"with"}),
        ("unittest.mock.MagicMock()", None),
        ("opened()", {"async with"}),
        ("recorded()", {"with"}),
        ("local", {"async with"}),
        ("numbers()", set()),
        ("fetch_client()", set()),
        ("await fetch_client()", {"async with"}),
        ("stub()", None),
        ("client_of(1)", {"with"}),
        ("given", None),
        ("Async()", {"async with"}),
        ("Both()", {"with", "async with"}),
        ("Neither()", set()),
        ("Abstract()", {"async with"}),
        ("Foreign()", None),
        ("Data()", {"async with"}),
        ("Decorated()", None),
        ("service.session()", {"async with"}),
        ("service.other()", None),
        ("service.lock", {"async with"}),
        ("engine.begin()", {"async with"}),
        ("unknown()", None),
    ],
)
def test_entered_by(tmp_path: Path, text: str, by: set[str] | None) -> None:
    project, seen, node = node_of(tmp_path, text)
    assert words(entered_by(project, seen, node)) == by


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("[1]", {"for"}),
        ("{1: 2}", {"for"}),
        ("'text'", {"for"}),
        ("3", None),
        ("range(3)", {"for"}),
        ("len", None),
        ("iter(given)", None),
        ("(n for n in [1])", None),
        ("numbers()", {"async for"}),
        ("plain_numbers()", {"for"}),
        ("fetch()", set()),
        ("await fetch()", {"for"}),
        ("await fetch_numbers()", {"async for"}),
        ("await unknown()", None),
        ("stub()", None),
        ("listed()", {"for"}),
        ("maybe(1)", None),
        ("items", {"for"}),
        ("Pages()", {"async for"}),
        ("Rows()", {"for"}),
        ("Neither()", None),
        ("redis.asyncio.Redis().scan_iter()", {"async for"}),
        ("given.get('/')", None),
        ("httpx.AsyncClient().get('/')", set()),
    ],
)
def test_iterated_by(tmp_path: Path, text: str, by: set[str] | None) -> None:
    project, seen, node = node_of(tmp_path, text)
    assert words(iterated_by(project, seen, node)) == by


def test_a_coroutine_tells_what_awaiting_it_gives(tmp_path: Path) -> None:
    project, seen, node = node_of(tmp_path, "fetch_client()")
    taken = entered_by(project, seen, node)
    assert taken is not None
    assert taken.awaited is not None
    assert taken.awaited.by == {"async with"}
    assert taken.function is not None
    assert taken.function.name == "fetch_client"


def test_a_method_of_a_patched_client_may_be_replaced(tmp_path: Path) -> None:
    for patched, expected in (("redis.asyncio.Redis", True), ("redis.asyncio.Sentinel", False)):
        text = f"{HEAD}\n@patch('{patched}')\nasync def test_x(_):\n    take(redis.asyncio.Redis().scan_iter())\n"
        project = tree(tmp_path, {"pytest.ini": "[pytest]\n", f"tests/test_{expected}.py": text})
        seen = facts(project, f"tests/test_{expected}.py")
        node = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "take").args[0]
        taken = iterated_by(project, seen, node)
        assert taken is not None
        assert may_be_replaced(project, seen, node, taken) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", False),
        ("def test_y():\n    with patch('httpx.AsyncClient'): ...\n", True),
        ("def test_y(monkeypatch):\n    monkeypatch.setattr(httpx, 'AsyncClient', Both)\n", True),
        ("def test_y():\n    with patch('httpx.Client'): ...\n", False),
    ],
)
def test_what_the_file_patches_may_be_replaced(tmp_path: Path, more: str, expected: bool) -> None:
    text = f"{HEAD}\n{more}\nasync def test_x():\n    take(httpx.AsyncClient())\n"
    project = tree(tmp_path, {"pytest.ini": "[pytest]\n", "tests/test_x.py": text})
    seen = facts(project, "tests/test_x.py")
    node = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "take").args[0]
    taken = entered_by(project, seen, node)
    assert taken is not None
    assert may_be_replaced(project, seen, node, taken) is expected
