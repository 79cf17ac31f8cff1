"""`--statistics`: how often each rule fired."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from looplint.engine.fix import applicable

if TYPE_CHECKING:
    from looplint.report.base import Report


def render(report: Report, output_format: str) -> str:
    """A table, or an array for `json`; the most frequent first."""
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    fixable = Counter(f.code for f in report.findings if applicable(f, unsafe=report.unsafe))
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if output_format == "json":
        records = [
            {"code": code, "name": name, "count": count, "fixable": fixable[code] > 0, "fixable_count": fixable[code]}
            for (code, name), count in rows
        ]
        return json.dumps(records, indent=2) + "\n"
    wide = max((len(str(count)) for _, count in rows), default=0)
    return "".join(
        f"{count:>{wide}}  {code}  {'[*]' if fixable[code] else '[ ]'} {name}\n" for (code, name), count in rows
    )
