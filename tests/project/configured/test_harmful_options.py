from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.model.edits import apply_edits
from looplint.project.configured.harmful_options import harmful_option, is_made_an_error, without_harm
from looplint.project.configured.options_in_force import table_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INI = "[pytest]\n"
TOML = "[tool.pytest.ini_options]\n"
FLAG = {"option": "addopts", "has": "--no-net", "lacks": "--local", "add": "--local"}
WORD = {"option": "addopts", "has": "--stop-by=kill", "write": "--stop-by=signal"}
KEY = {"option": "stop_by", "has": "kill", "write": "signal", "unless": "--stop-by"}
WARNING = {
    "option": "filterwarnings",
    "warning": "Old one",
    "category": "PytestDeprecationWarning",
    "add": "ignore:Old",
}


def undone(root: Path, text: str, setting: Mapping[str, str]) -> tuple[str, str] | None:
    """What is reported, and the file without it; None where the setting does no harm."""
    name = "pyproject.toml" if text.startswith("[tool") else "pytest.ini"
    project = tree(root, {})
    (root / name).write_bytes(text.encode())
    (file,) = project.versions.files
    table = table_in_force(file, project)
    assert table is not None
    found = harmful_option(file, project, table, setting)
    if found is None:
        return None
    return text[found.start : found.end], apply_edits(text, without_harm(file, table, found))


@pytest.mark.parametrize(
    ("text", "setting", "shown", "after"),
    [
        (f"{INI}addopts = -q --no-net\n", FLAG, "--no-net", f"{INI}addopts = -q --no-net --local\n"),
        (f'{TOML}addopts = ["--no-net"]\n', FLAG, "--no-net", f'{TOML}addopts = ["--no-net", "--local"]\n'),
        (f"{INI}addopts = --stop-by=kill -q\n", WORD, "--stop-by=kill", f"{INI}addopts = --stop-by=signal -q\n"),
        (f"{INI}addopts = --stop_by kill\n", WORD, "--stop_by kill", f"{INI}addopts = --stop_by signal\n"),
        (
            f'{TOML}addopts = [\n  "--stop-by",\n  "kill",\n]\n',
            WORD,
            '--stop-by",\n  "kill',
            f'{TOML}addopts = [\n  "--stop-by",\n  "signal",\n]\n',
        ),
        (f"{INI}stop_by = kill\n", KEY, "kill", f"{INI}stop_by = signal\n"),
        (f"{INI}filterwarnings = error\n", WARNING, "error", f"{INI}filterwarnings =\n    error\n    ignore:Old\n"),
        (
            f"{INI}filterwarnings =\r\n\terror\r\n\tignore:New\r\nx = 1",
            WARNING,
            "error",
            f"{INI}filterwarnings =\r\n\terror\r\n\tignore:New\r\n\tignore:Old\r\nx = 1",
        ),
        (f'{TOML}filterwarnings = ["error"]\n', WARNING, "error", f'{TOML}filterwarnings = ["error", "ignore:Old"]\n'),
        (f"{INI}addopts = -W error\n", WARNING, "error", f"{INI}addopts = -W error\n"),
    ],
)
def test_an_option_that_does_harm(tmp_path: Path, text: str, setting: dict[str, str], shown: str, after: str) -> None:
    assert undone(tmp_path, text, setting) == (shown, after)


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        (f"{INI}addopts = --no-net --local\n", FLAG),
        (f"{INI}addopts = --no-network\n", FLAG),
        (f"{INI}addopts = --stop-by=kill --stop-by=signal\n", WORD),
        (f"{INI}addopts = --stop-by=killing\n", WORD),
        (f"{INI}stop_by = kill\naddopts = --stop-by signal\n", KEY),
        (f"{INI}stop_by = signal\n", KEY),
        (f"{INI}filterwarnings =\n    error\n    ignore::DeprecationWarning\n", WARNING),
        (f"{INI}filterwarnings = error::ResourceWarning\n", WARNING),
        (f"{INI}stop_by = kill\n", WARNING),
    ],
)
def test_no_harm(tmp_path: Path, text: str, setting: dict[str, str]) -> None:
    assert undone(tmp_path, text, setting) is None


def test_only_a_warning_is_made_an_error(tmp_path: Path) -> None:
    project = tree(tmp_path, {"pytest.ini": f"{INI}filterwarnings = error\n"})
    assert is_made_an_error(project, WARNING)
    assert not is_made_an_error(project, FLAG)
