"""Which clients nobody closes, as far as the function and the users of a fixture tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.open_clients import open_client, wrongly_closed

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import asyncio, aiohttp, asyncpg, httpx, openai, pytest, pytest_asyncio, unittest
import redis.asyncio as redis
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
"""
TEST = "@pytest.mark.asyncio\nasync def test_x(url):\n"
NAME = "test_x.py"


def kept(root: Path, text: str, conftest: str = "") -> list[str]:
    project = tree(root, {"pytest.ini": "[pytest]\n", "conftest.py": conftest, NAME: HEAD + text})
    seen = facts(project, NAME)
    found: list[str] = []
    for call in seen.calls:
        maker = seen.function_of(call)
        if maker is not None and (client := open_client(project, maker, call)) is not None:
            found.append(client.kept)
    return found


def in_test(body: str) -> str:
    return TEST + "".join(f"    {row}\n" for row in body.split("\n"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("c = httpx.AsyncClient()\nawait c.get(url)", "name"),
        ("c = httpx.AsyncClient()\nasync with c.stream('GET', url): ...", "name"),
        ("await httpx.AsyncClient().get(url)", "nowhere"),
        ("c: object = openai.AsyncOpenAI()\nawait c.chat.completions.create()", "name"),
        ("c = aiohttp.ClientSession()", "name"),
        ("c = aiohttp.ClientSession()\nassert not c.closed", "name"),
        ("c = await asyncpg.connect(url)\nawait c.execute('select 1')", "name"),
        ("c = redis.from_url(url)\nawait c.ping()", "name"),
        ("e = create_async_engine(url)\nasync_sessionmaker(e)", "name"),
        ("s = await asyncio.start_server(print, 'localhost', 0)\nprint(s)", "name"),
        ("c = httpx.Client()\nc.get(url)", "name"),
    ],
)
def test_left_open(tmp_path: Path, body: str, expected: str) -> None:
    assert kept(tmp_path, in_test(body)) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "c = httpx.AsyncClient()",
        "c = httpx.AsyncClient()\nassert c.headers",
        "c = httpx.AsyncClient()\nawait c.get(url)\nawait c.aclose()",
        "c = httpx.AsyncClient()\nasync with c:\n    await c.get(url)",
        "c = httpx.AsyncClient()\nawait c.get(url)\nkeep(c)",
        "c = httpx.AsyncClient()\nawait c.get(url)\nurl.client = c",
        "c = d = httpx.AsyncClient()\nawait c.get(url)",
        "c = httpx.AsyncClient()\nc = c or None\nawait c.get(url)",
        "c = httpx.AsyncClient(transport=url)\nawait c.get(url)",
        "c = httpx.AsyncClient(**url)\nawait c.get(url)",
        "c = httpx.AsyncClient()\nwith pytest.raises(OSError):\n    await c.get(url)",
        "c = httpx.AsyncClient()\nwith patch('x'):\n    await c.get(url)",
        "c = redis.Redis(connection_pool=url)\nawait c.ping()",
        "return aiohttp.ClientSession()",
        "for _ in url:\n    async with aiohttp.ClientSession() as c: ...",
        "with pytest.raises(RuntimeError):\n    c = aiohttp.ClientSession()",
        "cs = [aiohttp.ClientSession()]",
        "await httpx.AsyncClient().aclose()",
    ],
)
def test_closed_or_not_sure(tmp_path: Path, body: str) -> None:
    assert kept(tmp_path, in_test(body)) == []


FIXTURE = "@pytest_asyncio.fixture\nasync def client():\n    {}\n"


@pytest.mark.parametrize(
    ("body", "use", "expected"),
    [
        ("return httpx.AsyncClient()", "await client.get('')", ["returned"]),
        ("c = httpx.AsyncClient()\n    yield c", "await client.get('')", ["yielded"]),
        ("return aiohttp.ClientSession()", "assert client", ["returned"]),
        ("return httpx.AsyncClient()", "assert client", []),
        ("return httpx.AsyncClient()", "await client.get('')\n    await client.aclose()", []),
        ("return httpx.AsyncClient()", "await serve(client)", []),
        ("c = httpx.AsyncClient()\n    yield c\n    await c.aclose()", "await client.get('')", []),
        ("async with httpx.AsyncClient() as c:\n        yield c", "await client.get('')", []),
    ],
)
def test_fixtures(tmp_path: Path, body: str, use: str, expected: list[str]) -> None:
    test = f"@pytest.mark.asyncio\nasync def test_x(client):\n    {use}\n"
    assert kept(tmp_path, FIXTURE.format(body) + test) == expected


def test_a_fixture_that_nobody_asks_for(tmp_path: Path) -> None:
    assert kept(tmp_path, FIXTURE.format("return httpx.AsyncClient()")) == []


@pytest.mark.parametrize(("closing", "expected"), [("assert self.c", ["attribute"]), ("await self.c.close()", [])])
def test_attributes(tmp_path: Path, closing: str, expected: list[str]) -> None:
    text = f"""\
class TestX(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.c = aiohttp.ClientSession()
    async def test_x(self):
        {closing}
"""
    assert kept(tmp_path, text) == expected


@pytest.mark.parametrize("conftest", ["import respx", "import sys\nsys.modules['httpx'] = None"])
def test_the_network_may_be_answered_by_something_else(tmp_path: Path, conftest: str) -> None:
    assert kept(tmp_path, in_test("c = httpx.AsyncClient()\nawait c.get(url)"), conftest) == []


def test_helpers_are_not_looked_at(tmp_path: Path) -> None:
    assert kept(tmp_path, "async def helper():\n    c = aiohttp.ClientSession()\n") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("c = httpx.AsyncClient()\nawait c.close()", True),
        ("c = httpx.AsyncClient()\nawait c.aclose()", False),
        ("c = httpx.Client()\nc.close()", False),
        ("c = aiohttp.ClientSession()\nawait c.close()", False),
        ("c = httpx.AsyncClient()\nif hasattr(c, 'close'):\n    await c.close()", False),
        ("c = httpx.AsyncClient()\nwith pytest.raises(AttributeError):\n    await c.close()", False),
        ("c: httpx.AsyncClient = make()\nawait c.close()", False),
    ],
)
def test_close_where_there_is_none(tmp_path: Path, body: str, *, expected: bool) -> None:
    project = tree(tmp_path, {"pytest.ini": "[pytest]\n", NAME: HEAD + in_test(body)})
    seen = facts(project, NAME)
    assert any(wrongly_closed(project, seen, call) is not None for call in seen.calls) is expected
