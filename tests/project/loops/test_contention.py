from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.source import Source
from looplint.project import Project
from looplint.project.loops.contention import is_primitive, waits_for

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts

TEXT = """
import asyncio
import pytest

LOCK = {made}

async def enters():
    async with LOCK:
        await asyncio.sleep(0)

async def only_enters():
    async with LOCK:
        pass

async def shadows(LOCK):
    async with LOCK:
        await asyncio.sleep(0)

async def test():
    {body}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def opened(project: Project, text: str) -> Facts:
    path = project.root / "test_a.py"
    path.write_text(text, encoding="utf-8")
    return project.open(Source.read(str(path)), path).facts


@pytest.mark.parametrize(
    ("made", "body", "expected"),
    [
        ("asyncio.Lock()", "await asyncio.gather(enters(), enters())", True),
        ("asyncio.Lock()", "await asyncio.gather(enters())", False),
        ("asyncio.Lock()", "asyncio.gather(enters(), enters())", False),
        ("asyncio.Lock()", "await asyncio.gather(only_enters(), only_enters())", False),
        ("asyncio.Lock()", "await asyncio.gather(shadows(x), shadows(x))", False),
        ("asyncio.Lock()", "await asyncio.gather(unknown(), unknown())", False),
        ("asyncio.Semaphore()", "await asyncio.gather(enters(), enters())", True),
        ("asyncio.Semaphore(2)", "await asyncio.gather(enters(), enters())", False),
        ("asyncio.Semaphore(2)", "await asyncio.gather(*[enters() for _ in range(3)])", True),
        ("asyncio.Semaphore(2)", "await asyncio.gather(*(enters() for _ in range(n)))", False),
        ("asyncio.Semaphore(2)", "await asyncio.gather(*(enters() for i in range(9) if i > 7))", False),
        ("asyncio.Semaphore(n)", "await asyncio.gather(enters(), enters())", False),
        ("asyncio.Queue()", "await asyncio.gather(enters(), enters())", False),
        ("asyncio.Queue()", "await LOCK.get()", False),
        ("asyncio.Queue()", "await asyncio.wait_for(LOCK.get(), 1)", False),
        (
            "asyncio.Queue()",
            "with pytest.raises(asyncio.TimeoutError):\n        await asyncio.wait_for(LOCK.get(), 1)",
            True,
        ),
        (
            "asyncio.Queue()",
            "with pytest.raises(TimeoutError):\n        await asyncio.wait_for(OTHER.get(), 1)",
            False,
        ),
    ],
)
def test_who_surely_waits(root: Path, made: str, body: str, expected: bool) -> None:
    project = Project(root)
    facts = opened(project, TEXT.format(made=made, body=body))
    test = facts.function("test")
    assert test is not None
    (call,) = [c for c in facts.calls if c.lineno == 5]
    assert is_primitive(facts, call)
    assert waits_for(project, test, "LOCK", call) is expected


def test_attributes_of_the_class(root: Path) -> None:
    project = Project(root)
    text = """
import asyncio

class TestA:
    lock = asyncio.Lock()

    async def enters(self):
        async with self.lock:
            await asyncio.sleep(0)

    async def test(self):
        await asyncio.gather(self.enters(), self.enters())
"""
    facts = opened(project, text)
    test = facts.function("TestA.test")
    assert test is not None
    assert waits_for(project, test, "self.lock", facts.calls[0])
    assert not waits_for(project, test, "self.other", facts.calls[0])
