from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.engine.check import Place, check_bytes, is_test_name, shown
from looplint.engine.configuration import Configurations
from looplint.engine.selection import Layer
from looplint.model.finding import Applicability, Finding

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("fake_rules")


def check(
    text: str | bytes, tmp_path: Path, name: str = "test_a.py", *, noqa: bool = True, **layer: tuple[str, ...]
) -> list[Finding]:
    raw = text if isinstance(text, bytes) else text.encode()
    configuration = Configurations(layer=Layer(**layer)).of(str(tmp_path))
    place = Place(path=name, absolute=str(tmp_path / name), configuration=configuration)
    return shown(check_bytes(raw, place)[0], place, noqa=noqa)


def told(findings: list[Finding]) -> list[str]:
    return [f"{f.start.row}:{f.start.column} {f.code} {f.message}" for f in findings]


def test_findings_come_sorted(tmp_path: Path) -> None:
    found = check("x = 'ham spam'\ny = 'spam'\n", tmp_path)
    assert told(found) == [
        "1:6 LPL102 ham is written here",
        "1:10 LPL101 spam is written here",
        "2:6 LPL101 spam is written here",
    ]


def test_a_file_without_the_words_of_any_rule_is_not_parsed_unless_it_is_a_test(tmp_path: Path) -> None:
    assert check("def broken(:\n", tmp_path, "module.py") == []
    (said,) = told(check("def broken(:\n", tmp_path, "test_module.py"))
    assert said.startswith("1:12 LPL001 syntax error: invalid syntax (parsed with Python 3.")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"# coding: klingon\nspam\n", "unknown encoding: klingon"),
        (b"spam = '\xff'\n", "byte 0xff is not valid utf-8"),
        (b"spam = 1\0\n", "NUL byte"),
        (b"spam = " + b"(" * 2000 + b")" * 2000, "nested"),
        (b"spam = 1\n  x\n", "unexpected indent"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding(tmp_path: Path, raw: bytes, message: str) -> None:
    (found,) = check(raw, tmp_path)
    assert found.code == "LPL001"
    assert message in found.message
    assert "\n" not in found.message


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfx = 'spam'\r\n",
        b"# coding: latin-1\nx = '\xe9', 'spam'\n",
        b"if 1:\n\tx = 'spam'",
        b"\x0cx = 'spam'\n",
        b"x = 1\n" * 100_000 + b"y = 'spam'\n",
    ],
    ids=["bom-crlf", "latin-1", "tabs-no-newline", "form-feed", "100,000 rows"],
)
def test_odd_but_legal_files_are_checked(tmp_path: Path, raw: bytes) -> None:
    assert [found.code for found in check(raw, tmp_path)] == ["LPL101"]


def test_a_rule_that_raises_costs_one_finding(tmp_path: Path) -> None:
    found = check("raise_here = 'spam'\n", tmp_path)
    assert [f.code for f in found] == ["LPL000", "LPL101"]
    assert found[0].message.startswith("rule raising-rule failed: RuntimeError: the first line (fakes.py:")
    assert "second" not in found[0].message


def test_a_rule_that_recurses_costs_one_finding(tmp_path: Path) -> None:
    found = check("recurse_here = 'spam'\n", tmp_path)
    assert [f.code for f in found] == ["LPL000", "LPL101"]
    assert "RecursionError" in found[0].message


def test_noqa(tmp_path: Path) -> None:
    text = "x = 'spam'  # noqa: LPL1\ny = 'spam'  # noqa\nz = 'spam'  # noqa: E501\n"
    assert [f.start.row for f in check(text, tmp_path)] == [3]
    assert len(check(text, tmp_path, noqa=False)) == 3
    assert check("# flake8: noqa\nspam = 1\n", tmp_path) == []


def test_an_internal_error_cannot_be_silenced(tmp_path: Path) -> None:
    (tmp_path / "looplint.toml").write_text("per-file-ignores = { '*' = ['ALL'] }")
    found = check("raise_here = 'spam'  # noqa\n", tmp_path)
    assert [f.code for f in found] == ["LPL000"]


def test_per_file_ignores(tmp_path: Path) -> None:
    (tmp_path / "looplint.toml").write_text("per-file-ignores = { 'test_a.py' = ['spam-written'] }")
    assert [f.code for f in check("ham = 'spam'", tmp_path)] == ["LPL102"]
    assert len(check("ham = 'spam'", tmp_path, "test_b.py")) == 2


def test_an_unreadable_file_can_be_ignored(tmp_path: Path) -> None:
    assert check("def broken(:\n", tmp_path, ignore=("unreadable-file",)) == []


def test_fixes_are_as_safe_as_configured(tmp_path: Path) -> None:
    (tmp_path / "looplint.toml").write_text("extend-safe-fixes = ['LPL102']\nextend-unsafe-fixes = ['LPL101']")
    found = check("ham = 'spam'", tmp_path)
    assert [f.fix.applicability for f in found if f.fix] == [Applicability.SAFE, Applicability.UNSAFE]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("test_a.py", True), ("a_test.py", True), ("conftest.py", True), ("tests/a.py", False), ("d/test_.py", True)],
)
def test_is_test_name(name: str, expected: bool) -> None:
    assert is_test_name(name) is expected
