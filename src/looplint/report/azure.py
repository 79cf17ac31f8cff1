"""`--output-format azure`: logging commands of Azure Pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.report.base import Report

_ESCAPES = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"})


def render(report: Report) -> str:
    """One command a finding."""
    return "".join(
        f"##vso[task.logissue type={f.severity.value};sourcepath={f.path.translate(_ESCAPES)};"
        f"linenumber={f.start.row};columnnumber={f.start.column};code={f.code};]"
        f"{f.message.translate(_ESCAPES)}\n"
        for f in report.findings
    )
