"""Which class of mock stands where."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue
from looplint.project.mocks.child_kinds import child_at
from looplint.project.mocks.mocks import know

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock, create_autospec, patch
from redis.asyncio import Redis
from openai import AsyncOpenAI

class Repo:
    async def get(self): ...
    def name(self): ...

def handed(mock): ...

class Plain(Mock): ...

class Own(MagicMock):
    async def get(self): ...

class HomeMade(MagicMock):
    async def __call__(self, *args, **kwargs): return super().__call__(*args, **kwargs)

class AsyncChildren(MagicMock):
    def _get_child_mock(self, **kwargs): return AsyncMock(**kwargs)

"""


@pytest.mark.parametrize(
    ("body", "expression", "expected"),
    [
        ("m = Plain()", "m.get().json", "Mock"),
        ("m = Own()", "m.name", "MagicMock"),
        ("m = Own()", "m.__aenter__", "AsyncMock"),
        ("m = Own(spec=Repo)", "m.name", "MagicMock"),
        ("m = HomeMade()", "m.get().json", "AsyncMock"),
        ("m = HomeMade()", "m.__enter__", None),
        ("m = HomeMade(spec=Repo)", "m.name", "AsyncMock"),
        ("m = HomeMade()\n    m.get = MagicMock()", "m.get", "MagicMock"),
        ("m = AsyncChildren()", "m.get", "AsyncMock"),
        ("m = AsyncChildren()", "m", "MagicMock"),
        ("m = AsyncChildren()", "m.__aenter__", None),
        ("m = AsyncMock()", "m.get", "AsyncMock"),
        ("m = AsyncMock()", "m.get.return_value.json", "AsyncMock"),
        ("m = AsyncMock()", "m['a'].b", "MagicMock"),
        ("m = MagicMock()", "m.get().json", "MagicMock"),
        ("m = Mock()", "m.get", "Mock"),
        ("m = Mock()", "m['a']", None),
        ("m = NonCallableMock()", "m.get", "Mock"),
        ("m = MagicMock()", "m.__aenter__", "AsyncMock"),
        ("m = MagicMock()", "m.__aenter__.return_value.get", "AsyncMock"),
        ("m = MagicMock()", "m.__enter__.return_value.get", "MagicMock"),
        ("m = Mock()", "m.__aenter__", None),
        ("m = AsyncMock()\n    m.get = MagicMock()", "m.get", "MagicMock"),
        ("m = AsyncMock()\n    m.get.return_value = Mock()", "m.get.return_value.json", "Mock"),
        ("m = AsyncMock()\n    m.get = unknown", "m.get", None),
        ("m = AsyncMock()\n    m.get = MagicMock()\n    m.get = AsyncMock()", "m.get", None),
        ("m = AsyncMock()\n    m.get.side_effect = [1]", "m.get.return_value.json", None),
        ("m = AsyncMock(get=MagicMock())", "m.get", "MagicMock"),
        ("m = AsyncMock(spec=Repo)", "m.get", "AsyncMock"),
        ("m = AsyncMock(spec=Repo)", "m.name", "MagicMock"),
        ("m = Mock(spec=Repo)", "m.name", "Mock"),
        ("m = Mock(spec=Repo)", "m.put", None),
        ("m = Mock(spec=unknown)", "m.get", None),
        ("m = AsyncMock(spec=Repo)", "m.get.return_value.name", "AsyncMock"),
        ("m = AsyncMock(spec=Redis)", "m.get", "MagicMock"),
        ("m = AsyncMock(spec=AsyncOpenAI)", "m.chat.completions.create", "MagicMock"),
        ("m = create_autospec(AsyncOpenAI, instance=True)", "m.chat.completions", None),
        ("m = create_autospec(Repo)", "m.return_value.get", "AsyncMock"),
        ("m = AsyncMock()\n    handed(m)\n    other.get = Mock()", "m.get", None),
        ("m = AsyncMock()\n    handed(m)\n    n = Mock()\n    n.get = Mock()", "m.get", "AsyncMock"),
        ("m = AsyncMock()\n    setattr(m, name, 1)", "m.get", None),
    ],
)
def test_kind(tmp_path: Path, body: str, expression: str, expected: str | None) -> None:
    text = f"{HEAD}async def test(other, unknown, name):\n    {body}\n    use({expression})\n"
    project = tree(tmp_path, {"test_it.py": text})
    found = facts(project, "test_it.py")
    use = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = infer(project, found, use.args[0])
    assert isinstance(value, MockValue)
    child = child_at(project, know(project, value, found.function("test")), value.path)
    assert (child.kind if child is not None else None) == expected
