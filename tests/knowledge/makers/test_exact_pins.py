from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from looplint.knowledge.makers.exact_pins import of_clone, steps

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pin_is_noted_where_it_changes() -> None:
    rows = steps([("1", {}), ("2", {"pytest": "7"}), ("3", {"pytest": "7"}), ("4", {"pytest": "8"}), ("5", {})])
    assert rows["pytest"] == [("2", "7"), ("4", "8"), ("5", None)]
    assert rows["respx"] == []


def test_the_tags_of_a_clone(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        own = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", str(tmp_path), *own, *words], check=True, capture_output=True)

    git("init")
    for tag, text in (("0.9", "pytest==7.0\n# pytest-cov==1\n"), ("0.10", "pytest==7.1  # why\nPytest_Cov==2\n")):
        (tmp_path / "requirements_test.txt").write_text(text, encoding="utf-8")
        git("add", "-A")
        git("commit", "-m", tag)
        git("tag", tag)
    table = of_clone(tmp_path)
    assert table["releases"] == ["0.9", "0.10"]
    pins = table["pins"]
    assert isinstance(pins, dict)
    assert pins["pytest"] == [("0.9", "7.0"), ("0.10", "7.1")]
    assert pins["pytest-cov"] == [("0.10", "2")]
