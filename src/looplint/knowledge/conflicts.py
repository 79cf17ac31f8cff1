"""Plugins, versions and settings that hurt asyncio test suites, each reproduced with real installs.

Read from `conflicts.toml` the first time somebody asks; only configuration rules and `looplint diagnose` do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from looplint.knowledge.data import ROOT, KnowledgeError, damaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.specifiers import SpecifierSet

Mechanical = Literal["yes", "partly", "no"]
"""Can the remedy be an edit: safely; with human work after it; not at all."""
Status = Literal["ran", "read"]
"""Reproduced with real installs, or known from a thread or changelog only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Distributions that must not meet, or must meet only with care.

    `requires` maps a distribution to a PEP 440 specifier ("" = any version): every one of them must be present, and
    its version in force inside. `precondition` says what else must be seen, in code or configuration, before anything
    is reported; without it the pair alone is enough. `error` is a regular expression that finds the text pytest
    prints, `error_sample` a line that it finds. `told` is what the rule known-plugin-conflict says (None: another rule
    speaks of it), `brings` what comes along with the first distribution, `settings` the options at which it is told,
    `absent` what undoes the conflict where it is installed too. `untold` says why no rule tells the entry.
    """

    id: str
    requires: Mapping[str, str] = field(hash=False)
    severity: Literal["error", "warning"]
    status: Status
    error: str
    error_sample: str
    mechanism: str
    remedy: str
    mechanical: Mechanical
    evidence: str
    source: tuple[str, ...]
    frequency: Literal["high", "medium", "low", "rising"]
    precondition: str | None = None
    also_any: tuple[str, ...] = ()
    requires_python: str | None = None
    told: str | None = None
    brings: tuple[str, ...] = ()
    settings: tuple[Mapping[str, str], ...] = field(default=(), hash=False)
    absent: tuple[str, ...] = ()
    untold: str | None = None

    @property
    def culprit(self) -> str:
        """The distribution that the entry is about, the first that it requires."""
        return next(iter(self.requires))

    def specifier(self, distribution: str) -> SpecifierSet:
        """The versions of a required distribution that are concerned. Raises KeyError for any other distribution."""
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(self.requires[distribution], prereleases=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigTrap:
    """A setting that does not do what it says: `where` it stands and its `effect`, with the versions that show it.

    `error` is a regular expression that finds the text pytest prints, None where it prints nothing. `known_since` maps
    an option to the first pytest-asyncio release that knows it. `untold` says why no rule tells the trap.
    """

    id: str
    where: str
    effect: str
    mechanical: Mechanical
    status: Status
    error: str | None = None
    remedy: str | None = None
    known_since: Mapping[str, str] = field(default_factory=dict, hash=False)
    untold: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folklore:
    """A claim that is often repeated, and what measuring it gave."""

    claim: str
    verdict: str


def conflicts() -> tuple[Conflict, ...]:
    """All conflicts. Raises `KnowledgeError` when the data cannot be read."""
    return _tables()[0]


def config_traps() -> tuple[ConfigTrap, ...]:
    """All configuration traps. Raises `KnowledgeError`."""
    return _tables()[1]


def folklore() -> tuple[Folklore, ...]:
    """All claims that were measured. Raises `KnowledgeError`."""
    return _tables()[2]


def conflict(identifier: str) -> Conflict:
    """The conflict of that id. Raises KeyError if there is none."""
    return {known.id: known for known in conflicts()}[identifier]


def config_trap(identifier: str) -> ConfigTrap:
    """The configuration trap of that id. Raises KeyError if there is none."""
    return {trap.id: trap for trap in config_traps()}[identifier]


def conflicts_saying(output: str) -> tuple[Conflict, ...]:
    """The conflicts whose error text occurs in pytest's output."""
    return tuple(known for known in conflicts() if re.search(known.error, output))


@cache
def _tables() -> tuple[tuple[Conflict, ...], tuple[ConfigTrap, ...], tuple[Folklore, ...]]:
    import tomli

    path = ROOT / "conflicts.toml"
    try:
        data = tomli.loads(path.read_text(encoding="utf-8"))
        return (
            tuple(Conflict(**_frozen(entry)) for entry in data["conflict"]),
            tuple(ConfigTrap(**_frozen(entry)) for entry in data["config_trap"]),
            tuple(Folklore(**_frozen(entry)) for entry in data["folklore"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, error) from error


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


__all__ = [
    "ConfigTrap",
    "Conflict",
    "Folklore",
    "KnowledgeError",
    "config_trap",
    "config_traps",
    "conflict",
    "conflicts",
    "conflicts_saying",
    "folklore",
]
