"""The catalogue as a whole, and its files: one for each top-level import, a line for each field, for the diffs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from looplint.knowledge.catalogue import Entry
from looplint.knowledge.data import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

INDEX = "_index.json"


@dataclass(slots=True)
class Catalogue:
    """Everything the files hold: distributions, classes by canonical path, functions by module."""

    distributions: dict[str, dict[str, Any]] = field(default_factory=dict)
    clients: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def part(self, distribution: str) -> Catalogue:
        """What belongs to one distribution."""
        return Catalogue(
            {name: entry for name, entry in self.distributions.items() if name == distribution},
            {path: entry for path, entry in self.clients.items() if entry["distribution"] == distribution},
            {name: table for name, table in self.functions.items() if table["distribution"] == distribution},
        )

    def replace(self, distribution: str, other: Catalogue) -> None:
        """Take all that belongs to `distribution` from `other`, dropping what is here."""
        for here in (self.clients, self.functions):
            for name in [name for name, entry in here.items() if entry["distribution"] == distribution]:
                del here[name]
        self.distributions |= other.distributions
        self.clients |= other.clients
        self.functions |= other.functions


def read(folder: Path) -> Catalogue:
    """Raises `KnowledgeError`."""
    index = read_json(folder / INDEX)
    catalogue = Catalogue(dict(index["distributions"]))
    for root in index["roots"]:
        shard = read_json(folder / f"{root}.json")
        catalogue.clients |= shard["clients"]
        catalogue.functions |= shard.get("functions", {})
    return catalogue


def write(catalogue: Catalogue, folder: Path) -> None:
    """Replace all files of `folder`. Equal catalogues give equal bytes."""
    shards = split(catalogue)
    index = {"schema": 1, "distributions": _sorted(catalogue.distributions), "roots": sorted(shards)}
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink()
    (folder / INDEX).write_text(_dump(index), encoding="utf-8", newline="\n")
    for root, shard in shards.items():
        (folder / f"{root}.json").write_text(_dump(shard), encoding="utf-8", newline="\n")


def split(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    """Top-level import -> what its file holds.

    `elsewhere` and `factories` are for names below this import that lead to a class of another one (`boto3.client`,
    `builtins.open`).
    """
    shards: dict[str, dict[str, Any]] = {}
    for path, entry in sorted(catalogue.clients.items()):
        home = _shard(shards, path)
        home["clients"][path] = _in_order(entry)
        for alias in (*entry.get("aliases", ()), *entry.get("subclasses", ())):
            if root_of(alias) != root_of(path) and alias not in catalogue.clients:
                _shard(shards, alias).setdefault("elsewhere", {})[alias] = path
        for spelling in entry.get("factories", ()):
            target = spelling.rpartition(" ")[2]
            if root_of(target) != root_of(path):
                _shard(shards, target).setdefault("factories", []).append([spelling, path])
    for module, table in sorted(catalogue.functions.items()):
        _shard(shards, module).setdefault("functions", {})[module] = dict(sorted(table.items()))
    return shards


def differences(before: Catalogue, after: Catalogue) -> list[str]:
    """What changed, a line for each field."""
    tables = (
        (before.distributions, after.distributions),
        (before.clients, after.clients),
        (before.functions, after.functions),
    )
    return [
        f"{name}: {key}: {_difference(old.get(name, {}).get(key), new.get(name, {}).get(key))}"
        for old, new in tables
        for name in sorted({*old, *new})
        for key in sorted({*old.get(name, {}), *new.get(name, {})})
        if old.get(name, {}).get(key) != new.get(name, {}).get(key)
    ]


def root_of(dotted: str) -> str:
    """The top-level import of a dotted path."""
    return dotted.partition(".")[0]


def _difference(was: Any, now: Any) -> str:
    if isinstance(was, list) and isinstance(now, list):
        gone, come = [f"-{x}" for x in was if x not in now], [f"+{x}" for x in now if x not in was]
        return " ".join([*gone, *come]) or "another order"
    return f"{was!r} -> {now!r}"


def _in_order(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as `Entry` lists them, so that a rebuilt entry differs only where it differs."""
    order = list(Entry.__annotations__)
    return {key: entry[key] for key in sorted(entry, key=order.index)}


def _shard(shards: dict[str, dict[str, Any]], dotted: str) -> dict[str, Any]:
    return shards.setdefault(root_of(dotted), {"schema": 1, "clients": {}})


def _sorted(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: dict(sorted(table[name].items())) for name in sorted(table, key=str.lower)}


def _dump(value: Mapping[str, Any]) -> str:
    return _lines(value, 0) + "\n"


def _lines(value: Any, depth: int) -> str:
    """Tables over three levels, below that one line for each value."""
    if depth == 3 or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    rows = (f"{json.dumps(key, ensure_ascii=False)}: {_lines(item, depth + 1)}" for key, item in value.items())
    return "{\n" + _joined(rows, depth) + "\n" + " " * depth + "}"


def _joined(rows: Iterable[str], depth: int) -> str:
    return ",\n".join(" " * (depth + 1) + row for row in rows)
