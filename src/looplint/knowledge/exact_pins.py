"""Versions that a release of pytest-homeassistant-custom-component pins exactly, and so forbids all others of.

Read from `exact_pins.json`, which `makers/exact_pins.py` writes from the tags of that project.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from looplint.knowledge.data import ROOT, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable


def pinning() -> str:
    """The distribution that pins. Raises `KnowledgeError`, as do the others."""
    name: str = _data()["distribution"]
    return name


def pinned() -> tuple[str, ...]:
    """The distributions that it pins, as far as they are known."""
    return tuple(_data()["pins"])


def releases() -> tuple[str, ...]:
    """Its releases that are known, oldest first."""
    return tuple(_data()["releases"])


def pins_of(name: str, chosen: Iterable[str]) -> frozenset[str | None]:
    """The versions of a distribution that these releases pin, None among them where one pins nothing."""
    wanted = frozenset(chosen)
    starts = dict(_data()["pins"][name])
    found: set[str | None] = set()
    pin: str | None = None
    for release in releases():
        pin = starts.get(release, pin)
        if release in wanted:
            found.add(pin)
    return frozenset(found)


@cache
def _data() -> dict[str, Any]:
    return read_json(ROOT / "exact_pins.json")
