"""The texts that the shipped table of conflicts claims, by the id of an entry."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import tomli

TABLE = Path(__file__).resolve().parents[2] / "src" / "looplint" / "knowledge" / "conflicts.toml"
"""Read as a file: the evidence runs without looplint installed."""


@cache
def _entries() -> dict[str, tuple[str, ...]]:
    data = tomli.loads(TABLE.read_text(encoding="utf-8"))
    return {
        entry["id"]: (entry["error"],) if "error" in entry else ()
        for entry in (*data["conflict"], *data["config_trap"])
    }


def texts_of(identifier: str) -> tuple[str, ...]:
    """The regular expression of what an entry makes pytest say, if it makes it say anything. Raises KeyError."""
    return _entries()[identifier]
