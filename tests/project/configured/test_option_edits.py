from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.edits import apply_edits
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.option_edits import (
    add_table,
    remove_option,
    rename_option,
    rename_section,
    rename_table,
    replace_value,
    set_option,
)
from looplint.project.configured.pytest_tables import INI_OPTIONS, NATIVE, misnamed_tables, pytest_tables

if TYPE_CHECKING:
    from looplint.model.finding import Edit

INI = Kind.PYTEST_INI
TOML = Kind.PYPROJECT
SETUP = Kind.SETUP_CFG


class Text(ConfigFile):
    """A configuration file that is only a text."""

    def __init__(self, text: str, kind: Kind) -> None:
        self.kind = kind
        self.__dict__["remembered _read"] = ((text, None), frozenset())


def after(file: ConfigFile, edits: tuple[Edit, ...]) -> str | None:
    return apply_edits(file.text, edits) if edits else None


@pytest.mark.parametrize(
    ("kind", "before", "expected"),
    [
        (INI, "[pytest]\n", "[pytest]\nx = y\n"),
        (INI, "[pytest]", "[pytest]\nx = y\n"),
        (INI, "[pytest]\r\na=1\r\n\r\n[other]\r\n", "[pytest]\r\na=1\r\nx=y\r\n\r\n[other]\r\n"),
        (INI, "[pytest]\na: 1\n  2\n# end\n", "[pytest]\na: 1\n  2\nx: y\n# end\n"),
        (INI, "[pytest]\nx = z  # why\na = 1\n", "[pytest]\n# why\nx = y\na = 1\n"),
        (INI, "[pytest]\nx = 'z'\n", "[pytest]\nx = y\n"),
        (INI, "[pytest]\nx =\n", "[pytest]\nx = y\n"),
        (TOML, "[tool.pytest.ini_options]\n", '[tool.pytest.ini_options]\nx = "y"\n'),
        (
            TOML,
            "[tool.pytest.ini_options]\na = [\n  1,\n] # b\n\n[z]\n",
            '[tool.pytest.ini_options]\na = [\n  1,\n] # b\nx = "y"\n\n[z]\n',
        ),
        (TOML, "[tool.pytest.ini_options]\nx = 'z' # why\n", "[tool.pytest.ini_options]\nx = 'y' # why\n"),
        (TOML, "[tool.pytest.ini_options]\nx = true\n", '[tool.pytest.ini_options]\nx = "y"\n'),
        (TOML, "[tool.pytest.ini_options]\nx = ['z'] # why\n", '[tool.pytest.ini_options]\nx = "y" # why\n'),
        (TOML, "[tool.pytest]\r\nx = 'z'\r\n", "[tool.pytest]\r\nx = 'y'\r\n"),
        (TOML, "tool.pytest.ini_options.x = 'z'\n", "tool.pytest.ini_options.x = 'y'\n"),
        (TOML, "tool.pytest.ini_options = {x = 'z', a = 1}\n", "tool.pytest.ini_options = {x = 'y', a = 1}\n"),
    ],
)
def test_an_option_is_set_and_all_else_stays(kind: Kind, before: str, expected: str) -> None:
    file = Text(before, kind)
    table = pytest_tables(file)[-1]
    assert after(file, set_option(file, table, "x", "y")) == expected


def test_a_table_without_a_header_gets_no_new_option() -> None:
    file = Text("tool.pytest.ini_options.a = 1\n", TOML)
    assert set_option(file, pytest_tables(file)[0], "x", "y") == ()


@pytest.mark.parametrize(
    ("kind", "before", "expected"),
    [
        (INI, "[pytest]\nasyncio-mode = auto\n", "[pytest]\nx = auto\n"),
        (TOML, '[tool.pytest]\n"asyncio-mode" = "auto" # a\n', '[tool.pytest]\nx = "auto" # a\n'),
        (TOML, "[tool.pytest]\nasyncio-mode = 1\nx = 2\n", None),
    ],
)
def test_an_option_is_renamed(kind: Kind, before: str, expected: str | None) -> None:
    file = Text(before, kind)
    (table,) = pytest_tables(file)
    assert after(file, rename_option(file, table, table.options["asyncio-mode"], "x")) == expected


@pytest.mark.parametrize(
    ("kind", "before", "expected"),
    [
        (INI, "[pytest]\nx = a\n  b\ny = 1\n", "[pytest]\ny = 1\n"),
        (TOML, "[tool.pytest]\nx = 'a' # b\ny = 1\n", "[tool.pytest]\ny = 1\n"),
    ],
)
def test_an_option_is_removed_with_its_rows(kind: Kind, before: str, expected: str) -> None:
    file = Text(before, kind)
    (table,) = pytest_tables(file)
    assert after(file, remove_option(file, table, table.options["x"])) == expected


def test_a_section_is_renamed_where_the_name_is_free() -> None:
    file = Text("[metadata]\nname = x\n[pytest] # tests\na = 1\n", SETUP)
    (table,) = misnamed_tables(file)
    assert after(file, rename_section(file, table, "tool:pytest")) == (
        "[metadata]\nname = x\n[tool:pytest] # tests\na = 1\n"
    )
    taken = Text("[pytest]\na = 1\n[tool:pytest]\n", SETUP)
    assert rename_section(taken, misnamed_tables(taken)[0], "tool:pytest") == ()


def test_a_table_is_renamed_with_its_header() -> None:
    file = Text("[tool.pytest] # x\na = 1\n\n[tool.ruff]\n", TOML)
    (table,) = pytest_tables(file)
    assert table.native
    assert (
        after(file, rename_table(file, table, INI_OPTIONS)) == "[tool.pytest.ini_options] # x\na = 1\n\n[tool.ruff]\n"
    )
    both = Text("[tool.pytest]\na = 1\n[tool.pytest.ini_options]\n", TOML)
    assert [one.path for one in pytest_tables(both)] == [NATIVE, INI_OPTIONS]
    assert rename_table(both, pytest_tables(both)[0], INI_OPTIONS) == ()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", '[tool.pytest.ini_options]\nx = "y"\n'),
        ("[a]\nb = 1", '[a]\nb = 1\n\n[tool.pytest.ini_options]\nx = "y"\n'),
        ("[a]\r\nb = 1\r\n\r\n", '[a]\r\nb = 1\r\n\r\n[tool.pytest.ini_options]\r\nx = "y"\r\n'),
        ("[tool.pytest.ini_options]\n", None),
        ("tool = 1\n", None),
    ],
)
def test_a_table_is_made(before: str, expected: str | None) -> None:
    file = Text(before, TOML)
    assert after(file, add_table(file, INI_OPTIONS, "x", "y")) == expected


def test_a_value_of_several_rows_is_replaced() -> None:
    file = Text("[pytest]\nx =\n  a\n  b\ny = 1\n", INI)
    (table,) = pytest_tables(file)
    assert after(file, replace_value(file, table, table.options["x"], "c")) == "[pytest]\nx =\n  c\ny = 1\n"
