"""Versions of pytest and pytest-asyncio that do not work together, locked or as a resolver would pick them.

## What it does
Reports a requirement of `pytest-asyncio` that, together with that of `pytest`, leads to two releases which fail when they
meet: pinned in a lock file, the only ones that the ranges allow, or the ones that a resolver picks today; a pin of the
withdrawn release 0.22.0; and pytest-asyncio before 0.24 beside `pytest-playwright-asyncio`. Each extra,
dependency group, requirements file and environment is looked at with what comes along with it, on every Python
that the project supports.

## Why it is bad
pytest-asyncio uses private parts of pytest. Releases up to 0.23.3 declare no upper bound on pytest, so when a newer
release is excluded (`pytest>=9` with `pytest-asyncio<1.3`), resolvers go back to one that never saw this pytest, without
a word.

## What really happens
Measured with forced installs of 40 releases on pytest 7.4 to 9.2:
`'Package' object has no attribute 'obj'` (0.23.0 to 0.23.3 on pytest 8), `'FixtureDef' object has no attribute
'unittest'` (0.20 to 0.23.5 but 0.21.2, on pytest 8.2 and newer, at the first async fixture),
`'FixtureManager' object has no attribute '_arg2fixturedefs'` (0.18 to 1.0 on pytest 9.2, at collection),
`cannot import name 'FixtureDef'` (0.24 and newer on pytest 7).

## Fix
*Safe*: the lower bound is raised within its range, to the oldest release from which on everything that a resolver may pick
works; or, where nothing that is allowed works, beyond it. *Unsafe*: the upper bound is given up as well, though older
pairs work. Lock again afterwards; a lock file is never edited.

## Exceptions
A warning, not an error, where an older pair is allowed that works. Silent about releases that are not in looplint's
table, where the failing part is not used (no async fixture), and about requirements that meet only if somebody
installs two sets at once.

## References
* <https://github.com/pytest-dev/pytest-asyncio/issues/737>
* <https://github.com/pytest-dev/pytest/issues/12269>
* <https://github.com/pytest-dev/pytest/pull/14984>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.conflicts import conflict
from looplint.project.configured.declared import Group
from looplint.project.configured.installations import is_compiled
from looplint.project.configured.lock_commands import lock_command, upgrade_command
from looplint.project.configured.resolution import PLUGIN, PYTEST, Pair, pairs_in_force, refused, working_release
from looplint.project.running.preconditions import is_met
from looplint.repairs.requirements import raise_lower_bound, require_from
from looplint.rules.places import finding_at, related_place, shown_place
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import unless_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.installations import Installation

_PLAYWRIGHT = "pytest-playwright-asyncio"
_FAILING = (
    "asyncio-arg2fixturedefs-pytest92",
    "asyncio-023-early-pytest8",
    "asyncio-fixturedef-unittest-pytest82",
    "asyncio-024-needs-pytest82",
)
"""Why a pair fails, the entry that comes first in a run of pytest before the others."""
_TEXTS = {
    "asyncio-arg2fixturedefs-pytest92": "no test is collected ('FixtureManager' object has no attribute '_arg2fixturedefs')",
    "asyncio-023-early-pytest8": "no test is collected ('Package' object has no attribute 'obj')",
    "asyncio-fixturedef-unittest-pytest82": "async fixtures fail ('FixtureDef' object has no attribute 'unittest')",
    "asyncio-024-needs-pytest82": "pytest does not start (cannot import name 'FixtureDef' from 'pytest')",
}


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each requirement of pytest-asyncio, or pin of a lock file, that has to change."""
    reported: set[Declared] = set()
    locked = False
    for pair in _failing(project):
        reason = _reason(project, pair)
        if reason is None:
            continue
        if pair.installation is None:
            yield from _locked(file, project, pair, reason) if not locked else ()
            locked = True
            continue
        for place in pair.installation.of(PLUGIN):
            if place.path == file.path and place not in reported:
                reported.add(place)
                yield _picked(file, project, place, pair, reason)
    if locked:
        return
    yield from _yanked(file, project, reported)
    yield from _too_old_for_playwright(file, project)
    for installation in refused(project.versions):
        for place in installation.of(PLUGIN):
            if place.path == file.path and place not in reported:
                reported.add(place)
                yield _refused(file, project, place, installation)


