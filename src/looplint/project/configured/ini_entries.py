"""Requirements in the lines of values of an INI file, with their places."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.project.configured.declared import Declared, Group, requirement_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.ini_spans import IniLine
    from looplint.project.configured.virtual_environments import Entry


def entries_of_lines(file: ConfigFile, lines: Iterable[IniLine], kind: Group, group: str) -> Iterator[Entry]:
    """The requirements that lines are, one on each, with a comment behind it perhaps."""
    for line in lines:
        found = entry_at(file, line.text.split(" #")[0].rstrip(), kind, group, line.start)
        if found is not None:
            yield found


def entry_at(
    file: ConfigFile, text: str, kind: Group, group: str, start: int, *, is_partial: bool = False
) -> Entry | None:
    """The requirement that stands at an offset of the file; None where it is none."""
    name = requirement_name(text)
    return (
        None if name is None else (name, partial(_in_text, file, name, text, kind, group, start, is_partial=is_partial))
    )


def _in_text(
    file: ConfigFile, name: str, text: str, kind: Group, group: str, start: int, *, is_partial: bool
) -> Declared:
    row, column = file.place(start)
    return Declared(
        name=name,
        text=text,
        kind=kind,
        group=group,
        path=file.path,
        row=row,
        column=column,
        start=None if is_partial else start,
        end=None if is_partial else start + len(text),
        partial=is_partial,
    )
