"""`--output-format gitlab`: a Code Quality report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Severity

if TYPE_CHECKING:
    from looplint.report.base import Report


def render(report: Report) -> str:
    """The array; fingerprints do not change when lines move, and are unique."""
    seen: Counter[str] = Counter()
    records: list[dict[str, Any]] = []
    for finding in report.findings:
        identity = f"{finding.path}\0{finding.code}\0{finding.message}"
        seen[identity] += 1
        digest = hashlib.sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "surrogateescape")).hexdigest()
        records.append(
            {
                "check_name": finding.code,
                "description": f"{finding.code} {finding.name}: {finding.message}",
                "severity": "major" if finding.severity is Severity.ERROR else "minor",
                "fingerprint": digest,
                "location": {
                    "path": finding.path,
                    "positions": {
                        "begin": {"line": finding.start.row, "column": finding.start.column},
                        "end": {"line": finding.end.row, "column": finding.end.column},
                    },
                },
            }
        )
    return json.dumps(records, indent=2, ensure_ascii=False) + "\n"
