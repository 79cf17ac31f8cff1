from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.asked_extras import extras_of, is_asked_for

if TYPE_CHECKING:
    from pathlib import Path

POETRY = "[tool.poetry.dependencies]\npytest-playwright = {{ version = '^0.10', extras = {} }}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "pytest-playwright[base_url]\n"}, True),
        ({"pyproject.toml": "[dependency-groups]\na = ['pytest-playwright[other,base-url]>=0.10']\n"}, True),
        ({"pyproject.toml": POETRY.format("['base-url']")}, True),
        ({"pyproject.toml": POETRY.format("[]")}, False),
        ({"requirements.txt": "pytest-playwright\nother[base-url]\n"}, False),
        ({}, False),
    ],
)
def test_an_extra(tmp_path: Path, files: dict[str, str], expected: bool) -> None:
    assert is_asked_for(tree(tmp_path, files).versions, "pytest-playwright[base-url]") is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "pytest_base_url\n"}, True),
        ({"poetry.lock": '[[package]]\nname = "pytest-base-url"\nversion = "2.1.0"\n'}, True),
        ({"requirements.txt": "pytest-playwright[base-url]\n"}, False),
    ],
)
def test_a_distribution(tmp_path: Path, files: dict[str, str], expected: bool) -> None:
    assert is_asked_for(tree(tmp_path, files).versions, "pytest-base-url") is expected


def test_several_extras(tmp_path: Path) -> None:
    versions = tree(tmp_path, {"requirements.txt": "uvicorn[standard, Web_Sockets]==1\n"}).versions
    assert extras_of(versions, versions.declared("uvicorn")[0]) == {"standard", "web-sockets"}
