"""Which pytest configuration file is in force, and the options in it with their rows.

Measured precedence, the first file that qualifies wins whole: pytest.toml, .pytest.toml (pytest >= 9, even empty) >
pytest.ini (even empty), .pytest.ini (even empty from pytest 9 on) > pyproject.toml with `[tool.pytest]` (pytest >= 9)
or `[tool.pytest.ini_options]` > tox.ini with `[pytest]` > setup.cfg with `[tool:pytest]`; nearest directory upward
first."""

from __future__ import annotations

import shlex
from dataclasses import field
from typing import TYPE_CHECKING, Any

from looplint.model.records import dataclass
from looplint.project import files
from looplint.project.configured.config_file import read_text, read_toml_text
from looplint.project.configured.ini_spans import IniFile, ini_spans
from looplint.project.configured.root import PYTEST_FILES, governing_directories
from looplint.project.configured.toml_spans import toml_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FILES = (*PYTEST_FILES, "pyproject.toml", "tox.ini", "setup.cfg")
_INI_SECTION = {"pytest.ini": "pytest", ".pytest.ini": "pytest", "tox.ini": "pytest", "setup.cfg": "tool:pytest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option as written. `native` options keep TOML types; the others are text or lists (pytest's ini mode).

    `row` is the row of the key; `rows` those of the elements of a list, or of the lines of a text.
    """

    name: str
    value: Any
    path: Path
    row: int
    rows: tuple[tuple[str, int], ...] = ()
    native: bool = False

    def words(self) -> list[str]:
        """The value as pytest's type `args`: a list as it is, a text split as a shell does."""
        if isinstance(self.value, list):
            return [str(word) for word in self.value]
        try:
            return shlex.split(str(self.value))
        except ValueError:
            return str(self.value).split()

    def lines(self) -> list[str]:
        """The value as pytest's type `linelist`."""
        if isinstance(self.value, list):
            return [str(line) for line in self.value]
        return [line.strip() for line in str(self.value).split("\n") if line.strip()]

    def row_with(self, word: str) -> int:
        """The row where `word` is written."""
        return next((row for text, row in self.rows if word in text), self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestConfig:
    """What pytest reads: `path` is the file in force, None when there is none.

    `shadowed` are the files beside it whose pytest configuration it hides; `error` says in one line why pytest does
    not start with it (from pytest 9 on a broken hidden file is reason enough); what `options` lack is unknown then.
    """

    path: Path | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    shadowed: tuple[Path, ...] = ()
    error: str | None = None


def find_pytest_config(root: Path, *, native: Callable[[], bool]) -> PytestConfig:
    """The configuration in force for tests under `root`; never raises.

    `native` answers whether the pytest in force may be 9 or newer, which alone reads pytest.toml and `[tool.pytest]`;
    it is asked only where the answer matters. Directories above `root` count up to the end of its repository.
    """
    for directory in governing_directories(root):
        for index, name in enumerate(FILES):
            path = directory / name
            if not files.is_file(path):
                continue
            config = _load(path, native)
            if config is None:
                continue
            below = (directory / other for other in FILES[index + 1 :])
            hidden = {other: _load(other, lambda: True) for other in below if files.is_file(other)}
            errors = [config.error, *(found.error for found in hidden.values() if found is not None and native())]
            return PytestConfig(
                path=path,
                options=config.options,
                shadowed=tuple(other for other, found in hidden.items() if found is not None),
                error=next(filter(None, errors), None),
            )
    return PytestConfig()


def _load(path: Path, native: Callable[[], bool]) -> PytestConfig | None:
    """What pytest would take from this file; None when it would pass on to the next."""
    if path.suffix == ".toml":
        return _load_toml(path, native)
    text, error = read_text(path)
    if text is None:
        return PytestConfig(error=f"{path.name} {error}")
    file = ini_spans(text)
    if file.error is not None:
        return PytestConfig(error=f"{path.name}:{file.error_row} cannot be read: {file.error}")
    if path.name == "setup.cfg" and "tool:pytest" not in file.sections and "pytest" in file.sections:
        return PytestConfig(error="setup.cfg has a section [pytest], which pytest refuses; its name is [tool:pytest]")
    section = _INI_SECTION[path.name]
    if section in file.sections or path.name == "pytest.ini" or (path.name == ".pytest.ini" and native()):
        return PytestConfig(options=_ini_options(path, file, section))
    return None


def _ini_options(path: Path, file: IniFile, section: str) -> dict[str, Option]:
    entries = file.sections[section].entries if section in file.sections else {}
    return {
        key: Option(
            name=key,
            value=entry.value,
            path=path,
            row=entry.row,
            rows=tuple((line.text, line.row) for line in entry.lines),
        )
        for key, entry in entries.items()
    }


def _load_toml(path: Path, native: Callable[[], bool]) -> PytestConfig | None:
    own_file = path.name in PYTEST_FILES
    if own_file and not native():
        return None
    text, error = read_text(path)
    if text is None:
        return PytestConfig(error=f"{path.name} {error}")
    if not own_file and "pytest" not in text:
        return None
    data, error = read_toml_text(text)
    if data is None:
        return PytestConfig(error=f"{path.name} cannot be read: {error}")
    if own_file:
        table = data.get("pytest", {})
        return PytestConfig(options=_toml_options(path, text, data, ("pytest",)) if isinstance(table, dict) else {})
    return _from_pyproject(path, text, data, native)


def _from_pyproject(path: Path, text: str, data: dict[str, Any], native: Callable[[], bool]) -> PytestConfig | None:
    tool = data.get("tool")
    table = tool.get("pytest") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return None
    old = table.get("ini_options")
    new = any(key != "ini_options" for key in table)
    if isinstance(old, dict) and (old or not new or not native()):
        error = None
        if new and native():
            error = f"{path.name} has both [tool.pytest] and [tool.pytest.ini_options], which pytest 9 refuses"
        return PytestConfig(options=_toml_options(path, text, data, ("tool", "pytest", "ini_options")), error=error)
    if new and native():
        return PytestConfig(options=_toml_options(path, text, data, ("tool", "pytest")))
    return None


def _toml_options(path: Path, text: str, data: dict[str, Any], table: tuple[str, ...]) -> dict[str, Option]:
    spans = toml_spans(text, data)
    native = table[-1] != "ini_options"
    values: Any = data
    for key in table:
        values = values.get(key, {})
    options = {}
    for key, value in values.items():
        if native and key == "ini_options":
            continue
        rows: tuple[tuple[str, int], ...] = ()
        if spans is not None and isinstance(value, list):
            rows = tuple((str(span.value), spans.row(span.start)) for span in spans.elements(*table, key))
        options[key] = Option(
            name=key,
            value=value if native or isinstance(value, list) else str(value),
            path=path,
            row=(spans.row_of(*table, key) if spans else None) or 1,
            rows=rows,
            native=native,
        )
    return options
