"""Why a rule can report nothing in a project: what several rules give as their `silent`, for `looplint doctor`.

A check does not ask here: it looks at the same settings and versions itself, with more besides. A law test sees to it
that no rule reports where its `silent` gives a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.project import Project

Silent = str | None
"""The reason in words; None where the rule may report."""


def strict_only(project: Project) -> Silent:
    """For rules about what nobody runs in strict mode, where no other plugin may run it."""
    mode = project.settings.asyncio_mode
    if mode.value != "strict":
        return f"reports in strict mode only; {mode}"
    other = project.other_runner
    return None if other is None else f"another plugin may run async tests: {other}"


def auto_only(project: Project) -> Silent:
    """For rules about what auto mode does."""
    mode = project.settings.asyncio_mode
    return None if mode.value == "auto" else f"reports in auto mode only; {mode}"


def before(distribution: str, version: str) -> Callable[[Project], Silent]:
    """For rules about what works from a version on."""

    def silent(project: Project) -> Silent:
        if project.may_be(distribution, f"<{version}"):
            return None
        return f"reports before {distribution} {version} only; {project.versions.in_force(distribution)}"

    return silent


def unless_asked_for(*distributions: str) -> Callable[[Project], Silent]:
    """For rules about distributions: none of these is declared or locked."""

    def silent(project: Project) -> Silent:
        versions = project.versions
        if any(versions.declared(name) or versions.locked(name) for name in distributions):
            return None
        return f"nothing asks for {' or '.join(distributions)}"

    return silent


def where_asked_for(distribution: str) -> Callable[[Project], Silent]:
    """For rules that leave their matter to others where a distribution is declared."""

    def silent(project: Project) -> Silent:
        for place in project.versions.declared(distribution):
            return f"not where {distribution} is asked for ({project.versions.place(place.path, place.row)})"
        return None

    return silent


def switched_off(*plugins: str) -> Callable[[Project], Silent]:
    """For rules about plugins that `-p no:` in addopts switches off."""

    def silent(project: Project) -> Silent:
        off = sorted(project.settings.disabled_plugins.intersection(plugins))
        return f"`-p no:{off[0]}` in addopts switches the plugin off" if off else None

    return silent


def first_of(*reasons: Callable[[Project], Silent]) -> Callable[[Project], Silent]:
    """The first reason that holds."""

    def silent(project: Project) -> Silent:
        return next(filter(None, (reason(project) for reason in reasons)), None)

    return silent
