from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.yaml_text import MAX_CHARACTERS, items_of, scalar, value_of, yaml_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "dependencies:\n  - a\n b\n",
            "is not valid YAML: expected <block end>, but found '<scalar>' (at line 3, column 2)",
        ),
        ("dependencies: [a\n", "is not valid YAML: expected ',' or ']', but got '<stream end>' (at line 2, column 1)"),
        (
            "dependencies: []\ndependencies: []\n",
            "is not valid YAML: the key `dependencies` stands there twice (at line 2, column 1)",
        ),
        ("dependencies: " + "[" * 20_000, "is not valid YAML: it is nested too deeply"),
        ("dependencies:\n" + "- a\n" * 100_000, f"is longer than {MAX_CHARACTERS} characters"),
        ("dependencies: *a\n", "is not valid YAML: found undefined alias 'a' (at line 1, column 15)"),
        ("dependencies: !!python/object:os.system []\n", None),
        ("x: [\n", None),
        ("- dependencies\n", None),
    ],
)
def test_what_is_wrong_is_told_in_one_line(text: str, error: str | None) -> None:
    found = yaml_text(text).error
    assert found == error


def test_a_bomb_of_aliases_stays_small() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    begin = time.process_time()
    found = yaml_text(bomb + "dependencies: *a11\n")
    assert found.error is None
    assert len(items_of(found.get("dependencies"))) == 9
    assert time.process_time() - begin < 5


def test_nodes() -> None:
    found = yaml_text("dependencies:\n- a\n- pip: [b]\n---\nx: 1\n")
    first, second = items_of(found.get("dependencies"))
    one, inner = scalar(first), items_of(value_of(second, "pip"))
    assert one is not None
    assert one.value == "a"
    assert len(inner) == 1
    assert value_of(first, "x") is None
    assert scalar(second) is None
    assert yaml_text("x: 1").get("x") is None


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfdependencies:\r\n- a\r\n", b"dependencies:\n- a\n"])
def test_a_mark_and_newlines_are_no_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "environment.yml"
    path.write_bytes(raw)
    file = ConfigFile(path, Kind.CONDA)
    assert file.error is None
    assert len(items_of(file.yaml.get("dependencies"))) == 1


def test_the_place_of_an_error(tmp_path: Path) -> None:
    path = tmp_path / "environment.yml"
    path.write_text("dependencies:\n  - a\n b\n", encoding="utf-8")
    assert ConfigFile(path, Kind.CONDA).error_place == (3, 2)
