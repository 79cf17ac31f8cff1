"""Which releases of pytest and pytest-asyncio end up together: those of the lock file, or what a resolver picks.

pip and uv take the newest pytest-asyncio for which there is a pytest, then the newest such pytest
(`knowledge.releases.resolve`).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from looplint.knowledge.releases import (
    Name,
    Release,
    newest_in,
    pairs,
    release,
    releases,
    resolve,
)
from looplint.model.records import dataclass
from looplint.project.asked import remember
from looplint.project.configured.declared import Group
from looplint.project.configured.environments import PYTHONS, marker_holds, supported_pythons
from looplint.project.configured.installations import Installation, installations
from looplint.project.configured.requirements import specifier_sets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.specifiers import SpecifierSet

    from looplint.project.configured.declared import Declared
    from looplint.project.configured.requirements import Versions

PYTEST: Final = "pytest"
PLUGIN: Final = "pytest-asyncio"
NEWEST = PYTHONS[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One pair of releases that an installation gets; `installation` is None where a lock file pins it.

    `only` tells that no other pair can be had from what is declared or locked; `python` is the Python ("3.12") for
    which it was found, None where that made no difference.
    """

    pytest: str
    plugin: Release
    installation: Installation | None = None
    only: bool = False
    python: str | None = None


def pairs_in_force(versions: Versions) -> tuple[Pair, ...]:
    """The pairs that the installations of a project get; none where pytest-asyncio is not asked for or nothing fits."""
    found: tuple[Pair, ...] = remember(versions.derived, "pairs in force", lambda: _pairs_in_force(versions))
    return found


def _pairs_in_force(versions: Versions) -> tuple[Pair, ...]:
    locked = _locked(versions)
    supported = supported_pythons(versions.files)
    found: dict[tuple[str, str, frozenset[Declared]], Pair] = {}
    for installation in _told(versions):
        if locked is not None and not _is_apart(installation):
            continue
        pythons = _pythons(installation, supported)
        for python in reversed(pythons):
            for pair in _picked(installation, python, shown=len(pythons) > 1):
                key = (pair.pytest, pair.plugin.version, frozenset(installation.places))
                found.setdefault(key, pair)
    return (*(locked or ()), *found.values())


def _is_apart(installation: Installation) -> bool:
    """Does an environment name the releases of its own that it installs, whatever the lock of the project has?"""
    return installation.environment and all(place.kind is Group.ENVIRONMENT for place in installation.places)


def refused(versions: Versions) -> tuple[Installation, ...]:
    """The installations for which no pair of known releases fits on any supported Python: installers refuse."""
    locked = _locked(versions) is not None
    supported = supported_pythons(versions.files)
    return tuple(
        installation
        for installation in _told(versions)
        if installation.of(PYTEST)
        and (not locked or _is_apart(installation))
        and not installation.by_conda
        and all(
            _known(installation, name, python)
            for name in (PYTEST, PLUGIN)
            for python in _pythons(installation, supported)
        )
        and not any(_all_pairs(installation, python) for python in _pythons(installation, supported))
    )


def _told(versions: Versions) -> Iterator[Installation]:
    """The installations with the plugin of which it can be told what a resolver makes of them."""
    for installation in installations(versions, (PYTEST, PLUGIN)):
        places = (*installation.places, *installation.constraints)
        if not installation.of(PLUGIN) or not installation.certain or any(place.partial for place in places):
            continue
        if installation.by_conda and not _is_one_list(installation):
            continue
        if installation.pythons and not _pythons(installation, ()):
            continue  # what there is for older ones is in no table
        yield installation


def _pythons(installation: Installation, supported: tuple[str, ...]) -> tuple[str, ...]:
    """The Pythons that it is made with, as far as anything is known about them, else those of the project."""
    return tuple(python for python in installation.pythons if python in PYTHONS) or supported


def _is_one_list(installation: Installation) -> bool:
    """Do conda's specifications, or pip's, name both? pip goes by what its own list says and changes the rest."""
    return len({place.notation for place in installation.places}) == 1


def _known(installation: Installation, distribution: Name, python: str) -> bool:
    """Are there releases in the table that the ranges allow? What is older or newer than the table says nothing."""
    return any(newest_in(distribution, bounds) for bounds in ranges_of(installation, distribution, python))


def ranges_of(installation: Installation, distribution: str, python: str) -> tuple[SpecifierSet, ...]:
    """The PEP 440 ranges, any of them, that an installation allows for a distribution on that Python."""
    from packaging.specifiers import SpecifierSet

    places = [*installation.of(distribution), *installation.bounds_on(distribution)]
    alternatives = [specifier_sets(place.ranges) for place in places if marker_holds(place.marker, python)]
    combined = []
    for choice in product(*alternatives):
        whole = SpecifierSet()
        for one in choice:
            whole &= one
        combined.append(whole)
    return tuple(combined)


