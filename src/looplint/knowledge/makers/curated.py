"""The judgement calls of `curated.toml`, where looking at a class is not enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("curated.toml")
Lists = dict[str, list[str]]
Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """One field for each table; the comments in the file say what they are for."""

    values: frozenset[str]
    unread: frozenset[str]
    unread_methods: frozenset[str]
    stubs: frozenset[str]
    blocking: Texts
    nature: Texts
    function_nature: Texts
    pair: Texts
    factories: Lists
    item: Texts
    close: Lists
    subclasses: Lists
    raises_in_loop: Lists
    functions: Texts
    functions_raise_in_loop: Lists
    by_hand: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, Any]


@cache
def curated() -> Curated:
    """Raises tomli's and dataclass errors: this file is edited by hand and must be right."""
    data: dict[str, Any] = tomli.loads(FILE.read_text(encoding="utf-8"))
    tables: dict[str, Any] = {name: frozenset(of) if isinstance(of, list) else of for name, of in data.items()}
    return Curated(**tables)
