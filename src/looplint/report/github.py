"""`--output-format github`: workflow commands that GitHub shows as annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.model.finding import Finding
    from looplint.report.base import Report

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def _command(finding: Finding) -> str:
    properties = {
        "title": f"looplint ({finding.code} {finding.name})",
        "file": finding.path,
        "line": str(finding.start.row),
        "col": str(finding.start.column),
        "endLine": str(finding.end.row),
        "endColumn": str(finding.end.column),
    }
    told = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    row, column = finding.start
    message = f"{finding.path}:{row}:{column}: {finding.code} {finding.message}"
    return f"::{finding.severity.value} {told}::{message.translate(_DATA)}\n"


def render(report: Report) -> str:
    """One command a finding."""
    return "".join(map(_command, report.findings))
