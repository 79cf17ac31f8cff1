"""Objects that code awaits themselves, besides calling their methods."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.awaited_objects import awaits_owner

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("stop", "test", "expected"),
    [
        ("self.task.cancel()\n        await self.task", "stop()", True),
        ("self.task.cancel()\n        await asyncio.gather(self.task)", "stop()", True),
        ("self.task.cancel()\n        await asyncio.wait_for(self.task, 1)", "stop()", True),
        ("task = self.task\n        task.cancel()\n        await task", "stop()", True),
        ("self.task.cancel()\n        await self.other", "stop()", False),
        ("self.task.cancel()\n        await self.task.join()", "stop()", False),
        ("self.task.cancel()", "stop()", False),
        ("self.task.cancel()", "join()", True),
        ("self.tasks[0].cancel()\n        await self.tasks[0]", "stop()", False),
        ("cancel()\n        await cancel", "stop()", False),
    ],
)
def test_awaits_owner(tmp_path: Path, stop: str, test: str, expected: bool) -> None:
    app = f"import asyncio\nclass A:\n    async def stop(self):\n        {stop}\n"
    app += "    async def join(self):\n        await self.task\n"
    project = tree(tmp_path, {"app.py": app, "test_a.py": f"async def test(a):\n    await a.{test}\n"})
    code = facts(project, "app.py")
    call = next(node for node in code.calls if ast.unparse(node.func).endswith("cancel"))
    asking = facts(project, "test_a.py").functions[0]
    assert awaits_owner(code, call, asking) is expected
