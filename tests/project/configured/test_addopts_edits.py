from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.edits import apply_edits
from looplint.model.finding import Edit
from looplint.project.configured.addopts_edits import add_word, plugin_word, remove_plugin_word, replace_word
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.pytest_tables import pytest_tables

if TYPE_CHECKING:
    from looplint.project.configured.pytest_tables import Table, Written

INI = "[pytest]\n"
TOML = "[tool.pytest.ini_options]\n"


class Text(ConfigFile):
    """A file that is only a text."""

    def __init__(self, text: str) -> None:
        self.kind = Kind.PYPROJECT if text.startswith("[tool") else Kind.PYTEST_INI
        self.__dict__["_read"] = (text, None)


def opened(text: str) -> tuple[Text, Table, Written]:
    file = Text(text)
    (table,) = pytest_tables(file)
    return file, table, table.options["addopts"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{INI}addopts = -q -p no:x -v\n", f"{INI}addopts = -q -v\n"),
        (f"{INI}addopts = -p no:x -v\n", f"{INI}addopts = -v\n"),
        (f"{INI}addopts = -v -pno:x\n", f"{INI}addopts = -v\n"),
        (f"{INI}addopts = -p no:x\nxfail_strict = true\n", f"{INI}xfail_strict = true\n"),
        (f"{INI}addopts =\n    -v\n    # why\n    -p no:x\n    -q\n", f"{INI}addopts =\n    -v\n    # why\n    -q\n"),
        (f"{INI}addopts =\r\n\t-v -p  no:x\r\n\t-q", f"{INI}addopts =\r\n\t-v\r\n\t-q"),
        (f"{INI}addopts = -v -p no:xy\n", None),
        (f"{TOML}addopts = '-p no:x --strict'  # why\n", f"{TOML}addopts = '--strict'  # why\n"),
        (f'{TOML}addopts = """\n-v\n-p no:x\n-q"""\n', f'{TOML}addopts = """\n-v\n-q"""\n'),
        (f'{TOML}addopts = ["-v", "-p", "no:x"]\n', f'{TOML}addopts = ["-v"]\n'),
        (f'{TOML}addopts = ["-p", "no:x", "-v"]\n', f'{TOML}addopts = ["-v"]\n'),
        (f'{TOML}addopts = ["-p", "no:x"]\nx = 1\n', f"{TOML}x = 1\n"),
        (f'{TOML}addopts = "-p no:x"  # one, two\nx = 1\n', f"{TOML}x = 1\n"),
        (f'{TOML}addopts = [\n  "-v",\n  "-p no:x",  # a\n  "-q"\n]\n', f'{TOML}addopts = [\n  "-v",\n  "-q"\n]\n'),
        (f'{TOML}addopts = [\n  "-v",\n  "-p",\n  "no:x",\n]\n', f'{TOML}addopts = [\n  "-v",\n]\n'),
    ],
)
def test_remove_plugin_word(before: str, after: str | None) -> None:
    edits = remove_plugin_word(*opened(before), "no:x")
    assert (apply_edits(before, edits) if edits else None) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{INI}addopts = -q --a -v\n", f"{INI}addopts = -q --a --b -v\n"),
        (f"{INI}addopts =\n  --a\n  -v\n", f"{INI}addopts =\n  --a --b\n  -v\n"),
        (f'{TOML}addopts = "--a"\n', f'{TOML}addopts = "--a --b"\n'),
        (f'{TOML}addopts = ["--a"]\n', f'{TOML}addopts = ["--a", "--b"]\n'),
        (f'{TOML}addopts = "--ab"\n', None),
    ],
)
def test_add_word(before: str, after: str | None) -> None:
    edits = add_word(*opened(before), "--b", "--a")
    assert (apply_edits(before, edits) if edits else None) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{INI}addopts = -q --a=one -v\n", f"{INI}addopts = -q --a=two -v\n"),
        (f"{INI}addopts =\n  --a  one\n  -v\n", f"{INI}addopts =\n  --a  two\n  -v\n"),
        (f'{TOML}addopts = "--a=one"  # why\n', f'{TOML}addopts = "--a=two"  # why\n'),
        (f'{TOML}addopts = ["-v", "--a=one"]\n', f'{TOML}addopts = ["-v", "--a=two"]\n'),
        (f'{TOML}addopts = [\n  "--a",\n  "one",\n]\n', f'{TOML}addopts = [\n  "--a",\n  "two",\n]\n'),
        (f"{INI}addopts = --a=one --b=one\n", None),
    ],
)
def test_replace_word(before: str, after: str | None) -> None:
    start = before.index("one")
    edits = replace_word(*opened(before), Edit(start, start + 3, "two"), "one", "two")
    assert (apply_edits(before, edits) if edits else None) == after


@pytest.mark.parametrize("written", ["-p no:x", "-pno:x", '"-p", "no:x"', "no:xy -p no:x"])
def test_plugin_word(written: str) -> None:
    text = f"{INI}addopts = -v {written} -q\n"
    file, _, option = opened(text)
    start, end = plugin_word(file, option, "no:x")
    assert text[start:end] == "no:x"
    assert text[end] in ' "'
