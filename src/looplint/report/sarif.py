"""`--output-format sarif`: SARIF 2.1.0, fixes included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from looplint import __version__
from looplint.engine.own_rules import find_known_rule
from looplint.report.base import place_of, summary_of, uri, url

if TYPE_CHECKING:
    from looplint.model.finding import Finding, Position
    from looplint.report.base import Report


def _region(start: Position, end: Position) -> dict[str, int]:
    return {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}


def _location(path: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": uri(path)}, "region": region}}


def _fixes(report: Report, finding: Finding) -> list[dict[str, Any]]:
    fix = finding.fix
    if fix is None or not fix.edits:
        return []
    replacements = []
    for edit in fix.edits:
        place = place_of(report, finding, edit)
        if place is None:
            return []
        replacements.append({"deletedRegion": _region(*place), "insertedContent": {"text": edit.text}})
    change = {"artifactLocation": {"uri": uri(finding.path)}, "replacements": replacements}
    return [{"description": {"text": fix.message}, "artifactChanges": [change]}]


def _result(report: Report, finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": finding.severity.value,
        "message": {"text": finding.message},
        "locations": [_location(finding.path, _region(finding.start, finding.end))],
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                **_location(place.path, {"startLine": place.row, "startColumn": place.column}),
                "message": {"text": place.message},
            }
            for place in finding.related
        ]
    if finding.settings:
        result["properties"] = {"settings": list(finding.settings)}
    fixes = _fixes(report, finding)
    if fixes:
        result["fixes"] = fixes
    return result


def _rule(finding: Finding) -> dict[str, Any]:
    rule = find_known_rule(finding.code)
    described: dict[str, Any] = {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": summary_of(finding.code)},
        "properties": {"help": url(finding)},
    }
    if rule is not None:
        described["fullDescription"] = {"text": rule.doc.strip()}
        described["help"] = {"text": rule.doc.strip()}
    return described


def render(report: Report) -> str:
    """The document, with the rules that have results."""
    rules = {finding.code: _rule(finding) for finding in report.findings}
    driver = {"name": "looplint", "version": __version__, "rules": [rules[code] for code in sorted(rules)]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding) for finding in report.findings],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
