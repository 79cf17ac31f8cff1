"""Mocks that project code gets, and the calls that come to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.called_plainly import called_plainly
from looplint.project.mocks.entered_mocks import entered_mocks, plain_protocols
from looplint.project.mocks.handed_mocks import handed_mocks
from looplint.project.mocks.hidden_coroutines import hidden_coroutines
from looplint.project.mocks.injecting import injected
from looplint.project.mocks.met_calls import met_calls

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project import Project

APP = """
from dataclasses import dataclass
from typing import Annotated
from fastapi import Depends
import httpx

cache = object()

class Service:
    def __init__(self, repo, log=None):
        self.repo = repo
        self.log = log

    async def load(self, key):
        row = await self.repo.get(key)
        self.repo.count(key)
        return row

    async def enter(self):
        async with self.repo.session() as session:
            return await session.run()

@dataclass
class Data:
    repo: object

    async def load(self):
        return await self.repo.get(1)

class Plain:
    async def load(self):
        return await self.repo.get(1)

async def read(client):
    return await client.get(1)

async def cached(key):
    return await cache.get(key)

async def download():
    async with httpx.AsyncClient() as client:
        return await client.get("/")

def get_repo(): ...

async def endpoint(repo=Depends(get_repo)):
    return await repo.get(1)

async def annotated(repo: Annotated[object, Depends(get_repo)]):
    return await repo.find(1)
"""
HEAD = """\
from unittest.mock import AsyncMock, MagicMock, Mock, patch
import pytest
from app import Data, Plain, Service, cached, download, get_repo, read
import app

"""


def read_test(root: Path, body: str) -> tuple[Project, Facts]:
    project = tree(root, {"app.py": APP, "test_it.py": f"{HEAD}{body}\n"})
    return project, facts(project, "test_it.py")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await Service(Mock()).load(1)", {"get", "count", "session", "session.__aenter__.run"}),
        ("await Service(repo=Mock()).load(1)", {"get", "count", "session", "session.__aenter__.run"}),
        ("await Data(Mock()).load()", {"get"}),
        ("await Data(repo=Mock()).load()", {"get"}),
        ("plain = Plain()\n    plain.repo = Mock()\n    await plain.load()", {"get"}),
        ("await read(Mock())", {"get"}),
        ("with patch('app.cache') as c:\n        await cached(1)", set()),
        ("with patch('app.cache', Mock()) as c:\n        await cached(1)", {"get"}),
        ("with patch('app.httpx.AsyncClient') as c:\n        await download()", {"", "__aenter__.get"}),
        ("app.api.dependency_overrides[get_repo] = lambda: Mock()", {"get", "find"}),
        ("Service(object())", set()),
        ("print(Mock())", set()),
    ],
)
def test_what_is_called_on_handed_mocks(tmp_path: Path, body: str, expected: set[str]) -> None:
    project, found = read_test(tmp_path, f"async def test_it():\n    {body}")
    calls = {call.path for given in handed_mocks(project, found) for call in given.calls}
    assert {".".join(step for step in path if step != "()") for path in calls} == expected


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("repo = AsyncMock()\n    await Service(repo).load(1)", 1),
        ("repo = AsyncMock()\n    repo.count = Mock()\n    await Service(repo).load(1)", 0),
        ("repo = AsyncMock()\n    service = Service(repo)\n    service.repo = Mock()\n    await service.load(1)", 0),
        ("repo = AsyncMock()\n    service = Service(repo)\n    service.load = Mock()\n    await service.load(1)", 0),
        ("repo = AsyncMock()\n    repo.get.side_effect = ValueError\n    await Service(repo).load(1)", 0),
        ("repo = AsyncMock(get=AsyncMock(side_effect=ValueError))\n    await Service(repo).load(1)", 0),
        ("repo = AsyncMock()\n    repo.get = AsyncMock(side_effect=ValueError)\n    await Service(repo).load(1)", 0),
        ("repo = AsyncMock()\n    Service(repo)", 0),
        ("repo = AsyncMock()\n    with pytest.raises(TypeError):\n        await Service(repo).load(1)", 0),
        ("repo = AsyncMock()\n    repo.count.return_value = 1\n    await Service(repo).load(1)", 1),
        ("repo = AsyncMock()\n    repo.count.return_value = 1\n    Service(repo)", 0),
        ("repo = AsyncMock()\n    assert (await repo.get()).json()['a']", 1),
        ("repo = MagicMock()\n    assert (await repo.get()).json()['a']", 0),
    ],
)
def test_called_plainly(tmp_path: Path, body: str, count: int) -> None:
    project, found = read_test(tmp_path, f"async def test_it():\n    {body}")
    assert len(list(called_plainly(project, found))) == count


def test_a_test_that_completes_the_fixture(tmp_path: Path) -> None:
    body = """
@pytest.fixture
def repo():
    return AsyncMock()

