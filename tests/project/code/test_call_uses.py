"""What becomes of the result of a call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.call_uses import use_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await m()", "awaited"),
        ("x = await m()", "awaited"),
        ("await asyncio.gather(m(), other())", "awaited"),
        ("async with m(): pass", "entered"),
        ("async for x in m(): pass", "iterated"),
        ("[x async for x in m()]", "iterated"),
        ("m()", "dropped"),
        ("m().name", "used"),
        ("m()['a']", "used"),
        ("for x in m(): pass", "used"),
        ("[x for x in m()]", "used"),
        ("with m(): pass", "used"),
        ("a, b = m()", "used"),
        ("m() + 1", "used"),
        ("1 < m()", "used"),
        ("len(m())", "used"),
        ("x = m()\n    use(x.name)", "used"),
        ("if m(): pass", "tested"),
        ("assert not m()", "tested"),
        ("x = m()\n    await x", None),
        ("x = m()\n    return x", None),
        ("x = m()\n    use(x)\n    x.name", None),
        ("x = m()\n    if asyncio.iscoroutine(x): x = await x", None),
        ("return m()", None),
        ("use(m())", None),
        ("tasks = [m()]", None),
        ("m().close()", None),
        ("x = m() == 1", None),
        ("d[m()]", None),
        ("if callable(m):\n        m()", None),
        ("if _is_async_client(m): await m()", None),
        ("if not _is_async_client(m): raise TypeError\n    await m()", None),
        ("await m()\n    if not is_async(m): return", "awaited"),
        ("if not m: return\n    await m()", "awaited"),
    ],
)
def test_use(tmp_path: Path, body: str, expected: str | None) -> None:
    project = tree(tmp_path, {"app.py": f"import asyncio\nasync def f(m, other, use, d, tasks):\n    {body}\n"})
    found = facts(project, "app.py")
    call = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "m")
    assert use_of(found, call) == expected
