"""What a test itself calls on the thing that it patches."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.handed_mocks import handed_mocks
from looplint.project.mocks.injecting import injected
from looplint.project.mocks.own_calls import own_calls

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project import Project

APP = """
import httpx

async def check(url):
    async with httpx.AsyncClient() as client:
        return await client.get(url)
"""
HEAD = "from unittest.mock import MagicMock, patch\nimport httpx\nfrom app import check\n\n"
SET_UP = "mock = MagicMock()\nfactory.return_value.__aenter__.return_value = mock\nmock.get.return_value = 1\n"
OWN = "async with httpx.AsyncClient() as client:\n    await client.get('/')\n"
OTHER = OWN.replace("get", "post").replace("    await", "    _ =")


def suite(root: Path, test: str) -> tuple[Project, Facts]:
    project = tree(root, {"app.py": APP, "test_it.py": HEAD + test})
    return project, facts(project, "test_it.py")


def in_block(body: str, after: str = "") -> str:
    text = f"with patch('httpx.AsyncClient') as factory:\n{indent(body, '    ')}{after}"
    return f"async def test(http):\n{indent(text, '    ')}"


DECORATED = f"@patch('httpx.AsyncClient')\nasync def test(factory):\n{indent(SET_UP + OWN, '    ')}"


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (in_block(SET_UP + OWN), [("()",), ("()", "__aenter__", "()", "get", "()")]),
        (DECORATED, [("()",), ("()", "__aenter__", "()", "get", "()")]),
        (in_block(SET_UP, OWN), []),
        (in_block(SET_UP + "async def inner():\n" + indent(OWN, "    ")), []),
        (in_block(SET_UP + "await check('/')\n"), []),
    ],
)
def test_own_calls(tmp_path: Path, test: str, expected: list[tuple[str, ...]]) -> None:
    project, code = suite(tmp_path, test)
    given = [one for one in handed_mocks(project, code) if one.replaces is not None]
    assert [call.path for one in given for call in own_calls(project, one)] == expected


@pytest.mark.parametrize(
    ("test", "places"),
    [
        (in_block(SET_UP + OWN), ["test_it.py:11"]),
        (DECORATED, ["test_it.py:11"]),
        (in_block(SET_UP + OTHER), []),
        (in_block(SET_UP + OTHER + "await http.get('/')\n"), ["app.py:5"]),
        (in_block(SET_UP + "await check('/')\n"), ["app.py:5"]),
        (in_block(SET_UP + "await check('/')\n" + OWN), ["test_it.py:12"]),
    ],
)
def test_where_it_is_awaited(tmp_path: Path, test: str, places: list[str]) -> None:
    """The requests of a test client lead to the code of the project; those to the mock itself do not."""
    project, code = suite(tmp_path, test)
    found = [one.evidence.text.rpartition("/")[2] for one in injected(project, code)]
    assert found == places
