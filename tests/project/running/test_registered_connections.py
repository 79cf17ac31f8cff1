"""Connections that stay registered, unless the file or its conftest.py disconnects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.registered_connections import left_connected

if TYPE_CHECKING:
    from pathlib import Path

CALL = "connections.connect('default', host='h')"


def left(root: Path, text: str, conftest: str = "") -> bool:
    head = "import pytest\nfrom pymilvus import connections\n"
    project = tree(root, {"pytest.ini": "[pytest]\n", "conftest.py": conftest, "test_x.py": head + text})
    seen = facts(project, "test_x.py")
    makers = ((call, seen.function_of(call)) for call in seen.calls)
    return any(maker is not None and left_connected(project, maker, call) is not None for call, maker in makers)


@pytest.mark.parametrize(
    "text",
    [
        f"def test_x():\n    {CALL}\n",
        f"@pytest.fixture\ndef named():\n    {CALL}\n    yield\n",
        f"class TestX:\n    def setup_method(self):\n        {CALL}\n    def test_x(self): ...\n",
    ],
)
def test_left(tmp_path: Path, text: str) -> None:
    assert left(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        f"def test_x():\n    {CALL}\n    connections.disconnect('default')\n",
        f"def helper():\n    {CALL}\n",
        f"def test_x():\n    with pytest.raises(OSError):\n        {CALL}\n",
        f"@patch('pymilvus.connections')\ndef test_x(c):\n    {CALL}\n",
        "def test_x():\n    connections.connect(**options)\n",
        f"def test_x(connections):\n    {CALL}\n",
    ],
)
def test_not_left(tmp_path: Path, text: str) -> None:
    assert not left(tmp_path, text)


def test_a_conftest_that_disconnects(tmp_path: Path) -> None:
    assert not left(tmp_path, f"def test_x():\n    {CALL}\n", "def end():\n    connections.disconnect('default')\n")
