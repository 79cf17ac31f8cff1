"""Methods that hand out an attribute of their object."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.calls_on import calls_on_attribute
from looplint.project.mocks.givers import given_places, givers
from looplint.project.mocks.rebinding import Question

if TYPE_CHECKING:
    from pathlib import Path

LAZY = "if self._c is None:\n            self._c = make()\n        return self._c"


def found(root: Path, giver: str, use: str) -> tuple[list[Question], list[str]] | None:
    """What a giver asks, and how another method spells what it gives."""
    text = f"class S:\n    {giver}\n    async def use(self):\n        {use}\n"
    project = tree(root, {"m.py": text})
    seen = facts(project, "m.py")
    methods = list(seen.classes[0].methods.values())
    nodes = [n for n in seen.nodes(ast.Attribute) if n.attr == "_c" and isinstance(n.ctx, ast.Load)]
    spelled = [(method, node) for node in nodes for method in methods if seen.function_of(node) is method]
    for one in givers(methods, spelled, "_c"):
        return list(one.questions), [ast.unparse(node) for _, node in given_places(methods, one)]
    return None


@pytest.mark.parametrize(
    ("giver", "use", "expected"),
    [
        ("def get(self):\n        return self._c", "self.get().x()", ["self.get()"]),
        ("def get(self):\n        return self._c", "other(self.get)", []),
        (f"async def get(self):\n        {LAZY}", "c = await self.get()", ["await self.get()"]),
        (f"async def get(self):\n        {LAZY}", "other(self.get())", []),
        (f"@property\n    def c(self):\n        {LAZY}", "self.c.x()", ["self.c"]),
        (f"@property\n    async def c(self):\n        {LAZY}", "(await self.c).x()", ["await self.c"]),
        ("def get(self):\n        if self._c:\n            return self._c\n        self._c = 1\n        return self._c",
         "self.get()", ["self.get()"]),
        ("def get(self):\n        if self._c is not None:\n            return self._c\n        return self._c",
         "self.get()", ["self.get()"]),
        ("def get(self):\n        if self.x:\n            return self._c\n        return self._c", "self.get()", None),
        ("def get(self):\n        if self.x:\n            return None\n        return self._c", "self.get()", None),
        ("def get(self):\n        return wrap(self._c)", "self.get()", None),
        ("def get(self):\n        self._c = make()\n        return self._c", "self.get()", None),
        ("def get(self, key):\n        return self._c", "self.get(1)", None),
        ("@cache\n    def get(self):\n        return self._c", "self.get()", None),
        ("def get(self):\n        yield self._c", "self.get()", None),
    ],
)  # fmt: skip
def test_givers(tmp_path: Path, giver: str, use: str, expected: list[str] | None) -> None:
    answer = found(tmp_path, giver, use)
    assert (answer[1] if answer is not None else None) == expected


def test_what_keeps_the_object(tmp_path: Path) -> None:
    lazy = LAZY.replace("is None", "is None or self._c.closed")
    answer = found(tmp_path, f"def get(self):\n        {lazy}", "self.get()")
    assert answer is not None
    assert answer[0] == [Question(("closed",), keeps=False)]


def test_calls_on_what_is_given(tmp_path: Path) -> None:
    text = (
        f"class S:\n    async def get(self):\n        {LAZY}\n"
        "    async def use(self):\n        c = await self.get()\n        return await c.x(1)\n"
    )
    project = tree(tmp_path, {"m.py": text})
    cls = facts(project, "m.py").cls("S")
    assert cls is not None
    calls = calls_on_attribute(project, cls, "_c")
    assert [(call.path, call.how, call.function.name, set(call.through)) for call in calls] == [
        (("x", "()"), "awaited", "use", {"get"})
    ]
