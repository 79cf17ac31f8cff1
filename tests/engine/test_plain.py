from __future__ import annotations

import json

import pytest

from looplint.engine.plain import read_findings, write_findings
from looplint.model.finding import Applicability, Edit, Finding, Fix, Position, Related, Severity

FIX = Fix(message="do", applicability=Applicability.UNSAFE, edits=(Edit(1, 2, "x"), Edit(3, 3, "é\n")), isolation="a")
FINDING = Finding(
    code="LPL101",
    name="x",
    message="`x` \udce9 is so",
    severity=Severity.WARNING,
    path="tests/\udcff.py",
    start=Position(1, 2),
    end=Position(1, 9),
    noqa_row=1,
    related=(Related(path="a.py", row=1, column=2, message="here"),),
    settings=("asyncio_mode=strict",),
    fix=FIX,
)


def test_findings_come_back_as_they_were() -> None:
    bare = Finding(
        code="LPL102",
        name="y",
        message="m",
        severity=Severity.ERROR,
        path="p",
        start=Position(1, 1),
        end=Position(1, 1),
        noqa_row=1,
    )
    found = [(FINDING, True), (bare, False)]
    text = write_findings(found)
    assert text.isascii()
    again = read_findings(text)
    assert again == found
    assert hash(again[0][0]) == hash(FINDING)


@pytest.mark.parametrize("text", ["", "{}x", "[1]", '[[{"code": 1}, true]]', '[[{"wrong": 1}, true]]'])
def test_what_is_no_text_of_findings(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        read_findings(text)


def test_every_field_is_kept() -> None:
    values = json.loads(write_findings([(FINDING, False)]))[0][0]
    assert set(values) == set(Finding.__dataclass_fields__)
    assert set(values["fix"]) == set(Fix.__dataclass_fields__)
