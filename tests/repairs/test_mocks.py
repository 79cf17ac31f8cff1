"""Repairs of mocks, in the shapes that authors write."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import write

from looplint.model.edits import apply_edits
from looplint.model.source import Source
from looplint.project import Project
from looplint.project.code.infer import infer
from looplint.project.code.values import CALLED, MockValue
from looplint.project.mocks.child_kinds import child_at
from looplint.project.mocks.mocks import know
from looplint.repairs import mocks as repairs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from looplint.model.finding import Fix
    from looplint.model.module import Module
    from looplint.project.mocks.child_kinds import Child

HEAD = "from unittest.mock import AsyncMock, MagicMock, Mock\n\n\nasync def test():\n"


def repaired(
    root: Path, body: str, expression: str, repair: Callable[[Module, Child], Fix | None], *, head: str = HEAD
) -> str | None:
    """The body after the repair of the mock that `expression` (the argument of the last line's `use`) is."""
    text = f"{head}{body}    use({expression})\n"
    path = write(root, {"test_it.py": text}) / "test_it.py"
    project = Project(root)
    module = project.open(Source.read(str(path)), path)
    facts = module.facts
    call = next(c for c in facts.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = infer(project, facts, call.args[0])
    assert isinstance(value, MockValue)
    child = child_at(project, know(project, value), value.path)
    assert child is not None
    fix = repair(module, child)
    if fix is None:
        return None
    return apply_edits(text, fix.edits).removeprefix(HEAD).removesuffix(f"    use({expression})\n")


def awaitable(module: Module, child: Child) -> Fix | None:
    return repairs.use_async_mock(module, child.known, (*child.path, CALLED), whole=True)


@pytest.mark.parametrize(
    ("body", "expression", "after"),
    [
        ("    m = Mock()\n", "m.get", "    m = AsyncMock()\n"),
        ("    m = Mock(name='m')\n", "m.get", "    m = AsyncMock(name='m')\n"),
        (
            "    m = Mock()\n    m.get.return_value = 1\n",
            "m.get",
            "    m = Mock()\n    m.get = AsyncMock(return_value=1)\n",
        ),
        (
            "    m = Mock()\n    m.get.return_value = 1, 2\n",
            "m.get",
            "    m = Mock()\n    m.get = AsyncMock(return_value=(1, 2))\n",
        ),
        (
            "    m = Mock()\n    m.get.side_effect = f\n",
            "m.get",
            "    m = Mock()\n    m.get = AsyncMock(side_effect=f)\n",
        ),
        ("    m = Mock()\n    m.get.return_value = 1\n    m.get.return_value = 2\n", "m.get", None),
        ("    m = Mock()\n    m.get()\n", "m.get", None),
        ("    m = Mock()\n    m.other()\n", "m.get", None),
    ],
)
def test_use_async_mock(tmp_path: Path, body: str, expression: str, after: str | None) -> None:
    assert repaired(tmp_path, body, expression, awaitable) == after


@pytest.mark.parametrize(
    ("body", "expression", "after"),
    [
        ("    m = Mock(spec=['get'])\n", "m.get", "    m = Mock(spec=['get'])\n    m.get = AsyncMock()\n"),
        (
            "    m = Mock(spec=['get'])\n    m.get.return_value = 1\n",
            "m.get",
            "    m = Mock(spec=['get'])\n    m.get = AsyncMock(return_value=1)\n",
        ),
    ],
)
def test_add_async_child(tmp_path: Path, body: str, expression: str, after: str | None) -> None:
    fixed = repaired(tmp_path, body, expression, lambda m, c: repairs.add_async_child(m, c.known, c.path))
    assert fixed == after


@pytest.mark.parametrize(
    ("body", "expression", "after"),
    [
        ("    m = AsyncMock()\n", "m.json", "    m = AsyncMock()\n    m.json = MagicMock()\n"),
        ("    m = AsyncMock()\n", "m", "    m = MagicMock()\n"),
        (
            "    m = AsyncMock()\n    m.json.return_value = {}\n",
            "m.json",
            "    m = AsyncMock()\n    m.json = MagicMock(return_value={})\n",
        ),
        (
            "    m = AsyncMock(json=AsyncMock(return_value=1))\n",
            "m.json",
            "    m = AsyncMock(json=MagicMock(return_value=1))\n",
        ),
        (
            "    m = MagicMock()\n    m.json = AsyncMock()\n",
            "m.json",
            "    m = MagicMock()\n    m.json = MagicMock()\n",
        ),
        (
            "    m = AsyncMock()\n    m.get.return_value.__aenter__.return_value = 1\n",
            "m.get",
            "    m = AsyncMock()\n    m.get = MagicMock()\n    m.get.return_value.__aenter__.return_value = 1\n",
        ),
    ],
)
def test_use_plain_child(tmp_path: Path, body: str, expression: str, after: str | None) -> None:
    fixed = repaired(tmp_path, body, expression, repairs.use_plain_child)
    assert fixed == after


def test_the_whole_mock(tmp_path: Path) -> None:
    fixed = repaired(
        tmp_path,
        "    m = AsyncMock()\n    m.json.return_value = {}\n",
        "m.json",
        lambda m, c: repairs.use_plain_child(m, c, whole=True),
    )
    assert fixed == "    m = MagicMock()\n    m.json.return_value = {}\n"


@pytest.mark.parametrize(
    ("imports", "body", "unread", "after"),
    [
        ("AsyncMock, Mock", "    m = Mock()\n    m.json = AsyncMock()\n", False, "m.json = MagicMock()"),
        ("AsyncMock, Mock", "    m = Mock()\n    m.json = AsyncMock()\n", True, "m.json = Mock()"),
        (
            "AsyncMock, Mock",
            "    m = Mock(json=AsyncMock(return_value=1))\n",
            False,
            "m = Mock(json=Mock(return_value=1))",
        ),
        (
            "AsyncMock, Mock",
            "    m = Mock(json=AsyncMock(side_effect=[1]))\n",
            False,
            "m = Mock(json=Mock(side_effect=[1]))",
        ),
        (
            "AsyncMock, Mock",
            "    m = AsyncMock()\n    m.json.return_value = 1\n",
            False,
            "m.json = Mock(return_value=1)",
        ),
        ("AsyncMock, Mock", "    m = AsyncMock()\n", True, "m.json = Mock()"),
        ("AsyncMock, Mock", "    m = AsyncMock()\n    m.json.return_value.a = 1\n", True, "m.json = MagicMock()"),
        ("AsyncMock, MagicMock, Mock", "    m = Mock()\n    m.json = AsyncMock()\n", True, "m.json = MagicMock()"),
        (
            "AsyncMock",
            "    m = AsyncMock()\n    m.json.return_value = 1\n",
            False,
            "m.json = MagicMock(return_value=1)",
        ),
    ],
)
def test_the_plain_class_that_the_file_imports(
    tmp_path: Path, imports: str, body: str, unread: bool, after: str
) -> None:
    head = f"from unittest.mock import {imports}\n\n\nasync def test():\n"
    fixed = repaired(tmp_path, body, "m.json", lambda m, c: repairs.use_plain_child(m, c, unread=unread), head=head)
    assert fixed is not None
    assert after in (line.strip() for line in fixed.splitlines())
    assert ("MagicMock" in fixed.partition("async def")[0]) is ("MagicMock" in f"{imports}{after}")


def test_use_magic_mock(tmp_path: Path) -> None:
    fixed = repaired(
        tmp_path, "    m = Mock()\n", "m.get", lambda m, c: repairs.use_magic_mock(m, c.known, (*c.path, CALLED))
    )
    assert fixed == "    m = MagicMock()\n"
