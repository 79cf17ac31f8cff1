"""`--output-format json`: one array of records in ruff's shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from looplint.report.base import absolute, place_of, url

if TYPE_CHECKING:
    from looplint.model.finding import Finding, Position
    from looplint.report.base import Report


def location(position: Position) -> dict[str, int]:
    """A place, both numbers 1-based, columns in characters."""
    return {"row": position.row, "column": position.column}


def record(report: Report, finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity.value,
        "filename": absolute(report, finding.path),
        "location": location(finding.start),
        "end_location": location(finding.end),
        "related": [
            {
                "filename": absolute(report, place.path),
                "location": {"row": place.row, "column": place.column},
                "message": place.message,
            }
            for place in finding.related
        ],
        "settings": list(finding.settings),
        "fix": _fix(report, finding),
        "url": url(finding),
        "noqa_row": finding.noqa_row,
    }


def _fix(report: Report, finding: Finding) -> dict[str, Any] | None:
    fix = finding.fix
    if fix is None:
        return None
    places = [(edit, place_of(report, finding, edit)) for edit in fix.edits]
    edits = [
        {"content": edit.text, "location": location(place[0]), "end_location": location(place[1])}
        for edit, place in places
        if place is not None
    ]
    whole = len(edits) == len(fix.edits)
    record = {"applicability": fix.applicability.value, "message": fix.message, "edits": edits if whole else []}
    return {**record, "deletes_file": True} if fix.deletes_file else record


def render(report: Report) -> str:
    """The array, also when it is empty."""
    return json.dumps([record(report, f) for f in report.findings], indent=2, ensure_ascii=False) + "\n"
