"""`--output-format pylint`: what tools that read pylint's parseable output expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.report.base import Report


def render(report: Report) -> str:
    """One line a finding."""
    return "".join(f"{f.path}:{f.start.row}: [{f.code}({f.name})] {f.message}\n" for f in report.findings)
