from __future__ import annotations

import ast
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.client_calls import (
    ClientCall,
    client_call,
    expects_type_error,
    gives_a_value,
    inherited_client,
    is_doubtful,
    names_the_twin,
)

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project import Project

HEAD = "import asyncio, queue, sqlite3\nimport httpx, openai, pymongo, redis, requests\n"


def first_awaited(seen: Facts) -> ast.Call:
    call = seen.awaits[0].value
    assert isinstance(call, ast.Call)
    return call


def called(root: Path, text: str, **files: str) -> tuple[Project, Facts, ClientCall | None]:
    """What the first awaited call of app.py goes to."""
    project = tree(root, {"app.py": text} | {f"{name}.py": other for name, other in files.items()})
    seen = facts(project, "app.py")
    return project, seen, client_call(project, seen, first_awaited(seen))


def in_coroutine(body: str) -> str:
    return f"{HEAD}async def use(key, stuff=None):\n{indent(body, '    ')}\n"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ("client = redis.Redis()\nawait client.get(key)", "redis.Redis.get"),
        ("client = redis.StrictRedis()\nawait client.get(key)", "redis.Redis.get"),
        ("client = redis.from_url('x')\nawait client.get(key)", "redis.Redis.get"),
        ("await redis.Redis().get(key)", "redis.Redis.get"),
        ("client = openai.OpenAI()\nawait client.chat.completions.create()", "openai.OpenAI.chat.completions.create"),
        ("db = pymongo.MongoClient()['a']\nawait db['users'].find_one()", "pymongo.collection.Collection.find_one"),
        ("db = pymongo.MongoClient().app\nawait db.users.find_one()", "pymongo.collection.Collection.find_one"),
        ("cursor = sqlite3.connect('x').cursor()\nawait cursor.execute('y')", "sqlite3.Cursor.execute"),
        ("with httpx.Client() as client:\n    await client.get('x')", "httpx.Client.get"),
        ("client = redis.Redis() if key else redis.Redis(db=1)\nawait client.get(key)", "redis.Redis.get"),
        ("if key:\n    c = redis.Redis()\nelse:\n    c = redis.Redis(db=1)\nawait c.get(key)", "redis.Redis.get"),
        ("await requests.get('x')", "requests.get"),
        ("event = asyncio.Event()\nawait event.set()", "asyncio.Event.set"),
        ("client = redis.Redis()\nclient = stuff\nawait client.get(key)", None),
        ("client = stuff or redis.Redis()\nawait client.get(key)", None),
        ("async with httpx.Client() as client:\n    await client.get('x')", None),
        ("await stuff.get(key)", None),
        ("await redis.Redis()._private()", None),
    ],
)
def test_what_a_call_goes_to(tmp_path: Path, body: str, path: str | None) -> None:
    _, _, found = called(tmp_path, in_coroutine(body))
    assert (found.path if found else None) == path


def test_own_methods_are_no_clients(tmp_path: Path) -> None:
    text = "class A(redis.Redis):\n    async def go(self): ...\n    async def use(self):\n        await self.{}()\n"
    assert called(tmp_path, HEAD + text.format("go"))[2] is None
    found = called(tmp_path, HEAD + text.format("ping"))[2]
    assert found is not None
    assert found.path == "redis.Redis.ping"


def test_own_module_of_a_client_s_name(tmp_path: Path) -> None:
    _, _, found = called(tmp_path, in_coroutine("await requests.get('x')"), requests="def get(url): ...\n")
    assert found is None


@pytest.mark.parametrize(
    ("text", "annotated"),
    [
        ("class A:\n    def __init__(self):\n        self.c = redis.Redis()\n", False),
        ("class A:\n    def __init__(self, c: redis.Redis):\n        self.c = c\n", True),
        ("class A:\n    c: redis.Redis\n", True),
        ("class A:\n    c = None\n    def open(self):\n        self.c = redis.Redis()\n", False),
    ],
)
def test_what_only_an_annotation_says(tmp_path: Path, text: str, *, annotated: bool) -> None:
    _, _, found = called(tmp_path, f"{HEAD}{text}    async def use(self):\n        await self.c.get('k')\n")
    assert found is not None
    assert found.annotated is annotated


