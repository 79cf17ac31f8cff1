from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.misplaced_awaits import Mistake, misplaced_awaits

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import asyncio, inspect, json, time
import pytest
class Base:
    def hook(self): ...
    def nothing(self): return None
class Item:
    def __init__(self): self.seen = 0
    def plain(self): return 1
    def counted(self) -> int: return self.seen
    def given(self) -> int: return self.source.read()
    def unknown(self): return self.elsewhere
    def source(self): ...
    async def load(self): return 1
class Sub(Base):
    async def nothing(self): return None
def helper(): return {}
async def item(): return Item()
async def rows() -> list[int]: return load()
async def something(): return load()
"""


def found(root: Path, expression: str) -> list[tuple[Mistake, str, bool | None]]:
    project = tree(root, {"m.py": ""})
    (root / "m.py").write_text(f"{CODE}\nasync def test(base: Base, given):\n    {expression}\n")
    return [(one.mistake, one.type, one.again) for one in misplaced_awaits(project, facts(project, "m.py"))]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("await helper()", (Mistake.PLAIN, "dict", None)),
        ("await Item().plain()", (Mistake.PLAIN, "int", None)),
        ("await Item().counted()", (Mistake.PLAIN, "int", None)),
        ("await Item()", (Mistake.PLAIN, "Item", None)),
        ("await time.sleep(1)", (Mistake.PLAIN, "NoneType", None)),
        ("await json.loads('1')", (Mistake.PLAIN, "", None)),
        ("await asyncio.get_running_loop()", (Mistake.PLAIN, "", None)),
        ("await [1]", (Mistake.LITERAL, "list", None)),
        ("await (lambda: 1)", (Mistake.LITERAL, "function", None)),
        ("await helper", (Mistake.UNCALLED, "function", None)),
        ("await Item().load", (Mistake.UNCALLED, "method", None)),
        ("await asyncio.sleep", (Mistake.UNCALLED, "function", None)),
        ("await rows()[0]", (Mistake.CHAIN, "coroutine", False)),
        ("await rows().copy()", (Mistake.CHAIN, "coroutine", False)),
        ("await item().plain()", (Mistake.CHAIN, "coroutine", False)),
        ("await item().load()", (Mistake.CHAIN, "coroutine", True)),
        ("await something().load()", (Mistake.CHAIN, "coroutine", None)),
    ],
)
def test_mistakes(tmp_path: Path, expression: str, expected: tuple[Mistake, str, bool | None]) -> None:
    assert found(tmp_path, expression) == [expected]


@pytest.mark.parametrize(
    "expression",
    [
        "await Item().load()",
        "await Item().given()",
        "await Item().unknown()",
        "await given.plain()",
        "await base.hook()",
        "await base.nothing()",
        "await asyncio.run(item())",
        "await (await item()).load()",
        "await something().close()",
        "await foreign()",
        "with pytest.raises(TypeError): await helper()",
        "if inspect.isawaitable(helper()): await helper()",
    ],
)
def test_what_may_be_right(tmp_path: Path, expression: str) -> None:
    assert found(tmp_path, expression) == []


FIXTURES = """
import pytest, pytest_asyncio
from unittest.mock import Mock

@pytest_asyncio.fixture
async def pair(): return 1, 2

@pytest.fixture
async def raw(): return 1, 2

@pytest.fixture
def mock(): return Mock()
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("async def test_x(pair):\n    await pair", ["tuple"]),
        ("async def test_x(raw):\n    await raw", []),
        ("async def test_x(mock):\n    await mock", []),
        ("async def helper(pair):\n    await pair", []),
        ("async def test_x(pair):\n    pair = other()\n    await pair", []),
    ],
)
def test_what_fixtures_hand_out(tmp_path: Path, test: str, expected: list[str]) -> None:
    project = tree(tmp_path, {"test_m.py": f"{FIXTURES}\n{test}\n"})
    places = list(misplaced_awaits(project, facts(project, "test_m.py")))
    assert [one.type for one in places] == expected
    assert all(one.mistake is Mistake.HANDED_OUT for one in places)
