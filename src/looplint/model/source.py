"""One file exactly as it is on disk: bytes, text, newlines, and where each row begins.

Rows end where Python ends them (`\\n`, `\\r\\n`, `\\r`), not where `str.splitlines` does: a form feed or U+2028 inside
a row stays inside it. Offsets and columns count characters of `Source.text`, except where a name says UTF-8.
"""

from __future__ import annotations

import io
import os
import re
import stat
import tokenize
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from looplint.model.finding import Position
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looplint.model.noqa import NoqaMap

MAX_BYTES = 10 * 1024 * 1024
"""Larger files are generated data, not tests; parsing one would stall the whole run."""

_ROW_END = re.compile(r"\r\n|\r|\n")
_ROW_END_BYTES = re.compile(rb"\r\n|\r|\n")
_UTF8_BOM = b"\xef\xbb\xbf"


class SourceError(Exception):
    """A file that cannot be read, decoded or written back.

    `message` is one lower-case line without the path; `row` and `column` are 1-based, 1:1 when no place is to blame.
    """

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message, row, column)
        self.message = message
        self.row = row
        self.column = column

    def __str__(self) -> str:
        return self.message


def _place(raw: bytes, index: int, encoding: str = "utf-8") -> tuple[int, int]:
    """Row and column of byte `index`, both 1-based; columns count characters as far as they can be decoded."""
    row, begin = 1, 0
    for match in _ROW_END_BYTES.finditer(raw, 0, index):
        row, begin = row + 1, match.end()
    return row, len(raw[begin:index].decode(encoding, "replace")) + 1


def _declared_encoding(raw: bytes) -> str:
    """Encoding by byte order mark and PEP 263 comment, as `tokenize.detect_encoding` finds it ("utf-8-sig": BOM)."""
    head = raw[:1000]
    first_two_rows_seen = len(raw) <= len(head) or head.count(b"\n") > 1
    if first_two_rows_seen and b"coding" not in head and not head.startswith(_UTF8_BOM):
        return "utf-8"
    try:
        return tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
    except SyntaxError as error:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as undecodable:
            if "unknown encoding" not in str(error):
                raise _undecodable(raw, "utf-8", undecodable) from None
        if raw.startswith(_UTF8_BOM) and "encoding problem" in str(error):
            raise SourceError("encoding problem: byte order mark of utf-8, but another coding comment") from None
        raise SourceError(str(error.msg)) from None


def _undecodable(raw: bytes, encoding: str, error: UnicodeDecodeError) -> SourceError:
    """What to tell the user about bytes that are not text in `encoding`."""
    message = f"byte 0x{raw[error.start]:02x} is not valid {encoding}"
    if encoding == "utf-8":
        message += "; declare the file's encoding in a coding comment or convert it"
    return SourceError(message, *_place(raw, error.start))


def _decode(raw: bytes) -> tuple[str, str, bool]:
    """Text without byte order mark, encoding, whether there was a mark; SourceError if Python could not read it."""
    if b"\0" in raw:
        raise SourceError("source contains a NUL byte", *_place(raw, raw.index(b"\0")))
    encoding = _declared_encoding(raw)
    bom = encoding == "utf-8-sig"
    if bom:
        raw, encoding = raw[len(_UTF8_BOM) :], "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(raw, encoding, error) from None
    except (LookupError, ValueError):
        raise SourceError(f"encoding problem: {encoding}") from None
    if encoding != "utf-8" and "coding" not in text:
        # A codec that is no superset of ASCII (utf-16, utf-32) turns code into other letters; Python refuses it too.
        raise SourceError(f"encoding problem: {encoding}")
    return text, encoding, bom


def _reason(error: OSError) -> str:
    """The operating system's words, lower-case, without number and path."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def read_regular(path: str, size: int, at_most: int) -> bytes:
    """The first `at_most` bytes of a regular file that is said to have `size` bytes. Raises OSError and ValueError.

    To ask for more than there is would set aside memory for all of it.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib would only add its cost to every file
        raw = file.read(min(size + 1, at_most))
        return raw if len(raw) <= size else raw + file.read(at_most - len(raw))


