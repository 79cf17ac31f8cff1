"""Taking an element out of a list that is written with commas and `#` comments, as TOML, Python and YAML write it."""

from __future__ import annotations

import re

from looplint.model.finding import Edit

_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_COMMA = re.compile(r"[ \t]*,")
_LATER_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\n]*(?=\n))*,")
_BLANKS_BEFORE = re.compile(r"[ \t]*\Z")


def without_line(text: str, start: int, end: int) -> Edit | None:
    """Delete the whole line, where nothing else stands on it."""
    comma = _COMMA.match(text, end)
    rest = _REST_OF_LINE.match(text, (comma.end() if comma else end))
    begin = line_start(text, start)
    if rest is None or text[begin:start].strip() or (comma is None and _LATER_COMMA.match(text, end)):
        return None
    return Edit(begin, rest.end(), "")


def without_comma(text: str, start: int, end: int) -> Edit:
    """Delete an element that shares its line, with the comma after it or else the one before it."""
    comma = _LATER_COMMA.match(text, end)
    if comma is not None:
        after = comma.end()
        first = not text[line_start(text, start) : start].strip() or text[:start].rstrip(" \t")[-1:] in "[{("
        blanks = len(text[after:]) - len(text[after:].lstrip(" \t")) if first else 0
        before = 0 if first else len(blanks_before(text, start))
        return Edit(start - before, after + blanks, "")
    before = start - len(blanks_before(text, start))
    return Edit(before - 1 if text[before - 1] == "," else start, end, "")


def blanks_before(text: str, offset: int) -> str:
    """The blanks before an offset, on its row."""
    found = _BLANKS_BEFORE.search(text, line_start(text, offset), offset)
    return found[0] if found else ""


def line_start(text: str, offset: int) -> int:
    """Where the row of an offset begins."""
    return text.rfind("\n", 0, offset) + 1
