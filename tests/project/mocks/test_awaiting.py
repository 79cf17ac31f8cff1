"""Mocks that a test awaits, enters or iterates itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.awaiting import awaited_mocks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("body", "hows"),
    [
        ("await Mock().get()", ["await"]),
        ("await asyncio.gather(Mock()(), MagicMock()())", ["handed", "handed"]),
        ("async with Mock(): pass", ["async with"]),
        ("async for x in Mock(): pass", ["async for"]),
        ("async with MagicMock(): pass", []),
        ("await AsyncMock().get()", []),
        ("await Mock(get=AsyncMock()).get()", []),
        ("async with MagicMock() as m:\n        await m.get()", []),
        ("with MagicMock() as m:\n        await m.get()", ["await"]),
        ("with pytest.raises(TypeError):\n        await Mock()()", []),
        ("await Mock(spec=['get']).get()", []),
    ],
)
def test_how(tmp_path: Path, body: str, hows: list[str]) -> None:
    head = (
        "import asyncio\nimport pytest\nfrom unittest.mock import AsyncMock, MagicMock, Mock\n\nasync def test_it():\n"
    )
    project = tree(tmp_path, {"test_it.py": f"{head}    {body}\n"})
    assert [found.how for found in awaited_mocks(project, facts(project, "test_it.py"))] == hows
