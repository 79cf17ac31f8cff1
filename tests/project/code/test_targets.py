"""What stands where a test puts something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.targets import dotted_target, external_name
from looplint.project.code.values import Nature

if TYPE_CHECKING:
    from pathlib import Path

APP = """
import asyncio
from collections.abc import Awaitable
import httpx

async def fetch(): ...
def plain(): ...
def later() -> Awaitable[int]: ...
LIMIT = 3
client = httpx.AsyncClient()

class Repo:
    async def get(self): ...
    @property
    def name(self): ...
"""


@pytest.mark.parametrize(
    ("dotted", "nature"),
    [
        ("app.fetch", Nature.COROUTINE),
        ("app.plain", Nature.SYNC),
        ("app.later", Nature.AWAITABLE),
        ("app.LIMIT", Nature.OTHER),
        ("app.Repo", Nature.OTHER),
        ("app.Repo.get", Nature.COROUTINE),
        ("app.Repo.name", Nature.UNKNOWN),
        ("app.asyncio.sleep", Nature.COROUTINE),
        ("app.client.get", Nature.COROUTINE),
        ("app.httpx.AsyncClient", Nature.OTHER),
        ("app.missing", Nature.UNKNOWN),
    ],
)
def test_nature(tmp_path: Path, dotted: str, nature: Nature) -> None:
    project = tree(tmp_path, {"app.py": APP, "test_it.py": "import app\n"})
    target = dotted_target(project, facts(project, "test_it.py"), dotted)
    assert target.nature is nature
    assert target.must_be_awaited is (nature in (Nature.COROUTINE, Nature.AWAITABLE))


def test_names_outside_the_project(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": APP, "test_it.py": "import app\n"})
    found = facts(project, "test_it.py")
    assert external_name(project, found, "app.asyncio.sleep") == "asyncio.sleep"
    assert external_name(project, found, "app.fetch") == "app.fetch"
