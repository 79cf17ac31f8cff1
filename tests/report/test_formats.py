from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fakes import finding
from hypothesis import given
from hypothesis import strategies as st

from looplint.engine import configuration
from looplint.model.finding import Applicability, Edit, Finding, Fix, Position, Related, Severity
from looplint.model.source import Source
from looplint.report import FORMATS, render
from looplint.report.base import Report, Sources
from looplint.report.summary import fixes, summary

pytestmark = pytest.mark.usefixtures("fake_rules")

TEXT = "x = 'spam'\n\u00e9 = 'spam'; y = 1\n"
FIX = Fix(message="write eggs", applicability=Applicability.SAFE, edits=(Edit(5, 9, "eggs"), Edit(11, 11, "# é\n")))


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(tmp_path)
    Path("tests").mkdir()
    Path("tests/test_a.py").write_text(TEXT, "utf-8")
    return Report(
        findings=[
            finding(
                start=Position(1, 6),
                end=Position(1, 10),
                fix=FIX,
                related=(Related(path="app/b.py", row=3, column=4, message="awaited here"),),
                settings=("asyncio_mode=strict (pyproject.toml:12)",),
            ),
            finding(
                code="LPL102",
                name="ham-written",
                message="50% of ham, a:b]\nsecond line <&\"'>",
                start=Position(2, 1),
                end=Position(2, 2),
                noqa_row=2,
                severity=Severity.WARNING,
            ),
        ]
    )


def test_the_configuration_knows_the_same_formats() -> None:
    assert list(configuration.FORMATS) == list(FORMATS)


def test_json_has_ruffs_shape(report: Report, tmp_path: Path) -> None:
    first, second = json.loads(render(report, "json"))
    file = str(tmp_path / "tests/test_a.py")
    assert first == {
        "code": "LPL101",
        "name": "spam-written",
        "message": "spam is written here",
        "severity": "error",
        "filename": file,
        "location": {"row": 1, "column": 6},
        "end_location": {"row": 1, "column": 10},
        "related": [
            {
                "filename": str(tmp_path / "app/b.py"),
                "location": {"row": 3, "column": 4},
                "message": "awaited here",
            }
        ],
        "settings": ["asyncio_mode=strict (pyproject.toml:12)"],
        "fix": {
            "applicability": "safe",
            "message": "write eggs",
            "edits": [
                {"content": "eggs", "location": {"row": 1, "column": 6}, "end_location": {"row": 1, "column": 10}},
                {"content": "# é\n", "location": {"row": 2, "column": 1}, "end_location": {"row": 2, "column": 1}},
            ],
        },
        "url": "docs/rules/spam-written.md",
        "noqa_row": 1,
    }
    assert second["fix"] is None
    assert [json.loads(line) for line in render(report, "json-lines").splitlines()] == [first, second]


def test_text_that_is_no_file_keeps_its_name() -> None:
    source = Source.from_bytes(TEXT.encode(), "-")
    report = Report(findings=[finding(path="-", fix=FIX)], sources=Sources({"-": source}))
    (record,) = json.loads(render(report, "json"))
    assert record["filename"] == "-"
    assert len(record["fix"]["edits"]) == 2


def test_edits_of_a_file_that_is_gone_are_left_out(report: Report) -> None:
    Path("tests/test_a.py").unlink()
    for record in json.loads(render(report, "json")):
        assert record["fix"] is None or record["fix"]["edits"] == []
    assert "fixes" not in json.loads(render(report, "sarif"))["runs"][0]["results"][0]


def test_sarif(report: Report) -> None:
    document = json.loads(render(report, "sarif"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["LPL101", "LPL102"]
    first, second = run["results"]
    assert first["level"] == "error"
    assert second["level"] == "warning"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "tests/test_a.py"
    assert place["region"] == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 10}
    assert first["relatedLocations"][0]["message"]["text"] == "awaited here"
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "eggs"}


def test_github(report: Report) -> None:
    first, second = render(report, "github").splitlines()
    assert first == (
        "::error title=looplint (LPL101 spam-written),file=tests/test_a.py,line=1,col=6,endLine=1,endColumn=10"
        "::tests/test_a.py:1:6: LPL101 spam is written here"
    )
    assert second.startswith("::warning ")
    assert "50%25 of ham, a:b]%0Asecond" in second


