from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.options_in_force import conftests_define, table_in_force

if TYPE_CHECKING:
    from pathlib import Path

BOTH = "[tool.pytest]\na = 1\n[tool.pytest.ini_options]\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pytest.ini": "", "pyproject.toml": BOTH}, {}),
        ({"pytest.ini": "[pytest]\n", "pyproject.toml": BOTH}, {"pytest.ini": "[pytest]"}),
        ({"pyproject.toml": BOTH}, {"pyproject.toml": "[tool.pytest]"}),
        ({"pyproject.toml": BOTH, "requirements.txt": "pytest<9"}, {"pyproject.toml": "[tool.pytest.ini_options]"}),
        ({"pytest.toml": "[pytest]\na = 1\n", "pytest.ini": "[pytest]\n"}, {"pytest.toml": "[pytest]"}),
        (
            {"pytest.toml": "[pytest]\na = 1\n", "pytest.ini": "[pytest]\n", "requirements.txt": "pytest<9"},
            {"pytest.ini": "[pytest]"},
        ),
    ],
)
def test_the_table_that_pytest_takes(tmp_path: Path, files: dict[str, str], expected: dict[str, str]) -> None:
    project = tree(tmp_path, files)
    found = {file.path.name: table_in_force(file, project) for file in project.versions.files}
    assert {name: table.name for name, table in found.items() if table is not None} == expected


def test_a_conftest_that_names_an_option(tmp_path: Path) -> None:
    project = tree(tmp_path, {"tests/conftest.py": 'def pytest_addoption(parser): parser.addini("asyncio_x", "")\n'})
    assert conftests_define(project, "asyncio_x")
    assert not conftests_define(project, "asyncio_y")