@pytest.fixture
def service(repo):
    return Service(repo)

async def test_completed(service, repo):
    repo.count = Mock()
    await service.load(1)

async def test_on_the_object(service):
    service.repo.count = Mock()
    await service.load(1)
"""
    project, found = read_test(tmp_path, body)
    assert list(called_plainly(project, found)) == []
    project, found = read_test(tmp_path, f"{body}\nasync def test_left(service):\n    await service.load(1)\n")
    assert [met.test.name for met in met_calls(project, found) if met.child.kind == "AsyncMock"]
    assert len(list(called_plainly(project, found))) == 1


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("repo = AsyncMock()\n    await Service(repo).enter()", 1),
        ("repo = MagicMock()\n    await Service(repo).enter()", 0),
        ("repo = Mock()\n    await Service(repo).enter()", 1),
        ("async with AsyncMock().session(): pass", 1),
        ("async with AsyncMock(): pass", 0),
        ("async for x in AsyncMock().stream(): pass", 1),
        ("async with await AsyncMock().session(): pass", 0),
    ],
)
def test_entered(tmp_path: Path, body: str, count: int) -> None:
    project, found = read_test(tmp_path, f"async def test_it():\n    {body}")
    assert len(list(entered_mocks(project, found))) == count


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("m.__aenter__ = MagicMock(return_value=1)", ["int"]),
        ("m.__aexit__ = lambda *a: None", ["NoneType"]),
        ("m.__aenter__ = AsyncMock()", []),
        ("m.__aenter__ = Mock(side_effect=read)", []),
        ("Mock(__aenter__=Mock(), **{'__aexit__': Mock(return_value=1)})", ["Mock", "int"]),
        ("m.__enter__ = Mock()", []),
    ],
)
def test_plain_protocols(tmp_path: Path, body: str, kinds: list[str]) -> None:
    project, found = read_test(tmp_path, f"async def test_it(m):\n    {body}")
    assert [protocol.type for protocol in plain_protocols(project, found)] == kinds


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("m = Mock(spec=['get'])\n    await m.get()", ["m.get"]),
        ("m = Mock(spec=['get'])\n    await read(m)", ["m.get"]),
        ("m = Mock(spec=['get'], get=AsyncMock())\n    await read(m)", []),
        ("m = Mock(spec=Service)\n    await m.load(1)", []),
        ("m = Mock()\n    await m.get()", []),
    ],
)
def test_hidden_coroutines(tmp_path: Path, body: str, names: list[str]) -> None:
    project, found = read_test(tmp_path, f"async def test_it():\n    {body}")
    assert [hidden.name for hidden in hidden_coroutines(project, found)] == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("repo = Mock()\n    repo.get.return_value = 1\n    await Service(repo).load(1)", ["repo.get"]),
        ("repo = Mock()\n    await read(repo)", ["repo.get"]),
        ("repo = Mock()\n    repo.get = AsyncMock()\n    await read(repo)", []),
        ("repo = AsyncMock()\n    await read(repo)", []),
        ("repo = Mock()\n    read(repo)", []),
        ("repo = Mock()\n    repo.get.return_value = None\n    Service(repo)", []),
        ("repo = Mock(spec=['get'])\n    await read(repo)", []),
        ("s = Service(Mock())\n    s.repo.get = AsyncMock()\n    await s.load(1)", []),
        ("s = Service(Mock())\n    patch.object(s.repo, 'get', AsyncMock()).start()\n    await s.load(1)", []),
        (
            "app.api.dependency_overrides[get_repo] = lambda: Mock(get=Mock(return_value=1))\n    http.get('/')",
            ["Mock().get"],
        ),
    ],
)
def test_injected(tmp_path: Path, body: str, names: list[str]) -> None:
    project, found = read_test(tmp_path, f"async def test_it(http):\n    {body}")
    assert [replacement.name for replacement in injected(project, found)] == names


def test_a_patched_function_that_others_call_through_its_module(tmp_path: Path) -> None:
    files = {
        "factory.py": "def make(): ...\n",
        "other.py": "def make(): ...\n",
        "handlers.py": "import factory, other\n\nasync def export():\n    service = factory.make()\n"
        "    other.make().ignored()\n    return await service.run()\n",
        "test_it.py": "from unittest.mock import Mock, patch\nfrom handlers import export\n\nasync def test_it():\n"
        "    service = Mock()\n    service.run = Mock(return_value=1)\n"
        "    with patch('handlers.factory.make', return_value=service):\n        await export()\n",
    }
    project = tree(tmp_path, files)
    given = handed_mocks(project, facts(project, "test_it.py"))
    assert [[(".".join(call.path), call.how) for call in one.calls] for one in given] == [
        [("()", "used"), ("().run.()", "awaited")]
    ]
    assert [found.name for found in injected(project, facts(project, "test_it.py"))] == ["service.run"]
