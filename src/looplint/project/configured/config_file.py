"""The configuration files of a root, read once, with their places; a file that cannot be read says why in one line."""

from __future__ import annotations

import codecs
import os
import re
from bisect import bisect_right
from enum import Enum
from typing import TYPE_CHECKING, Any

from looplint.project import files
from looplint.project.asked import remembered
from looplint.project.configured.ini_spans import IniFile, ini_spans
from looplint.project.configured.lock_damage import damage_of_lock
from looplint.project.configured.toml_spans import TomlSpans, toml_spans
from looplint.project.configured.yaml_text import YamlText, yaml_text

if TYPE_CHECKING:
    import ast
    from pathlib import Path

    from looplint.model.source import Source

MAX_BYTES = 10_000_000
"""Configuration larger than this (bytes) is not read."""

REQUIREMENT_FOLDERS = ("", "requirements", "reqs", "tests", "test")
"""Where requirements files are looked for, relative to a root."""
CONDA_FOLDERS = ("", "conda", "ci", "continuous_integration", "requirements")
"""Where the environment.yml of conda is looked for, relative to a root."""
CONDA_NAMES = r"^environment(?:[-_][\w.-]+)?\.ya?ml$"

_ANY_LIST = re.compile(r"\.(?:txt|in)$")
_REQUIREMENTS_NAME = re.compile(r"(?:^|[-_.])(?:requirements?|constraints?|reqs)(?:[-_.].*)?\.(?:txt|in|pip)$")


