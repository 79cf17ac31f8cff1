from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.hidden_options import lost_options, mode_in
from looplint.project.configured.pytest_tables import pytest_tables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("ini", "toml", "lost", "mode"),
    [
        ("", 'asyncio_mode = "auto"', {"asyncio_mode"}, "auto"),
        ("asyncio_mode = auto", 'asyncio_mode = "auto"', set(), None),
        ("addopts = -q -x", 'addopts = ["-q", "-x"]', set(), None),
        ("addopts = -q", 'addopts = "-q --asyncio-mode=auto"', {"addopts"}, "auto"),
        ("xfail_strict = true", "xfail_strict = true", set(), None),
        ("markers =\n  a: one\n  b(x): two", 'markers = ["b: other words", "a"]', set(), None),
        ("markers = a: one", 'markers = ["a", "b"]', {"markers"}, None),
        ("testpaths =\n  a\n  b", 'testpaths = ["a", "b"]\nminversion = "8"', {"minversion"}, None),
    ],
)
def test_what_a_hidden_table_loses(tmp_path: Path, ini: str, toml: str, lost: set[str], mode: str | None) -> None:
    project = tree(
        tmp_path, {"pytest.ini": f"[pytest]\n{ini}\n", "pyproject.toml": f"[tool.pytest.ini_options]\n{toml}\n"}
    )
    file = next(file for file in project.versions.files if file.path.name == "pyproject.toml")
    (table,) = pytest_tables(file)
    found = lost_options(table, project.settings.options)
    assert set(found) == lost
    assert mode_in(file, found) == mode
