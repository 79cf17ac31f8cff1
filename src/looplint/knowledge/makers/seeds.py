"""Where to look: the libraries and classes of `seeds.toml`. Only places are written there, no natures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import tomli

FILE = Path(__file__).with_name("seeds.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One distribution.

    `classes` are pairs (sync, async), either of them perhaps "". `requires` is what is installed to look at it.
    `before` is Python that runs first; `make` and `live` hold expressions (C is the class) that give an instance
    without a network: to find its namespaces, and to call the methods that nothing else settles. `older` holds the
    requirements of an earlier release that is looked at too.
    """

    distribution: str
    requires: tuple[str, ...]
    imports: tuple[str, ...]
    classes: tuple[tuple[str, str], ...] = ()
    modules: tuple[str, ...] = ()
    before: str = ""
    older: tuple[str, ...] = ()
    make: dict[str, str] = field(default_factory=dict, hash=False)
    live: dict[str, str] = field(default_factory=dict, hash=False)

    def job(self) -> dict[str, Any]:
        """What the code inside the environment needs to know."""
        return {
            "distribution": self.distribution,
            "imports": self.imports,
            "classes": self.classes,
            "modules": self.modules,
            "before": self.before,
            "make": self.make,
            "live": self.live,
        }

    def owns(self, path: str) -> bool:
        """Is the class at `path` surveyed with this distribution?"""
        return path.partition(".")[0] in self.imports and any(path in pair for pair in self.classes)

    def pinned(self, version: str) -> tuple[str, ...]:
        """The requirements, with the distribution itself at one release; other libraries as they are."""
        name = self.distribution.partition("@")[0]
        if self.distribution == "stdlib":
            return ()
        return (*self.requires, f"{name}=={version}") if version else self.requires


@cache
def seeds() -> tuple[Seed, ...]:
    """All libraries, in the order of the file: the first pair that names a class says what its twin is."""
    data = tomli.loads(FILE.read_text(encoding="utf-8"))
    return tuple(_seed(row) for row in data["library"])


def seed(distribution: str) -> Seed:
    """Raises KeyError."""
    return {known.distribution: known for known in seeds()}[distribution]


def _seed(row: dict[str, Any]) -> Seed:
    pairs = (line.split("|") for line in row.pop("classes", ()))
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Seed(classes=tuple((sync.strip(), other.strip()) for sync, other in pairs), **values)
