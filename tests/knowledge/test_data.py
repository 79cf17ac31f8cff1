"""Reading the files that ship."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from looplint.knowledge.data import CLIENTS, KnowledgeError, read_json

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("libcst", "tomli", "packaging", "click", "rich", "flake8", "looplint.knowledge.makers")


def test_every_json_file_reads() -> None:
    for path in (*CLIENTS.glob("*.json"), *CLIENTS.parent.glob("*.json")):
        assert read_json(path)["schema"] == 1


def test_damage_is_told_clearly(tmp_path: Path) -> None:
    path = tmp_path / "redis.json"
    path.write_text("{")
    with pytest.raises(KnowledgeError, match=r"data file redis\.json cannot be read \(.*\); reinstall looplint"):
        read_json(path)
    path.write_text("[]")
    with pytest.raises(KnowledgeError, match="an object belongs"):
        read_json(path)
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(KnowledgeError, match=r"redis\.json"):
        read_json(path)
    with pytest.raises(KnowledgeError, match=r"gone\.json"):
        read_json(tmp_path / "gone.json")


def test_asking_about_a_client_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from looplint.knowledge import awaited, clients, conflicts, releases\n"
        "clients.same_distribution_twin(clients.client('redis.Redis')), awaited.kind_of_name('get')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.strip() == "[]"