def _picked(installation: Installation, python: str, *, shown: bool) -> Iterator[Pair]:
    if not any(marker_holds(place.marker, python) for place in installation.of(PLUGIN)):
        return
    found = [
        pick
        for pytest in ranges_of(installation, PYTEST, python)
        for plugin in ranges_of(installation, PLUGIN, python)
        if (pick := resolve(pytest, plugin, python)) is not None
    ]
    if found:
        version, one = max(found, key=_as_versions)
        works = any(other.works_with(pytest) is not False for pytest, other in _all_pairs(installation, python))
        if works and installation.by_conda:
            return
        yield Pair(
            pytest=version,
            plugin=one,
            installation=installation,
            only=not works,
            python=python if shown else None,
        )


def _as_versions(pair: tuple[str, Release]) -> tuple[object, object]:
    from packaging.version import Version

    return Version(pair[0]), Version(pair[1].version)


def _all_pairs(installation: Installation, python: str) -> list[tuple[str, Release]]:
    return [
        pair
        for pytest in ranges_of(installation, PYTEST, python)
        for plugin in ranges_of(installation, PLUGIN, python)
        for pair in pairs(pytest, plugin, python)
    ]


def _locked(versions: Versions) -> tuple[Pair, ...] | None:
    """The pairs of the lock files; None where they do not pin both. A lock that forks holds several of each.

    A stale lock, which pins what no requirement allows, says nothing.
    """
    pytest, plugin = versions.in_force(PYTEST), versions.in_force(PLUGIN)
    if not (pytest.locked and plugin.locked):
        return None
    known = [one for version in plugin.allowed if (one := release(version)) is not None]
    found: list[Pair] = []
    for one in known:
        working = [version for version in pytest.allowed if one.works_with(version) is not False]
        found += [Pair(pytest=str(version), plugin=one, only=not working) for version in working or pytest.allowed]
    return tuple(found)


def working_release(versions: Versions, place: Declared, pair: Pair) -> tuple[str, bool] | None:
    """The oldest release of pytest-asyncio from which on a requirement leads to pairs that work, if there is one.

    The flag says whether the requirement allows it as it is. Releases older than the failing one are no repair.
    """
    from packaging.specifiers import SpecifierSet

    bounds = specifier_sets(place.ranges)
    newer = [one for one in releases()[releases().index(pair.plugin) + 1 :] if not one.yanked]
    own = _pythons(pair.installation, ()) if pair.installation is not None else ()
    pythons = (own or supported_pythons(versions.files)) if pair.python is not None or own else (NEWEST,)
    beside = [one for one in _told(versions) if place in one.places and one != pair.installation]
    for inside in (True, False):
        for candidate in newer:
            if inside != any(bound.contains(candidate.version) for bound in bounds):
                continue
            if not inside and not (candidate.declares(pair.pytest) and candidate.works_with(pair.pytest)):
                continue
            floor = SpecifierSet(f">={candidate.version}")
            ranges = [bound & floor for bound in bounds] if inside else [_beyond(place, candidate.version)]
            if _all_work(pair, ranges, pythons) and all(_keeps(versions, one, ranges) for one in beside):
                return candidate.version, inside
    return None


def _keeps(versions: Versions, installation: Installation, ranges: list[SpecifierSet]) -> bool:
    """Does another installation that has the same requirement still get a pair that works, if it gets one today?"""
    for python in _pythons(installation, supported_pythons(versions.files)[-1:]):
        pytests = ranges_of(installation, PYTEST, python)
        before = [resolve(one, bound, python) for one in pytests for bound in ranges_of(installation, PLUGIN, python)]
        after = [resolve(one, bound, python) for one in pytests for bound in ranges]
        if any(map(_works, before)) and not all(map(_works, after)):
            return False
    return True


def _works(pair: tuple[str, Release] | None) -> bool:
    return pair is not None and pair[1].works_with(pair[0]) is not False


def _beyond(place: Declared, version: str) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet

    pinned = all(text.startswith("==") and "*" not in text for text in place.ranges)
    return SpecifierSet(f"=={version}" if pinned else f">={version}")


def _all_work(pair: Pair, ranges: list[SpecifierSet], pythons: tuple[str, ...]) -> bool:
    """Do all pairs work that a resolver may pick with these ranges of the plugin, and is there any?"""
    from packaging.specifiers import SpecifierSet

    picked = []
    for python in pythons:
        known = pair.installation
        pytests = ranges_of(known, PYTEST, python) if known is not None else (SpecifierSet(f"=={pair.pytest}"),)
        picked += [pick for one in pytests for bound in ranges if (pick := resolve(one, bound, python)) is not None]
    return bool(picked) and all(plugin.works_with(version) is True for version, plugin in picked)
