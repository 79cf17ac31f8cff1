"""What awaiting attributes and names gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import InstanceValue

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import asyncio
from typing import Any, Awaitable, Coroutine

class Parts: ...

"""


def _awaited(root: Path, body: str, expression: str) -> str | None:
    project = tree(root, {"m.py": f"{HEAD}{body}\n\nasync def use(s: S):\n    return {expression}\n"})
    found = facts(project, "m.py")
    node = found.nodes(ast.Return)[-1].value
    assert node is not None
    value = infer(project, found, node)
    return value.cls.name if isinstance(value, InstanceValue) else None


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Awaitable[Parts]", "Parts"),
        ("Coroutine[Any, Any, Parts]", "Parts"),
        ("'asyncio.Future[Parts]'", None),
        ("asyncio.Task[Parts]", "Parts"),
        ("list[Parts]", None),
        ("Parts", None),
    ],
)
def test_annotated_attributes(tmp_path: Path, annotation: str, expected: str | None) -> None:
    body = f"class S:\n    def __init__(self, parts: {annotation}):\n        self.parts = parts"
    assert _awaited(tmp_path, body, "await s.parts") == expected


def test_annotated_at_the_assignment(tmp_path: Path) -> None:
    body = "class S:\n    def __init__(self, parts):\n        self.parts: Awaitable[Parts] = parts"
    assert _awaited(tmp_path, body, "await s.parts") == "Parts"


def test_assigned_again(tmp_path: Path) -> None:
    body = (
        "class S:\n    def __init__(self, parts: Awaitable[Parts]):\n        self.parts = parts\n        self.parts = 1"
    )
    assert _awaited(tmp_path, body, "await s.parts") is None


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("@property\n    async def parts(self):\n        return Parts()", "Parts"),
        ("@property\n    async def parts(self) -> Parts:\n        return make()", "Parts"),
        ("@property\n    def parts(self):\n        return Parts()", None),
        ("async def parts(self):\n        return Parts()", None),
        ("@property\n    @cache\n    async def parts(self):\n        return Parts()", None),
    ],
)
def test_properties(tmp_path: Path, definition: str, expected: str | None) -> None:
    assert _awaited(tmp_path, f"class S:\n    {definition}", "await s.parts") == expected


def test_an_async_property_gives_a_coroutine(tmp_path: Path) -> None:
    body = "class S:\n    @property\n    async def parts(self):\n        return Parts()"
    assert _awaited(tmp_path, body, "s.parts") is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [("return await x", "Parts"), ("x = other()\n    return await x", None), ("return await y", None)],
)
def test_parameters(tmp_path: Path, rows: str, expected: str | None) -> None:
    project = tree(tmp_path, {"m.py": f"{HEAD}async def run(x: Awaitable[Parts], y):\n    {rows}\n"})
    found = facts(project, "m.py")
    node = found.nodes(ast.Return)[-1].value
    assert node is not None
    value = infer(project, found, node)
    assert (value.cls.name if isinstance(value, InstanceValue) else None) == expected
