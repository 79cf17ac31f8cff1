from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project.configured.virtual_environments import Asks, Environment, asked_by, asked_in_line, target_of

if TYPE_CHECKING:
    from pathlib import Path

REQUIREMENT, FILE, BOUNDS, PROJECT, GROUP, UNKNOWN = Asks


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("pytest>=8 ; python_version > '3'", [(REQUIREMENT, "pytest>=8 ; python_version > '3'")]),
        ("-r x.txt", [(FILE, "x.txt")]),
        ("-rx.txt", [(FILE, "x.txt")]),
        ("--requirement=x.txt", [(FILE, "x.txt")]),
        ("-c x.txt", [(BOUNDS, "x.txt")]),
        ("--constraint x.txt", [(BOUNDS, "x.txt")]),
        (".", [(PROJECT, "")]),
        (".[test,dev]", [(PROJECT, "test,dev")]),
        ("-e .[test]", [(PROJECT, "test")]),
        ("-e./", [(PROJECT, "")]),
        ("../other[x]", []),
        ("-e git+https://host/x", []),
        ("dist/x.whl", []),
        ("{posargs}", [(UNKNOWN, "{posargs}")]),
        ("--pre", [(UNKNOWN, "--pre")]),
    ],
)
def test_what_a_line_asks_for(line: str, asked: list[tuple[Asks, str]]) -> None:
    assert list(asked_in_line(line)) == asked


def test_what_words_ask_for() -> None:
    words = [
        "-U",
        "--index-url",
        "pytest",
        "a>=1",
        "-e",
        ".[x]",
        "--group",
        "dev",
        "-r",
        None,
        None,
        "-c",
        "b.txt",
        "-r",
    ]
    assert list(asked_by(words)) == [
        (REQUIREMENT, "a>=1", 3),
        (PROJECT, "x", 5),
        (GROUP, "dev", 7),
        (UNKNOWN, "", 9),
        (UNKNOWN, "", 10),
        (BOUNDS, "b.txt", 12),
    ]
    assert list(asked_by(["--resolution", "lowest", "a"])) == [(UNKNOWN, "--resolution", 0), (REQUIREMENT, "a", 2)]


def test_an_environment_takes_in_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("a\n", encoding="utf-8")
    made = Environment(name="e")
    for asks, value in ((FILE, "x.txt"), (BOUNDS, "./x.txt"), (PROJECT, "A_b, c"), (GROUP, "sub/pyproject.toml:Dev.X")):
        made.take(asks, value, tmp_path)
    assert made.certain
    assert made.project
    assert made.files == [(tmp_path / "x.txt", False), (tmp_path / "x.txt", True)]
    assert (made.extras, made.groups) == ({"a-b", "c"}, {"dev-x"})
    made.take(FILE, "absent.txt", tmp_path)
    assert not made.certain


def test_files_that_cannot_be_told(tmp_path: Path) -> None:
    for written in ("https://host/x.txt", "$X/x.txt", "{env:X}", "x\0", "absent"):
        assert target_of(tmp_path, written) is None
