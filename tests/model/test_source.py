from __future__ import annotations

import ast
import os
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.model.finding import Position
from looplint.model.source import MAX_BYTES, Source, SourceError

if TYPE_CHECKING:
    from pathlib import Path

STATEMENTS = ("x = 1", "é = 'ü'", "y = '\u2028'", "z = '\x0c\x1c\x85'", "'😀'; w = 2", "", "# naïve", '"""a', 'b"""')
NEWLINES = ("\n", "\r\n", "\r")
programs = st.lists(st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(NEWLINES))).map(
    lambda rows: "".join(map("".join, rows))
)


def error_of(raw: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        Source.from_bytes(raw, "t.py")
    return caught.value


@pytest.mark.parametrize(
    ("raw", "encoding", "bom", "newline"),
    [
        (b"", "utf-8", False, "\n"),
        (b"x = 1", "utf-8", False, "\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "utf-8", True, "\r\n"),
        (b"\xef\xbb\xbf# coding: utf-8\r\nx = 1\r\n\n", "utf-8", True, "\r\n"),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "iso-8859-1", False, "\n"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\r".encode("cp1252"), "cp1252", False, "\n"),
        (b"\x0cx = '\t\x0c'\r", "utf-8", False, "\r"),
        (b"x = 1\n# coding: nonsense is only looked for in two rows\n# coding: nonsense\n", "utf-8", False, "\n"),
    ],
)
def test_bytes_survive(raw: bytes, encoding: str, bom: bool, newline: str) -> None:
    if b"nonsense" in raw:
        raw = b"\n" + raw
    source = Source.from_bytes(raw, "t.py")
    assert (source.encoding, source.bom, source.newline) == (encoding, bom, newline)
    assert source.encode(source.text) == raw
    assert source.encode(source.text + "y = 2\n") == raw + b"y = 2\n"
    assert not source.text.startswith("\ufeff")


@given(programs, st.booleans(), st.sampled_from(["utf-8", "latin-1", "cp1252", "utf-16", "utf-7", "rot13", "hex"]))
def test_whatever_decodes_is_written_back_unchanged(text: str, bom: bool, codec: str) -> None:
    raw = (b"\xef\xbb\xbf" if bom else b"") + f"# coding: {codec}\n".encode() + text.encode()
    try:
        source = Source.from_bytes(raw, "t.py")
    except SourceError:
        return
    assert source.encode(source.text) == raw


@given(st.binary(max_size=80))
def test_any_bytes_are_a_source_or_an_error(raw: bytes) -> None:
    try:
        source = Source.from_bytes(raw, "t.py")
    except SourceError as found:
        error = found
    else:
        assert source.encode(source.text) == raw
        assert "".join(source.line(row) for row in range(1, source.rows + 1)) == source.text
        return
    assert error.row >= 1
    assert error.column >= 1
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("raw", "message", "row", "column"),
    [
        (b"x = 1\ny = '\xe9'\n", "byte 0xe9 is not valid utf-8", 2, 6),
        (b"a\nb\n\xc3\xa9 = '\xff'\n", "byte 0xff is not valid utf-8", 3, 6),
        (b"# coding: ascii\n'\xff'\n", "byte 0xff is not valid ascii", 2, 2),
        (b"# coding: klingon\n", "unknown encoding: klingon", 1, 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem: byte order mark of utf-8", 1, 1),
        (b"# coding: hex\n", "encoding problem: hex", 1, 1),
        (b"# coding: utf-16\nx", "encoding problem: utf-16", 1, 1),
        (b"x = 1\r\ny = \0\r\n", "source contains a NUL byte", 2, 5),
    ],
)
def test_unreadable_text_is_one_clear_line(raw: bytes, message: str, row: int, column: int) -> None:
    error = error_of(raw)
    assert error.message.startswith(message)
    assert "\n" not in error.message
    assert (error.row, error.column) == (row, column)
    assert str(error) == error.message


def test_errors_cross_process_borders() -> None:
    error = pickle.loads(pickle.dumps(error_of(b"x\n\xff")))
    assert (error.row, error.column) == (2, 1)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"#" * (MAX_BYTES + 1))
    os.mkfifo(tmp_path / "pipe.py")
    expected = {
        "absent.py": "no such file or directory",
        ".": "is a directory",
        "big.py": "file is larger than 10 MB",
        "pipe.py": "is not a regular file",
        "nul\0.py": "is not a possible file name",
    }
    for name, message in expected.items():
        with pytest.raises(SourceError) as caught:
            Source.read(str(tmp_path / name))
        assert caught.value.message == message


def test_read_keeps_the_path_as_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.py").write_bytes(b"x = 1\r\n")
    monkeypatch.chdir(tmp_path)
    source = Source.read("./t.py")
    assert (source.path, source.raw, source.text) == ("./t.py", b"x = 1\r\n", "x = 1\r\n")


def test_characters_that_the_encoding_lacks() -> None:
    source = Source.from_bytes(b"# coding: latin-1\nx = 1\n", "t.py")
    with pytest.raises(SourceError, match="iso-8859-1 has no character '→'") as caught:
        source.encode(source.text + "y = '→'")
    assert caught.value.row == 3


def test_encodings_with_several_spellings_are_not_rewritten() -> None:
    raw = b"# coding: utf-7\nx = '+AGE-'\n"
    source = Source.from_bytes(raw, "t.py")
    assert source.encode(source.text) == raw
    with pytest.raises(SourceError, match="cannot be written back unchanged"):
        source.encode(source.text + "y = 2\n")


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        (["x = 1\n", "é = 2\n"], "utf-8"),
        (["# coding: latin-1\n", "é = 2"], "iso-8859-1"),
        (["# coding: latin-1\n", "'→'\n"], "utf-8"),
        (["# coding: klingon\n", "é\n"], "utf-8"),
        (["'\udc80'\n"], "utf-8"),
        (["\ufeffx = 1\n"], "utf-8"),
        ([], "utf-8"),
    ],
)
def test_lines_of_flake8(lines: list[str], encoding: str) -> None:
    source = Source.from_lines(lines, "stdin")
    assert source.text == "".join(lines).lstrip("\ufeff")
    assert source.encoding == encoding
    assert source.raw.decode(encoding, "surrogatepass" if encoding == "utf-8" else "strict") == source.text