def _yanked(file: ConfigFile, project: Project, reported: set[Declared]) -> Iterator[Finding]:
    """A pin of a release that was withdrawn; resolvers choose one only where it is pinned."""
    for pair in pairs_in_force(project.versions):
        if not pair.plugin.yanked or pair.installation is None:
            continue
        for place in pair.installation.of(PLUGIN):
            if place.path == file.path and place not in reported:
                reported.add(place)
                yield finding_at(
                    RULE,
                    file,
                    place,
                    f"`{place.text}` was withdrawn from the package index: its mark `asyncio_event_loop` exists in no "
                    "other release",
                    severity=Severity.WARNING,
                    fix=Fix(message="require 0.21.2, 0.23.8 or 1.3 and newer", applicability=Applicability.DISPLAY),
                )


def _too_old_for_playwright(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """pytest-playwright-asyncio calls `pytest_asyncio.fixture(loop_scope=...)` while it is loaded."""
    if not project.versions.declared(_PLAYWRIGHT) or not project.must_be(PLUGIN, "<0.24"):
        return
    for place in project.versions.declared(PLUGIN):
        others = [one for one in project.versions.declared(_PLAYWRIGHT) if one.path == place.path]
        if place.path != file.path or not others:
            continue
        text, edits = require_from(file, place, "0.26.0")
        yield finding_at(
            RULE,
            file,
            place,
            f"`{place.text}` is too old for {_PLAYWRIGHT} ({shown_place(project, others[0])}): installers refuse the pair, "
            "and forced together pytest does not start (unexpected keyword argument 'loop_scope')",
            related=[related_place(one, f"{_PLAYWRIGHT} is required here") for one in others],
            fix=Fix(
                message=f"require `{text}`",
                applicability=Applicability.UNSAFE if edits else Applicability.DISPLAY,
                edits=edits,
            ),
        )


def _failing(project: Project) -> list[Pair]:
    """The pairs that fail, certain ones first; where a lock has a pair that works, its forks keep them apart."""
    found = [pair for pair in pairs_in_force(project.versions) if pair.plugin.works_with(pair.pytest) is False]
    return sorted(found, key=lambda pair: not pair.only)


def _reason(project: Project, pair: Pair) -> str | None:
    """What happens with the pair; None where the code of the project does not meet it."""
    for identifier in _FAILING:
        known = conflict(identifier)
        if known.specifier(PLUGIN).contains(pair.plugin.version) and known.specifier(PYTEST).contains(pair.pytest):
            return _TEXTS[identifier] if is_met(project, identifier) else None
    return "they do not work together"


def _picked(file: ConfigFile, project: Project, place: Declared, pair: Pair, reason: str) -> Finding:
    installation = pair.installation
    assert installation is not None
    others = [*installation.of(PYTEST), *installation.bounds_on(PYTEST), *installation.bounds_on(PLUGIN)]
    shown = ", ".join(f"`{other.text}` ({shown_place(project, other)})" for other in others[:2]) or "no bound on pytest"
    on = f" on Python {pair.python}" if pair.python is not None else ""
    on += f" in {installation.name}" if installation.environment else ""
    how = f"allows no pair that works: {PLUGIN} {pair.plugin.version} and pytest {pair.pytest}{on}"
    if not pair.only:
        how = f"makes a resolver pick {PLUGIN} {pair.plugin.version} and pytest {pair.pytest}{on}"
    return finding_at(
        RULE,
        file,
        place,
        f"`{place.text}` with {shown} {how}, where {reason}",
        severity=Severity.ERROR if pair.only else Severity.WARNING,
        related=[related_place(other, "pytest is bounded here") for other in others if other.name == PYTEST],
        settings=(installation.name,),
        fix=_repair(file, project, place, pair),
    )


def _repair(file: ConfigFile, project: Project, place: Declared, pair: Pair) -> Fix:
    if is_compiled(file):
        return Fix(
            message=f"require {PLUGIN}>=1.3 in the file that {file.path.name} was compiled from, and compile it again",
            applicability=Applicability.DISPLAY,
        )
    found = working_release(project.versions, place, pair)
    if found is None:
        return Fix(
            message=f"require {PLUGIN}>=1.3, or pytest below the version that breaks it",
            applicability=Applicability.DISPLAY,
        )
    version, inside = found
    text, edits = (raise_lower_bound if inside else require_from)(file, place, version)
    command = lock_command(project.versions, place) if place.kind is not Group.ENVIRONMENT else None
    safe = Applicability.SAFE if inside or pair.only else Applicability.UNSAFE
    return Fix(
        message=f"require `{text}`" + (f", then run `{command}`" if command else ""),
        applicability=safe if edits else Applicability.DISPLAY,
        edits=edits,
    )


def _locked(file: ConfigFile, project: Project, pair: Pair, reason: str) -> Iterator[Finding]:
    """A failing pair in the lock file: at the requirement where that forbids a better one, else at the pin."""
    if not pair.only:
        return
    versions = project.versions
    places = [place for place in versions.declared(PLUGIN) if place.kind is not Group.ENVIRONMENT]
    pins = [pin for pin in versions.locked(PLUGIN) if pin.version == pair.plugin.version]
    pytest_pins = [pin for pin in versions.locked(PYTEST) if pin.version == pair.pytest]
    told = f"{PLUGIN} {pair.plugin.version} is locked with pytest {pair.pytest}, where {reason}"
    related = [related_place(pin, "pytest is locked here") for pin in pytest_pins]
    repairs = {place: working_release(versions, place, pair) for place in places}
    for place, found in repairs.items():
        if found is None or found[1] or place.path != file.path:
            continue
        text, edits = require_from(file, place, found[0])
        yield finding_at(
            RULE,
            file,
            place,
            f"`{place.text}` forbids a better one: {told}",
            related=[*related, *(related_place(pin, f"{PLUGIN} is locked here") for pin in pins)],
            fix=Fix(
                message=f"require `{text}`, then run `{lock_command(versions, place)}`",
                applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
                edits=edits,
            ),
        )
    if all(found is None or found[1] for found in repairs.values()):
        message = f"run `{upgrade_command(versions, PLUGIN)}`"
        if None in repairs.values():
            message = f"change the bound on pytest: {_floors()}; then lock again"
        for pin in pins[:1]:
            if pin.path == file.path:
                fix = Fix(message=message, applicability=Applicability.DISPLAY)
                yield finding_at(RULE, file, pin, told, related=related, fix=fix)


def _refused(file: ConfigFile, project: Project, place: Declared, installation: Installation) -> Finding:
    others = installation.of(PYTEST)
    shown = ", ".join(f"`{other.text}` ({shown_place(project, other)})" for other in others[:2])
    return finding_at(
        RULE,
        file,
        place,
        f"no release of `{place.text}` allows {shown}: installers refuse {installation.name}",
        related=[related_place(other, "pytest is bounded here") for other in others],
        fix=Fix(message=f"raise pytest, or lower {PLUGIN}: {_floors()}", applicability=Applicability.DISPLAY),
    )


def _floors() -> str:
    return "0.23.8 is the last for pytest 7, 0.24 to 1.2 want pytest 8.2 or newer, 1.3 is the first for pytest 9"


RULE = Rule(
    code="LPL904",
    name="incompatible-versions",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
    silent=unless_asked_for(PLUGIN),
)
