"""Coroutines as results of mocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.given_coroutines import given_coroutines

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import asyncio
from unittest.mock import AsyncMock, MagicMock, Mock, patch
import pytest

async def load(key=1): ...

async def stream():
    yield 1

def plain(): ...

"""


def problems(root: Path, body: str, head: str = HEAD) -> list[str]:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    project = tree(root, {"test_it.py": f"{head}async def test_it():\n{lines}"})
    return [found.problem for found in given_coroutines(project, facts(project, "test_it.py"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("m = AsyncMock(return_value=load())", ["result"]),
        ("m = AsyncMock(return_value=load(2))\nawait m()", ["result"]),
        ("m = AsyncMock(return_value=asyncio.sleep(1))", ["result"]),
        ("m = AsyncMock(side_effect=[load(), load()])", ["result"]),
        ("m = AsyncMock(side_effect=[load(), 1])", []),
        ("m = AsyncMock()\nm.get.return_value = load()", ["result"]),
        ("m = Mock()\nm.get = AsyncMock()\nm.get.return_value = load()", ["result"]),
        ("c = load()\nm = AsyncMock(return_value=c)", ["result"]),
        ("m = AsyncMock(return_value=load())\nawait (await m())", []),
        ("m = AsyncMock(return_value=load())\nx = await m()\nawait x", []),
        ("m = AsyncMock(return_value=load)", []),
        ("m = AsyncMock(return_value=plain())", []),
        ("m = AsyncMock(return_value=stream())", []),
        ("m = AsyncMock(return_value=await load())", []),
        ("with patch('x.y', new_callable=AsyncMock, return_value=load()): ...", ["result"]),
        ("with patch('x.y', return_value=load()): ...", []),
        ("m = Mock(side_effect=load())", ["effect"]),
        ("m = Mock()\nm.get.side_effect = load()", ["effect"]),
        ("with patch('x.y', side_effect=load()): ...", ["effect"]),
        ("with patch('x.y', side_effect=[load()]): ...", []),
        ("m = Mock(side_effect=load)", []),
        ("m = Mock(return_value=load())", []),
        ("m = Mock(return_value=load())\nawait m()", []),
        ("m = Mock(return_value=load())\nawait m()\nawait m()", ["again"]),
        ("m = Mock(return_value=load())\nm()\nm()", []),
        ("m = Mock()\nm.get.return_value = load()\nawait m.get(1)\nawait m.get(2)", ["again"]),
        ("m = Mock()\nm.get.return_value = load()\nawait m.get(1)\nawait m.put(2)", []),
        ("m = Mock()\nm.return_value = load()\nawait m()\nm.return_value = load()\nawait m()", []),
        ("m = Mock(return_value=load())\nif x:\n    await m()\nelse:\n    await m()", []),
        ("m = Mock(return_value=load())\nfor _ in range(3):\n    await m()", ["again"]),
        ("m = Mock(return_value=load())\nfor _ in range(1):\n    await m()", []),
        ("m = Mock(return_value=load())\nfor _ in x:\n    await m()", []),
        ("m = Mock(return_value=load())\nfor _ in (1, 2):\n    await m()\n    break", []),
        ("for _ in (1, 2):\n    m = Mock(return_value=load())\n    await m()", []),
        ("m = Mock(return_value=load())\nawait asyncio.gather(m(), m())", []),
        ("m = Mock(return_value=load())\nawait m()\nwith pytest.raises(RuntimeError):\n    await m()", []),
    ],
)
def test_problems(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert problems(tmp_path, body) == expected


SHARED = f"{HEAD}M = Mock(return_value=load())\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (SHARED, []),
        (f"{SHARED}async def test_other():\n    await M()\n", ["again"]),
        (f"{SHARED}async def helper():\n    await M()\n", []),
        (f"{SHARED}@pytest.mark.parametrize('x', [1, 2])\n", ["again"]),
        (f"{SHARED}@pytest.mark.parametrize('x', [1])\n", []),
    ],
)
def test_made_at_import(tmp_path: Path, head: str, expected: list[str]) -> None:
    assert problems(tmp_path, "await M()", head) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("function", []), ("module", ["again"]), ("class", ["again"]), ("session", ["again"])],
)
def test_made_by_a_fixture(tmp_path: Path, scope: str, expected: list[str]) -> None:
    fixture = (
        f"@pytest.fixture(scope='{scope}')\ndef m():\n    m = Mock()\n    m.get.return_value = load()\n    return m\n"
    )
    tests = "".join(f"async def test_{name}(m):\n    await m.get()\n" for name in "ab")
    assert problems(tmp_path, "pass", f"{HEAD}{fixture}{tests}") == expected
