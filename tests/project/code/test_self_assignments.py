from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from support.trees import facts, tree

from looplint.project.code.self_assignments import self_assignments

if TYPE_CHECKING:
    from pathlib import Path

CLASS = """
class A:
    body = 1
    annotated: int = 2
    bare: int
    x = y = 3

    def setup(self, given):
        self.plain = given
        self.first, self.second = 1, 2
        self.third, *self.rest = given
        self.count += 1
        self.typed: int = 4
        self.declared: int
        other.not_mine = 5
        with open(given) as self.file:
            pass

    def nothing(): ...

    def inner(this):
        def nested(self):
            self.not_mine = 1
        this.renamed = nested
"""


def test_every_form(tmp_path: Path) -> None:
    cls = facts(tree(tmp_path, {"a.py": CLASS}), "a.py").cls("A")
    assert cls is not None
    found = [
        (name, method.name if method else None, None if value is None else ast.unparse(value))
        for name, (method, value, _) in self_assignments(cls)
    ]
    assert found == [
        ("body", None, "1"),
        ("annotated", None, "2"),
        ("x", None, "3"),
        ("y", None, "3"),
        ("plain", "setup", "given"),
        ("first", "setup", "1"),
        ("second", "setup", "2"),
        ("third", "setup", None),
        ("rest", "setup", None),
        ("count", "setup", None),
        ("typed", "setup", "4"),
        ("file", "setup", None),
        ("renamed", "inner", "nested"),
    ]


def test_annotations(tmp_path: Path) -> None:
    cls = facts(tree(tmp_path, {"a.py": CLASS}), "a.py").cls("A")
    assert cls is not None
    annotated = {name for name, (_, _, annotation) in self_assignments(cls) if annotation is not None}
    assert annotated == {"annotated", "typed"}