def test_an_annotated_owner_is_an_annotation(tmp_path: Path) -> None:
    text = "class A:\n    c = redis.Redis()\nasync def use(a: A):\n    await a.c.get('k')\n"
    _, _, found = called(tmp_path, HEAD + text)
    assert found is not None
    assert found.annotated


SUBCLASSES = """
import redis
from unknown import Mixin

class Plain(redis.Redis):
    name = "x"
class Deeper(Plain):
    def describe(self): ...
class Overriding(redis.Redis):
    async def get(self, key): ...
class Delegating(redis.Redis):
    def __getattr__(self, name): ...
class Mixed(Mixin, redis.Redis): ...
class Setting(redis.Redis):
    def __init__(self):
        self.get = None
class Foreign(Mixin): ...
"""


@pytest.mark.parametrize(
    ("name", "inherits"),
    [
        ("Plain", True),
        ("Deeper", True),
        ("Overriding", False),
        ("Delegating", False),
        ("Mixed", False),
        ("Setting", False),
        ("Foreign", False),
    ],
)
def test_methods_that_a_subclass_inherits(tmp_path: Path, name: str, *, inherits: bool) -> None:
    project = tree(tmp_path, {"app.py": SUBCLASSES})
    cls = facts(project, "app.py").cls(name)
    assert cls is not None
    found = inherited_client(project, cls, "get")
    assert (found.path if found else None) == ("redis.Redis" if inherits else None)


@pytest.mark.parametrize(
    ("body", "certain"),
    [
        ("await redis.Redis().get(key)", True),
        ("await redis.Redis().aclose()", False),
        ("await redis.Redis().get_async(key)", False),
        ("await openai.OpenAI().new_area.create()", False),
        ("await redis.asyncio.Redis().get(key)", False),
        ("await redis.Redis.from_url('x')", True),
        ("await asyncio.Event().set()", True),
        ("await asyncio.Event().wait()", False),
        ("await asyncio.Queue().get_nowait()", False),
        ("await queue.Queue().put(key)", True),
        ("await httpx.get('x')", True),
        ("await asyncio.sleep(1)", False),
    ],
)
def test_what_gives_a_value(tmp_path: Path, body: str, *, certain: bool) -> None:
    project, _, found = called(
        tmp_path, in_coroutine(body).replace("redis, requests", "redis.asyncio, redis, requests")
    )
    assert (found is not None and gives_a_value(project, found)) is certain


