"""File name patterns of the configuration, with ruff's meaning.

A pattern without a slash matches the name of any part of a path ("build", "*_pb2.py"); one with a slash matches
the path relative to the configuration's directory, or a directory above it. `**` crosses directories, `*` and `?`
do not, `[...]` and `{a,b}` work as in a shell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|\{[^{}]*\}|.", re.DOTALL)
_PIECES = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _piece(token: str) -> str:
    known = _PIECES.get(token)
    if known is not None:
        return known
    if token[0] == "[" and len(token) > 2:
        inverted = token[1] == "!"
        body = re.sub(r"([\\\[&~|])", r"\\\1", token[2:-1] if inverted else token[1:-1])
        body = re.sub(r"(?!^)--|^-", lambda dashes: f"{dashes[0][:-1]}\\-", body)  # dashes that are no operator
        return f"[{'^' * inverted}{body}]"
    if token[0] == "{" and len(token) > 1:
        return f"(?:{'|'.join(_translate(choice) for choice in token[1:-1].split(','))})"
    return re.escape(token)


def _translate(glob: str) -> str:
    return "".join(_piece(token) for token in _TOKEN.findall(glob))


@lru_cache(maxsize=256)
def _compile(patterns: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str] | None, re.Pattern[str] | None]:
    """Plain names, the expression for names, the expression for paths; ValueError names a broken pattern."""
    plain: set[str] = set()
    names: list[str] = []
    paths: list[str] = []
    for pattern in patterns:
        tidy = pattern.removeprefix("./").rstrip("/")
        try:
            re.compile(_translate(tidy))
        except re.error as error:
            raise ValueError(f"invalid file pattern {pattern!r}: {error}") from None
        if "/" in tidy:
            paths.append(_translate(tidy.removeprefix("/")))
        elif re.fullmatch(r"[\w.\- ]+", tidy):
            plain.add(tidy)
        elif tidy:
            names.append(_translate(tidy))
    return (
        frozenset(plain),
        re.compile("|".join(names), re.DOTALL) if names else None,
        re.compile(f"(?:{'|'.join(paths)})(?:/.*)?", re.DOTALL) if paths else None,
    )


def validate(patterns: Sequence[str]) -> None:
    """Raises ValueError for a pattern that means nothing."""
    _compile(tuple(patterns))


def matches_name(patterns: tuple[str, ...], name: str) -> bool:
    """Does a pattern without a slash match this one part of a path?"""
    plain, names, _ = _compile(patterns)
    return name in plain or (names is not None and names.fullmatch(name) is not None)


def matches_path(patterns: tuple[str, ...], relative: str) -> bool:
    """Does a pattern with a slash match this path ("/" between its parts), or a directory above it?"""
    paths = _compile(patterns)[2]
    return paths is not None and paths.fullmatch(relative) is not None


def matches(patterns: tuple[str, ...], relative: str) -> bool:
    """Does any pattern match this path, a directory above it, or the name of one of its parts?"""
    if not patterns:
        return False
    return matches_path(patterns, relative) or any(matches_name(patterns, part) for part in relative.split("/"))