_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks by which pip reads requirements files that are no UTF-8 (`pip freeze >` of Windows PowerShell)."""
_FILLED_IN = re.compile(r"\{\{.*\}\}|\{%.*%\}")
_AT_LINE = re.compile(r"\(at line (\d+)(?:, column (\d+))?\)")


class Kind(Enum):
    """What a configuration file is, which says how to read it."""

    PYPROJECT = "pyproject.toml"
    PYTEST_TOML = "pytest.toml"
    PYTEST_INI = "pytest.ini"
    TOX_INI = "tox.ini"
    TOX_TOML = "tox.toml"
    SETUP_CFG = "setup.cfg"
    SETUP_PY = "setup.py"
    NOXFILE = "noxfile.py"
    CONDA = "environment.yml"
    REQUIREMENTS = "requirements.txt"
    PIPFILE = "Pipfile"
    RUFF = "ruff.toml"
    LOCK = "lock"


_KINDS = {
    "pyproject.toml": Kind.PYPROJECT,
    "pytest.toml": Kind.PYTEST_TOML,
    ".pytest.toml": Kind.PYTEST_TOML,
    "pytest.ini": Kind.PYTEST_INI,
    ".pytest.ini": Kind.PYTEST_INI,
    "tox.ini": Kind.TOX_INI,
    "tox.toml": Kind.TOX_TOML,
    "setup.cfg": Kind.SETUP_CFG,
    "setup.py": Kind.SETUP_PY,
    "noxfile.py": Kind.NOXFILE,
    "Pipfile": Kind.PIPFILE,
    ".ruff.toml": Kind.RUFF,
    "ruff.toml": Kind.RUFF,
    "uv.lock": Kind.LOCK,
    "poetry.lock": Kind.LOCK,
    "pdm.lock": Kind.LOCK,
    "pylock.toml": Kind.LOCK,
    "Pipfile.lock": Kind.LOCK,
}
_TOML = (Kind.PYPROJECT, Kind.PYTEST_TOML, Kind.PIPFILE, Kind.RUFF, Kind.TOX_TOML)
PYTHON = (Kind.SETUP_PY, Kind.NOXFILE)
"""Files that are Python, read by `ast` and never run."""
_INI = (Kind.PYTEST_INI, Kind.TOX_INI, Kind.SETUP_CFG)


class ConfigFile:
    """One configuration file; everything about it is read when it is asked for, nothing raises but `source`.

    `path` is absolute; `shown` is how the file is named to the user, relative to the working directory.
    """

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind

    @remembered
    def shown(self) -> str:
        """The path as the user may have named it."""
        try:
            return os.path.relpath(self.path)
        except ValueError:
            return str(self.path)

    @remembered
    def _read(self) -> tuple[str | None, str | None]:
        if self.kind in PYTHON:
            return read_python_text(self.path)
        return read_text(self.path, by_mark=self.kind is Kind.REQUIREMENTS)

    @remembered
    def _parsed(self) -> tuple[dict[str, Any] | None, str | None]:
        if self.kind is Kind.LOCK:
            return None, damage_of_lock(self.text)
        if self.kind not in _TOML or not self.text:
            return {}, None
        data, error = read_toml_text(self.text)
        return data, f"is not valid TOML: {error}" if error else None

    @property
    def text(self) -> str:
        """The decoded text without byte order mark; empty where the file cannot be read (see `error`)."""
        return self._read[0] or ""

    @remembered
    def _rows(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Row and column (1-based, characters) of an offset in `text`; rows end with a line feed."""
        rows = self._rows
        row = bisect_right(rows, offset)
        return row, offset - rows[row - 1] + 1

    @property
    def data(self) -> dict[str, Any]:
        """What a TOML file means; empty for other kinds and for broken files (see `error`)."""
        return self._parsed[0] or {}

    @remembered
    def spans(self) -> TomlSpans | None:
        """The places in a TOML file, where they can be trusted."""
        return toml_spans(self.text, self.data) if self.kind in _TOML and self.error is None else None

    @remembered
    def ini(self) -> IniFile:
        """The sections of an INI file; empty for other kinds."""
        return ini_spans(self.text) if self.kind in _INI else IniFile()

    @remembered
    def yaml(self) -> YamlText:
        """The document of an environment.yml; empty for other kinds."""
        return yaml_text(self.text) if self.kind is Kind.CONDA else YamlText()

    @remembered
    def _python(self) -> tuple[ast.Module | None, str | None]:
        return parse_python(self.text) if self.kind in PYTHON and self._read[1] is None else (None, None)

    @property
    def tree(self) -> ast.Module | None:
        """The syntax tree of a Python file; None for other kinds and for broken files."""
        return self._python[0]

    @remembered
    def error(self) -> str | None:
        """What is wrong with the file, in one line without its name ("is not valid TOML: ..."), else None."""
        if self._read[1] is not None:
            return self._read[1]
        if self.kind in _INI and self.ini.error is not None:
            return f"cannot be read: {self.ini.error} (at line {self.ini.error_row})"
        if self.kind is Kind.NOXFILE:
            return self._python[1]
        if self.kind is Kind.CONDA:
            return self.yaml.error
        return self._parsed[1]

    @property
    def error_place(self) -> tuple[int, int]:
        """The 1-based row and column that `error` speaks of, 1 and 1 where it names none."""
        found = _AT_LINE.search(self.error or "")
        return (int(found[1]), int(found[2] or 1)) if found is not None else (1, 1)

    @property
    def is_template(self) -> bool:
        """Is it broken where cookiecutter, copier or Jinja fill something in, so that it is no configuration yet?"""
        rows = self.text.split("\n") if self.error is not None else []
        row = self.error_place[0]
        return row <= len(rows) and _FILLED_IN.search(rows[row - 1]) is not None

    @remembered
    def source(self) -> Source:
        """The file as findings and edits see it; raises SourceError where it cannot be read."""
        from looplint.model.source import Source, SourceError

        try:
            raw = files.read(self.path)
        except (OSError, ValueError) as error:
            raise SourceError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
        encoding = _wide_encoding(raw) if self.kind is Kind.REQUIREMENTS else None
        if encoding is not None and self.error is None:
            return Source(self.shown, raw, self.text, encoding, bom=False)
        return Source.from_bytes(raw, self.shown)


