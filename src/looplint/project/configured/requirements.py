"""Which requirements a project declares, and which versions are in force: locked, declared or newest."""

from __future__ import annotations

import os
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember, remembered
from looplint.project.configured.config_file import ConfigFile, Kind, config_files
from looplint.project.configured.declared import Declared, Group, canonical
from looplint.project.configured.locks import Locked, locked_versions
from looplint.project.configured.made_environments import told_by
from looplint.project.configured.requirement_files import file_entries, included_paths
from looplint.project.configured.requirement_tables import table_entries
from looplint.project.configured.root import find_root, governing_directories

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from pathlib import Path

    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from looplint.project.configured.virtual_environments import Entry, Environment, Told

_DISTRIBUTIONS: dict[str, Literal["pytest", "pytest-asyncio"]] = {
    "pytest": "pytest",
    "pytest-asyncio": "pytest-asyncio",
}
"""The distributions whose releases are known."""
_PLAIN_BOUND = re.compile(r"\s*(>=|<)\s*(\d+(?:\.\d+)*)\s*", re.ASCII)
_PLAIN_VERSION = re.compile(r"\d+(?:\.\d+)*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInForce:
    """The versions of one distribution that an installation of the project may have.

    `allowed` are known releases, oldest first; it is empty where no release is known or none fits, then `ranges`
    (any of them) alone decide. `origin` says where this comes from: "pytest-asyncio>=0.23 (pyproject.toml:14)".
    """

    name: str
    origin: str
    allowed: tuple[Version, ...] = ()
    ranges: tuple[SpecifierSet, ...] = ()
    locked: bool = False
    declared: bool = False

    @property
    def oldest(self) -> Version | None:
        """The oldest release allowed."""
        return self.allowed[0] if self.allowed else None

    @property
    def newest(self) -> Version | None:
        """The newest release allowed: what a resolver without other bounds installs."""
        return self.allowed[-1] if self.allowed else None

    def may_be(self, specifier: str) -> bool:
        """Whether some version allowed is in the PEP 440 range."""
        return any(self._answers(specifier, default=True))

    def must_be(self, specifier: str) -> bool:
        """Whether every version allowed is in the PEP 440 range."""
        return all(self._answers(specifier, default=False))

    def _answers(self, specifier: str, *, default: bool) -> list[bool]:
        if self.allowed:
            return [contains(specifier, version) for version in self.allowed]
        if not self.ranges:
            return [default]
        from packaging.specifiers import SpecifierSet

        asked = SpecifierSet(specifier)
        samples = [version for bounds in self.ranges for version in _samples(bounds, asked)]
        return [asked.contains(version, prereleases=True) for version in samples] or [default]

    def __str__(self) -> str:
        if not self.allowed:
            return f"{self.name} ({self.origin})"
        shown = str(self.oldest) if len(self.allowed) == 1 else f"{self.oldest} to {self.newest}"
        return f"{self.name} {shown} ({self.origin})"


class Versions:
    """What the configuration of a root says about distributions; read once, on demand; broken files say nothing.

    Directories above the root count as well, up to the end of its repository: a workspace keeps its lock file and its
    development requirements there.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._in_force: dict[str, Answer[VersionInForce]] = {}
        self._places: dict[str, Answer[list[list[Declared]]]] = {}
        self._environments: dict[Path, Answer[Told]] = {}
        self.derived: dict[Hashable, Answer[Any]] = {}
        """What other modules make of all this: they remember it here, by a name of theirs."""

    @remembered
    def _own_files(self) -> list[ConfigFile]:
        return config_files(self.root)

    @remembered
    def included(self) -> list[ConfigFile]:
        """The requirements files below the root that only others name, by `-r` and `-c`."""
        known = {file.path for file in self._own_files}
        paths = (path for path in sorted(self._named_by(self._own_files) - known) if self.root in path.parents)
        return [ConfigFile(path, Kind.REQUIREMENTS) for path in paths if find_root(path) == self.root]

    @property
    def files(self) -> list[ConfigFile]:
        """The configuration files of the root itself, with those that they name."""
        return [*self._own_files, *self.included]

    def _told(self, file: ConfigFile) -> Told:
        return remember(self._environments, file.path, lambda: told_by(file))

    def _named_by(self, files: list[ConfigFile]) -> set[Path]:
        """What requirements files include, and the environments of tox, nox and conda install."""
        listed = [file for file in files if file.kind is Kind.REQUIREMENTS]
        made = {path for file in files for one in self._told(file).environments for path, _ in one.files}
        return {
            path for file in (*listed, *(ConfigFile(path, Kind.REQUIREMENTS) for path in made))
            for path in included_paths(file)
        }  # fmt: skip

    @remembered
    def environments(self) -> list[tuple[ConfigFile, list[Environment]]]:
        """The environments of tox, nox, hatch and conda that the files of the root make."""
        return [(file, made) for file in self._own_files if (made := self._told(file).environments)]

    @property
    def all_files(self) -> list[ConfigFile]:
        """The configuration files of the root, then those of the directories above it, as far as they count."""
        return [*self.files, *chain.from_iterable(self._levels[1:])]

    @remembered
    def _levels(self) -> list[list[ConfigFile]]:
        above = governing_directories(self.root)[1:]
        return [self._own_files, *(config_files(directory) for directory in above)]

    @remembered
    def _entries(self) -> list[dict[str, list[Entry]]]:
        """For each level, the root first: canonical name -> what its files say about it."""
        levels = []
        seen: set[Path] = set()
        for files in self._levels:
            entries: dict[str, list[Entry]] = {}
            included: list[Entry] = []
            for file in files:
                listed = file.kind is Kind.REQUIREMENTS
                found = file_entries(file, seen) if listed else chain(table_entries(file), self._told(file).entries)
                for entry in found:
                    entries.setdefault(entry[0], []).append(entry)
            for file in files:
                for path, bounds in (named for made in self._told(file).environments for named in made.files):
                    included += file_entries(ConfigFile(path, Kind.REQUIREMENTS), seen, bounds=bounds)
            for entry in included:
                entries.setdefault(entry[0], []).append(entry)
            levels.append(entries)
        return levels

    def _built(self, name: str) -> list[list[Declared]]:
        """For each level, the root first: the places that speak of the distribution. Every file under check asks."""
        name = canonical(name)
        return remember(
            self._places, name, lambda: [[build() for _, build in entries.get(name, ())] for entries in self._entries]
        )

    def declared(self, name: str) -> tuple[Declared, ...]:
        """Every place that asks for the distribution, those of the root first; constraints ask for nothing."""
        places = chain.from_iterable(self._built(name))
        return tuple(place for place in places if place.kind is not Group.CONSTRAINT)

    def places_of_root(self, name: str) -> tuple[Declared, ...]:
        """Every place in the files of the root itself that speaks of the distribution, constraints included."""
        return tuple(self._built(name)[0])

    @remembered
    def names(self) -> frozenset[str]:
        """The canonical names of all distributions that the project asks for."""
        return frozenset(name for entries in self._entries for name in entries)

    @property
    def any_declared(self) -> bool:
        """Whether the project declares any requirement at all."""
        return any(self._entries)

    def locked(self, name: str) -> tuple[Locked, ...]:
        """The pins in the nearest directory upward that has a lock file with the distribution."""
        for level in self._levels:
            pins = [pin for file in level if file.kind is Kind.LOCK for pin in locked_versions(file, name)]
            if pins:
                return tuple(pins)
        return ()

    @remembered
    def _bounds_of_environments(self) -> frozenset[Path]:
        """The constraints files that bound the versions of single environments only."""
        own = {file.path for file in self._own_files}
        named = {path for _, environments in self.environments for made in environments
                 for path, bounds in made.files if bounds}  # fmt: skip
        return frozenset(named - own)

    def in_force(self, name: str) -> VersionInForce:
        """Which versions are in force: locked, else what the declarations allow, else the newest release."""
        name = canonical(name)
        return remember(self._in_force, name, lambda: self._decide(name))

    def may_be(self, name: str, specifier: str) -> bool:
        """Whether the version in force may be in a PEP 440 range."""
        return self.in_force(name).may_be(specifier)

    def must_be(self, name: str, specifier: str) -> bool:
        """Whether the version in force is certainly in a PEP 440 range."""
        return self.in_force(name).must_be(specifier)

    def place(self, path: Path, row: int) -> str:
        """How a place is shown, relative to the root."""
        return f"{os.path.relpath(path, self.root).replace(os.sep, '/')}:{row}"

    def _decide(self, name: str) -> VersionInForce:
        levels = self._built(name)
        asking = ([place for place in level if place.kind is not Group.CONSTRAINT] for level in levels)
        declared = _installed(next(filter(None, asking), []))  # a package's own requirement, not its workspace's
        ranges = tuple(bounds for place in declared for bounds in specifier_sets(place.ranges))
        pinned = self._pinned(name, ranges)
        if pinned is not None:
            return pinned
        elsewhere = self._bounds_of_environments
        constraints = [
            place for level in levels for place in level
            if place.kind is Group.CONSTRAINT and place.path not in elsewhere
        ]  # fmt: skip
        bounds = tuple(one for place in constraints for one in specifier_sets(place.ranges))
        if bounds:
            both = [allowed & bound for allowed in ranges or specifier_sets(("",)) for bound in bounds]
            ranges = tuple(both)
        releases = _versions(_known_releases(name))
        if not ranges:
            return VersionInForce(name=name, allowed=releases[-1:], origin="not declared; newest known release")
        allowed = tuple(
            version for version in releases if any(one.contains(version, prereleases=True) for one in ranges)
        )
        shown = ", ".join(f"{place.text} ({self.place(place.path, place.row)})" for place in (*declared, *constraints))
        return VersionInForce(name=name, allowed=allowed, ranges=ranges, declared=True, origin=shown)

    def _pinned(self, name: str, ranges: tuple[SpecifierSet, ...]) -> VersionInForce | None:
        """The locked versions, unless no declaration allows any of them: such a lock is stale."""
        pins = self.locked(name)
        versions = _versions(pin.version for pin in pins)
        if ranges:
            versions = tuple(
                one for one in versions if any(bounds.contains(one, prereleases=True) for bounds in ranges)
            )
        if not versions:
            return None
        shown = ", ".join(dict.fromkeys(f"locked in {self.place(pin.path, pin.row)}" for pin in pins))
        return VersionInForce(
            name=name, allowed=versions, ranges=ranges, locked=True, declared=bool(ranges), origin=shown
        )


def _installed(places: list[Declared]) -> list[Declared]:
    """Without the `.in` files beside whose pins of the same distribution they are the source: nobody installs these."""
    paths = {place.path for place in places}
    return [place for place in places if place.path.suffix != ".in" or place.path.with_suffix(".txt") not in paths]


def contains(specifier: str, version: Version) -> bool:
    """Is the version, perhaps a prerelease, in the PEP 440 range?

    The bounds that rules ask about are ">=1.4" and "<1.2", the versions mostly plain numbers. These are compared here:
    importing `packaging.specifiers` takes longer than checking a file.
    """
    bounds = [_PLAIN_BOUND.fullmatch(bound) for bound in specifier.split(",")]
    if all(bounds) and _PLAIN_VERSION.fullmatch(str(version)):
        return all(_is_within(bound, version.release) for bound in bounds if bound is not None)
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(specifier).contains(version, prereleases=True)


def _is_within(bound: re.Match[str], release: tuple[int, ...]) -> bool:
    number = tuple(map(int, bound[2].split(".")))
    width = max(len(number), len(release))
    one, other = (numbers + (0,) * (width - len(numbers)) for numbers in (release, number))
    return one >= other if bound[1] == ">=" else one < other


def _known_releases(name: str) -> tuple[str, ...]:
    from looplint.knowledge.releases import versions

    known = _DISTRIBUTIONS.get(name)
    return versions(known) if known else ()


def specifier_sets(texts: Iterable[str]) -> tuple[SpecifierSet, ...]:
    """The ranges that can be read; what cannot be read allows every version."""
    texts = tuple(texts)
    if not texts:
        return ()
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    found = []
    for text in texts:
        try:
            found.append(SpecifierSet(text))
        except InvalidSpecifier:
            found.append(SpecifierSet())
    return tuple(found)


def _versions(texts: Iterable[str]) -> tuple[Version, ...]:
    """The versions that can be read, oldest first."""
    from packaging.version import InvalidVersion, Version

    found = set()
    for text in texts:
        try:
            found.add(Version(text))
        except InvalidVersion:
            continue
    return tuple(sorted(found))


def _samples(bounds: SpecifierSet, asked: SpecifierSet) -> list[Version]:
    """Versions that `bounds` allow, at and around every version that either range names.

    Between two neighbouring versions that are named nothing can change, so these stand for all of them.
    """
    named = _versions(one.version.removesuffix(".*") for one in (*bounds, *asked))
    around = {"0", "99999"}
    for version in named:
        release = [*version.release, 0, 0]
        around |= {str(version), f"{version.base_version}.0.0.1", f"{version.base_version}.99999"}
        around.add(".".join(map(str, [*release[:-3], release[-3] + 1])) if len(release) > 2 else "0")
        if any(version.release):
            last = max(index for index, number in enumerate(version.release) if number)
            below = [*version.release[:last], version.release[last] - 1, 99999]
            around.add(".".join(map(str, below)))
    return [version for version in _versions(around) if bounds.contains(version, prereleases=True)]
