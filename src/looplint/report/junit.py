"""`--output-format junit`: one suite a file, one failed case a finding."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from looplint.model.finding import Finding
    from looplint.report.base import Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _case(finding: Finding) -> str:
    row, column = finding.start
    message = quoteattr(_clean(finding.message))
    place = f'classname={quoteattr(_clean(finding.path))} line="{row}" column="{column}"'
    body = escape(_clean(f"line {row}, column {column}: {finding.message}"))
    return (
        f'    <testcase name="looplint.{finding.code}" {place}>\n'
        f'      <failure type="{finding.severity.value}" message={message}>{body}</failure>\n'
        "    </testcase>\n"
    )


def render(report: Report) -> str:
    """The document; a run without findings is one suite without failures."""
    count = len(report.findings)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<testsuites name="looplint" tests="{max(count, 1)}" failures="{count}" errors="0">\n',
    ]
    for path, grouped in groupby(report.findings, key=lambda finding: finding.path):
        cases = [_case(finding) for finding in grouped]
        name = quoteattr(_clean(path))
        parts.append(f'  <testsuite name={name} tests="{len(cases)}" failures="{len(cases)}" errors="0">\n')
        parts += [*cases, "  </testsuite>\n"]
    if not count:
        parts.append('  <testsuite name="looplint" tests="1" failures="0" errors="0">\n')
        parts.append('    <testcase name="looplint" classname="looplint"/>\n  </testsuite>\n')
    parts.append("</testsuites>\n")
    return "".join(parts)
