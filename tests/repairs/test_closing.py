"""What is written to close a client, and where only the call is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.model.edits import apply_edits
from looplint.project.running.open_clients import open_client
from looplint.repairs.closing import close_client
from looplint.rules.rule import Applicability

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.rules.rule import Fix

HEAD = """\
import aiohttp, asyncpg, pytest, pytest_asyncio
from sqlalchemy.ext.asyncio import create_async_engine
"""
NAME = "test_x.py"


def fix_of(root: Path, text: str) -> tuple[Fix, str]:
    project = tree(root, {"pytest.ini": "[pytest]\n", NAME: HEAD + text})
    seen = project.facts_at(root / NAME)
    assert seen is not None
    module = project.open(seen.source, root / NAME)
    for call in module.facts.calls:
        maker = module.facts.function_of(call)
        found = open_client(project, maker, call) if maker is not None else None
        if maker is not None and found is not None:
            fix = close_client(module, maker, found)
            return fix, apply_edits(HEAD + text, fix.edits).removeprefix(HEAD)
    raise AssertionError(text)


TEST = "@pytest.mark.asyncio\nasync def test_x(url):\n"
FIXTURE = "@pytest_asyncio.fixture\nasync def c():\n"
USER = "@pytest.mark.asyncio\nasync def test_x(c):\n    assert c\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            TEST + "    s = aiohttp.ClientSession()\n    assert s\n",
            TEST + "    async with aiohttp.ClientSession() as s:\n        assert s\n",
        ),
        (
            TEST + "    s = aiohttp.ClientSession(\n        a=1,\n    )\n    assert s\n",
            TEST + "    async with aiohttp.ClientSession(\n        a=1,\n    ) as s:\n        assert s\n",
        ),
        (
            TEST + "    c = await asyncpg.connect(url)\n    await c.execute('')\n",
            TEST + "    c = await asyncpg.connect(url)\n    await c.execute('')\n    await c.close()\n",
        ),
        (
            TEST + "    e = create_async_engine(url)\n    async with e.begin(): ...\n",
            TEST + "    e = create_async_engine(url)\n    async with e.begin(): ...\n    await e.dispose()\n",
        ),
        (
            FIXTURE + "    s = aiohttp.ClientSession()\n    return s  # why\n" + USER,
            FIXTURE + "    s = aiohttp.ClientSession()\n    yield s  # why\n    await s.close()\n" + USER,
        ),
        (
            FIXTURE + "    return aiohttp.ClientSession()\n" + USER,
            FIXTURE + "    async with aiohttp.ClientSession() as client:\n        yield client\n" + USER,
        ),
    ],
)
def test_written(tmp_path: Path, before: str, after: str) -> None:
    fix, text = fix_of(tmp_path, before)
    assert fix.applicability is Applicability.UNSAFE
    assert text == after


@pytest.mark.parametrize(
    "text",
    [
        TEST + "    s = aiohttp.ClientSession()\n",
        TEST + "    await aiohttp.ClientSession().get(url)\n",
        TEST + "    e = create_async_engine(url)\n    async with e.begin(): ...\n    return\n",
        FIXTURE.replace("():", "() -> object:") + "    return aiohttp.ClientSession()\n" + USER,
        FIXTURE.replace("async def", "def") + "    return aiohttp.ClientSession()\n" + USER,
    ],
)
def test_only_told(tmp_path: Path, text: str) -> None:
    fix, after = fix_of(tmp_path, text)
    assert fix.applicability is Applicability.DISPLAY
    assert "close it" in fix.message
    assert after == text
