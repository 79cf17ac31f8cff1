"""`--output-format concise`: one line a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.model.finding import Finding
    from looplint.report.base import Report


def line(report: Report, finding: Finding) -> str:
    """Place, code, mark, message."""
    row, column = finding.start
    return f"{finding.path}:{row}:{column}: {finding.code} {report.mark(finding)}{finding.message}"


def render(report: Report) -> str:
    """The lines; what is summed up below them is the caller's."""
    return "".join(f"{line(report, finding)}\n" for finding in report.findings)
