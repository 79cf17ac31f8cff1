from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.model.edits import apply_edits
from looplint.repairs.requirements import raise_lower_bound, require_from

if TYPE_CHECKING:
    from pathlib import Path

POETRY = "[tool.poetry.group.dev.dependencies]\npytest-asyncio = {}\n"


def changed(root: Path, name: str, text: str, how: str) -> str | None:
    project = tree(root, {name: text})
    file = next(file for file in project.versions.files if file.path.name == name)
    (place,) = project.versions.declared("pytest-asyncio")
    _, edits = (raise_lower_bound if how == "raise" else require_from)(file, place, "1.3.0")
    return apply_edits(file.text, edits) if edits else None


@pytest.mark.parametrize(
    ("before", "raised", "beyond"),
    [
        ("pytest-asyncio>=0.21,<2", "pytest-asyncio>=1.3.0,<2", "pytest-asyncio>=1.3.0"),
        ("pytest_asyncio[docs] <2 ; python_version > '3'", "pytest_asyncio[docs] <2,>=1.3.0 ; python_version > '3'",
         "pytest_asyncio[docs] >=1.3.0 ; python_version > '3'"),
        ("pytest-asyncio", "pytest-asyncio>=1.3.0", "pytest-asyncio>=1.3.0"),
        ("pytest-asyncio==0.21.1  # old", "pytest-asyncio==0.21.1,>=1.3.0  # old", "pytest-asyncio==1.3.0  # old"),
        ("pytest-asyncio~=0.21", "pytest-asyncio~=0.21,>=1.3.0", "pytest-asyncio~=1.3.0"),
        ("pytest-asyncio==0.21.1 --hash=sha256:x", None, None),
    ],
)  # fmt: skip
def test_a_requirements_file(tmp_path: Path, before: str, raised: str | None, beyond: str | None) -> None:
    for how, after in (("raise", raised), ("from", beyond)):
        expected = f"pytest\n{after}\n" if after is not None else None
        assert changed(tmp_path, "requirements.txt", f"pytest\n{before}\n", how) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"^0.21"', '"^1.3.0"'),
        ("'~0.21'", "'^1.3.0'"),
        ('">=0.21,<1"', '">=1.3.0"'),
        ('"0.21.1"', '"1.3.0"'),
        ('{version = "^0.21", optional = true}', '{version = "^1.3.0", optional = true}'),
        ('{git = "https://example.org/x"}', None),
    ],
)
def test_a_table_of_poetry(tmp_path: Path, before: str, after: str | None) -> None:
    expected = POETRY.format(after) if after is not None else None
    assert changed(tmp_path, "pyproject.toml", POETRY.format(before), "from") == expected


def test_a_url_is_left_alone(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\ndependencies = ["pytest-asyncio @ https://example.org/x.whl"]\n'
    assert changed(tmp_path, "pyproject.toml", text, "from") is None
