"""Method names whose nature is the same whatever object they are called on.

Counted over every class of the client catalogue and, as a prior, over every `def` in the 148 environments it was made
from (47 539 files, 192 201 names). Of a name that is not here nothing is known: resolve the receiver, or stay silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from looplint.knowledge.data import ROOT, read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

NameKind = Literal[
    "awaited",  # awaitable in every library that has it, and >= 97 % of all definitions are async: a Mock is wrong
    "awaited_single",  # the same in one library, prior >= 90 %: only with another hint about the receiver
    "async_iterated",  # async generators everywhere: an AsyncMock is wrong too
    "sync",  # a plain call everywhere: an AsyncMock is wrong
    "ambiguous",  # both exist: resolve the receiver or stay silent
]


@dataclass(frozen=True, slots=True)
class AwaitedName:
    """One name: its nature, the distributions that back it (bot APIs: one or more of the three), known exceptions."""

    name: str
    kind: NameKind
    libraries: tuple[str, ...]
    sync_in: tuple[str, ...] = ()

    @property
    def nearly_awaited(self) -> bool:
        """Awaited but for the classes in `sync_in` (`aclose`): good enough for a hint, never for a certainty."""
        return bool(self.sync_in)


def kind_of_name(name: str) -> NameKind | None:
    """What a method of this name is, whatever its object. Raises `KnowledgeError` when the data cannot be read."""
    found = awaited_name(name)
    return found.kind if found is not None else None


def awaited_name(name: str) -> AwaitedName | None:
    """All that is known of a name; None when nothing is."""
    entry = names().get(name)
    if entry is None:
        return None
    return AwaitedName(name, entry["kind"], tuple(entry.get("libraries", ())), tuple(entry.get("sync_in", ())))


@cache
def names() -> Mapping[str, Any]:
    """The whole table, read once."""
    table: Mapping[str, Any] = read_json(ROOT / "awaited_names.json")["names"]
    return table
