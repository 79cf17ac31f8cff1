from __future__ import annotations

import json

import pytest

from looplint.cli import run

pytestmark = pytest.mark.usefixtures("fake_rules")


def test_a_page_by_name_or_code(capsys: pytest.CaptureFixture[str]) -> None:
    pages = set()
    for name in ("spam-written", "LPL101", "lpl101"):
        assert run(["rule", name]) == 0
        pages.add(capsys.readouterr().out)
    (page,) = pages
    assert page.startswith("# spam-written (LPL101)\n\nA fake rule named spam-written.\n\nSeverity: error; fix: none;")
    assert "## What it does\nIt tests." in page


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rule", "spam-written", "--output-format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["code"] == "LPL101"
    assert record["summary"] == "A fake rule named spam-written"
    assert run(["rule", "--all", "--output-format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert [r["code"] for r in records][:3] == ["LPL000", "LPL001", "LPL101"]


def test_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rule", "--all"]) == 0
    assert capsys.readouterr().out.count("\n## What it does\n") == 13


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["spam-writen"], "did you mean `spam-written`?"),
        (["LPL1"], "`LPL1` stands for several rules: LPL101, LPL102"),
        ([], "give the name or code of one rule, or --all"),
        (["LPL101", "--all"], "give the name or code of one rule, or --all"),
    ],
)
def test_errors(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run(["rule", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_on_a_terminal_it_is_rendered(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert run(["rule", "LPL101"]) == 0
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert "## " not in out
