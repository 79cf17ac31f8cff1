"""One step through a helper."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.code.helper_calls import first_unguarded, is_certain, may_reach, reached_helper

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (b"start_engine",)


@pytest.mark.parametrize(
    ("definition", "call", "expected"),
    [
        ("def go():\n    start_engine()", "go()", "go"),
        ("class Car:\n    def go(self):\n        start_engine()", "Car().go()", "go"),
        ("class Car:\n    @staticmethod\n    def go():\n        start_engine()", "Car.go()", "go"),
        ("async def go():\n    start_engine()", "go()", None),
        ("def go():\n    yield start_engine()", "go()", None),
        ("@wrapped\ndef go():\n    start_engine()", "go()", None),
        ("go = make()  # start_engine", "go()", None),
    ],
)
def test_what_a_call_reaches(tmp_path: Path, definition: str, call: str, expected: str | None) -> None:
    name = re.split(r"\W", call)[0]
    project = tree(tmp_path, {"app.py": f"{definition}\n", "test_x.py": f"from app import {name}\n{call}\n"})
    seen = facts(project, "test_x.py")
    assert may_reach(project, seen, WORDS)
    outermost = max(seen.calls, key=lambda found: found.end_col_offset or 0)
    found = reached_helper(project, seen, outermost, WORDS)
    assert (found[1].name if found is not None else None) == expected


def test_files_without_the_words_are_not_followed(tmp_path: Path) -> None:
    project = tree(tmp_path, {"app.py": "def go(): ...\n", "test_x.py": "from app import go\ngo()\n"})
    seen = facts(project, "test_x.py")
    assert not may_reach(project, seen, WORDS)
    assert reached_helper(project, seen, seen.calls[-1], WORDS) is None


@pytest.mark.parametrize(
    ("body", "certain"),
    [
        ("start_engine()", True),
        ("with a:\n        start_engine()", True),
        ("try:\n        start_engine()\n    finally:\n        pass", True),
        ("for a in b:\n        start_engine()", False),
        ("return a and start_engine()", False),
        ("try:\n        pass\n    except E:\n        pass\n    else:\n        start_engine()", False),
    ],
)
def test_what_always_happens(tmp_path: Path, body: str, certain: bool) -> None:
    project = tree(tmp_path, {"test_x.py": f"def go():\n    {body}\n"})
    seen = facts(project, "test_x.py")
    go = function(project, "test_x.py", "go")
    (call,) = seen.calls
    assert is_certain(seen, call, go) is certain
    assert (first_unguarded(go, lambda found: found) is call) is certain


def test_a_look_at_the_loop_guards(tmp_path: Path) -> None:
    project = tree(tmp_path, {"test_x.py": "def go():\n    start_engine()\n    loop.is_running()\n"})
    assert first_unguarded(function(project, "test_x.py", "go"), ast.unparse) is None


def test_a_return_above_may_be_taken(tmp_path: Path) -> None:
    text = "def go(x):\n    if x:\n        return 1\n    return start_engine()\n"
    project = tree(tmp_path, {"test_x.py": text})
    assert first_unguarded(function(project, "test_x.py", "go"), ast.unparse) is None
