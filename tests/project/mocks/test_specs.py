"""What a mock was specified with."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue, Nature
from looplint.project.mocks import specs

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

HEAD = """\
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec, patch
from openai import AsyncOpenAI
from redis.asyncio import Redis

class Repo:
    async def get(self): ...
    def name(self): ...

def plain(): ...
"""


def spec_at(root: Path, expression: str) -> tuple[Project, specs.Spec | None]:
    project = tree(root, {"test_it.py": f"{HEAD}\nuse({expression})\n"})
    found = facts(project, "test_it.py")
    use = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = infer(project, found, use.args[0])
    assert isinstance(value, MockValue)
    return project, specs.spec_of(project, value)


@pytest.mark.parametrize(
    ("expression", "name", "nature"),
    [
        ("Mock(spec=Repo)", "get", Nature.COROUTINE),
        ("Mock(Repo)", "name", Nature.SYNC),
        ("MagicMock(spec=Repo())", "get", Nature.COROUTINE),
        ("AsyncMock(spec_set=Redis)", "get", Nature.AWAITABLE),
        ("AsyncMock(spec=Redis)", "aclose", Nature.COROUTINE),
        ("AsyncMock(spec=AsyncOpenAI)", "chat", Nature.OTHER),
        ("Mock(spec=['get'])", "get", Nature.OTHER),
        ("create_autospec(Repo, instance=True)", "get", Nature.COROUTINE),
    ],
)
def test_members(tmp_path: Path, expression: str, name: str, nature: Nature) -> None:
    project, spec = spec_at(tmp_path, expression)
    assert spec is not None
    found = specs.member(project, spec, name)
    assert found is not None
    assert found.nature is nature


@pytest.mark.parametrize("expression", ["Mock()", "Mock(wraps=Repo())", "Mock(spec=unknown)", "Mock(spec=plain)"])
def test_no_spec(tmp_path: Path, expression: str) -> None:
    assert spec_at(tmp_path, expression)[1] is None


def test_absent_names_are_unknown(tmp_path: Path) -> None:
    project, spec = spec_at(tmp_path, "Mock(spec=['get'])")
    assert spec is not None
    assert specs.member(project, spec, "put") is None


def test_what_a_call_gives(tmp_path: Path) -> None:
    of_class = spec_at(tmp_path, "create_autospec(Repo)")[1]
    assert of_class is not None
    assert of_class.called is not None
    assert of_class.called.called is None
    instance = spec_at(tmp_path, "Mock(spec=Repo)")[1]
    assert instance is not None
    assert instance.called is None


def test_namespaces(tmp_path: Path) -> None:
    spec = spec_at(tmp_path, "AsyncMock(spec=AsyncOpenAI)")[1]
    assert spec is not None
    chat = specs.below(spec, "chat")
    assert chat is not None
    assert chat.chain == "chat"
    assert specs.below(spec, "close") is None
