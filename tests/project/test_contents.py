from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.facts import Facts
from looplint.model.source import Source
from looplint.project.asked import Question, recording
from looplint.project.contents import Contents

if TYPE_CHECKING:
    from pathlib import Path


def test_bytes_are_read_once_until_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"one")
    contents = Contents({})
    assert not contents.has_read(path)
    assert contents.raw(path) == b"one"
    path.write_bytes(b"two")
    assert contents.raw(path) == b"one"
    assert contents.has_read(path)
    contents.drop(path)
    assert contents.raw(path) == b"two"


def test_who_asks_again_has_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"one two")
    contents = Contents({})
    for _ in range(2):
        with recording() as asked:
            assert contents.mentions(path, b"two")
            assert not contents.mentions(path, b"three")
            contents.raw(path)
        told = sorted((q.kind, q.argument, q.answer) for q in asked if isinstance(q, Question))
        assert told == [("content", "", "?"), ("says", "three", ""), ("says", "two", "1")]


def test_what_was_parsed_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"on disk = 1")
    facts = Facts.parse(Source.from_bytes(b"as_edited = 1", "a.py"), "a", file=path)
    assert Contents({path: facts}).raw(path) == b"as_edited = 1"


def test_what_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    contents = Contents({})
    assert contents.raw(tmp_path) is None
    assert contents.raw(tmp_path / "missing.py") is None
    assert not contents.mentions(tmp_path / "missing.py", b"x")
