"""Reading the text between two nodes.

Where `ast` gives the spans of neighbours, only blanks, newlines, comments, backslashes and single tokens (brackets,
commas, keywords, stars) can stand between them: no strings. So a gap can be read without tokenizing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = " \t\f"
_TRIVIA = re.compile(r"(?:[ \t\f\r\n]|\\(?:\r\n|\r|\n)|#[^\r\n]*)*")
_BLANKS = re.compile(r"(?:[ \t\f]|\\(?:\r\n|\r|\n))*")
_ROW_END = re.compile(r"[^\r\n]*")
_NEWLINE = re.compile(r"\r\n|\r|\n")


def skip_trivia(text: str, at: int) -> int:
    """The offset of the next character that is no blank, newline or comment."""
    return match_end(_TRIVIA, text, at)


def skip_blanks(text: str, at: int) -> int:
    """The offset after blanks and joined rows; a comment or newline stops."""
    return match_end(_BLANKS, text, at)


def match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that matches the empty string too ends."""
    match = pattern.match(text, at)
    assert match is not None
    return match.end()


def significant(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Offset and character of everything in the gap that is no trivia."""
    at = skip_trivia(text, start)
    while at < end:
        yield at, text[at]
        at = skip_trivia(text, at + 1)


def row_start(text: str, at: int) -> int:
    """The offset of the first character of the row of `at`."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def row_end(text: str, at: int) -> int:
    """The offset of the newline that ends the row of `at`, or of the end of the text."""
    return match_end(_ROW_END, text, at)


def next_row(text: str, at: int) -> int:
    """The offset of the first character after the newline that ends the row of `at`."""
    end = row_end(text, at)
    newline = _NEWLINE.match(text, end)
    return newline.end() if newline else end


def row_below(text: str, end: int) -> int:
    """The offset of the row below a statement that ends at `end`; a backslash may join an empty row to it."""
    return next_row(text, skip_blanks(text, end))


def has_newline(text: str, start: int, end: int) -> bool:
    """Whether the gap has a newline."""
    return _NEWLINE.search(text, start, end) is not None


def has_comment(text: str, start: int, end: int) -> bool:
    """Whether the gap has a comment."""
    return "#" in text[start:end]


def is_first_on_row(text: str, at: int) -> bool:
    """Whether only blanks stand before `at` on its row."""
    return not text[row_start(text, at) : at].strip(BLANKS)


def is_last_on_row(text: str, at: int) -> bool:
    """Whether only blanks or a comment follow on the row and on rows that a backslash joins to it."""
    at = skip_blanks(text, at)
    return at == row_end(text, at) or text[at] == "#"


def indentation(text: str, at: int) -> str:
    """The blanks that the row of `at` begins with."""
    row = text[row_start(text, at) : row_end(text, at)]
    return row[: len(row) - len(row.lstrip(BLANKS))]


def outer_span(text: str, begin: int, start: int, end: int) -> tuple[int, int]:
    """The span with the parentheses around it; `begin` is the end of the token or node before them."""
    opening: list[int] = []
    for at, character in significant(text, begin, start):
        if character == "(":
            opening.append(at)
        else:
            opening.clear()
    for at in reversed(opening):
        closing = skip_trivia(text, end)
        if text[closing : closing + 1] != ")":
            break
        start, end = at, closing + 1
    return start, end
