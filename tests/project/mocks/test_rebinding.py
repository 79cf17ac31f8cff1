"""Attributes that a class fills again before it uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.calls_on import calls_on_attribute
from looplint.project.mocks.met_calls import met_calls

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "class Pool:\n    def __init__(self):\n        self._session = None\n\n"
FETCH = "    async def fetch(self, key):\n{before}        return await self._session.get(key)\n\n"
OTHER = "    async def _open(self):\n        {opening}\n"


def _pool(before: str, opening: str) -> str:
    lines = "".join(f"        {line}\n" for line in before.splitlines())
    return HEAD + FETCH.format(before=lines) + OTHER.format(opening=opening)


@pytest.mark.parametrize(
    ("before", "opening", "expected"),
    [
        ("pass", "self._session = Session()", []),
        ("self._session = Session()", "pass", None),
        ("if key: self._session = Session()", "pass", None),
        ("await self._open()", "self._session = Session()", None),
        ("await run(self._open)", "self._session = Session()", []),
        ("await self._open()", "self._session = None", []),
        ("if self._session is None: self._session = Session()", "pass", []),
        ("if self._session is None or key: self._session = Session()", "pass", None),
        ("if self._session is None and key: self._session = Session()", "pass", []),
        ("if self._session is None or self._session.closed: self._session = Session()", "pass", [("closed", False)]),
        ("if self._session.closed: self._session = Session()", "pass", [("closed", False)]),
        ("if self._session.is_closed(): self._session = Session()", "pass", [("is_closed.()", False)]),
        ("if not self._session.ready: self._session = Session()", "pass", [("ready", True)]),
        ("if self._session.state == 'closed': self._session = Session()", "pass", [("state", True)]),
        ("if self._session.state != 'open': self._session = Session()", "pass", [("state", False)]),
        ("await self._open()", "if self._session.closed: self._session = Session()", [("closed", False)]),
    ],
)
def test_questions(tmp_path: Path, before: str, opening: str, expected: list[tuple[str, bool]] | None) -> None:
    project = tree(tmp_path, {"app.py": _pool(before, opening)})
    cls = facts(project, "app.py").cls("Pool")
    assert cls is not None
    calls = [call for call in calls_on_attribute(project, cls, "_session") if call.path == ("get", "()")]
    asked = [sorted((".".join(q.path), q.keeps) for q in call.questions) for call in calls]
    assert asked == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("question", "setup", "met"),
    [
        ("self._session.closed", "", False),
        ("self._session.closed", "session.closed = False", True),
        ("self._session.closed", "session.closed = True", False),
        ("self._session.is_closed()", "session.is_closed.return_value = False", True),
        ("not self._session.ready", "", True),
        ("not self._session.ready", "session.ready = False", False),
    ],
)
def test_what_the_test_answers(tmp_path: Path, question: str, setup: str, met: bool) -> None:
    test = f"""
    from unittest.mock import MagicMock
    from app import Pool

    async def test_it():
        pool = Pool()
        session = MagicMock()
        {setup or "pass"}
        pool._session = session
        await pool.fetch(1)
    """
    source = _pool(f"if {question}: self._session = Session()", "pass")
    project = tree(tmp_path, {"app.py": source, "test_it.py": test})
    found = [one for one in met_calls(project, facts(project, "test_it.py")) if one.call.path == ("get", "()")]
    assert bool(found) is met
