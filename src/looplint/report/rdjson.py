"""`--output-format rdjson`: reviewdog's diagnostic format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from looplint.report.base import place_of, url

if TYPE_CHECKING:
    from looplint.model.finding import Finding, Position
    from looplint.report.base import Report


def _range(start: Position, end: Position) -> dict[str, Any]:
    return {
        "start": {"line": start.row, "column": start.column},
        "end": {"line": end.row, "column": end.column},
    }


def _diagnostic(report: Report, finding: Finding) -> dict[str, Any]:
    suggestions = []
    for edit in finding.fix.edits if finding.fix is not None else ():
        place = place_of(report, finding, edit)
        if place is not None:
            suggestions.append({"range": _range(*place), "text": edit.text})
    return {
        "message": finding.message,
        "severity": finding.severity.value.upper(),
        "code": {"value": finding.code, "url": url(finding)},
        "location": {"path": finding.path, "range": _range(finding.start, finding.end)},
        "suggestions": suggestions,
    }


def render(report: Report) -> str:
    """The document."""
    document = {
        "source": {"name": "looplint"},
        "severity": "WARNING",
        "diagnostics": [_diagnostic(report, finding) for finding in report.findings],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
