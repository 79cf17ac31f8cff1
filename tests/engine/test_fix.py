from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from looplint.engine.check import Place, check_source
from looplint.engine.configuration import Configuration
from looplint.engine.fix import Fixed, fix_source, unified_diff
from looplint.model.source import Source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("fake_rules")
HERE = Place(path="test_a.py", absolute=None, configuration=Configuration(directory="/"))


def fix(raw: bytes, *, unsafe: bool = False) -> Fixed:
    source = Source.from_bytes(raw, "test_a.py")
    return fix_source(source, check_source(source, HERE), lambda after: check_source(after, HERE), unsafe=unsafe)


def test_safe_fixes_only_unless_asked() -> None:
    raw = b"x = 'spam', 'ham'\n"
    assert fix(raw).source.raw == b"x = 'eggs', 'ham'\n"
    assert [f.code for f in fix(raw).findings] == ["LPL102"]
    assert fix(raw, unsafe=True).source.raw == b"x = 'eggs', 'bacon'\n"
    assert fix(raw, unsafe=True).applied == {("LPL101", "spam-written"): 1, ("LPL102", "ham-written"): 1}


def test_a_result_that_does_not_parse_is_discarded_and_the_rest_applied() -> None:
    result = fix(b"fragile = 'spam'\n")
    assert result.source.raw == b"fragile = 'eggs'\n"
    assert result.problems == ["test_a.py:1:1: the fix of LPL201 would break the file; it was not applied"]
    assert [f.code for f in result.findings] == ["LPL201"]


def test_fixes_that_undo_each_other_end() -> None:
    result = fix(b"x = 'ping'\n")
    assert result.problems == ["test_a.py: the fixes of LPL302 undo each other; the last one was not applied"]
    assert len(result.findings) == 1


def test_an_isolation_group_takes_as_many_rounds_as_it_needs() -> None:
    result = fix(b"x = 'single'\n" * 40)
    assert result.source.raw == b"x = 'double'\n" * 40
    assert result.applied.total() == 40
    assert result.problems == []


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfx = 'spam'\r\n\ty = 1".replace(b"\t", b""),
        b"# coding: latin-1\r\nx = '\xe9', 'spam'\r\n",
        b"if 1:\n\tx = 'spam'",
        b"x = 1\n\x0cy = 'spam'\n",
        b"x = 'spam'\ry = 1\r",
    ],
    ids=["bom-crlf", "latin-1-crlf", "tabs", "form-feed", "cr"],
)
def test_bytes_outside_an_edit_do_not_change(raw: bytes) -> None:
    assert fix(raw).source.raw == raw.replace(b"spam", b"eggs")


def test_a_character_that_the_encoding_lacks_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source.from_bytes("# coding: latin-1\nx = 'spam'\n".encode("latin-1"), "test_a.py")
    findings = check_source(source, HERE)
    assert findings[0].fix is not None
    object.__setattr__(findings[0].fix.edits[0], "text", "\u20ac")
    result = fix_source(source, findings, lambda after: check_source(after, HERE), unsafe=False)
    assert result.source.raw == source.raw
    assert "would break the file" in result.problems[0]


_WORDS = st.sampled_from(["spam", "ham", "single", "ok", "\u00e9", "\u4e16", "fragile"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(_WORDS, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_fixing_is_idempotent_and_the_result_parses(words: list[str], newline: str, bom: bool, unsafe: bool) -> None:
    text = "".join(f"x = '{word}'{newline}" for word in words)
    result = fix((b"\xef\xbb\xbf" if bom else b"") + text.encode(), unsafe=unsafe)
    compile(result.source.text, "x", "exec")
    again = fix(result.source.raw, unsafe=unsafe)
    assert again.source.raw == result.source.raw
    assert not again.applied


def test_the_diff_keeps_newlines_and_says_where_the_last_one_is_missing(tmp_path: Path) -> None:
    before = Source.from_bytes(b"a = 1\r\nx = 'spam'", "d/test_a.py")
    after = Source.from_bytes(b"a = 1\r\nx = 'eggs'", "d/test_a.py")
    assert unified_diff("d/test_a.py", before, after) == (
        "--- d/test_a.py\n+++ d/test_a.py\n@@ -1,2 +1,2 @@\n a = 1\r\n"
        "-x = 'spam'\n\\ No newline at end of file\n+x = 'eggs'\n\\ No newline at end of file\n"
    )
