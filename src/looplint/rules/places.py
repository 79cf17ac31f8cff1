"""Findings in configuration files: at a requirement, at a pin of a lock file, at a range of the text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from looplint.model.finding import Applicability, Finding, Position, Related
from looplint.project.configured.lock_commands import LOCKERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from looplint.model.finding import Edit, Fix, Severity
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.locks import Locked
    from looplint.rules.rule import Rule


def finding_at(
    rule: Rule,
    file: ConfigFile,
    place: Declared | Locked,
    message: str,
    *,
    severity: Severity | None = None,
    related: Iterable[Related] = (),
    settings: Iterable[str] = (),
    fix: Fix | None = None,
) -> Finding:
    """A finding of a configuration rule at a requirement or a pin of `file`."""
    span = _span(file, place)
    return _finding(rule, file, span, message, severity=severity, related=related, settings=settings, fix=fix)


def finding_between(
    rule: Rule,
    file: ConfigFile,
    start: int,
    end: int,
    message: str,
    *,
    severity: Severity | None = None,
    related: Iterable[Related] = (),
    settings: Iterable[str] = (),
    fix: Fix | None = None,
) -> Finding:
    """A finding of a configuration rule at the characters `start` to `end` of `file`."""
    span = position_in(file, start), position_in(file, end)
    return _finding(rule, file, span, message, severity=severity, related=related, settings=settings, fix=fix)


def applicability_of(edits: Collection[Edit], *, sure: bool) -> Applicability:
    """Displayed only where the fix could not be written; else safe where the repair is sure."""
    if not edits:
        return Applicability.DISPLAY
    return Applicability.SAFE if sure else Applicability.UNSAFE


def position_in(file: ConfigFile, offset: int) -> Position:
    """Row and column of a character of a configuration file."""
    return Position(file.text.count("\n", 0, offset) + 1, offset - file.text.rfind("\n", 0, offset))


def related_place(place: Declared | Locked, message: str) -> Related:
    """Another requirement or pin that belongs to the story."""
    try:
        shown = os.path.relpath(place.path)
    except ValueError:
        shown = str(place.path)
    return Related(path=shown, row=place.row, column=getattr(place, "column", 1), message=message)


def pins_to_renew(project: Project, distribution: str) -> list[Related]:
    """The places of lock files that change with the requirement of a distribution, with the command that does it."""
    found = []
    for pin in project.versions.locked(distribution):
        command = LOCKERS.get(pin.path.name, ("the command that writes it",))[0]
        found.append(related_place(pin, f"locked here: run `{command}` afterwards"))
    return found


def shown_place(project: Project, place: Declared | Locked) -> str:
    """A place within a message, relative to the root: "pyproject.toml:12"."""
    return project.versions.place(place.path, place.row)


def _span(file: ConfigFile, place: Declared | Locked) -> tuple[Position, Position]:
    begin = Position(place.row, getattr(place, "column", 1))
    start = place.start
    if start is None:
        return begin, begin
    line_end = file.text.find("\n", start)
    end = getattr(place, "end", None) or (line_end if line_end >= 0 else len(file.text))
    text = file.text[start:end].rstrip()
    rows = text.count("\n")
    column = len(text) - text.rfind("\n") if rows else begin.column + len(text)
    return begin, Position(begin.row + rows, column)


def _finding(
    rule: Rule,
    file: ConfigFile,
    span: tuple[Position, Position],
    message: str,
    *,
    severity: Severity | None,
    related: Iterable[Related],
    settings: Iterable[str],
    fix: Fix | None,
) -> Finding:
    start, end = span
    return Finding(
        code=rule.code,
        name=rule.name,
        message=message,
        severity=severity or rule.severity,
        path=file.shown,
        start=start,
        end=end,
        noqa_row=start.row,
        related=tuple(related),
        settings=tuple(settings),
        fix=fix,
    )
