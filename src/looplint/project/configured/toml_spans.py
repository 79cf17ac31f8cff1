"""Where each key, value, array and table of a TOML document stands.

No well-kept TOML parser tells positions, and an edit needs them. So meaning comes from `tomli` and places from this
scanner; its places are handed out only when the values it saw on the way are exactly tomli's (`toml_spans` gives
None otherwise, and the caller reports without a fix).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from typing import TypeAlias

    KeyPath: TypeAlias = tuple[str | int, ...]
    Kind: TypeAlias = Literal["string", "scalar", "array", "table", "header"]

MAX_DEPTH = 60
"""Arrays and inline tables nested deeper than this are not scanned; real files stay below ten."""

_BLANKS = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_\-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_STRING = {
    '"""': re.compile(r'"""(?:[^\\"]|\\.|"(?!"")|""(?!"))*"{3,5}', re.DOTALL),
    "'''": re.compile(r"'''(?:[^']|'(?!'')|''(?!'))*'{3,5}", re.DOTALL),
    '"': re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    "'": re.compile(r"'[^'\n]*'"),
}


class _ScanError(ValueError):
    """The text is not what the scanner expects."""


@dataclass(frozen=True, slots=True)
class Span:
    """One value or table header: `text[start:end]`, offsets in characters.

    `key` is the place of the (dotted) key before a value, or of the name inside a header; None for array elements.
    `value` is what a string or scalar means.
    """

    path: KeyPath
    kind: Kind
    start: int
    end: int
    key: tuple[int, int] | None = None
    value: Any = None


class TomlSpans:
    """All places of one document."""

    __slots__ = ("_line_starts", "headers", "text", "values")

    def __init__(self, text: str, values: Mapping[KeyPath, Span], headers: Mapping[KeyPath, Span]) -> None:
        self.text = text
        self.values = values
        self.headers = headers
        self._line_starts: list[int] | None = None

    def find(self, *path: str | int) -> Span | None:
        """The value at that path, else the header of the table at that path."""
        return self.values.get(path) or self.headers.get(path)

    def nearest(self, *path: str | int) -> Span | None:
        """The place of `path`, else of the nearest enclosing thing that has a place."""
        for length in range(len(path), 0, -1):
            span = self.find(*path[:length])
            if span is not None:
                return span
        return None

    def elements(self, *path: str | int) -> list[Span]:
        """The elements of the array at that path, in order."""
        found: list[Span] = []
        while (span := self.values.get((*path, len(found)))) is not None:
            found.append(span)
        return found

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based row and column of a character."""
        if self._line_starts is None:
            self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        row = bisect_right(self._line_starts, offset)
        return row, offset - self._line_starts[row - 1] + 1

    def row(self, offset: int) -> int:
        """The 1-based row of a character."""
        return self.place(offset)[0]

    def row_of(self, *path: str | int) -> int | None:
        """The 1-based row of the key (else of the value) at that path."""
        span = self.nearest(*path)
        if span is None:
            return None
        return self.row(span.key[0] if span.key else span.start)


def toml_spans(text: str, data: Mapping[str, Any] | None = None) -> TomlSpans | None:
    """The places of everything in `text`, or None where they cannot be trusted.

    `text` has no byte order mark. `data` is what tomli made of it; it is parsed again when not given.
    """
    from tomli import TOMLDecodeError, loads

    try:
        scanner = _Scanner(text)
        spans = TomlSpans(text, *scanner.document())
        expected = loads(text) if data is None else data
        trusted = dict(leaves(expected)) == {
            path: repr(span.value) for path, span in spans.values.items() if span.kind in ("string", "scalar")
        }
    except (_ScanError, TOMLDecodeError, IndexError, RecursionError):
        return None
    return spans if trusted else None


def leaves(root: Any) -> Iterator[tuple[KeyPath, str]]:
    """Path and repr of each value that is no table and no array; repr, since nan is not equal to itself."""
    pending: list[tuple[KeyPath, Any]] = [((), root)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, Mapping):
            pending.extend(((*path, key), child) for key, child in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), child) for index, child in enumerate(value))
        else:
            yield path, repr(value)


class _Scanner:
    """One left-to-right pass; trusts nothing, knows no meaning."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.values: dict[KeyPath, Span] = {}
        self.headers: dict[KeyPath, Span] = {}
        self.arrays_of_tables: dict[KeyPath, int] = {}

    def document(self) -> tuple[dict[KeyPath, Span], dict[KeyPath, Span]]:
        table: KeyPath = ()
        while self.skip(_GAP) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                key, place = self.key()
                self.expect("=")
                self.skip(_BLANKS)
                self.value(table + key, place)
        return self.values, self.headers

    def header(self) -> KeyPath:
        start = self.at
        double = self.text.startswith("[[", start)
        self.at += 2 if double else 1
        key, place = self.key()
        self.expect("]]" if double else "]")
        path: KeyPath = ()
        for index, part in enumerate(key):
            path += (part,)
            last = index == len(key) - 1
            if path in self.arrays_of_tables and not (double and last):
                path += (self.arrays_of_tables[path],)
        if double:
            number = self.arrays_of_tables.get(path, -1) + 1
            self.arrays_of_tables[path] = number
            path += (number,)
        self.headers[path] = Span(path, "header", start, self.at, place)
        return path

    def key(self) -> tuple[tuple[str, ...], tuple[int, int]]:
        parts: list[str] = []
        start = self.skip(_BLANKS)
        while True:
            begin = self.skip(_BLANKS)
            if self.text[begin] in "\"'":
                parts.append(str(self.string()))
            else:
                parts.append(self.match(_BARE_KEY))
            end = self.at
            self.skip(_BLANKS)
            if self.text[self.at] != ".":
                return tuple(parts), (start, end)
            self.at += 1

    def value(self, path: KeyPath, key: tuple[int, int] | None) -> None:
        start = self.at
        first = self.text[start]
        kind: Kind
        value = None
        if first in "[{":
            kind = "array" if first == "[" else "table"
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise _ScanError
            self.bracketed(path, "]" if first == "[" else "}")
            self.depth -= 1
        elif first in "\"'":
            kind, value = "string", self.string()
        else:
            kind, value = "scalar", self.scalar()
        if path in self.values:
            raise _ScanError
        self.values[path] = Span(path, kind, start, self.at, key, value)

    def bracketed(self, path: KeyPath, closing: str) -> None:
        self.at += 1
        count = 0
        while self.text[self.skip(_GAP)] != closing:
            if closing == "]":
                self.value((*path, count), None)
                count += 1
            else:
                key, place = self.key()
                self.expect("=")
                self.skip(_GAP)
                self.value(path + key, place)
            if self.text[self.skip(_GAP)] == ",":
                self.at += 1
        self.at += 1

    def string(self) -> Any:
        start = self.at
        quote = self.text[start : start + 3]
        written = self.match(_STRING[quote if quote in _STRING else self.text[start]])
        if len(quote) == 3 and quote not in _STRING and "\\" not in written:
            return written[1:-1]
        return _meaning(written)

    def scalar(self) -> Any:
        start = self.at
        written = self.match(_SCALAR).rstrip()
        self.at = start + len(written)
        return _meaning(written)

    def match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _ScanError
        self.at = found.end()
        return found[0]

    def expect(self, token: str) -> None:
        self.skip(_BLANKS)
        if not self.text.startswith(token, self.at):
            raise _ScanError
        self.at += len(token)

    def skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return self.at


def _meaning(written: str) -> Any:
    from tomli import loads

    return loads(f"v={written}")["v"]
