"""Marks that were meant to be `asyncio`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import function, tree

from looplint.project.running.misspelt_marks import looks_like_asyncio, misspelt_mark

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name",
    ["async_io", "asyncoi", "asynio", "asynco", "asynncio", "asincio", "asyncioo", "aysncio", "AsyncIO", "_asyncio",
     "asynchronous", "asyncronous", "asyncip", "syncio"],
)  # fmt: skip
def test_misspellings(name: str) -> None:
    assert looks_like_asyncio(name)


@pytest.mark.parametrize(
    "name",
    ["asyncio", "anyio", "asyncpg", "asyncio_cooperative", "async_timeout", "sync", "aio", "asyncssh", ""],
)
def test_other_names(name: str) -> None:
    assert not looks_like_asyncio(name)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, True),
        ({"pytest.ini": "[pytest]\nmarkers =\n    slow: takes long\n    async_io: runs on a loop\n"}, False),
        ({"pytest.ini": "[pytest]\nmarkers = async_io\n"}, False),
        ({"pyproject.toml": '[tool.pytest.ini_options]\nmarkers = ["async_io(x): y"]\n'}, False),
        ({"pytest.ini": "[pytest]\nmarkers = slow: not async_io\n"}, True),
        (
            {"conftest.py": "def pytest_configure(c):\n    c.addinivalue_line('markers', 'async_io')\n"},
            False,
        ),
        ({"conftest.py": "x = 1\n"}, True),
        ({"conftest.py": "pytest_plugins = ['plug']\n", "plug.py": "MARK = 'async_io'\n"}, False),
    ],
)
def test_known_marks(tmp_path: Path, files: dict[str, str], found: bool) -> None:
    text = "import pytest\n\n@pytest.mark.slow\n@pytest.mark.async_io\nasync def test_x(): ...\n"
    project = tree(tmp_path, {"test_x.py": text, **files})
    mark = misspelt_mark(project, function(project, "test_x.py", "test_x"))
    assert (mark is not None and mark[1] == "async_io") is found
