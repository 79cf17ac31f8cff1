"""The pytest tables of one configuration file, whether pytest reads them or not, with the place of every option.

`pytest_config` answers what pytest takes; this module answers where it is written, down to the character.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from looplint.model.records import dataclass
from looplint.project.configured.config_file import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.ini_spans import IniEntry
    from looplint.project.configured.toml_spans import KeyPath

NATIVE = ("tool", "pytest")
"""The table of pyproject.toml that pytest 9 introduced: values keep their TOML types."""
INI_OPTIONS = ("tool", "pytest", "ini_options")
"""The table of pyproject.toml that pytest reads since 6.0: values are what an INI file would hold."""
OWN = ("pytest",)
"""The table of pytest.toml."""
TABLES: dict[Kind, tuple[KeyPath, ...]] = {Kind.PYPROJECT: (NATIVE, INI_OPTIONS), Kind.PYTEST_TOML: (OWN,)}
SECTIONS = {Kind.PYTEST_INI: "pytest", Kind.TOX_INI: "pytest", Kind.SETUP_CFG: "tool:pytest"}
"""The section that pytest reads in an INI file."""
MISNAMED = ("pytest", "tool:pytest", "tool.pytest.ini_options", "tool.pytest", "pytest.ini_options")
"""Sections that pytest reads in some file, written by mistake in others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One option as it is written; offsets of its key and of its value in the text of the file.

    `value` is a text in INI files, a TOML value in TOML files; `start` is where the key begins, `value_start` and
    `value_end` enclose the value with its quotes (both are the end of the key's line where an INI value is empty).
    """

    name: str
    value: Any
    row: int
    column: int
    start: int
    key_end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table or section; `path` is its path in a TOML file, `(section,)` in an INI file.

    `start` and `end` enclose its header, or its first key where a TOML table has none; `row` and `column` are where
    that begins.
    """

    path: KeyPath
    is_toml: bool
    start: int
    end: int
    row: int
    column: int
    options: dict[str, Written] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How the table is written: "[tool.pytest.ini_options]"."""
        return f"[{'.'.join(map(str, self.path))}]"

    @property
    def native(self) -> bool:
        """Whether values keep their TOML types."""
        return self.is_toml and self.path != INI_OPTIONS


def pytest_tables(file: ConfigFile) -> tuple[Table, ...]:
    """The tables of a file that pytest reads in files of this kind; none where places cannot be trusted."""
    if file.error is not None:
        return ()
    if file.kind in TABLES:
        return tuple(filter(None, (_toml_table(file, path) for path in TABLES[file.kind])))
    section = SECTIONS.get(file.kind)
    return tuple(filter(None, [ini_table(file, section)])) if section is not None else ()


def misnamed_tables(file: ConfigFile) -> tuple[Table, ...]:
    """The sections of an INI file that are for pytest by their name, but that pytest does not read in this file."""
    right = SECTIONS.get(file.kind)
    if right is None or file.error is not None:
        return ()
    return tuple(filter(None, (ini_table(file, section) for section in MISNAMED if section != right)))


def ini_table(file: ConfigFile, section: str) -> Table | None:
    """A section of an INI file by its name."""
    found = file.ini.sections.get(section)
    if found is None:
        return None
    options = {key: _ini_option(file, entry) for key, entry in found.entries.items()}
    return Table(
        path=(section,), is_toml=False, start=found.start, end=found.end, row=found.row, column=1, options=options
    )


def _ini_option(file: ConfigFile, entry: IniEntry) -> Written:
    line_end = file.text.find("\n", entry.start)
    line = file.text[entry.start : line_end if line_end >= 0 else len(file.text)]
    bare = entry.start + len(line.rstrip())
    return Written(
        name=entry.key,
        value=entry.value,
        row=entry.row,
        column=1,
        start=entry.start,
        key_end=entry.start + len(entry.key),
        value_start=entry.lines[0].start if entry.lines else bare,
        value_end=entry.lines[-1].end if entry.lines else bare,
    )


def toml_table(file: ConfigFile, path: KeyPath) -> Table | None:
    """A table of a TOML file by its path, whatever it is for; None where there is none or places are unknown."""
    return _toml_table(file, path)


def _toml_table(file: ConfigFile, path: KeyPath) -> Table | None:
    spans = file.spans
    values: Any = file.data
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    if spans is None or not isinstance(values, dict):
        return None
    options = dict(_toml_options(file, path, values))
    header = spans.headers.get(path)
    if header is None and not options:
        return None  # [tool.pytest] that is there only because of [tool.pytest.ini_options]
    start = header.start if header is not None else min(option.start for option in options.values())
    first = min(options.values(), key=lambda option: option.start) if options else None
    end = header.end if header is not None else first.key_end if first is not None else start
    row, column = spans.place(start)
    return Table(path=path, is_toml=True, start=start, end=end, row=row, column=column, options=options)


def _toml_options(file: ConfigFile, path: KeyPath, values: dict[str, Any]) -> Iterator[tuple[str, Written]]:
    spans = file.spans
    assert spans is not None
    for name, value in values.items():
        if path == NATIVE and name == "ini_options":
            continue
        span = spans.find(*path, name)
        if span is None:
            continue
        start, key_end = span.key or (span.start, span.end)
        row, column = spans.place(start)
        yield (
            name,
            Written(
                name=name,
                value=value,
                row=row,
                column=column,
                start=start,
                key_end=key_end,
                value_start=span.start,
                value_end=span.end,
            ),
        )
