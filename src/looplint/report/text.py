"""`--output-format text`: for people. Each finding with its code frame, its fix, and what it relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.finding import Severity
from looplint.report.frame import frame, shown
from looplint.report.styled import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Finding
    from looplint.report.base import Report
    from looplint.report.styled import Piece


def _header(report: Report, finding: Finding) -> list[Piece]:
    row, column = finding.start
    style = "bold red" if finding.severity is Severity.ERROR else "bold yellow"
    return [
        (shown(finding.path), "bold"),
        (f":{row}:{column}: ", "cyan"),
        (finding.code, style),
        (" ", ""),
        (report.mark(finding), "cyan"),
        (f"{shown(finding.message)}\n", ""),
    ]


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "rule", f"{finding.name} ({finding.severity.value})"
    if finding.fix is not None:
        label = f"{finding.fix.applicability.value} fix" if finding.fix.edits or finding.fix.deletes_file else "help"
        yield label, finding.fix.message
    for setting in finding.settings:
        yield "in force", setting
    for place in finding.related:
        yield "see", f"{place.path}:{place.row}:{place.column}: {place.message}"


def _finding(report: Report, finding: Finding) -> Iterator[Piece]:
    yield from _header(report, finding)
    source = report.sources.get(finding.path)
    margin = "  "
    if source is not None:
        for pieces in frame(source, finding.start, finding.end):
            margin = " " * pieces[0][0].index("|")
            yield from pieces
            yield "\n", ""
    for label, body in _notes(finding):
        first, *rest = body.splitlines() or [""]
        yield f"{margin}= ", "blue"
        yield f"{label}: ", "bold"
        yield f"{shown(first)}\n", ""
        for line in rest:
            yield f"{margin}    {shown(line)}".rstrip() + "\n", ""
    yield "\n", ""


def pieces(report: Report) -> Iterator[Piece]:
    """All findings, styled."""
    for finding in report.findings:
        yield from _finding(report, finding)


def render(report: Report) -> str:
    """All findings, plain."""
    return plain(pieces(report))
