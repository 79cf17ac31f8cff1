from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.environments import declared_pythons, marker_holds, supported_pythons

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.12"\n', ("3.12", "3.13", "3.14")),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9.2,<3.11"\n', ("3.9", "3.10")),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.13"\n', ("3.13", "3.14")),
        ("setup.cfg", "[options]\npython_requires = >=3.13\n", ("3.13", "3.14")),
        ("pyproject.toml", '[project]\nname = "x"\n', ("3.14",)),
        ("pyproject.toml", '[project]\nrequires-python = "<3"\n', ("3.14",)),
    ],
)
def test_the_pythons_of_a_project(tmp_path: Path, name: str, text: str, expected: tuple[str, ...]) -> None:
    assert supported_pythons(tree(tmp_path, {name: text}).versions.files) == expected


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        (None, True),
        ("python_version >= '3.10'", True),
        ("python_version < '3.10'", False),
        ("sys_platform == 'win32'", True),
        ("sys_platform == 'cygwin'", False),
        ("implementation_name == 'pypy'", False),
        ("extra == 'x'", False),
        ("nonsense", True),
    ],
)
def test_markers_on_python_3_12(marker: str | None, holds: bool) -> None:
    assert marker_holds(marker, "3.12") is holds


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nname = "x"\nrequires-python = ">=3.12"\n', (">=3.12", (">=3.12",), 3)),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.13"\n', ("^3.13", (">=3.13,<4",), 2)),
        ("setup.cfg", "[options]\npython_requires = >=3.13\n", (">=3.13", (">=3.13",), 2)),
    ],
)
def test_where_the_pythons_are_declared(tmp_path: Path, name: str, text: str, expected: tuple[object, ...]) -> None:
    found = declared_pythons(tree(tmp_path, {name: text}).versions.files)
    assert found is not None
    assert (found.text, found.ranges, found.row) == expected
    assert found.path == tmp_path / name


def test_no_pythons_are_declared(tmp_path: Path) -> None:
    assert declared_pythons(tree(tmp_path, {"pyproject.toml": "[project]\n"}).versions.files) is None
