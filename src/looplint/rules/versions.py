"""Severity by version: an error on the versions in force, a warning that names the versions elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.project.configured.requirements import contains
from looplint.rules.rule import Severity

if TYPE_CHECKING:
    from looplint.project import Project

_BOUND = re.compile(r"(>=|<)\s*([\d.]+)")


def severity_on(project: Project, distribution: str, broken: str) -> tuple[Severity, str]:
    """How bad is it that something breaks on the versions `broken` (">=1.4", "<1.2", ">=0.23,<1.2") of a distribution?

    (ERROR, "") where the newest version in force is one of them, since that is what a fresh install brings, or where
    the version is unknown but certainly one of them; else (WARNING, "from pytest-asyncio 1.4 on"), for the message.
    """
    in_force = project.versions.in_force(distribution)
    newest = in_force.newest
    hit = in_force.must_be(broken) if newest is None else contains(broken, newest)
    return (Severity.ERROR, "") if hit else (Severity.WARNING, range_in_words(distribution, broken))


def severity_of_removal(project: Project, distribution: str, gone: str) -> tuple[Severity, str]:
    """`severity_on` for what only works on the versions that still have it.

    Its use tells that such a version is asked for somewhere. So a project that declares requirements, but this one in a
    place that is not read, gets a WARNING.
    """
    versions = project.versions
    if versions.any_declared and not versions.in_force(distribution).declared and not versions.locked(distribution):
        return Severity.WARNING, range_in_words(distribution, gone)
    return severity_on(project, distribution, gone)


def severity_of_removal_in_newest(project: Project, distribution: str, gone: str) -> Severity:
    """How bad is the use of what a distribution whose releases are not shipped has no more (`gone`: ">=0.28")?

    ERROR where a fresh install brings such a version: what is locked, or declared without a bound that excludes it.
    WARNING where the project declares requirements but not this one: its use tells that an older version is at hand.
    """
    versions = project.versions
    if versions.any_declared and not versions.in_force(distribution).declared and not versions.locked(distribution):
        return Severity.WARNING
    return Severity.ERROR if versions.may_be(distribution, gone) else Severity.WARNING


def shown_version(project: Project, distribution: str) -> str:
    """The versions in force for a message: "pytest-asyncio 0.24.0", "pytest 8.2.0 to 8.4.2", else the name alone."""
    in_force = project.versions.in_force(distribution)
    if in_force.oldest is None:
        return distribution
    same = in_force.oldest == in_force.newest
    return f"{distribution} {in_force.oldest}" + ("" if same else f" to {in_force.newest}")


def range_in_words(distribution: str, broken: str) -> str:
    """What a message says: ">=1.4" of pytest-asyncio -> "from pytest-asyncio 1.4 on"; "<1.2" -> "before pytest-asyncio 1.2"."""
    bounds = dict(_BOUND.findall(broken))
    if ">=" in bounds and "<" in bounds:
        return f"on {distribution} from {bounds['>=']} to before {bounds['<']}"
    if ">=" in bounds:
        return f"from {distribution} {bounds['>=']} on"
    return f"before {distribution} {bounds['<']}"
