"""Where each section, key and value line of an INI file stands (pytest.ini, tox.ini, setup.cfg).

Lines mean what they mean to pytest's reader: `#` and `;` start a comment only as the first character of a line, a line
that starts with white space continues the value above, `=` or else `:` ends the key. configparser, which
setuptools and tox use, agrees on every file that both accept.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT_AFTER_SECTION = re.compile(r"\s*[#;].*")


@dataclass(frozen=True, slots=True)
class IniLine:
    """One line of a value: `text` stands at offset `start` on the 1-based row `row`."""

    text: str
    start: int
    row: int

    @property
    def end(self) -> int:
        """The offset after the text."""
        return self.start + len(self.text)


@dataclass(slots=True)
class IniEntry:
    """One `key = value`; `start` and `row` are those of the key, `lines` the value's non-empty lines."""

    key: str
    start: int
    row: int
    lines: list[IniLine] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The value as pytest reads it."""
        return "\n".join(line.text for line in self.lines)

    def row_with(self, word: str) -> int:
        """The row of the first value line that holds `word`, else of the key."""
        return next((line.row for line in self.lines if word in line.text), self.row)


@dataclass(slots=True)
class IniSection:
    """One `[name]`; `start` and `end` are those of the header's line."""

    name: str
    start: int
    end: int
    row: int
    entries: dict[str, IniEntry] = field(default_factory=dict)


@dataclass(slots=True)
class IniFile:
    """The sections of one file; `error` is the first thing that pytest's reader refuses, if any."""

    sections: dict[str, IniSection] = field(default_factory=dict)
    error: str | None = None
    error_row: int = 0

    def entry(self, section: str, key: str) -> IniEntry | None:
        """`key` of `[section]`, if it is there."""
        found = self.sections.get(section)
        return found.entries.get(key) if found else None

    def refuse(self, message: str, row: int) -> None:
        """Keep the first error."""
        if self.error is None:
            self.error, self.error_row = message, row


def ini_spans(text: str) -> IniFile:
    """Read `text` (no byte order mark); never raises, the first error is kept in the result."""
    file = IniFile()
    section: IniSection | None = None
    entry: IniEntry | None = None
    for row, (start, line) in enumerate(_lines(text), start=1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if line[0] == "[" and (name := _section_name(stripped)) is not None:
            section, entry = _open(file, IniSection(name, start, start + len(line.rstrip()), row)), None
        elif line[0].isspace() or line[0] == "[":
            if entry is None:
                file.refuse("unexpected value continuation", row)
            else:
                entry.lines.append(IniLine(stripped, start + line.index(stripped), row))
        elif section is None:
            file.refuse("no section header defined", row)
        else:
            entry = _entry(file, section, line, start, row)
    return file


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each line, by `str.splitlines` as pytest's reader does it."""
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


def _section_name(line: str) -> str | None:
    bare = _COMMENT_AFTER_SECTION.sub("", line)
    return bare[1:-1] if bare.endswith("]") and len(bare) > 1 else None


def _open(file: IniFile, section: IniSection) -> IniSection:
    known = file.sections.get(section.name)
    if known is not None:
        file.refuse(f"duplicate section '{section.name}'", section.row)
        return known
    if not section.name:
        file.refuse("empty section name", section.row)
    file.sections[section.name] = section
    return section


def _entry(file: IniFile, section: IniSection, line: str, start: int, row: int) -> IniEntry | None:
    name, equals, rest = line.partition("=")
    if not equals or ":" in name:
        name, colon, rest = line.partition(":")
        if not colon:
            file.refuse(f"unexpected line: '{line.strip()}'", row)
            return None
    entry = IniEntry(name.strip(), start, row)
    value = rest.strip()
    if value:
        offset = start + len(line) - len(rest) + rest.index(value)
        entry.lines.append(IniLine(value, offset, row))
    if entry.key in section.entries:
        file.refuse(f"duplicate name '{entry.key}'", row)
        return entry
    section.entries[entry.key] = entry
    return entry
