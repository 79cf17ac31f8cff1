"""Writing a list of names shorter, without saying more than it did."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FEWEST = 4
LONGEST = 24


def with_globs(names: Iterable[str], universe: Iterable[str]) -> list[str]:
    """`names`, with `*.list`, `foo_*` or `*_foo` for four or more where that matches nothing else of `universe`."""
    left = set(names)
    outside = set(universe) - left
    candidates = Counter(pattern for name in left for pattern in _patterns(name))
    patterns = []
    for pattern, _ in sorted(candidates.items(), key=lambda item: (-item[1], len(item[0]), item[0])):
        hit = {name for name in left if fnmatch.fnmatchcase(name, pattern)}
        spills = any(fnmatch.fnmatchcase(name, pattern) for name in outside)
        if len(hit) >= FEWEST and len(pattern) < LONGEST and not spills:
            patterns.append(pattern)
            left -= hit
    return sorted(patterns) + sorted(left)


def shorter(first: Iterable[str], first_key: str, second: Iterable[str], second_key: str) -> tuple[str, list[str]]:
    """The shorter of two complementary lists, under its own key."""
    first, second = list(first), list(second)
    one, two = with_globs(first, [*first, *second]), with_globs(second, [*first, *second])
    return (first_key, one) if len(one) <= len(two) else (second_key, two)


def _patterns(name: str) -> list[str]:
    chain, _, leaf = name.rpartition(".")
    found = [f"*.{leaf}", f"{chain}.*"] if chain else []
    marks = [mark.start() for mark in re.finditer("_", leaf)]
    head = f"{chain}." if chain else ""
    found += [f"{head}{leaf[: mark + 1]}*" for mark in marks if head or mark > 0]
    return found + [f"*{leaf[mark:]}" for mark in marks if 0 < mark < len(leaf) - 1]
