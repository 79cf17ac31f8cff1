"""For the doctor: what is declared, allowed and locked of the distributions that matter to async tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.engine.examined import Asked, Package, Pairing, Pin, Where
from looplint.knowledge.async_runners import OTHER_RUNNERS
from looplint.knowledge.conflicts import conflicts
from looplint.knowledge.pytest_plugins import WITHOUT_EVENT_LOOP
from looplint.project.configured.config_file import Kind
from looplint.project.configured.locks import locked_names
from looplint.project.configured.resolution import PLUGIN, PYTEST, pairs_in_force, refused

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project
    from looplint.project.configured.declared import Declared


def packages(project: Project) -> tuple[Package, ...]:
    """pytest and pytest-asyncio first, then all plugins of pytest and parties to a known conflict that are there."""
    versions = project.versions
    locks = [file for file in versions.all_files if file.kind is Kind.LOCK and file.error is None]
    named = set(versions.names).union(*map(locked_names, locks))
    parties = {name for conflict in conflicts() for name in conflict.requires}
    known = {*parties, *OTHER_RUNNERS, *WITHOUT_EVENT_LOOP}
    others = {name for name in named if name in known or name.startswith("pytest-") or name.endswith("-pytest")}
    return tuple(_package(project, name) for name in (PYTEST, PLUGIN, *sorted(others - {PYTEST, PLUGIN})))


def _package(project: Project, name: str) -> Package:
    versions = project.versions
    in_force = versions.in_force(name)
    asked = versions.declared(name)
    bounds = tuple(place for place in versions.places_of_root(name) if place not in asked)
    allowed = {str(version) for version in in_force.allowed}
    return Package(
        name=name,
        oldest=None if in_force.oldest is None else str(in_force.oldest),
        newest=None if in_force.newest is None else str(in_force.newest),
        origin=in_force.origin,
        asked=tuple(_asked(project, place) for place in (*asked, *bounds)),
        locked=tuple(
            Pin(
                version=pin.version,
                stale=not in_force.locked or pin.version not in allowed,
                where=_where(project, pin.path, pin.row),
            )
            for pin in versions.locked(name)
        ),
        switched_off=not {name, name.removeprefix("pytest-")}.isdisjoint(project.settings.disabled_plugins),
    )


def _asked(project: Project, place: Declared) -> Asked:
    return Asked(
        text=place.text,
        kind=place.kind.value,
        group=place.group,
        marker=place.marker,
        where=_where(project, place.path, place.row),
    )


def _where(project: Project, path: Path, row: int) -> Where:
    return Where(file=project.settings.place(path), row=row)


def pairings(project: Project) -> tuple[Pairing, ...]:
    """The pairs of pytest and pytest-asyncio that installations get, and those for which there is none."""
    found = [
        Pairing(
            installation="locked" if pair.installation is None else pair.installation.name,
            pytest=pair.pytest,
            pytest_asyncio=pair.plugin.version,
            python=pair.python,
            works=pair.plugin.works_with(pair.pytest),
        )
        for pair in pairs_in_force(project.versions)
    ]
    none_fits = [
        Pairing(installation=installation.name, pytest=None, pytest_asyncio=None, python=None, works=None)
        for installation in refused(project.versions)
    ]
    return (*found, *none_fits)
