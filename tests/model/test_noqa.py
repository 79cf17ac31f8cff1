from __future__ import annotations

import argparse
import asyncio
import unittest
from pathlib import Path

import pytest
from flake8.processor import FileProcessor  # type: ignore[import-untyped]
from flake8.violation import Violation  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from looplint.model.source import Source

PIECES = (
    "x = 1\n",
    "x = 1  # noqa\n",
    "f(  # noqa: LPL101\n",
    "    a,  # NoQA:LPL2,E501\n",
    ")\n",
    '"""text  # noqa: LPL4\n',
    'more"""  # noqa: lpl101\n',
    "f'''{\n",
    "}'''  # noqa : LPL1\n",
    "y = \\\n",
    "    2  # noqa: LPL\n",
    "if x:\n",
    "    pass  # noqa: LPL101 because of E501\n",
    "\n",
    "\x0c\n",
    "# flake8: noqa\n",
    "  # FLAKE8= noqa: LPL1\n",
    "x = 1  # flake8: noqa\n",
    "$ ? 1x '\n",
    "z  # noqa:LPL1\u017f01\n",
    "\tw = 3  # noqa:  LPL101",
)
CODES = ("LPL101", "LPL201", "LPL402", "E501", "LPL000")
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
newlines = st.sampled_from(["\n", "\r\n", "\r"])


def flake8_processor(lines: list[str]) -> FileProcessor:
    options = argparse.Namespace(
        hang_closing=False,
        indent_size=4,
        max_line_length=79,
        max_doc_length=None,
        verbose=0,
        disable_noqa=False,
        stdin_display_name="t.py",
    )
    return FileProcessor("t.py", options, lines=list(lines))


def check_against_flake8(source: Source) -> None:
    lines = source.universal_lines
    processor = flake8_processor(lines)
    assert source.noqa.file_skipped == processor.should_ignore_file()
    for row in range(1, len(lines) + 1):
        seen = processor.noqa_line_for(row)
        # Without tokens flake8 reads the physical row from the file.
        line = lines[row - 1] if seen is None else seen
        assert "".join(lines[source.noqa.row_of(row) - 1 :]).startswith(line)
        for code in CODES:
            expected = Violation(code, "t.py", row, 1, "", line).is_inline_ignored(disable_noqa=False)
            assert source.noqa.suppresses(row, code) == expected, (row, code, line)


@given(texts, newlines)
def test_agrees_with_flake8_on_generated_text(text: str, newline: str) -> None:
    check_against_flake8(Source.from_bytes(text.replace("\n", newline).encode(), "t.py"))


@pytest.mark.parametrize("package", [asyncio, unittest])
def test_agrees_with_flake8_on_real_code(package: object) -> None:
    folder = Path(str(getattr(package, "__file__", ""))).parent
    for path in sorted(folder.glob("*.py"))[:12]:
        source = Source.read(str(path))
        with_comments = "".join(
            f"{line.rstrip()}  # noqa: LPL{row % 7}\n" if row % 3 else line
            for row, line in enumerate(source.universal_lines)
        )
        check_against_flake8(source)
        check_against_flake8(Source.from_bytes(with_comments.encode(), "t.py"))


@given(texts, newlines)
def test_comments_cover_all_that_is_silenced(text: str, newline: str) -> None:
    source = Source.from_bytes(text.replace("\n", newline).encode(), "t.py")
    comments = list(source.noqa.comments())
    for comment in comments:
        assert source.text[comment.start : comment.end].lower().startswith("# noqa")
        assert comment.first_row <= source.position(comment.start).row <= comment.last_row
    for row in range(1, source.rows + 1):
        speaking = [comment for comment in comments if comment.first_row <= row <= comment.last_row]
        assert len(speaking) <= 1
        for code in CODES:
            assert source.noqa.suppresses(row, code) == any(comment.suppresses(code) for comment in speaking)


@pytest.mark.parametrize(
    ("text", "row", "code", "expected"),
    [
        ("x  # noqa\n", 1, "LPL101", True),
        ("x  #noqa\n", 1, "LPL101", False),
        ("x  # noqa: LPL1\n", 1, "LPL101", True),
        ("x  # noqa: LPL2\n", 1, "LPL101", False),
        ("x  # noqa: lpl1\n", 1, "LPL101", False),
        ("x  # noqa: LPL\n", 1, "LPL101", True),
        ("x  # noqa : LPL2\n", 1, "LPL101", True),
        ("x  # noqa: E501, LPL101\n", 1, "LPL101", True),
        ("x  # noqa: E501 LPL101\n", 1, "LPL101", True),
        ("f(\n    x,  # noqa\n)\n", 1, "LPL101", False),
        ('f("""\n""")  # noqa\n', 1, "LPL101", True),
        ("x = \\\n  1  # noqa\n", 1, "LPL101", True),
        ("x\n", 1, "LPL101", False),
        ("x  # noqa\n", 2, "LPL101", False),
        ("x  # noqa\n", 0, "LPL101", False),
        ("(\nx  # noqa\n", 2, "LPL101", True),
    ],
)
def test_meaning(text: str, row: int, code: str, expected: bool) -> None:
    assert Source.from_bytes(text.encode(), "t.py").noqa.suppresses(row, code) == expected


def test_the_place_of_a_comment() -> None:
    source = Source.from_bytes('x = """\r\n""" + "é"  # noqa: LPL101,LPL2 , see below\r\n'.encode(), "t.py")
    (comment,) = source.noqa.comments()
    assert source.text[comment.start : comment.end] == "# noqa: LPL101,LPL2"
    assert (comment.first_row, comment.last_row, comment.codes) == (1, 2, ("LPL101", "LPL2"))


def test_nothing_is_tokenized_without_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenize.generate_tokens", lambda _readline: pytest.fail("tokenized"))
    source = Source.from_bytes(b"x = 1\n", "t.py")
    assert not source.noqa.suppresses(1, "LPL101")
    assert not source.noqa.file_skipped
    assert list(source.noqa.comments()) == []
