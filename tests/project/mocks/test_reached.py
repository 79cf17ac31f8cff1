"""Does a test come to a place in project code?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.mocks.reached import called_names, calls_surely, comes_to, users_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("here()", True),
        ("try:\n        here()\n    except ValueError:\n        pass", True),
        ("with x:\n        here()", True),
        ("[a for a in here()]", True),
        ("if here(): pass", True),
        ("if x: here()", False),
        ("for a in x: here()", False),
        ("x and here()", False),
        ("try:\n        x()\n    except ValueError:\n        here()", False),
        ("try:\n        x()\n    except ValueError:\n        pass\n    else:\n        here()", False),
        ("if x:\n        return\n    here()", False),
        ("lambda: here()", False),
        ("[here() for a in x]", False),
        ("list(a for a in here())", False),
    ],
)
def test_comes_to(tmp_path: Path, body: str, expected: bool) -> None:
    project = tree(tmp_path, {"app.py": f"def f(x, here):\n    {body}\n"})
    found = facts(project, "app.py")
    call = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "here")
    assert comes_to(function(project, "app.py", "f"), call) is expected


APP = """
class Service:
    async def load(self):
        return await self._load()

    async def _load(self):
        return 1

    async def maybe(self, key):
        if key:
            await self._load()

async def job():
    return await step()

async def step():
    return 1
"""


@pytest.mark.parametrize(
    ("body", "wanted", "expected"),
    [
        ("await Service().load()", "Service._load", True),
        ("await Service().maybe(1)", "Service._load", False),
        ("Service().load()", "Service._load", False),
        ("await job()", "step", True),
        ("job()", "step", False),
        ("await other.load()", "Service._load", False),
        ("service = Service()\n    service._load = 1\n    await service.load()", "Service._load", False),
    ],
)
def test_calls_surely(tmp_path: Path, body: str, wanted: str, expected: bool) -> None:
    text = f"from app import Service, job\n\nasync def test(other):\n    {body}\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    asking = function(project, "test_it.py", "test")
    assert calls_surely(project, asking, function(project, "app.py", wanted)) is expected


def test_users(tmp_path: Path) -> None:
    text = """
    import pytest

    @pytest.fixture
    def repo(): ...

    def test_one(repo): ...
    def test_two(other): ...

    class TestIt:
        def setup_method(self): ...
        def test_three(self): self.a.go()
    """
    project = tree(tmp_path, {"test_it.py": text})
    names = [user.name for user in users_of(project, function(project, "test_it.py", "repo"))]
    assert names == ["test_one"]
    hook = function(project, "test_it.py", "TestIt.setup_method")
    assert [user.name for user in users_of(project, hook)] == ["test_three"]
    assert called_names(function(project, "test_it.py", "TestIt.test_three")) == {"go"}
