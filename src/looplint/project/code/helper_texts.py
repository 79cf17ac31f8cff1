"""Which functions of a file could make certain calls: told by its bytes, without parsing."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.asked import noted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.project.questions import Project

_ROW = re.compile(rb"\f*([ \t]*)(?:(async)[ \t]+)?(?:def|(class))(?:[ \t]|\\\r?\n)+([^\s(:\[]+)")
_QUOTES = (b'"""', b"'''")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How calls look in the text of a function, and what looks as if their function were given another name."""

    call: re.Pattern[bytes]
    renamed: re.Pattern[bytes]


@noted
def may_call(project: Project, path: Path, name: str, spelling: Spelling) -> bool:
    """Could a plain function of that name in a file make such a call?"""
    names = _callers(project, path, spelling)
    return names is None or name in names


@noted
def _callers(project: Project, path: Path, spelling: Spelling) -> frozenset[str] | None:
    return callers(project.raw(path), spelling)


def callers(raw: bytes, spelling: Spelling) -> frozenset[str] | None:
    """The plain functions, nested ones too, in which such a call may stand; None where it may be any of a file.

    It may be any where the function called has another name (`from asyncio import run as go`), and where it cannot be
    told which rows there are, or which stand in strings.
    """
    if spelling.renamed.search(raw) is not None:
        return None
    calls = [call.start() for call in spelling.call.finditer(raw)]
    if not calls:
        return frozenset()
    quotes = sorted(_places(raw, *_QUOTES))
    if len(quotes) % 2 or raw.count(b"\r") != raw.count(b"\r\n"):
        return None
    begun = sorted({raw.rfind(b"\n", 0, place) + 1 for place in _places(raw, b"def", b"class")})
    found_rows = (_ROW.match(raw, start) for start in begun if bisect_right(quotes, start) % 2 == 0)
    rows = [row for row in found_rows if row is not None]
    starts = [row.start() for row in rows]
    found: set[bytes] = set()
    for last in {bisect_right(starts, call) for call in calls}:
        found.update(_around(rows, last))
    return frozenset(name.decode("utf-8", "replace") for name in found)


def _places(raw: bytes, *words: bytes) -> Iterator[int]:
    """Where the words stand, found ten times sooner than by a pattern of both."""
    for word in words:
        at = raw.find(word)
        while at >= 0:
            yield at
            at = raw.find(word, at + len(word))


def _around(rows: list[re.Match[bytes]], last: int) -> list[bytes]:
    """The plain functions in which a place below the first `last` rows may stand, by the indentation of the rows."""
    found = []
    within: int | None = None
    for row in reversed(rows[:last]):
        indent, is_async, is_class, name = row.groups()
        if within is None or len(indent) < within:
            within = len(indent)
            if not is_async and not is_class:
                found.append(name)
        if not within:
            break
    return found
