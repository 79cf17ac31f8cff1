from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.configured.exact_pins import refused_by_pins

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = "pytest-homeassistant-custom-component"
EXTRAS = "[project]\nname = 'a'\n[project.optional-dependencies]\na = ['{}==0.13.109']\nb = ['pytest>=9']\n"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (f"{TOOLS}==0.13.109\npytest-asyncio>=1\n", {"pytest-asyncio>=1": ("0.23.5",)}),
        (
            f"{TOOLS}==0.13.109\npytest-asyncio>=1\npytest==9.0.3\n",
            {"pytest==9.0.3": ("8.0.2",), "pytest-asyncio>=1": ("0.23.5",)},
        ),
        (f"{TOOLS}>=0.13.108,<0.13.110\npytest-asyncio<0.23\n", {"pytest-asyncio<0.23": ("0.23.5",)}),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, refused: dict[str, tuple[str, ...]]) -> None:
    found = list(refused_by_pins(tree(tmp_path, {"requirements.txt": text}).versions))
    assert {one.place.text: one.pins for one in found} == refused
    assert {one.by.name for one in found} == {TOOLS}


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": f"{TOOLS}==0.13.109\npytest-asyncio>=0.21\npytest\n"},
        {"requirements.txt": f"{TOOLS}\npytest-asyncio<0.21\n"},
        {"requirements.txt": f"{TOOLS}>=0.13.300\npytest-asyncio<1\n"},
        {"requirements.txt": f"{TOOLS}==0.99.1\npytest-asyncio<1\n"},
        {"requirements.txt": "pytest-asyncio<1\n"},
        {"a.txt": f"{TOOLS}==0.13.109\n", "requirements-b.txt": "pytest-asyncio>=1\n"},
        {"pyproject.toml": EXTRAS.format(TOOLS)},
    ],
)
def test_what_fits_or_is_not_known(tmp_path: Path, files: dict[str, str]) -> None:
    assert not list(refused_by_pins(tree(tmp_path, files).versions))
