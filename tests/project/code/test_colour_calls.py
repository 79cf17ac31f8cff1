from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.model.definitions import Colour
from looplint.project.code.coloured import Gives

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.code.coloured import Coloured

APP = """
import abc, asyncio
class Base(abc.ABC):
    @abc.abstractmethod
    async def load(self): ...
    @abc.abstractmethod
    def peek(self): ...
    async def stop(self): ...
class Repo(Base):
    def __init__(self):
        self.hook = None
    async def load(self): ...
    async def hook(self): ...
    async def own(self): ...
    async def again(self): return await self.load()
class Later:
    def __await__(self): yield
class Caller:
    async def __call__(self): ...
class Plain:
    def ping(self): ...
class Made:
    def __new__(cls): return Later()
async def fetch(): ...
def make(): return Repo()
repo = Repo()
"""
TEST = """
import asyncio, time, httpx, redis.asyncio
from unittest.mock import MagicMock
from app import Base, Caller, Later, Made, Plain, Repo, fetch, make, repo
class Special(Base):
    def peek(self): ...
    def stop(self): ...
class Sub(Repo):
    async def own(self):
        super().load()
def sync_helper(): ...
"""


def colour(root: Path, expression: str, before: str = "") -> Coloured:
    project = tree(root, {"app.py": APP, "pyproject.toml": ""})
    (root / "test_x.py").write_text(
        f"{TEST}\nasync def test_x(base: Base, given: Repo):\n {before or 'pass'}\n {expression}\n"
    )
    seen = facts(project, "test_x.py")
    test = seen.function("test_x")
    assert test is not None
    statement = test.node.body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    return project.colour_of_call(seen, statement.value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("fetch()", Colour.ASYNC),
        ("sync_helper()", Colour.SYNC),
        ("Repo().load()", Colour.ASYNC),
        ("repo.load()", Colour.ASYNC),
        ("make().load()", Colour.ASYNC),
        ("given.own()", Colour.ASYNC),
        ("base.load()", Colour.ASYNC),
        ("base.peek()", Colour.SYNC),
        ("base.stop()", Colour.UNKNOWN),  # a subclass in the test overrides it with a plain def
        ("Repo().stop()", Colour.ASYNC),
        ("Repo().hook()", Colour.UNKNOWN),  # set on the instance
        ("Later()", Colour.AWAITABLE),
        ("Plain()", Colour.SYNC),
        ("Made()", Colour.UNKNOWN),
        ("Caller()()", Colour.ASYNC),
        ("MagicMock()()", Colour.UNKNOWN),
        ("asyncio.sleep(1)", Colour.ASYNC),
        ("asyncio.gather()", Colour.AWAITABLE),
        ("time.sleep(1)", Colour.SYNC),
        ("httpx.AsyncClient().get('x')", Colour.ASYNC),
        ("httpx.AsyncClient().build_request('x')", Colour.SYNC),
        ("redis.asyncio.Redis().get('x')", Colour.ASYNC),
        ("unknown()", Colour.UNKNOWN),
        ("given.missing()", Colour.UNKNOWN),
    ],
)
def test_colour_of_a_call(tmp_path: Path, expression: str, expected: Colour) -> None:
    assert colour(tmp_path, expression).colour is expected


def test_what_futures_and_instances_are(tmp_path: Path) -> None:
    assert colour(tmp_path, "asyncio.gather()").gives is Gives.FUTURE
    assert colour(tmp_path, "Plain()").gives is Gives.INSTANCE


def test_super(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": APP, "test_x.py": TEST})
    seen = facts(project, "test_x.py")
    call = next(c for c in seen.calls if isinstance(c.func, ast.Attribute) and c.func.attr == "load")
    assert project.colour_of_call(seen, call).colour is Colour.ASYNC


def test_other_colours_than_those_asked_for_are_unknown(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": APP, "test_x.py": f"{TEST}\nfetch()\n"})
    seen = facts(project, "test_x.py")
    call = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "fetch")
    assert not project.colour_of_call(seen, call, Colour.SYNC, Colour.DUAL).is_known
    assert project.colour_of_call(seen, call, Colour.SYNC, Colour.ASYNC).colour is Colour.ASYNC


def test_a_protocol_may_be_anything_that_has_the_name(tmp_path: Path) -> None:
    files = {
        "app.py": "from typing import Protocol\nclass P(Protocol):\n    async def load(self): ...\n"
        "def f(p: P):\n    p.load()\n",
        "other.py": "class Unrelated:\n    def load(self): ...\n",
    }
    project = tree(tmp_path, files)
    seen = facts(project, "app.py")
    assert not project.colour_of_call(seen, seen.calls[0]).is_known


@pytest.mark.parametrize(
    ("declared", "imported", "known"),
    [
        ("==13.7", "Updater", False),
        ("==21.6", "Updater", True),
        (">=20,<22", "CommandHandler, Updater", True),
        ("", "Updater", False),
        ("==21.6", "Filters, Updater", False),
    ],
)
def test_a_library_that_was_plain_before(tmp_path: Path, declared: str, imported: str, known: bool) -> None:
    start = "    updater = Updater()\n    updater.start_polling()\n"
    text = f"from telegram.ext import {imported}\nasync def start():\n{start}"
    project = tree(tmp_path, {"requirements.txt": f"python-telegram-bot{declared}\n", "app.py": text})
    seen = facts(project, "app.py")
    found = [project.colour_of_call(seen, call) for call in seen.calls if isinstance(call.func, ast.Attribute)]
    assert [one.is_known for one in found] == [known]
