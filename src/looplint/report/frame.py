"""The rows around a finding, with the place underlined.

Columns count characters, but a terminal shows tabs and wide letters wider; control characters are shown as signs,
since a file under check must not talk to the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Position
    from looplint.model.source import Source
    from looplint.report.styled import Piece

AROUND = 2
"""Rows shown before and after."""
WIDEST = 160
"""Characters of a row shown; of a longer one a window around the place."""
_TAB = "    "


def visible(character: str) -> str:
    """How a character is shown."""
    code = ord(character)
    if character == "\t":
        return _TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code < 0xA0 or code in (0x2028, 0x2029, 0x200E, 0x200F) or 0x202A <= code <= 0x202E:
        return "\ufffd"
    return "\ufffd" if 0x2066 <= code <= 0x2069 or 0xD800 <= code < 0xE000 else character


def shown(text: str) -> str:
    """A whole text as it is shown."""
    return "".join(map(visible, text))


def width(text: str) -> int:
    """Terminal columns that a shown text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def frame(source: Source, start: Position, end: Position) -> Iterator[list[Piece]]:
    """The rows, each as pieces without a newline; nothing for a place that the file does not have."""
    if not 1 <= start.row <= source.rows:
        return
    first, last = max(1, start.row - AROUND), min(source.rows, start.row + AROUND)
    gutter = len(str(last))
    line = source.line(start.row).rstrip("\r\n")
    begin = min(start.column - 1, len(line))
    stop = end.column - 1 if end.row == start.row else len(line)
    cut = max(0, begin - WIDEST // 2) if len(line) > WIDEST else 0
    yield [(f"{'':>{gutter}} |", "blue")]
    for row in range(first, last + 1):
        text = shown(source.line(row).rstrip("\r\n")[cut : cut + WIDEST])
        yield [(f"{row:>{gutter}} |", "blue"), (f" {text}" if text.strip() else "", "")]
        if row == start.row:
            before = " " * width(shown(line[cut:begin]))
            marks = "^" * max(1, width(shown(line[begin : min(stop, cut + WIDEST)])))
            yield [(f"{'':>{gutter}} |", "blue"), (f" {before}", ""), (marks, "bold red")]
    yield [(f"{'':>{gutter}} |", "blue")]
