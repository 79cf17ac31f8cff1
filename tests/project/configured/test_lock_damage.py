from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tomli

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.lock_damage import damage_of_lock

if TYPE_CHECKING:
    from pathlib import Path

LOCK = """version = 1
requires-python = ">=3.11"
resolution-markers = [
    "python_full_version >= '3.12'",
]

[[package]]
name = "pytest"
version = "8.4.2"
source = { registry = "https://packages.example.org/simple" }
dependencies = [
    { name = "pluggy" },
]
wheels = [
    { url = "https://example.org/pytest.whl", hash = "sha256:0" },
]

[package.optional-dependencies]
test = ["attrs (>=19)"]
"quoted.key" = "x"

[metadata]
content-hash = "abc"
"""


@pytest.mark.parametrize("text", [LOCK, LOCK.replace("\n", "\r\n"), "# made by hand\n" + LOCK, "", '{"default": {}}'])
def test_a_whole_lock(text: str) -> None:
    assert damage_of_lock(text) is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (LOCK.replace('version = "8', '<<<<<<< HEAD\nversion = "8'), "has conflict markers of a merge (at line 9)"),
        (LOCK.replace('"8.4.2"', '"8.4.2'), "is not valid TOML: "),
        (LOCK + "[[package", "is not valid TOML: "),
        (LOCK + 'wheels = [\n    { url = "x" },\n', "is not valid TOML: "),
        (LOCK + "name =", "is not valid TOML: "),
        ("not a lock\n", "is not valid TOML: "),
        ('{"default": {', "is not valid JSON: "),
        ("[" * 5000, "is not valid TOML: "),
        ('{"a":' * 50_000, "is not valid JSON: "),
    ],
)
def test_damage_is_one_clear_line(text: str, error: str) -> None:
    found = damage_of_lock(text)
    assert found is not None
    assert found.startswith(error)
    assert "\n" not in found


def test_a_lock_that_breaks_off_is_damaged_wherever_the_parser_says_so() -> None:
    for end in range(len(LOCK) + 1):
        text = LOCK[:end]
        try:
            tomli.loads(text)
            sound = True
        except tomli.TOMLDecodeError:
            sound = False
        assert (damage_of_lock(text) is None) is sound, text[-40:]


def test_the_place_of_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text("version = 1\n\nname =\n", encoding="utf-8")
    file = ConfigFile(path, Kind.LOCK)
    assert file.error is not None
    assert file.error_place == (3, 7)
