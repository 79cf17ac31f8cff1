"""The fixture `loop` of pytest-aiohttp, where it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.loops.aiohttp_loop import asks_for_aiohttp_loop

if TYPE_CHECKING:
    from pathlib import Path

ASKING = "async def test_x(loop): ...\n"
DEFINED = "import pytest\n@pytest.fixture\ndef loop(): ...\n"
NEW = "pytest-asyncio\npytest-aiohttp\n"


@pytest.mark.parametrize(
    "requirements", [NEW, "pytest-aiohttp>=0.3\n", "pytest-aiohttp==1.1.1", "pytest-aiohttp==1.0.5\npytest-asyncio>=1"]
)
def test_it_is_gone(requirements: str, tmp_path: Path) -> None:
    project = tree(tmp_path, {"requirements.txt": requirements, "test_x.py": ASKING})
    assert [found.name for found in asks_for_aiohttp_loop(project, facts(project, "test_x.py"))] == ["test_x"]


@pytest.mark.parametrize(
    "files",
    [
        {"test_x.py": ASKING},
        {"requirements.txt": "pytest-aiohttp<1.1\npytest-asyncio<1", "test_x.py": ASKING},
        {"requirements.txt": "pytest-aiohttp==0.3.0", "test_x.py": ASKING},
        {"requirements.txt": NEW, "test_x.py": ASKING, "conftest.py": DEFINED},
        {"requirements.txt": f"{NEW}pytest-sanic\n", "test_x.py": ASKING},
        {"requirements.txt": NEW, "test_x.py": ASKING, "conftest.py": "pytest_plugins = 'aiohttp.pytest_plugin'\n"},
        {"requirements.txt": NEW, "test_x.py": "async def test_x(loop=None): ...\ndef run(loop): ...\n"},
    ],
)
def test_it_is_there_or_nobody_asks(files: dict[str, str], tmp_path: Path) -> None:
    project = tree(tmp_path, files)
    assert not list(asks_for_aiohttp_loop(project, facts(project, "test_x.py")))
