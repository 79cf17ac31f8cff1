"""Callables handed over uncalled."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.callables import coroutine_function, function_kind

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project import Project

HEAD = """
import asyncio, functools, httpx, pytest

async def plain(): ...
async def needs(a, b=1): ...
async def keyword_only(*, a): ...
async def generator(): yield
def sync(): ...
@pytest.fixture
async def fixture(): ...
@unknown
async def decorated(): ...

class Thing:
    async def method(self, a=1): ...
    async def needing(self, a): ...
    @classmethod
    async def made(cls): ...
    @staticmethod
    async def static(a): ...
    @property
    def prop(self): ...

class Client(httpx.AsyncClient): ...

class Meta(Foreign): ...

thing = Thing()
event = asyncio.Event()
http = httpx.AsyncClient()
client = Client()
"""


def argument(root: Path, text: str) -> tuple[Project, Facts, ast.expr]:
    project = tree(root, {"pytest.ini": "[pytest]\n", "tests/test_x.py": f"{HEAD}\ntake({text})\n"})
    seen = facts(project, "tests/test_x.py")
    last = seen.tree.body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    return project, seen, last.value.args[0]


@pytest.mark.parametrize(
    ("text", "needs_no_argument"),
    [
        ("plain", True),
        ("needs", False),
        ("keyword_only", False),
        ("thing.method", True),
        ("thing.needing", False),
        ("Thing.method", False),
        ("Thing.made", True),
        ("thing.made", True),
        ("Thing.static", False),
        ("event.wait", True),
        ("http.aclose", True),
        ("client.aclose", True),
        ("asyncio.sleep", False),
        ("lambda: plain()", False),
        ("lambda x: thing.needing(x)", False),
        ("functools.partial(needs, 1)", False),
    ],
)
def test_coroutine_functions(tmp_path: Path, text: str, needs_no_argument: bool) -> None:
    found = coroutine_function(*argument(tmp_path, text))
    assert found is not None
    assert found.needs_no_argument is needs_no_argument


@pytest.mark.parametrize(
    "text",
    ["sync", "generator", "fixture", "decorated", "thing.prop", "thing", "Thing", "event.set", "unknown", "plain()",
     "lambda: 1", "lambda: sync()", "functools.partial(sync)", "http.base_url", "http.get"],
)  # fmt: skip
def test_others(tmp_path: Path, text: str) -> None:
    assert coroutine_function(*argument(tmp_path, text)) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("plain", "function"),
        ("sync", "function"),
        ("lambda: plain()", "lambda"),
        ("functools.partial(plain)", "partial"),
        ("Thing", "class"),
        ("event.wait", "function"),
        ("decorated", None),
        ("fixture", None),
        ("Meta", None),
        ("thing", None),
        ("plain()", None),
        ("unknown", None),
    ],
)
def test_kinds(tmp_path: Path, text: str, kind: str | None) -> None:
    assert function_kind(*argument(tmp_path, text)) == kind
