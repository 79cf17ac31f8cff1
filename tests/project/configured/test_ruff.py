from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.ruff import ruff_lint

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.configured.ruff import RuffLint


def lint_of(root: Path, text: str, name: str = "ruff.toml") -> RuffLint | None:
    (root / name).write_text(text, encoding="utf-8")
    kind = Kind.PYPROJECT if name == "pyproject.toml" else Kind.RUFF
    return ruff_lint(ConfigFile(root / name, kind))


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("lint.select = ['ALL']", True),
        ("lint.select = ['ALL']\nlint.ignore = ['RUF']", False),
        ("lint.select = ['RUF100']\nlint.ignore = ['RUF']", True),
        ("lint.select = ['RUF1']\nlint.ignore = ['RUF1']", False),
        ("[lint]\nextend-select = ['RUF']", True),
        ("extend-select = ['RUF']", True),
        ("line-length = 88", False),
        ("lint.select = 'RUF'", False),
    ],
)
def test_the_longest_selector_wins(tmp_path: Path, text: str, on: bool) -> None:
    lint = lint_of(tmp_path, text)
    assert lint is not None
    assert lint.is_on("RUF100") is on


def test_the_first_file_is_taken(tmp_path: Path) -> None:
    text = "[tool.ruff.lint]\nselect = ['RUF']"
    found = lint_of(tmp_path, text, "pyproject.toml")
    assert found is not None
    assert found.selecting("RUF102") == ("tool", "ruff", "lint", "select")
    lint_of(tmp_path, "", ".ruff.toml")
    assert lint_of(tmp_path, text, "pyproject.toml") is None
    assert lint_of(tmp_path, text) is None


@pytest.mark.parametrize(
    ("settings", "path", "passed_by"),
    [
        ("extend-exclude = ['tests']", "tests/unit/test_a.py", True),
        ("exclude = ['tests/**']", "tests/test_a.py", True),
        ("exclude = ['docs']", "tests/test_a.py", False),
        ("lint.per-file-ignores = {'tests/*' = ['RUF']}", "tests/test_a.py", True),
        ("lint.per-file-ignores = {'tests/*' = ['RUF100']}", "tests/test_a.py", False),
    ],
)
def test_files_that_ruff_passes_by(tmp_path: Path, settings: str, path: str, passed_by: bool) -> None:
    lint = lint_of(tmp_path, settings)
    assert lint is not None
    assert lint.passes_by(path, ["RUF102", "RUF100"]) is passed_by
