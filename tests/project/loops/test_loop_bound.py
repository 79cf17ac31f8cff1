"""Values of fixtures that belong to the fixture's loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import fixture, function, tree

from looplint.knowledge.loop_bound import CONNECTING, MADE, SERVERS, Bond
from looplint.project.loops.loop_bound import held_by, is_mocked, uses_value

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.loops.loop_bound import Held

HEAD = """
import asyncio, pytest_asyncio, aiohttp, asyncpg, httpx, websockets
import redis.asyncio as redis
from sqlalchemy.ext.asyncio import create_async_engine
from helpers import make, make_async, URL
@pytest_asyncio.fixture
async def fx(url, settings):
"""
HELPERS = """
import httpx, asyncpg
URL = "postgresql+asyncpg://db/test"
def make(): return httpx.AsyncClient()
async def make_async():
    pool = await asyncpg.create_pool("...")
    return pool
"""


def held(root: Path, body: str) -> Held | None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    project = tree(root, {"test_x.py": HEAD + lines, "helpers.py": HELPERS})
    return held_by(project, fixture(project, "test_x.py", "fx"))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("return asyncio.create_task(work())", "task"),
        ("yield asyncio.get_running_loop().create_future()", "future"),
        ("loop = asyncio.get_running_loop()\nf = loop.create_future()\nyield f\nf.cancel()", "future"),
        ("r, w = await asyncio.open_connection(*url)\nyield r, w", "stream"),
        ("return await asyncio.create_subprocess_exec('x')", "process"),
        ("async with aiohttp.ClientSession() as s: yield s", "`aiohttp.ClientSession`"),
        ("s = aiohttp.ClientSession()\nyield s", "`aiohttp.ClientSession`"),
        ("yield await asyncpg.connect(url)", "`asyncpg` connection"),
        ("async with asyncpg.create_pool(url) as p: yield p", "`asyncpg` pool"),
        ("return await make_async()", "`asyncpg` pool"),
        ("async with websockets.connect(url) as c: yield c", "`websockets` connection"),
        ("return make()", "`httpx.AsyncClient`"),
        ("r = redis.from_url(url)\nyield r", "`redis.asyncio.Redis`"),
        ("yield create_async_engine('postgresql+asyncpg://db')", "`AsyncEngine` of asyncpg"),
        ("e = create_async_engine(URL)\nyield e", "`AsyncEngine` of asyncpg"),
        ("url = url.replace('psycopg2', 'asyncpg')\nyield create_async_engine(url)", "`AsyncEngine` of asyncpg"),
        ("async with websockets.serve(echo, '', 0) as s: yield 'ws://'", "`websockets` server"),
        ("s = await asyncio.start_server(echo)\nyield s", "server"),
        ("return 1", None),
        ("yield", None),
        ("return asyncio.Lock()", None),
        ("return await asyncio.create_task(work())", None),
        ("t = asyncio.create_task(work())\nawait t\nreturn t", None),
        ("f = asyncio.get_running_loop().create_future()\nf.set_result(1)\nreturn f", None),
        ("async with httpx.AsyncClient(transport=t) as c: yield c", None),
        ("yield httpx.AsyncClient(**settings)", None),
        ("yield create_async_engine('sqlite+aiosqlite:///:memory:')", None),
        ("yield create_async_engine(settings.url)", None),
        ("yield create_async_engine('postgresql+asyncpg://', poolclass=NullPool)", None),
        ("yield httpx.Client()", None),
        ("if url:\n    yield asyncio.create_task(x())\nelse:\n    yield 1", None),
        ("c = make()\nc = wrap(c)\nyield c", None),
        ("s = await asyncio.start_server(echo)\ns.close()\nyield 1", None),
        ("s = await asyncio.start_server(echo)\nreturn 1", None),
        ("async with websockets.serve(echo, '', 0) as s: x = await ask(s)\nyield x", None),
    ],
)
def test_what_a_fixture_hands_out(tmp_path: Path, body: str, shown: str | None) -> None:
    found = held(tmp_path, body)
    assert (found.kind.shown if found is not None else None) == shown


@pytest.mark.parametrize(
    ("body", "used", "closed"),
    [
        ("c = httpx.AsyncClient()\nyield c", False, False),
        ("c = httpx.AsyncClient()\nawait c.get('/')\nyield c\nawait c.aclose()", True, True),
        ("c = httpx.AsyncClient()\nawait c.get('/')\nawait c.aclose()\nreturn c", False, False),
        ("async with httpx.AsyncClient() as c:\n    yield c", False, True),
        ("async with httpx.AsyncClient() as c:\n    await c.get('/')\n    yield c", True, True),
        ("e = create_async_engine(URL)\nasync with e.begin() as c: ...\nyield e\nawait e.dispose()", True, True),
    ],
)
def test_what_the_fixture_does_with_it(tmp_path: Path, body: str, *, used: bool, closed: bool) -> None:
    found = held(tmp_path, body)
    assert found is not None
    assert (found.used, found.closed) == (used, closed)


TASK = MADE["asyncio.create_task"]
SESSION = MADE["aiohttp.ClientSession"]
ENGINE = CONNECTING["sqlalchemy.ext.asyncio.AsyncEngine"]
SERVER = SERVERS["asyncio.start_server"]


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (TASK, "await fx", True),
        (TASK, "await asyncio.wait_for(fx, 1)", True),
        (TASK, "fx.cancel()\nawait fx", False),
        (TASK, "r, w = fx\nawait r.read()", True),
        (TASK, "assert fx", False),
        (SESSION, "async with fx.get('/') as r: ...", True),
        (SESSION, "await fx.close()", False),
        (SESSION, "await ask(fx)", False),
        (SESSION, "with patch('x'): await fx.get('/')", False),
        (ENGINE, "async with fx.connect() as c: ...", True),
        (ENGINE, "make = sessionmaker(fx)", True),
        (ENGINE, "await fx.dispose()", False),
        (SERVER, "await ask(fx)", True),
        (SERVER, "await ask()", False),
        (SERVER, "assert fx", False),
    ],
)
def test_who_uses_it(tmp_path: Path, kind: object, body: str, *, expected: bool) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    project = tree(tmp_path, {"test_y.py": f"import asyncio\nasync def test_y(fx):\n{lines}", "test_x.py": ""})
    found = held(tmp_path, "return asyncio.create_task(work())")
    assert found is not None
    given = type(found)(kind=kind, node=found.node)  # type: ignore[arg-type]
    assert uses_value(project, function(project, "test_y.py", "test_y"), "fx", given) is expected


def test_mocked_files(tmp_path: Path) -> None:
    text = "import respx\nasync def test_x(): ...\n"
    project = tree(
        tmp_path, {"test_x.py": text, "test_y.py": "async def test_y(mocker): ...\nasync def test_z(): ...\n"}
    )
    assert is_mocked(function(project, "test_x.py", "test_x"))
    assert is_mocked(function(project, "test_y.py", "test_y"))
    assert not is_mocked(function(project, "test_y.py", "test_z"))


def test_every_kind_says_what_happens() -> None:
    for kind in (*MADE.values(), *CONNECTING.values()):
        assert kind.outcome
    assert all(kind.bond is Bond.SERVES for kind in SERVERS.values())