def read_bytes(path: str) -> bytes:
    """The bytes of a regular file of at most `MAX_BYTES` (a folder, pipe or device is none); raises SourceError."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as above
        if stat.S_ISDIR(found.st_mode):
            raise SourceError("is a directory")
        if not stat.S_ISREG(found.st_mode):
            raise SourceError("is not a regular file")
        raw = read_regular(path, found.st_size, MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(_reason(error)) from None
    except ValueError:
        raise SourceError("is not a possible file name") from None
    if len(raw) > MAX_BYTES:
        raise SourceError(f"file is larger than {MAX_BYTES // (1024 * 1024)} MB")
    return raw


def _codec_of_lines(text: str) -> str:
    """The encoding that decoded lines declare, if they can be written in it; else UTF-8."""
    try:
        encoding = _declared_encoding(text[:2000].encode("utf-8", "replace"))
        text.encode(encoding)
    except (SourceError, LookupError, ValueError):
        return "utf-8"
    return encoding


@dataclass(frozen=True)
class Source:
    """One file: its exact bytes and the text that they stand for. Made by `from_bytes`, `from_lines` or `read`."""

    path: str
    """As the user named it; shown, never opened again."""
    raw: bytes
    text: str
    """Decoded, without byte order mark; newlines, tabs and form feeds as in the file."""
    encoding: str
    """Name of the codec, as declared; never "utf-8-sig"."""
    bom: bool

    @classmethod
    def from_bytes(cls, raw: bytes, path: str) -> Source:
        """The source in `raw`. Raises SourceError on an unknown encoding, undecodable bytes, or a NUL byte."""
        text, encoding, bom = _decode(raw)
        return cls(path, raw, text, encoding, bom)

    @classmethod
    def from_lines(cls, lines: Sequence[str], path: str) -> Source:
        """The source in flake8's `lines` (no byte order mark, newlines already universal). `raw` is made up."""
        text = "".join(lines).removeprefix("\ufeff")
        encoding = _codec_of_lines(text)
        errors = "surrogatepass" if encoding == "utf-8" else "strict"
        return cls(path, text.encode(encoding, errors), text, encoding, bom=False)

    @classmethod
    def read(cls, path: str) -> Source:
        """The source in the file `path`.

        Raises SourceError also when it cannot be read, is a directory, pipe or device, or exceeds `MAX_BYTES`.
        """
        return cls.from_bytes(read_bytes(path), path)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each row's first character; the last one is the empty row after a final newline."""
        return [0, *(match.end() for match in _ROW_END.finditer(self.text))]

    @cached_property
    def newline(self) -> str:
        """The newline that most rows end with; on a tie, or without any, `\\n` before `\\r\\n` before `\\r`."""
        crlf = self.text.count("\r\n")
        counts = {"\n": self.text.count("\n") - crlf, "\r\n": crlf, "\r": self.text.count("\r") - crlf}
        return max(counts, key=lambda newline: counts[newline])

    @cached_property
    def noqa(self) -> NoqaMap:
        """What the file's `# noqa` comments silence."""
        from looplint.model.noqa import NoqaMap

        return NoqaMap(self)

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @property
    def rows(self) -> int:
        """Number of rows, not counting the empty one after a final newline."""
        return len(self.line_starts) - (self.line_starts[-1] == len(self.text))

    def position(self, offset: int) -> Position:
        """Row and column (1-based, characters) of `offset`."""
        row = bisect_right(self.line_starts, offset)
        return Position(row, offset - self.line_starts[row - 1] + 1)

    def offset(self, row: int, column: int) -> int:
        """Offset of 1-based `row` and 0-based `column`, both as characters; IndexError if there is no such row."""
        if row < 1:
            raise IndexError(row)
        return self.line_starts[row - 1] + column

    def offset_of(self, lineno: int, col_offset: int) -> int:
        """Offset of an `ast` position (1-based row, 0-based column in UTF-8 bytes of the decoded row)."""
        begin = self.offset(lineno, 0)
        if self._ascii:
            return begin + col_offset
        # A character has at most four bytes, so the place lies within as many characters as there are bytes.
        ahead = self.text[begin : begin + col_offset]
        if ahead.isascii():
            return begin + col_offset
        return begin + len(ahead.encode("utf-8", "surrogatepass")[:col_offset].decode("utf-8", "ignore"))

    def line(self, row: int) -> str:
        """The 1-based `row` with its newline; IndexError if there is no such row."""
        begin = self.offset(row, 0)
        return self.text[begin : self.line_starts[row] if row < len(self.line_starts) else len(self.text)]

    @cached_property
    def universal_lines(self) -> list[str]:
        """All rows, each newline as `\\n`: what flake8 and `tokenize` read."""
        return [_ROW_END.sub("\n", self.line(row)) for row in range(1, self.rows + 1)]

    def encode(self, text: str) -> bytes:
        """The bytes to write for an edited `text`; `encode(self.text) == self.raw`.

        Raises SourceError when the file's encoding lacks a character of `text`, or when it has several spellings for
        one text (iso-2022-jp, utf-7), so that bytes nobody edited would change.
        """
        if text == self.text:
            return self.raw
        mark = _UTF8_BOM if self.bom else b""
        try:
            if self.encoding != "utf-8" and mark + self.text.encode(self.encoding) != self.raw:
                raise SourceError(f"cannot be written back unchanged as {self.encoding}")
            return mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            row = len(_ROW_END.findall(text, 0, error.start)) + 1
            raise SourceError(f"{self.encoding} has no character {text[error.start]!r}", row) from None
