"""Requirements of one plugin that give different environments releases with different behaviour, or a stale pin.

## What it does
Reports a requirement of pytest-asyncio for which a resolver picks a release that behaves differently from what it picks
for another requirement of the project: in another extra, dependency group or requirements file. And a pin in a lock
file of the project that its requirements no longer allow, or that nothing asks for any more.

## Why it is bad
Tests pass for whoever installs one set and fail for whoever installs the other, CI for instance; the error names neither. A stale
lock goes on installing what was taken out of pyproject.toml, until somebody locks again.

## What really happens
Measured: `mark.asyncio(loop_scope="module")` shares a loop from pytest-asyncio 0.24 on, and is accepted and ignored by 0.21 and 0.23;
a test that takes `event_loop` passes before 1.0 and ends in `fixture 'event_loop' not found` from then on; a wider
`event_loop` override gives one loop on 0.21, two from 0.23 on. `uv sync --frozen` installs what is in the lock, whatever
pyproject.toml says.

## Fix
None is applied: write the same range in both places, best in one that the other includes (`-r`, `include-group`), or run the
command that renews the lock.

## Exceptions
Ranges that differ but get the same release, or releases that behave alike; requirements with an environment marker; constraints;
compiled requirements; environments of tox and hatch; sets that say by their name that they are for old or new
versions; projects whose lock file pins one release for all. Of a lock file, pins that another package needs.

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/changelog.html>
* <https://docs.astral.sh/uv/concepts/projects/sync/>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.plugin_names import PLUGIN_NAMES
from looplint.project.configured.config_file import Kind
from looplint.project.configured.divisions import divisions, leftovers, refused_pins
from looplint.project.configured.lock_commands import LOCKERS
from looplint.rules.places import finding_at, related_place, shown_place
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile

PLUGIN = "pytest-asyncio"
_PLAYWRIGHT = ("pytest-playwright", "pytest-playwright-asyncio")
_PLUGINS = tuple(sorted({owners[0] for owners in PLUGIN_NAMES.values() if owners[0].startswith("pytest-")}))


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each requirement that stands alone, and for each stale pin."""
    if file.kind is Kind.LOCK:
        yield from _stale(file, project)
        return
    for division in divisions(project.versions):
        if division.place.path == file.path:
            other = shown_place(project, division.other)
            yield finding_at(
                RULE,
                file,
                division.place,
                f"`{division.place.text}` gives {PLUGIN} {division.gets}, `{division.other.text}` ({other}) "
                f"{division.other_gets}: {division.turn}",
                related=[related_place(division.other, f"gives {PLUGIN} {division.other_gets}")],
                fix=Fix(message=f"write the same range here and in {other}", applicability=Applicability.DISPLAY),
            )


def _stale(file: ConfigFile, project: Project) -> Iterator[Finding]:
    versions = project.versions
    command = LOCKERS.get(file.path.name, LOCKERS["pylock.toml"])[0]
    fix = Fix(message=f"run `{command}`", applicability=Applicability.DISPLAY)
    for pin in leftovers(file, versions, _PLUGINS, _project_name(project)):
        if pin.name in _PLAYWRIGHT and any(versions.declared(name) for name in _PLAYWRIGHT):
            continue  # LPL902 tells that
        yield finding_at(
            RULE,
            file,
            pin,
            f"{file.path.name} installs {pin.name} {pin.version}, which nothing requires any more",
            fix=fix,
        )
    for pin, place in refused_pins(file, versions, (PLUGIN,)):
        yield finding_at(
            RULE,
            file,
            pin,
            f"{file.path.name} installs {pin.name} {pin.version}, which `{place.text}` ({shown_place(project, place)}) "
            "does not allow",
            related=[related_place(place, "required here")],
            fix=fix,
        )


def _project_name(project: Project) -> str:
    for file in project.versions.files:
        table = file.data.get("project") if file.kind is Kind.PYPROJECT else None
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str):
            return name
    return ""


RULE = Rule(
    code="LPL911",
    name="divided-requirement",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    check_config=check_config,
)
