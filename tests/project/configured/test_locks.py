from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.locks import locked_names, locked_versions

if TYPE_CHECKING:
    from pathlib import Path

UV = """\
version = 1

[[package]]
name = "pytest"
version = "8.4.2"
dependencies = [
    { name = "pytest-asyncio" },
]

[[package]]
name = "pytest-asyncio"
version = "0.23.8"

[[package]]
name = "pytest-asyncio"
version = "1.3.0"

[package.metadata]
requires-dist = [{ name = "pytest-asyncio", specifier = ">=0.23" }]
"""
OLD_POETRY = """\
[[package]]
category = "dev"
name = "pytest_asyncio"
optional = false
version = "0.20.3"

[[package]]
name = "noversion"
"""
PIPFILE = """\
{
    "default": {
        "pytest-asyncio": {
            "hashes": ["sha256:x"],
            "version": "==0.21.1"
        },
        "local": {"path": "."}
    }
}
"""


@pytest.mark.parametrize(
    ("name", "text", "pins"),
    [
        ("uv.lock", UV, [("0.23.8", 11), ("1.3.0", 15)]),
        ("uv.lock", UV.replace("\n", "\r\n"), [("0.23.8", 11), ("1.3.0", 15)]),
        ("poetry.lock", OLD_POETRY, [("0.20.3", 3)]),
        ("pylock.toml", UV.replace("[[package]]", "[[packages]]"), [("0.23.8", 11), ("1.3.0", 15)]),
        ("Pipfile.lock", PIPFILE, [("0.21.1", 3)]),
        ("uv.lock", "", []),
        ("uv.lock", "\x00[[", []),
    ],
)
def test_pins_and_their_rows(tmp_path: Path, name: str, text: str, pins: list[tuple[str, int]]) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    found = locked_versions(ConfigFile(path, Kind.LOCK), "PyTest_asyncio")
    assert [(pin.version, pin.row) for pin in found] == pins
    assert all(pin.name == "pytest-asyncio" for pin in found)


def test_entries_without_version_pin_nothing(tmp_path: Path) -> None:
    path = tmp_path / "poetry.lock"
    path.write_text(OLD_POETRY, encoding="utf-8")
    assert locked_versions(ConfigFile(path, Kind.LOCK), "noversion") == ()
    (tmp_path / "Pipfile.lock").write_text(PIPFILE, encoding="utf-8")
    assert locked_versions(ConfigFile(tmp_path / "Pipfile.lock", Kind.LOCK), "local") == ()


def test_the_names_in_a_lock(tmp_path: Path) -> None:
    uv, pipfile = tmp_path / "uv.lock", tmp_path / "Pipfile.lock"
    uv.write_text(UV)
    assert {"pytest", "pytest-asyncio"} <= locked_names(ConfigFile(uv, Kind.LOCK))
    pipfile.write_text(
        '{\n    "_meta": {\n        "hash": {}\n    },\n    "default": {},\n    "develop": {\n'
        '        "Pytest_Mock": {\n            "version": "==3.14.0"\n        }\n    }\n}\n'
    )
    assert "pytest-mock" in locked_names(ConfigFile(pipfile, Kind.LOCK))
