from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.code.overrides import is_turned_over, overridden_otherwise

if TYPE_CHECKING:
    from pathlib import Path

BASE = "class Base:\n    async def load(self): return 1\n"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("", False),
        ("from base import Base\nclass Sub(Base):\n    def load(self): ...\n", True),
        ("from base import Base\nclass Sub(Base):\n    async def load(self): ...\n", False),
        ("class Unrelated:\n    def load(self): ...\n", False),
        ("from elsewhere import Base\nclass Sub(Base):\n    def load(self): ...\n", True),
        ("import base\nclass Mid(base.Base): ...\nclass Sub(Mid):\n    def load(self): ...\n", True),
        ("class Sub(make_base()):\n    def load(self): ...\n", True),
    ],
)
def test_overridden_otherwise(tmp_path: Path, other: str, expected: bool) -> None:
    project = tree(tmp_path, {"base.py": BASE, "other.py": other})
    base = facts(project, "base.py").cls("Base")
    assert base is not None
    assert overridden_otherwise(project, base, function(project, "base.py", "Base.load")) is expected


def test_a_method_without_a_body_may_be_fulfilled_by_any_class(tmp_path: Path) -> None:
    interface = "from zope.interface import Interface\nclass Base(Interface):\n    async def load(self): ...\n"
    project = tree(tmp_path, {"base.py": interface, "other.py": "class Unrelated:\n    def load(self): return 1\n"})
    base = facts(project, "base.py").cls("Base")
    assert base is not None
    assert overridden_otherwise(project, base, function(project, "base.py", "Base.load"))


TURNS = "for k, v in vars(cls).items():\n            if iscoroutinefunction(v): setattr(cls, k, wrap(v))\n"


@pytest.mark.parametrize(
    ("other", "cls", "expected"),
    [
        (f"class Base:\n    def __init_subclass__(cls):\n        {TURNS}", "class C(Base): ...", True),
        (f"class Base(type):\n    def __new__(cls, *a):\n        {TURNS}", "class C(metaclass=Base): ...", True),
        (f"class Base: ...\ndef sync(cls):\n        {TURNS}\nsync(Base)", "class C(Base): ...", True),
        ("class Base(type):\n    def __new__(cls, *a): ...\n", "class C(metaclass=Base): ...", False),
        (
            "class Base:\n    def __new__(cls): ...\n    def f(self): iscoroutinefunction(1)",
            "class C(Base): ...",
            False,
        ),
        ("class Base:\n    def run(self, f): return iscoroutinefunction(f)\n", "class C(Base): ...", False),
        (f"class Base: ...\nclass Other:\n    def __init_subclass__(cls):\n        {TURNS}", "class C: ...", False),
    ],
)
def test_classes_that_code_turns_over(tmp_path: Path, other: str, cls: str, expected: bool) -> None:
    project = tree(tmp_path, {"other.py": other, "app.py": f"from other import Base\n{cls}\n"})
    found = facts(project, "app.py").cls("C")
    assert found is not None
    assert is_turned_over(project, found) is expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("class Both(Real, Base): ...", True),
        ("class Both(Other, Real, Base): ...", True),
        ("class Both(Real, Base, Other): ...", True),
        ("class Both(Real, base.Base): ...", True),
        ("class Both(\n    Real,\n    Base,\n): ...", True),
        ("class Both(elsewhere.Thing, Base): ...", True),
        ("class Both(Base, Real): ...", False),
        ("class Both(Other, Base): ...", False),
        ("class Both(Same, Base): ...", False),
    ],
)
def test_bases_that_stand_before(tmp_path: Path, other: str, expected: bool) -> None:
    head = (
        "import base\nimport elsewhere\nfrom base import Base\nclass Other: ...\nclass Real:\n    def load(self): ...\n"
    )
    head += "class Same:\n    async def load(self): return 2\n"
    project = tree(tmp_path, {"base.py": BASE, "other.py": f"{head}{other}\n"})
    base = facts(project, "base.py").cls("Base")
    assert base is not None
    assert overridden_otherwise(project, base, function(project, "base.py", "Base.load")) is expected
