"""`--output-format json-lines`: one record a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from looplint.report.json_records import record

if TYPE_CHECKING:
    from looplint.report.base import Report


def render(report: Report) -> str:
    """One line for each finding."""
    return "".join(f"{json.dumps(record(report, f), ensure_ascii=False)}\n" for f in report.findings)
