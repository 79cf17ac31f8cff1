"""What `# noqa` comments silence: exactly what flake8 makes of them, so that both front doors agree.

Read in flake8 6.0 to 7.5 and measured on 7.5: a comment counts for the rows that a backslash or a multi-line string
joins to its own, not for the other rows inside brackets; codes are prefixes and case-sensitive, the word itself is not;
a list that does not begin with letters and digits ("# noqa: LPL", "# noqa : LPL101") silences everything. A row that
consists of `# flake8: noqa` skips the file, also when codes follow.
"""

from __future__ import annotations

import re
import tokenize
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"# noqa(?::\s?(?P<codes>(?:[A-Z]+[0-9]+[,\s]*)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class NoqaComment:
    """One comment that is in force; `start` and `end` are offsets of its text up to its last code."""

    first_row: int
    last_row: int
    start: int
    end: int
    codes: tuple[str, ...] | None
    """As written; None silences everything."""

    def suppresses(self, code: str) -> bool:
        """Whether the comment silences `code`."""
        return self.codes is None or code.startswith(self.codes)


class Rows(Protocol):
    """The text of a file by rows, as `Source` has it."""

    @property
    def text(self) -> str:
        """The decoded text."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    @property
    def universal_lines(self) -> list[str]:
        """The rows with their ends."""

    def offset(self, row: int, column: int) -> int:
        """Where a row and column lie in the text."""


class NoqaMap:
    """The `# noqa` comments of one file. Nothing is tokenized before somebody asks."""

    def __init__(self, source: Rows) -> None:
        self._source = source

    @cached_property
    def _mentioned(self) -> bool:
        return "noqa" in self._source.text.lower()

    @cached_property
    def file_skipped(self) -> bool:
        """Whether a row of its own says `# flake8: noqa`, with or without codes."""
        return self._mentioned and any(_FILE.match(line) for line in self._source.universal_lines)

    @cached_property
    def _ranges(self) -> dict[int, tuple[int, int]]:
        """Row -> first and last of the rows that a comment is looked for in; empty for a file without tokens."""
        try:
            return dict(_joined_rows(self._source.universal_lines))
        except (tokenize.TokenError, SyntaxError):
            return {}

    def row_of(self, row: int) -> int:
        """First of the rows that share a comment with `row`."""
        return self._ranges.get(row, (row, row))[0]

    def comment(self, row: int) -> NoqaComment | None:
        """The comment that speaks for `row`."""
        if not self._mentioned or not 1 <= row <= self._source.rows:
            return None
        first, last = self._ranges.get(row, (row, row))
        joined = "".join(self._source.universal_lines[first - 1 : last])
        match = _COMMENT.search(joined)
        if match is None:
            return None
        codes = tuple(code for code in _SEPARATOR.split(match["codes"] or "") if code)
        start = self._offset(first, joined, match.start())
        end = self._offset(first, joined, match.start() + len(match[0].rstrip(", \t\n\f\v")))
        return NoqaComment(first, last, start, end, codes or None)

    def comments(self) -> Iterator[NoqaComment]:
        """All comments in force, in order."""
        row = 1
        while self._mentioned and row <= self._source.rows:
            comment = self.comment(row)
            if comment is not None:
                yield comment
            row = self._ranges.get(row, (row, row))[1] + 1

    def suppresses(self, row: int, code: str) -> bool:
        """Whether flake8 would silence `code` reported at 1-based `row` (`file_skipped` is not asked here)."""
        comment = self.comment(row)
        return comment is not None and comment.suppresses(code)

    def _offset(self, first_row: int, joined: str, index: int) -> int:
        """Offset in the source of `joined[index]`, where `joined` begins at `first_row`."""
        begin = joined.rfind("\n", 0, index) + 1
        return self._source.offset(first_row + joined.count("\n", 0, index), index - begin)


def _joined_rows(lines: list[str]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each row with the range of rows up to the next newline token, which brackets do not swallow."""
    pending: list[int] = []
    for token in tokenize.generate_tokens(iter(lines).__next__):
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        pending += (token.start[0], token.end[0])
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            joined = (min(pending), max(pending))
            for row in range(joined[0], joined[1] + 1):
                yield row, joined
            pending.clear()
