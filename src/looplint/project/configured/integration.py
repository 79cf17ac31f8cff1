"""`[tool.looplint.integration-tests]`: what says that a test may use real services.

| key | |
|---|---|
| `marks`, `extend-marks` | patterns of marks, in the place of the defaults or besides them |
| `paths`, `extend-paths` | patterns of directory and file names (without `.py`) below the project's root |
| `clients` | dotted names of the team's own classes and functions that reach a real service |
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from looplint.knowledge.real_services import MARKS, PATHS
from looplint.model.records import dataclass
from looplint.project import files
from looplint.project.configured.config_file import read_toml

if TYPE_CHECKING:
    from pathlib import Path

KEY = "integration-tests"
_KEYS = ("marks", "extend-marks", "paths", "extend-paths", "clients")
_FILES = ("looplint.toml", ".looplint.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationTests:
    """What the table says; patterns are those of `fnmatch`, in lower case."""

    marks: tuple[str, ...] = MARKS
    paths: tuple[str, ...] = PATHS
    clients: tuple[str, ...] = ()


def parse_integration(table: object) -> IntegrationTests:
    """The table as TOML gives it. Raises ValueError with what is wrong, to be read after the table's name."""
    if not isinstance(table, dict):
        raise ValueError("must be a table with `marks`, `paths`, `clients`")  # noqa: TRY004 - one kind of error
    for key, value in table.items():
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, 1)
            raise ValueError(f"has no key `{key}`" + (f"; did you mean `{close[0]}`?" if close else ""))
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise ValueError(f"has `{key}`, which must be a list of strings")
    lists = {key: tuple(item.lower() if key != "clients" else item for item in table[key]) for key in table}
    return IntegrationTests(
        marks=(*lists.get("marks", MARKS), *lists.get("extend-marks", ())),
        paths=(*lists.get("paths", PATHS), *lists.get("extend-paths", ())),
        clients=lists.get("clients", ()),
    )


def integration_tests(directory: Path) -> IntegrationTests:
    """What the nearest configuration of looplint upward of a directory says; the defaults where it is broken."""
    for where in (directory, *directory.parents):
        for name in _FILES:
            if files.kind(where / name) != "f":
                continue
            data, _ = read_toml(where / name)
            tool = data.get("tool") if data is not None and name == "pyproject.toml" else {"looplint": data}
            own = tool.get("looplint") if isinstance(tool, dict) else None
            if isinstance(own, dict):
                return _of(own)
    return IntegrationTests()


def _of(own: dict[str, object]) -> IntegrationTests:
    try:
        return parse_integration(own[KEY]) if KEY in own else IntegrationTests()
    except ValueError:  # told when looplint reads its own configuration
        return IntegrationTests()
