"""`asyncio.run(X)` instead of `get_event_loop().run_until_complete(X)`: when it is safe, unsafe, impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.model.edits import apply_edits
from looplint.repairs.loops import run_instead
from looplint.rules.rule import Applicability

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.rules.rule import Fix

HEAD = """\
import asyncio
import pytest
STATE = make()
async def coro(*args): ...
async def agen(): yield
def plain(): ...
@pytest.fixture
def number(): return 1
@pytest.fixture
def client(): return asyncio.run(coro())
"""
TEST = "test_x.py"


def fix_of(root: Path, body: str, parameters: str = "", other: str = "", *, breaks_others: bool = False) -> Fix | None:
    rows = "".join(f"    {row}\n" for row in body.split("\n"))
    project = tree(root, {"pytest.ini": "[pytest]\n", TEST: f"{HEAD}def test_x({parameters}):\n{rows}{other}\n"})
    facts = project.facts_at(root / TEST)
    assert facts is not None
    module = project.open(facts.source, root / TEST)
    test = module.facts.function("test_x")
    assert test is not None
    call = next(c for c in module.facts.calls_to("asyncio.get_event_loop") if module.facts.function_of(c) is test)
    fix = run_instead(module, project, test, call, breaks_others=breaks_others)
    if fix is not None:
        after = apply_edits(module.text, fix.edits).split("):\n")[-1]
        assert "asyncio.run(coro" in after
        assert after.count("get_event_loop") == body.count("get_event_loop") - 1 + other.count("get_event_loop")
    return fix


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("asyncio.get_event_loop().run_until_complete(coro())", ""),
        ("loop = asyncio.get_event_loop()\nloop.run_until_complete(coro(1))", ""),
        ("loop: object = asyncio.get_event_loop()\nassert loop.run_until_complete(coro(x=[1])) is None", ""),
        ("asyncio.get_event_loop().run_until_complete(coro(number, tmp_path))", "number, tmp_path"),
        ("value = plain()\nasyncio.get_event_loop().run_until_complete(coro(value))", ""),
    ],
)
def test_safe(tmp_path: Path, body: str, parameters: str) -> None:
    fix = fix_of(tmp_path, body, parameters)
    assert fix is not None
    assert fix.applicability is Applicability.SAFE


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("asyncio.get_event_loop().run_until_complete(coro(client))", "client"),
        ("asyncio.get_event_loop().run_until_complete(coro(unknown))", "unknown"),
        ("asyncio.get_event_loop().run_until_complete(coro(STATE))", ""),
        ("other.run_until_complete(coro())\nasyncio.get_event_loop().run_until_complete(coro())", ""),
    ],
)
def test_unsafe(tmp_path: Path, body: str, parameters: str) -> None:
    fix = fix_of(tmp_path, body, parameters)
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE


def test_what_a_local_coroutine_uses_counts_too(tmp_path: Path) -> None:
    body = "async def coro_of_test(): return client\nasyncio.get_event_loop().run_until_complete(coro_of_test())"
    fix = fix_of(tmp_path, body, "client")
    assert fix is not None
    assert fix.applicability is Applicability.UNSAFE


def test_others_that_ask_for_the_loop(tmp_path: Path) -> None:
    body = "asyncio.get_event_loop().run_until_complete(coro())"
    other = "def test_y(): asyncio.get_event_loop()"
    for breaks_others, expected in ((False, Applicability.SAFE), (True, Applicability.UNSAFE)):
        fix = fix_of(tmp_path, body, other=other, breaks_others=breaks_others)
        assert fix is not None
        assert fix.applicability is expected


@pytest.mark.parametrize(
    "body",
    [
        "asyncio.get_event_loop()",
        "loop = asyncio.get_event_loop()\nloop.run_until_complete(coro())\nloop.close()",
        "loop = asyncio.get_event_loop()\nloop = plain()\nloop.run_until_complete(coro())",
        "asyncio.get_event_loop().run_until_complete(plain())",
        "asyncio.get_event_loop().run_until_complete(agen())",
        "asyncio.get_event_loop().run_until_complete(asyncio.gather(coro()))",
        "asyncio.get_event_loop().run_until_complete(unknown())",
        "asyncio.get_event_loop().run_until_complete(*[coro()])",
        "f = asyncio.get_event_loop().run_until_complete",
    ],
)
def test_impossible(tmp_path: Path, body: str) -> None:
    assert fix_of(tmp_path, body) is None


def test_a_local_import_is_used(tmp_path: Path) -> None:
    fix = fix_of(tmp_path, "import asyncio\nasyncio.get_event_loop().run_until_complete(coro())")
    assert fix is not None
    assert len(fix.edits) == 1
