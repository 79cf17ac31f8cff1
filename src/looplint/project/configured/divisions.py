"""Requirements of pytest-asyncio that get releases which behave differently, and pins that nobody asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.knowledge.releases import (
    DEFAULT_TEST_LOOP_SCOPE_EXISTS,
    EVENT_LOOP_FIXTURE_REMOVED,
    EVENT_LOOP_OVERRIDE_SPLITS,
    LOOP_SCOPE_EXISTS,
    STRICT_IS_DEFAULT,
)
from looplint.model.records import dataclass
from looplint.project.configured.config_file import Kind
from looplint.project.configured.declared import Group, canonical
from looplint.project.configured.installations import is_compiled
from looplint.project.configured.locks import locked_versions
from looplint.project.configured.requirements import contains
from looplint.project.configured.resolution import PLUGIN, pairs_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.locks import Locked
    from looplint.project.configured.requirements import Versions

TURNS = (
    (EVENT_LOOP_FIXTURE_REMOVED, "1.0 has no fixture `event_loop` any more"),
    (LOOP_SCOPE_EXISTS, "`loop_scope` has no effect before 0.24"),
    (EVENT_LOOP_OVERRIDE_SPLITS, "0.23 gives fixtures and tests other loops"),
    (STRICT_IS_DEFAULT, "0.19 makes strict mode the default"),
    (DEFAULT_TEST_LOOP_SCOPE_EXISTS, "`asyncio_default_test_loop_scope` has no effect before 0.26"),
)
"""Where the behaviour of pytest-asyncio turned, what matters most first."""
_ON_PURPOSE = re.compile(
    r"\d|oldest|min(?:imal|imum)?\b|lowest|latest|newest|floor|legacy|compat|lock|frozen|freeze|pinned|nightly|upstream|pre\b",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"^\[\[package\]\]\n", re.MULTILINE)
_NAME = re.compile(r"\Aname = \"([^\"]+)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A requirement that gets an older release than another one does, with what lies between the two."""

    place: Declared
    gets: Version
    other: Declared
    other_gets: Version
    turn: str


def divisions(versions: Versions) -> Iterator[Division]:
    """The requirements of pytest-asyncio that get a release which behaves differently from the newest that any gets."""
    picked = _picks(versions)
    if len(picked) < 2:
        return
    other, newest = max(picked.items(), key=lambda item: item[1])
    for place, version in picked.items():
        turn = next((told for since, told in TURNS if _differ(since.specifier, version, newest)), None)
        if turn is not None:
            yield Division(place=place, gets=version, other=other, other_gets=newest, turn=turn)


def _differ(specifier: str, one: Version, other: Version) -> bool:
    return contains(specifier, one) != contains(specifier, other)


def _picks(versions: Versions) -> dict[Declared, Version]:
    """What a resolver picks for each requirement that stands for itself, other than those that differ on purpose."""
    from packaging.version import Version

    compiled = {file.path for file in versions.files if file.kind is Kind.REQUIREMENTS and is_compiled(file)}
    found: dict[Declared, Version] = {}
    for pair in pairs_in_force(versions):
        places = pair.installation.of(PLUGIN) if pair.installation is not None else ()
        if len(places) != 1 or places[0].marker or places[0].path in compiled or _is_on_purpose(places[0]):
            continue
        found.setdefault(places[0], Version(pair.plugin.version))
    return found


def _is_on_purpose(place: Declared) -> bool:
    """Is it one of many environments, or of a set that is there for old or new versions?"""
    return place.kind in (Group.ENVIRONMENT, Group.CONSTRAINT) or _ON_PURPOSE.search(place.set_name) is not None


def leftovers(file: ConfigFile, versions: Versions, names: tuple[str, ...], project_name: str) -> Iterator[Locked]:
    """The pins of a uv.lock that were asked for by the project itself when it was written, and are no more."""
    if file.path.name != "uv.lock":
        return
    own = _own_block(file.text, project_name)
    for name in names:
        asked = re.search(rf"\{{ name = \"{re.escape(name)}\"[ ,]", own)
        if asked is not None and not versions.declared(name):
            yield from locked_versions(file, name)[:1]


def refused_pins(file: ConfigFile, versions: Versions, names: tuple[str, ...]) -> Iterator[tuple[Locked, Declared]]:
    """The pins of a lock file that the requirements beside it do not allow, each with one of these."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    for name in names:
        pins = locked_versions(file, name)
        places = [
            place for place in versions.places_of_root(name) if place.kind in (Group.MAIN, Group.GROUP, Group.EXTRA)
        ]
        places = [place for place in places if place.path.name in ("pyproject.toml", "Pipfile")]
        if not pins or not places or any(place.marker for place in places):
            continue
        try:
            ranges = [SpecifierSet(one) for place in places for one in place.ranges]
        except InvalidSpecifier:
            continue
        if not any(one.contains(pin.version, prereleases=True) for one in ranges for pin in pins):
            yield pins[0], places[0]


def _own_block(text: str, project_name: str) -> str:
    """What the lock says about the project itself, with the requirements that it had."""
    for block in _BLOCK.split(text)[1:]:
        found = _NAME.match(block)
        if found is not None and canonical(found[1]) == canonical(project_name):
            at = block.find("[package.metadata")
            return block[at:] if at >= 0 else ""
    return ""