@pytest.mark.parametrize(("pinned", "certain"), [("anyio>=4", True), ("anyio>=3,<4", False)])
def test_anyio_3_allowed_to_await(tmp_path: Path, pinned: str, *, certain: bool) -> None:
    project = tree(
        tmp_path,
        {
            "app.py": "import anyio\nasync def use():\n    await anyio.Event().set()\n",
            "requirements.txt": f"{pinned}\n",
        },
    )
    seen = facts(project, "app.py")
    found = client_call(project, seen, first_awaited(seen))
    assert found is not None
    assert gives_a_value(project, found) is certain


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("async def use(k):\n    c = redis.Redis()\n    await c.get(k)\n", False),
        ("async def use(k):\n    c = redis.Redis()\n    c.get = k\n    await c.get(k)\n", True),
        ("async def use(k):\n    c = redis.Redis()\n    if hasattr(c, 'aget'): ...\n    await c.get(k)\n", True),
        ("async def use(k):\n    c = redis.Redis()\n    if isinstance(k, str): ...\n    await c.get(k)\n", False),
        ("async def use(patch):\n    patch('redis.Redis')\n    c = redis.Redis()\n    await c.get(1)\n", True),
        ("async def use(mp):\n    mp.setattr(redis.Redis, 'get', 1)\n    await redis.Redis().get(1)\n", True),
        ("async def use(mp):\n    mp.setattr(redis.Redis, 'call', mp)\n    await redis.Redis().get(1)\n", True),
        (
            "async def use(mp):\n    mp.setattr(redis.Redis, 'call', lambda s: 1)\n    await redis.Redis().get(1)\n",
            False,
        ),
        ("async def use(mp):\n    mp.setattr(requests, 'get', 1)\n    await redis.Redis().ping()\n", False),
        ("c = redis.Redis()\nasync def use(k):\n    await c.get(k)\ndef swap(n):\n    global c\n    c = n\n", True),
        ("c = redis.Redis()\nasync def use(k):\n    await c.get(k)\n", False),
        ("async def use(q):\n    q = queue.Queue()\n    q.put(q)\n    await q.get()\n", True),
        ("async def use(q):\n    r = queue.Queue()\n    r.put('x')\n    await r.get()\n", False),
        (
            (
                "try:\n    from a import R\nexcept E:\n    from redis import Redis as R\n"
                "async def use():\n    await R().get(1)\n"
            ),
            True,
        ),
    ],
)
def test_doubts(tmp_path: Path, text: str, *, doubtful: bool) -> None:
    project, seen, found = called(tmp_path, HEAD + text)
    assert (found is None or is_doubtful(project, seen, found)) is doubtful


@pytest.mark.parametrize(
    ("more", "doubtful"),
    [
        ("", False),
        ("class B(A):\n    def __init__(self):\n        self.c = None\n", True),
        ("class B:\n    def __init__(self):\n        self.c = None\n", False),
        ("a = A()\na.c = None\n", True),
    ],
)
def test_attributes_that_others_set(tmp_path: Path, more: str, *, doubtful: bool) -> None:
    text = "class A:\n    def __init__(self):\n        self.c = redis.Redis()\n    async def use(self):\n"
    project, seen, found = called(tmp_path, f"{HEAD}{text}        await self.c.get('k')\n{more}")
    assert found is not None
    assert is_doubtful(project, seen, found) is doubtful


@pytest.mark.parametrize(
    ("head", "client", "named"),
    [
        ("import redis.asyncio\n", "redis.Redis", True),
        ("from redis import asyncio\n", "redis.Redis", True),
        ("import redis\n", "redis.Redis", False),
        ("from sqlalchemy.ext.asyncio import AsyncSession\n", "sqlalchemy.orm.Session", True),
        ("import motor\n", "pymongo.MongoClient", True),
        ("import motor\n", "redis.Redis", False),
    ],
)
def test_files_that_name_the_twin(tmp_path: Path, head: str, client: str, *, named: bool) -> None:
    from looplint.knowledge.clients import client as find

    found = find(client)
    assert found is not None
    assert names_the_twin(facts(tree(tmp_path, {"app.py": head}), "app.py"), found) is named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("with pytest.raises(TypeError):\n    await f()", True),
        ("with self.assertRaises(TypeError):\n    await f()", True),
        ("with contextlib.suppress(Exception):\n    await f()", True),
        ("try:\n    await f()\nexcept (TypeError, ValueError):\n    pass", True),
        ("try:\n    await f()\nexcept Exception:\n    pass", False),
        ("try:\n    pass\nexcept TypeError:\n    await f()", False),
        ("with open('x'):\n    await f()", False),
    ],
)
def test_failures_that_are_the_point(tmp_path: Path, text: str, *, expected: bool) -> None:
    source = f"import contextlib, pytest\nasync def use(self):\n{indent(text, '    ')}\n"
    seen = facts(tree(tmp_path, {"app.py": source}), "app.py")
    assert expects_type_error(seen, first_awaited(seen)) is expected