def config_files(root: Path) -> list[ConfigFile]:
    """The configuration files of one directory (not of those below it), in a fixed order; never raises."""
    found = [ConfigFile(root / name, kind) for name, kind in _KINDS.items() if files.is_file(root / name)]
    for folder in REQUIREMENT_FOLDERS:
        paths = (root / folder / name for name in files.names(root / folder, _requirements_names(folder).pattern))
        found += [ConfigFile(path, Kind.REQUIREMENTS) for path in paths if files.is_file(path)]
    for folder in CONDA_FOLDERS:
        paths = (root / folder / name for name in files.names(root / folder, CONDA_NAMES))
        found += [ConfigFile(path, Kind.CONDA) for path in paths if files.is_file(path)]
    locks = (root / name for name in files.names(root, r"^pylock\..*\.toml$") if name not in _KINDS)
    found += [ConfigFile(path, Kind.LOCK) for path in locks]
    return found


def is_requirements_file(folder: str, name: str) -> bool:
    """Whether a file name says "requirements": requirements-dev.txt, test_requirements.in, requirements/dev.txt."""
    return _requirements_names(folder).search(name) is not None


def _requirements_names(folder: str) -> re.Pattern[str]:
    return _ANY_LIST if folder in ("requirements", "reqs") else _REQUIREMENTS_NAME


def _wide_encoding(raw: bytes) -> str | None:
    return next((encoding for mark, encoding in _WIDE_MARKS.items() if raw.startswith(mark)), None)


def read_text(path: Path, *, by_mark: bool = False) -> tuple[str | None, str | None]:
    """The text of a configuration file without its byte order mark, else None and what is wrong, in one line.

    It is UTF-8, but for files that are read `by_mark`: a byte order mark tells UTF-16 and UTF-32 there.
    """
    try:
        raw = files.read(path)
    except (OSError, ValueError) as error:
        return None, f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if len(raw) > MAX_BYTES:
        return None, f"is larger than {MAX_BYTES // 1_000_000} MB"
    encoding = _wide_encoding(raw) if by_mark else None
    try:
        return raw.decode(encoding or "utf-8-sig"), None
    except UnicodeDecodeError as error:
        return None, f"is not {(encoding or 'utf-8').upper()}: {error.reason} at byte {error.start}"


def read_python_text(path: Path) -> tuple[str | None, str | None]:
    """The text of a Python file by its own encoding, else None and what is wrong, in one line."""
    from looplint.model.source import Source, SourceError

    try:
        return Source.from_bytes(files.read(path), str(path)).text, None
    except SourceError as error:
        return None, f"{error.message} (at line {error.row}, column {error.column})"
    except (OSError, ValueError) as error:
        return None, f"cannot be read: {getattr(error, 'strerror', None) or error}"


def parse_python(text: str) -> tuple[ast.Module | None, str | None]:
    """The syntax tree of a Python file, else None and what is wrong, in one line."""
    from looplint.model.parsing import parse
    from looplint.model.source import Source, SourceError

    try:
        return parse(Source.from_bytes(text.encode(), "")), None
    except SourceError as error:
        return None, f"{error.message} (at line {error.row}, column {error.column})"


def read_toml_text(text: str) -> tuple[dict[str, Any] | None, str | None]:
    """What a TOML document means, else None and the parser's message, in one line."""
    from tomli import TOMLDecodeError, loads

    try:
        return loads(text), None
    except (TOMLDecodeError, ValueError) as error:
        return None, str(error).replace("\n", " ")
    except RecursionError:
        return None, "it is nested too deeply"


def read_toml(path: Path) -> tuple[dict[str, Any] | None, str | None]:
    """The parsed file, else None and what is wrong, in one line without the file's name ("cannot be read: ...")."""
    text, error = read_text(path)
    if text is None:
        return None, error
    data, error = read_toml_text(text)
    return data, f"is not valid TOML: {error}" if error else None
