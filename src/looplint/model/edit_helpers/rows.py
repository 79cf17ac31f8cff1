"""Rows of a text: where they begin and end, how they are indented."""

from __future__ import annotations

import re

BLANKS = " \t\f"
_NEWLINE = re.compile(r"\r\n|\r|\n")


def row_start(text: str, at: int) -> int:
    """The offset of the first character of the row of `at`."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def row_end(text: str, at: int) -> int:
    """The offset of the newline that ends the row of `at`, or of the end of the text."""
    newline = _NEWLINE.search(text, at)
    return newline.start() if newline else len(text)


def next_row(text: str, at: int) -> int:
    """The offset of the first character after the newline that ends the row of `at`."""
    newline = _NEWLINE.search(text, at)
    return newline.end() if newline else len(text)


def has_newline(text: str, start: int, end: int) -> bool:
    """Whether a newline stands between two places."""
    return _NEWLINE.search(text, start, end) is not None


def is_first_on_row(text: str, at: int) -> bool:
    """Whether only blanks stand before `at` on its row."""
    return not text[row_start(text, at) : at].strip(BLANKS)


def is_last_on_row(text: str, at: int) -> bool:
    """Whether only blanks or a comment follow on the row."""
    return text[at : row_end(text, at)].lstrip(BLANKS)[:1] in ("", "#")


def indentation(text: str, at: int) -> str:
    """The blanks that the row of `at` begins with."""
    row = text[row_start(text, at) : row_end(text, at)]
    return row[: len(row) - len(row.lstrip(BLANKS))]