def test_gitlab_fingerprints_are_unique_and_survive_moves(report: Report) -> None:
    twice = Report(findings=[finding(), finding(start=Position(9, 1))])
    first, second = json.loads(render(twice, "gitlab"))
    moved = json.loads(render(Report(findings=[finding(start=Position(5, 1))]), "gitlab"))
    assert first["fingerprint"] != second["fingerprint"]
    assert moved[0]["fingerprint"] == first["fingerprint"]
    assert [r["severity"] for r in json.loads(render(report, "gitlab"))] == ["major", "minor"]


def test_junit(report: Report) -> None:
    root = ET.fromstring(render(report, "junit"))
    assert root.attrib == {"name": "looplint", "tests": "2", "failures": "2", "errors": "0"}
    failures = root.findall("./testsuite/testcase/failure")
    assert failures[1].text == "line 2, column 1: 50% of ham, a:b]\nsecond line <&\"'>"
    assert ET.fromstring(render(Report(findings=[]), "junit")).attrib["failures"] == "0"


def test_lines(report: Report) -> None:
    assert render(report, "pylint").splitlines()[0] == "tests/test_a.py:1: [LPL101(spam-written)] spam is written here"
    assert render(report, "azure").splitlines()[0] == (
        "##vso[task.logissue type=error;sourcepath=tests/test_a.py;linenumber=1;columnnumber=6;code=LPL101;]"
        "spam is written here"
    )
    assert render(report, "azure").count("\n") == 2
    document = json.loads(render(report, "rdjson"))
    assert document["diagnostics"][0]["suggestions"][0]["text"] == "eggs"


@pytest.mark.parametrize("output_format", list(FORMATS))
def test_a_report_of_nothing(output_format: str) -> None:
    text = render(Report(findings=[]), output_format)
    assert text == "" or text.endswith("\n")


_ANY = st.text(st.characters(), max_size=30)


@given(_ANY, _ANY.filter(bool), st.sampled_from(list(FORMATS)), st.integers(1, 5), st.integers(1, 40))
def test_any_text_can_be_rendered(message: str, path: str, output_format: str, row: int, column: int) -> None:
    source = Source.from_lines(["spam\t\u4e16\x1b[2J\x0c\n", "\u202e" * 300 + "\n"], "x")
    place = Position(row, column)
    reported: Finding = finding(message=message, path=path, start=place, end=place, fix=FIX)
    text = render(Report(findings=[reported], sources=Sources({path: source})), output_format)
    if output_format in ("json", "sarif", "gitlab", "rdjson"):
        assert json.loads(text)
    elif output_format == "junit":
        assert ET.fromstring(text.encode("utf-8", "replace")) is not None
    elif output_format == "text":
        assert "\x1b" not in text


def _summary(*findings: Finding, unsafe: bool = False, applied: int = 0) -> str:
    counter: Counter[tuple[str, str]] = Counter({("LPL101", "spam-written"): applied}) if applied else Counter()
    return summary(Report(findings=findings, unsafe=unsafe, applied=counter))


def _fixable(applicability: Applicability) -> Any:
    return finding(fix=Fix(message="m", applicability=applicability, edits=(Edit(0, 1, ""),)))


def test_summaries() -> None:
    warning = finding(severity=Severity.WARNING)
    assert _summary(finding()) == "Found 1 error.\n"
    assert _summary(warning, warning) == "Found 2 warnings.\n"
    assert _summary(finding(), warning) == "Found 1 error and 1 warning.\n"
    assert _summary(finding(), applied=2) == "Found 3 problems (2 fixed, 1 remaining).\n"
    safe, unsafe, display = (_fixable(a) for a in Applicability)
    assert _summary(safe, display) == "Found 2 errors.\n[*] 1 fixable with `--fix`.\n"
    assert _summary(unsafe, unsafe).endswith("\n2 fixes available with `--fix --unsafe-fixes`.\n")
    assert _summary(safe, unsafe).endswith("\n[*] 1 fixable with `--fix` (1 more fix with `--unsafe-fixes`).\n")
    assert _summary(safe, unsafe, unsafe=True).endswith("\n[*] 2 fixable with `--fix`.\n")
    assert fixes(Report(findings=[])) == ""
