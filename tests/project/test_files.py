from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.engine.unchanged import _QUESTIONS
from looplint.project import files
from looplint.project.asked import recording
from looplint.project.code.defined_names import _DEF, _LAST_BASE, _SECOND_BASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _keeping() -> Iterator[None]:
    files.forget()
    files.keep_fingerprints(keeping=True)
    yield
    files.keep_fingerprints(keeping=False)
    files.forget()


def test_every_access_asks_a_question_with_its_answer(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"def f(): ...\n")
    (tmp_path / "sub").mkdir()
    with recording() as asked:
        assert files.read(tmp_path / "a.py") == b"def f(): ...\n"
        assert files.is_file(tmp_path / "a.py")
        assert files.is_directory(tmp_path / "sub")
        assert not files.is_there(tmp_path / "gone")
        assert files.entry(tmp_path, "sub") == "d"
        assert files.entry(tmp_path, "gone") == ""
        assert files.names(tmp_path) == ("a.py", "sub")
        assert files.names(tmp_path, r"\.py$") == ("a.py",)
        assert files.python_files(tmp_path) == (tmp_path / "a.py",)
        assert files.matching(tmp_path, r"(async )?def (\w+)", "", "f") == (tmp_path / "a.py",)
    told = sorted((q.kind, q.argument, q.answer) for q in asked if not isinstance(q, frozenset))
    assert [kind for kind, _, _ in told] == sorted(
        ["content", "entry", "entry", "kind", "kind", "matching", "names", "names", "there", "tree"]
    )
    assert ("entry", "gone", "") in told
    assert ("kind", "", "d") in told
    assert files.UNKNOWN not in [answer for _, _, answer in told]


def test_what_cannot_be_read_was_asked_too(tmp_path: Path) -> None:
    for name in ("gone", "."):
        with recording() as asked, pytest.raises(OSError, match=r"No such file|Is a directory"):
            files.read(tmp_path / name)
        assert asked == {files.content(str(tmp_path / name), "")}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="Invalid argument"):
        files.read(tmp_path / "pipe")
    assert files.kind(tmp_path / "pipe") == "o"


def test_hidden_names_and_bytecode_are_no_names(tmp_path: Path) -> None:
    for name in (".git", "__pycache__", "a"):
        (tmp_path / name).mkdir()
    assert files.names(tmp_path) == ("a",)
    assert files.names(tmp_path / "gone") == ()


def test_directories_are_read_once_until_forgotten(tmp_path: Path) -> None:
    assert files.entry(tmp_path, "a") == ""
    (tmp_path / "a").write_text("")
    assert files.entry(tmp_path, "a") == ""
    files.forget()
    assert files.entry(tmp_path, "a") == "f"


def test_hidden_and_foreign_directories_are_not_walked(tmp_path: Path) -> None:
    for name in (".venv", "node_modules", "build", "app"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.py").write_text("")
    assert files.python_files(tmp_path) == (tmp_path / "app" / "x.py",)


def test_every_kind_of_question_can_be_put_again() -> None:
    assert files.__doc__ is not None
    kinds = {row.split("`")[1] for row in files.__doc__.splitlines() if row.startswith("| `")}
    assert kinds == {*_QUESTIONS, "content", "says", "matching"}


@pytest.mark.parametrize("pattern", [_DEF, _SECOND_BASE, _LAST_BASE, r"(a)(b)"])
@given(
    text=st.lists(
        st.sampled_from(
            ["def ", "async ", "class ", "A", "f", "(", ")", ", ", ".", ":", "\n", "\n", "  ", "\t", "#", "ab", "\r"]
        ),
        max_size=60,
    ).map("".join)
)
def test_rows_with_a_keyword_are_all_the_rows_that_a_pattern_matches(pattern: str, text: str) -> None:
    raw = text.encode()
    assert set(files._finder(pattern)(raw)) == set(re.compile(pattern.encode(), re.MULTILINE).findall(raw))


def test_patterns_that_are_wanted_together_are_found_in_one_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("one = two\n")
    assert files.matching(tmp_path, "()(one)", "", "one", beside=["()(two)"])
    monkeypatch.setattr(files, "read_unasked", None)
    monkeypatch.setattr(os, "walk", None)
    assert files.matching(tmp_path, "()(two)", "", "two")
    assert files.python_files(tmp_path) == (tmp_path / "a.py",)
