from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.mocks import demands

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.definitions import Class
    from looplint.project import Project

APP = """
import asyncio
import inspect
from dataclasses import dataclass

class Base:
    def __init__(self, repo, clock=None):
        self.repo = repo
        self._clock = clock or default

    async def load(self, key):
        await self.repo.get(key)
        self.repo.name()
        await asyncio.gather(self.repo.many(), other())

    async def maybe(self, key):
        if key:
            await self.repo.rare(key)

    async def twice(self):
        await self.load(1)

    async def tolerant(self):
        result = self.repo.read()
        if inspect.isawaitable(result):
            await result

    async def guarded(self):
        if hasattr(self.repo, "close"):
            await self.repo.close()

    async def threads(self):
        await asyncio.to_thread(self.repo.block, 1)

    async def both(self):
        return await self.repo.both()

    def sync(self):
        return self.repo.both()

    async def entered(self):
        async with self.repo.session() as session:
            return session

class Child(Base):
    def __init__(self, store, *, extra):
        super().__init__(store)
        self.extra = extra
        self.wrapped = Wrapper(extra)

    async def load(self, key):
        return self.repo.get(key)

@dataclass
class Data:
    first: object
    second: object = None

    async def run(self):
        await self.second.send()

class Twice:
    def __init__(self, repo):
        self.repo = repo
        self.repo = wrap(self.repo)

async def publish(bus, event):
    await bus.publish(event)
    await bus.deep.er.call()

def rebinding(bus):
    bus = wrap(bus)
    return asyncio.run(bus.publish())
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tree(tmp_path, {"app.py": APP})


def cls(project: Project, name: str) -> Class:
    found = facts(project, "app.py").cls(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "parameter", "attributes"),
    [
        ("Base", "repo", ["repo"]),
        ("Base", "clock", ["_clock"]),
        ("Child", "store", ["repo"]),
        ("Child", "extra", ["extra"]),
        ("Data", "second", ["second"]),
        ("Data", "third", []),
        ("Twice", "repo", []),
    ],
)
def test_where_a_class_keeps_an_argument(project: Project, name: str, parameter: str, attributes: list[str]) -> None:
    assert demands.attributes_of(project, cls(project, name), parameter) == attributes


def test_fields(project: Project) -> None:
    assert demands.fields(project, cls(project, "Data")) == ["first", "second"]
    assert demands.fields(project, cls(project, "Base")) == []


def test_replaced_names(tmp_path: Path) -> None:
    text = "def test():\n    a.b = 1\n    a.c.d = 2\n    patch.object(a, 'e')\n    patch('m.f')\n    x = a.g\n"
    project = tree(tmp_path, {"test_it.py": text})
    assert demands.replaced_names(function(project, "test_it.py", "test")) == {"b", "d", "e", "f"}


@pytest.mark.parametrize(
    ("body", "attributes"),
    [
        ("if self._c is None:\n            self._c = make()", ["_c"]),
        ("if not self._c:\n            self._c = make()", ["_c"]),
        ("self._c = None", ["_c"]),
        ("self._c = make()", []),
        ("if self._c is None or self.x:\n            self._c = make()", []),
        ("if self._c.closed:\n            self._c = make()", []),
    ],
)
def test_attributes_that_are_filled_where_they_are_empty(tmp_path: Path, body: str, attributes: list[str]) -> None:
    text = f"class S:\n    def __init__(self, c=None):\n        self._c = c\n    def get(self):\n        {body}\n"
    project = tree(tmp_path, {"m.py": text})
    assert demands.attributes_of(project, facts(project, "m.py").classes[0], "c") == attributes
