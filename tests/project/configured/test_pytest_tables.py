from __future__ import annotations

import pytest

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.pytest_tables import misnamed_tables, pytest_tables


class Text(ConfigFile):
    """A configuration file that is only a text."""

    def __init__(self, text: str, kind: Kind) -> None:
        self.kind = kind
        self.__dict__["remembered _read"] = ((text, None), frozenset())


@pytest.mark.parametrize(
    ("kind", "text", "names"),
    [
        (Kind.PYPROJECT, "[tool.pytest.ini_options]\na = 1", ["[tool.pytest.ini_options]"]),
        (Kind.PYPROJECT, "[tool.pytest]\na = 1", ["[tool.pytest]"]),
        (
            Kind.PYPROJECT,
            "[tool.pytest]\na = 1\n[tool.pytest.ini_options]",
            ["[tool.pytest]", "[tool.pytest.ini_options]"],
        ),
        (Kind.PYPROJECT, "[tool.ruff]\na = 1", []),
        (Kind.PYPROJECT, "tool.pytest = 3", []),
        (Kind.PYPROJECT, "[tool.pytest", []),
        (Kind.PYTEST_TOML, "[pytest]\na = 1", ["[pytest]"]),
        (Kind.PYTEST_INI, "[pytest]", ["[pytest]"]),
        (Kind.TOX_INI, "[tox]\n[pytest]\n", ["[pytest]"]),
        (Kind.SETUP_CFG, "[pytest]\n[tool:pytest]\n", ["[tool:pytest]"]),
        (Kind.REQUIREMENTS, "[pytest]", []),
    ],
)
def test_the_tables_of_each_kind_of_file(kind: Kind, text: str, names: list[str]) -> None:
    assert [table.name for table in pytest_tables(Text(text, kind))] == names


def test_places_of_keys_and_values() -> None:
    toml = Text('[tool.pytest.ini_options]\n"asyncio_mode" = "auto" # x\n', Kind.PYPROJECT)
    option = pytest_tables(toml)[0].options["asyncio_mode"]
    assert toml.text[option.start : option.key_end] == '"asyncio_mode"'
    assert toml.text[option.value_start : option.value_end] == '"auto"'
    assert (option.row, option.column) == (2, 1)
    ini = Text("[pytest]\naddopts =\n  -q\n  -x\n", Kind.PYTEST_INI)
    option = pytest_tables(ini)[0].options["addopts"]
    assert ini.text[option.value_start : option.value_end] == "-q\n  -x"


def test_sections_by_the_name_of_another_file() -> None:
    assert [table.name for table in misnamed_tables(Text("[tool:pytest]\n[pytest]\n", Kind.PYTEST_INI))] == [
        "[tool:pytest]"
    ]
    assert misnamed_tables(Text("[tool.pytest]\n", Kind.PYPROJECT)) == ()
