"""The results of methods that return `self` or `cls(...)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.values import InstanceValue

if TYPE_CHECKING:
    from pathlib import Path

APP = """
class Pool:
    @classmethod
    def from_url(cls, url): return cls()
    @classmethod
    async def open(cls):
        pool = cls()
        return pool
    def again(self): return self
    @staticmethod
    def other(): return Pool()
class Small(Pool): ...
class Unrelated:
    def pool(self): return Pool().again()
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Pool.from_url(1)", ("Pool", "constructor")),
        ("Small.from_url(1)", ("Small", "constructor")),
        ("Small().from_url(1)", ("Small", "constructor")),
        ("given.from_url(1)", ("Small", "annotation")),
        ("Small().again().again()", ("Small", "constructor")),
        ("given.again()", ("Small", "annotation")),
        ("await Small.open()", ("Small", "constructor")),
        ("Small.other()", ("Pool", "constructor")),
        ("Unrelated().pool()", ("Pool", "constructor")),
    ],
)
def test_class_of_the_result(tmp_path: Path, expression: str, expected: tuple[str, str]) -> None:
    text = f"from app import Pool, Small, Unrelated\nasync def main(given: Small):\n    x = {expression}\n    use(x)\n"
    project = tree(tmp_path, {"app.py": APP, "main.py": text})
    seen = facts(project, "main.py")
    used = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    value = project.infer(seen, used.args[0])
    assert isinstance(value, InstanceValue)
    assert (value.cls.name, value.via) == expected


def test_a_class_of_a_test_that_overrides(tmp_path: Path) -> None:
    text = (
        "from app import Pool\ndef test():\n    class Own(Pool):\n        def load(self): ...\n"
        "    Own.from_url(1).load()\n"
    )
    project = tree(tmp_path, {"app.py": f"{APP}\nclass Pool(Pool):\n    async def load(self): ...\n", "main.py": text})
    seen = facts(project, "main.py")
    call = next(c for c in seen.calls if isinstance(c.func, ast.Attribute) and c.func.attr == "load")
    assert not project.colour_of_call(seen, call).must_be_awaited
