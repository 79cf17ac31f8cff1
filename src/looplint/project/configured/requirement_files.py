"""The requirements of requirements files (pip's format), with `-r` and `-c` includes followed."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.project import files
from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.declared import Declared, Group, requirement_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project.configured.virtual_environments import Entry

_INCLUDE = re.compile(r"^(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?=\S))(.+)$")
_OPTION = re.compile(r"\s+--[a-z-]+(?:[ =]|$).*$", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_CONSTRAINTS_NAME = re.compile(r"constraint")


def file_entries(file: ConfigFile, seen: set[Path], *, bounds: bool = False) -> Iterator[Entry]:
    """The requirements of a file and of the files it includes, each file once (`seen` remembers).

    They are constraints where the name of the file says so, or `bounds`.
    """
    constraint = bounds or _CONSTRAINTS_NAME.search(file.path.name) is not None
    yield from _entries(file, seen, constraint=constraint)


def _entries(file: ConfigFile, seen: set[Path], *, constraint: bool) -> Iterator[Entry]:
    if file.path in seen:
        return
    seen.add(file.path)
    kind = Group.CONSTRAINT if constraint else Group.FILE
    for start, row, line in logical_lines(file.text):
        included = _INCLUDE.match(line)
        if included is not None:
            target = _target(file.path, included[2].strip())
            if target is not None:
                bounds = constraint or included[1] in ("-c", "--constraint")
                yield from _entries(ConfigFile(target, Kind.REQUIREMENTS), seen, constraint=bounds)
            continue
        text = _OPTION.sub("", line).rstrip()
        name = requirement_name(text)
        if name is not None:
            yield name, partial(_declared, file, name, text, kind, start, row)


def logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Offset, 1-based row and text of each line that says something: comments stripped, continuations joined."""
    start, row = 0, 1
    pieces: list[str] = []
    begin = begin_row = 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip("\r\n")
        if not pieces:
            begin, begin_row = start + len(content) - len(content.lstrip()), row
        continued = content.endswith("\\")
        pieces.append(_COMMENT.sub("", content.removesuffix("\\")).strip())
        start += len(line)
        row += 1
        if not continued:
            joined = " ".join(pieces).strip()
            if joined:
                yield begin, begin_row, joined
            pieces = []
    if any(pieces):
        yield begin, begin_row, " ".join(pieces).strip()


def included_paths(file: ConfigFile) -> frozenset[Path]:
    """The file itself and all that it includes by `-r` and `-c`, through any number of files."""
    found: set[Path] = set()
    pending = [file]
    while pending:
        current = pending.pop()
        if current.path in found:
            continue
        found.add(current.path)
        for _, _, line in logical_lines(current.text):
            included = _INCLUDE.match(line)
            target = _target(current.path, included[2].strip()) if included is not None else None
            if target is not None:
                pending.append(ConfigFile(target, Kind.REQUIREMENTS))
    return frozenset(found)


def _target(path: Path, written: str) -> Path | None:
    if "://" in written or "$" in written:
        return None
    target = Path(os.path.normpath(path.parent / written.strip("\"'")))
    return target if files.is_file(target) else None


def _declared(file: ConfigFile, name: str, text: str, kind: Group, start: int, row: int) -> Declared:
    line_start = file.text.rfind("\n", 0, start) + 1
    whole = file.text.startswith(text, start)
    return Declared(
        name=name,
        text=text,
        kind=kind,
        group=file.path.name,
        path=file.path,
        row=row,
        column=start - line_start + 1,
        start=start if whole else None,
        end=start + len(text) if whole else None,
    )


def logical_end(text: str, start: int) -> int:
    """The offset after the logical line at `start`, its newline included."""
    while True:
        end = text.find("\n", start) + 1 or len(text)
        if not text[start:end].rstrip("\r\n").endswith("\\"):
            return end
        if end == len(text):
            return end
        start = end
