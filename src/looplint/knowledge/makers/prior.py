"""How every function name is defined, `def` or `async def`, in installed packages: an empirical prior."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DEFINITION = re.compile(rb"^[ \t]*(async[ \t]+)?def[ \t]+([a-zA-Z_]\w*)", re.MULTILINE)
LARGEST = 1_500_000
"""Bytes; generated files above it are left out."""
Counts = dict[str, tuple[int, int]]
"""Name -> (plain definitions, async definitions)."""


def count(folders: Iterable[Path]) -> Counts:
    """Each file once, however many environments have it."""
    plain: Counter[str] = Counter()
    coroutines: Counter[str] = Counter()
    for file in _files(folders):
        for is_async, name in DEFINITION.findall(file.read_bytes()):
            (coroutines if is_async else plain)[name.decode()] += 1
    return {name: (plain[name], coroutines[name]) for name in {*plain, *coroutines}}


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    seen = set()
    for folder in folders:
        for file in folder.rglob("*.py"):
            place = file.relative_to(folder)
            if place not in seen and file.stat().st_size <= LARGEST:
                seen.add(place)
                yield file