@given(programs)
def test_rows_and_columns_are_those_of_ast(text: str) -> None:
    source = Source.from_bytes(text.encode(), "t.py")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr)):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start = source.offset_of(node.lineno, node.col_offset)
            end = source.offset_of(node.end_lineno, node.end_col_offset)
            again = ast.parse(text[start:end]).body[0]
            expected = node if isinstance(node, ast.stmt) else ast.Expr(node)
            assert isinstance(node, ast.Name) or ast.dump(again) == ast.dump(expected)
            assert source.position(start).row == node.lineno


@given(programs)
def test_position_and_offset_are_inverse(text: str) -> None:
    source = Source.from_bytes(text.encode(), "t.py")
    for offset in range(len(text) + 1):
        row, column = source.position(offset)
        assert source.offset(row, column - 1) == offset
        utf8 = len(source.line(row)[: column - 1].encode())
        assert source.offset_of(row, utf8) == offset


def test_places() -> None:
    source = Source.from_bytes("a\r\né = '\u2028x'\rb\x0cc\n".encode(), "t.py")
    assert source.line_starts == [0, 3, 12, 16]
    assert source.rows == 3
    assert [source.line(row) for row in (1, 2, 3, 4)] == ["a\r\n", "é = '\u2028x'\r", "b\x0cc\n", ""]
    assert source.universal_lines == ["a\n", "é = '\u2028x'\n", "b\x0cc\n"]
    assert source.position(len(source.text)) == Position(4, 1)
    for row in (0, 5):
        with pytest.raises(IndexError):
            source.line(row)


def test_sources_travel_between_processes() -> None:
    source = Source.from_bytes(b"x = 1  # noqa\n", "t.py")
    assert source.noqa.suppresses(1, "LPL101")
    again = pickle.loads(pickle.dumps(source))
    assert again == source
    assert again.noqa.suppresses(1, "LPL101")
