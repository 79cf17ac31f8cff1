"""Calls of AsyncMocks that are taken for their value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks import tested_coroutines as mocks

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
import asyncio
import inspect
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec, patch
import pytest

async def coroutine(): ...

def plain(): ...

class Repo:
    async def get(self): ...
    def table(self): ...

"""


def compared(root: Path, body: str) -> list[bool]:
    """For each finding in a test with a mock `m`: is it compared, rather than asked for its truth?"""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    text = f"{HEAD}async def test_it(self):\n    m = AsyncMock()\n{lines}"
    project = tree(root, {"test_it.py": text})
    return [found.compared for found in mocks.tested_coroutines(project, facts(project, "test_it.py"))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("assert m.get()", [False]),
        ("assert not m.get()", [False]),
        ("assert m()", [False]),
        ("while m.get(): ...", [False]),
        ("x = 1 if m.get() else 2", [False]),
        ("x = m.get() or 2", [False]),
        ("x = 2 or m.get()", []),
        ("assert 2 or m.get()", [False]),
        ("assert m.get() == 1", [True]),
        ("assert 1 != m.get()", [True]),
        ("assert m.get() is None", [True]),
        ("self.assertTrue(m.get())", [False]),
        ("self.assertEqual(1, m.get())", [True]),
        ("self.assertEqual(1, 2, m.get())", []),
        ("self.assertIsInstance(m.get(), object)", []),
        ("assert all((m.get(), m.put()))", [False, False]),
        ("assert all([m.get()] + [1])", []),
        ("x = m.get()\nassert x", [False]),
        ("x = m.get()\nassert x == 1", [True]),
        ("x = m.get()", []),
        ("x = m.get()\nassert x\nawait x", []),
        ("x = m.get()\nassert x\nx.close()", []),
        ("x = m.get()\nx = 1\nassert x", []),
        ("assert await m.get()", []),
        ("assert m.get", []),
        ("assert inspect.iscoroutine(m.get())", []),
        ("assert (await m.get()).found()", []),
        ("m.get = Mock()\nassert m.get()", []),
        ("p = Mock(get=AsyncMock())\nassert p.get()", [False]),
        ("p = Mock()\nassert p.get()", []),
        ("p = AsyncMock(spec=Repo)\nassert p.table()\nassert p.get()", [False]),
        ("p = create_autospec(Repo, instance=True)\nassert p.get()", [False]),
        ("p = create_autospec(coroutine)\nassert p()", [False]),
        ("p = create_autospec(plain)\nassert p()", []),
        ("p = Mock(spec=coroutine)\nassert p() == 1", [True]),
        ("with patch('test_it.coroutine', autospec=True) as p:\n    assert p()", [False]),
        ("with patch('test_it.plain', autospec=True) as p:\n    assert p()", []),
        ("with pytest.raises(TypeError):\n    assert m.get() > 1", []),
        ("if inspect.isawaitable(m):\n    assert m.get()", []),
    ],
)
def test_tested(tmp_path: Path, body: str, expected: list[bool]) -> None:
    assert compared(tmp_path, body) == expected


def test_where_the_mock_is_made(tmp_path: Path) -> None:
    text = f"{HEAD}async def test_it():\n    m = Mock()\n    m.get = AsyncMock()\n    assert m.get()\n"
    project = tree(tmp_path, {"test_it.py": text})
    (found,) = mocks.tested_coroutines(project, facts(project, "test_it.py"))
    assert found.origin[1].lineno == HEAD.count("\n") + 3  # type: ignore[attr-defined]
