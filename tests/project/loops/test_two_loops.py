"""Fixtures on one loop, users on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import fixture, tree

from looplint.project.loops.two_loops import Breaks, two_loops

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import asyncio, aiohttp, httpx, pytest, pytest_asyncio\n"
TASK = "async def fx(): return asyncio.create_task(work())\n"
CLIENT = "async def fx():\n    async with httpx.AsyncClient() as c: yield c\n"
SERVER = "async def fx():\n    s = await asyncio.start_server(echo)\n    yield 1\n"
DATA = "async def fx(): return 1\n"
WAITS = "@pytest.mark.asyncio\nasync def test_a(fx): await fx\n"
WIDE = "@pytest.mark.asyncio(loop_scope='module')\nasync def test_a(fx): await fx.get('/')\n"
GETS = "@pytest.mark.asyncio\nasync def test_a(fx): await fx.get('/')\n"
GETS_TOO = "@pytest.mark.asyncio\nasync def test_b(fx): await fx.get('/')\n"
PARAMETRIZED = f"@pytest.mark.parametrize('x', [1, 2])\n{GETS}".replace("(fx)", "(fx, x)")
THROUGH = "@pytest_asyncio.fixture\nasync def up(fx): await fx.get('/')\n"
TWO_TESTS = "@pytest.mark.asyncio\nasync def test_a(up): ...\n@pytest.mark.asyncio\nasync def test_b(up): ...\n"


@pytest.mark.parametrize(
    ("decorator", "text", "version", "expected"),
    [
        ("(scope='module')", TASK + WAITS, "1.5.0", Breaks.AT_ONCE),
        ("(scope='module')", TASK + WAITS, "0.23.8", Breaks.AT_ONCE),
        ("(scope='module')", TASK + WAITS, "0.21.2", None),
        ("", TASK + WAITS, "1.5.0", None),
        ("(scope='module')", TASK + "def test_a(fx): fx\n", "1.5.0", None),
        ("(scope='module')", CLIENT + GETS, "1.5.0", None),
        ("(scope='module')", CLIENT + GETS + GETS_TOO, "1.5.0", Breaks.SECOND),
        ("(scope='module')", CLIENT + PARAMETRIZED, "1.5.0", Breaks.SECOND),
        ("(scope='module')", CLIENT + THROUGH, "1.5.0", None),
        ("(scope='module')", CLIENT + THROUGH + TWO_TESTS, "1.5.0", Breaks.SECOND),
        ("(loop_scope='module')", CLIENT + GETS, "1.5.0", Breaks.CLOSING),
        ("", CLIENT + WIDE, "1.5.0", None),
        ("(scope='module')", SERVER + WAITS, "1.5.0", Breaks.HANGS),
        ("(scope='module')", DATA + WAITS, "1.5.0", None),
        ("", DATA + WIDE, "1.5.0", None),
        ("", DATA + WIDE, "0.26.0", Breaks.COLLECTION),
        ("(loop_scope='module')", DATA + WIDE, "0.26.0", None),
        ("", DATA + GETS, "0.26.0", None),
        ("(autouse=True)", DATA + WIDE.replace("(fx)", "()"), "0.24.0", Breaks.COLLECTION),
    ],
)
def test_what_breaks(tmp_path: Path, decorator: str, text: str, version: str, expected: Breaks | None) -> None:
    text = f"{HEAD}@pytest_asyncio.fixture{decorator}\n{text}"
    project = tree(tmp_path, {"test_x.py": text, "requirements.txt": f"pytest-asyncio=={version}\n"})
    found = two_loops(project, fixture(project, "test_x.py", "fx"))
    assert (found.breaks if found is not None else None) is expected
