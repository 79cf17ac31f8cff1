"""Which attributes a class, or an instance of it, certainly lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.class_names import class_lacks, class_level_names, instance_lacks, set_on_instances

if TYPE_CHECKING:
    from pathlib import Path


def judged(root: Path, text: str, name: str = "name") -> tuple[bool, bool]:
    """Does the class A of a file lack the name, and do its instances?"""
    root.mkdir(exist_ok=True)
    project = tree(root, {"mod.py": text})
    cls = facts(project, "mod.py").cls("A")
    assert cls is not None
    return class_lacks(project, cls, name), instance_lacks(project, cls, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class A: ...", (True, True)),
        ("class A(object): ...", (True, True)),
        ("from typing import Generic, T\nclass A(Generic[T]): ...", (True, True)),
        ("from abc import ABC\nclass A(ABC): ...", (True, True)),
        ("from abc import ABCMeta\nclass A(metaclass=ABCMeta): ...", (True, True)),
        ("class A(Exception): ...", (True, True)),
        ("class Base: ...\nclass A(Base): ...", (True, True)),
        ("class A:\n    def __init__(self):\n        self.name = 1", (True, False)),
        ("class A:\n    def f(self):\n        self.name, self.b = 1, 2", (True, False)),
        ("class Base:\n    def f(self):\n        self.name = 1\nclass A(Base): ...", (True, False)),
        ("class A:\n    name: int", (True, False)),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    other: int", (True, True)),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    name: int", (False, False)),
        ("class A:\n    def name(self): ...", (False, False)),
        ("class A:\n    name = 1", (False, False)),
        ("class A:\n    if x:\n        name = 1", (False, False)),
        ("class A:\n    from x import name", (False, False)),
        ("class A:\n    class name: ...", (False, False)),
        ("class Base:\n    name = 1\nclass A(Base): ...", (False, False)),
        ("class A: ...\nA.name = 1", (False, False)),
        ("class A:\n    @classmethod\n    def f(cls):\n        cls.name = 1", (False, False)),
        ("class A:\n    __slots__ = ('other',)", (False, False)),
        ("class A:\n    def __getattr__(self, key): ...", (False, False)),
        ("class A:\n    def f(self, **values):\n        self.__dict__.update(values)", (False, False)),
        ("class A:\n    def f(self, key):\n        setattr(self, key, 1)", (False, False)),
        ("@decorated\nclass A: ...", (False, False)),
        ("from x import Base\nclass A(Base): ...", (False, False)),
        ("import enum\nclass A(enum.Enum): ...", (False, False)),
        ("class A(metaclass=Meta): ...", (False, False)),
        ("class A(dict, total=False): ...", (False, False)),
        ("if x:\n    class A: ...\nelse:\n    class A: ...", (False, False)),
        ("FIELDS = ['name']\nclass A: ...", (False, False)),
    ],
)
def test_lacks(tmp_path: Path, text: str, expected: tuple[bool, bool]) -> None:
    assert judged(tmp_path, text) == expected


def test_names_of_every_object(tmp_path: Path) -> None:
    assert judged(tmp_path / "a", "class A: ...", "__init__") == (False, False)
    assert judged(tmp_path / "b", "class A(Exception): ...", "args") == (False, False)


def test_what_is_there_instead(tmp_path: Path) -> None:
    text = "class Base:\n    def load(self):\n        self.name = 1\nclass A(Base):\n    limit = 1\n"
    project = tree(tmp_path, {"mod.py": text})
    cls = facts(project, "mod.py").cls("A")
    assert cls is not None
    assert class_level_names(project, cls) == ["limit", "load"]
    found = set_on_instances(project, cls, "name")
    assert found is not None
    assert found[1].lineno == 3
    assert set_on_instances(project, cls, "other") is None
