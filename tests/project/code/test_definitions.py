"""Definitions across files: modules, re-exports, aliases, classes with their bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.definitions import external_bases, mro, outside_name, star_modules

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.definitions import Class
    from looplint.project import Project
    from looplint.project.code.definitions import Definition


def shown(found: Definition | None, project: Project) -> str | None:
    """`file:what` of a definition."""
    if found is None:
        return None
    assert found.facts.file is not None
    name = found.facts.file.relative_to(project.root).as_posix()
    what = found.function or found.cls
    if what is not None:
        return f"{name}:{what.qualname}"
    return f"{name}:{'=' if found.value is not None else ''}"


def cls(project: Project, name: str, qualname: str) -> Class:
    found = facts(project, name).cls(qualname)
    assert found is not None
    return found


def names(project: Project, found: Class) -> list[str | None]:
    return [None if owner is None else owner.qualname for owner in mro(project, found)]


REPO = """
    class Repo:
        timeout = 3
        async def get(self): ...
        class Inner:
            def f(self): ...

    async def load(): ...
    repo = Repo()
"""


@pytest.mark.parametrize(
    ("dotted", "expected"),
    [
        ("app", "src/app/__init__.py:"),
        ("app.repo", "src/app/repo.py:"),
        ("app.repo.Repo", "src/app/repo.py:Repo"),
        ("app.repo.Repo.get", "src/app/repo.py:Repo.get"),
        ("app.repo.Repo.Inner.f", "src/app/repo.py:Repo.Inner.f"),
        ("app.repo.Repo.timeout", "src/app/repo.py:="),
        ("app.repo.Repo.timeout.real", None),
        ("app.repo.Repo.get.cache", None),
        ("app.repo.repo", "src/app/repo.py:="),
        ("app.repo.repo.get", None),
        ("app.repo.missing", None),
        ("app.Repo.get", "src/app/repo.py:Repo.get"),
        ("app.Renamed", "src/app/repo.py:Repo"),
        ("app.Alias.get", "src/app/repo.py:Repo.get"),
        ("app.fetch", "src/app/repo.py:load"),
        ("app.sub.Repo", "src/app/repo.py:Repo"),
        ("app.sub.load", "src/app/repo.py:load"),
        ("app.sub.deep.load", "src/app/repo.py:load"),
        ("app.module.load", "src/app/repo.py:load"),
        ("app.external.gather", None),
        ("app.both", None),
        ("os.path", None),
        (None, None),
        ("", None),
    ],
)
def test_names_lead_to_definitions(tmp_path: Path, dotted: str | None, expected: str | None) -> None:
    project = tree(
        tmp_path,
        {
            "src/app/repo.py": REPO,
            "src/app/__init__.py": """
                import asyncio as external
                from app import repo as module
                from .repo import Repo, Repo as Renamed
                from . import repo
                Alias = repo.Repo
                fetch = module.load
                both = 1
                both = 2
            """,
            "src/app/sub/__init__.py": "from .deep import *",
            "src/app/sub/deep.py": "from app.repo import *",
        },
    )
    assert shown(project.definition(dotted), project) == expected


def test_the_last_star_import_wins(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "one.py": "def f(): ...\ndef only(): ...",
            "two.py": "async def f(): ...",
            "foreign.py": "from asyncio import gather",
            "both.py": "from one import *\nfrom two import *",
            "hidden.py": "from one import *\nfrom asyncio import *",
            "outside.py": "def gather(): ...\nfrom foreign import *",
            "starred.py": "from outside import *\nfrom foreign import *",
            "a/__init__.py": "",
            "of_name.py": "from a.missing import *",
        },
    )
    assert shown(project.definition("both.f"), project) == "two.py:f"
    assert shown(project.definition("both.only"), project) == "one.py:only"
    assert shown(project.definition("hidden.f"), project) == "one.py:f"
    assert project.definition("starred.gather") is None, "the last star import brings asyncio's"
    assert project.definition("of_name.f") is None


@pytest.mark.parametrize("name", ["there", "missing"])
def test_cyclic_star_imports_end(tmp_path: Path, name: str) -> None:
    modules = [f"m{i}" for i in range(12)]
    stars = "\n".join(f"from {module} import *" for module in modules)
    files = {f"{module}.py": stars for module in modules}
    project = tree(tmp_path, {**files, "m7.py": f"{stars}\ndef there(): ...\n"})
    assert shown(project.definition(f"m0.{name}"), project) == ("m7.py:there" if name == "there" else None)


def test_cyclic_imports_and_aliases_end(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "a.py": "from b import x, y\nimport a\nimport b\nz = y\nself = a.self",
            "b.py": "from a import x\nimport a\ny = a.z\n",
            "c.py": "p = q\nq = p\nfrom c import r\n",
        },
    )
    for dotted in ("a.x", "a.z", "b.y", "a.self", "a.a.a.a.x", "a.b.a.b.a.b.y", "c.p", "c.r"):
        assert project.definition(dotted) is None
        assert outside_name(project, dotted, facts(project, "a.py")) is None


def test_definitions_of_a_file_with_a_choice(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "choice.py": """
                import sys
                try:
                    from fast import Client
                except ImportError:
                    class Client: ...
                try:
                    import speedups
                    class Store: ...
                except ImportError:
                    class Store: ...
                if sys.version_info >= (3, 11):
                    from one import f
                else:
                    from two import f
                try:
                    from uvloop import run
                except ImportError:
                    def run(): ...
            """,
            "fast.py": "class Client: ...",
            "one.py": "def f(): ...",
            "two.py": "def f(): ...",
        },
    )
    assert shown(project.definition("choice.Client"), project) == "fast.py:Client"
    assert shown(project.definition("choice.Store"), project) == "choice.py:Store"
    assert shown(project.definition("choice.f"), project) == "one.py:f"
    assert project.definition("choice.run") is None


def test_names_of_the_file_itself(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "not-a-name.py": "from app import load\nclass A: ...\nclass B(A): ...\n",
            "my-tests/pkg/__init__.py": "",
            "my-tests/pkg/base.py": "class Base: ...",
            "my-tests/pkg/test_x.py": "from .base import Base\nclass TestX(Base): ...\nclass TestY(TestX): ...",
            "app.py": "def load(): ...",
        },
    )
    odd = facts(project, "not-a-name.py")
    assert odd.module_name == ""
    assert shown(project.definition("A", odd), project) == "not-a-name.py:A"
    assert shown(project.definition("app.load", odd), project) == "app.py:load"
    assert shown(project.definition("load", odd), project) == "app.py:load"
    assert names(project, cls(project, "not-a-name.py", "B")) == ["B", "A"]
    test_x = cls(project, "my-tests/pkg/test_x.py", "TestY")
    assert names(project, test_x) == ["TestY", "TestX", "Base"]
    assert shown(project.definition("pkg.test_x.TestX", test_x.facts), project) == "my-tests/pkg/test_x.py:TestX"


def test_text_without_a_file(tmp_path: Path) -> None:
    from looplint.model.source import Source

    project = tree(tmp_path, {"app.py": "class Base:\n    def f(self): ..."})
    source = Source.from_bytes(b"import app\nclass A(app.Base): ...\nclass B(A): ...\n", "stdin")
    found = project.open(source, None).facts
    assert names(project, found.classes[1]) == ["B", "A", "Base"]
    assert shown(project.member(found.classes[1], "f"), project) == "app.py:Base.f"
    assert project.definition("B", found) is not None


def test_methods_through_bases_in_other_files(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "app/base.py": """
                from abc import ABC
                from typing import Generic
                class Root(ABC):
                    def close(self): ...
                class Base(Root, Generic[T]):
                    kind = "base"
                    async def get(self): ...
            """,
            "app/__init__.py": "from .base import Base as Exported",
            "app/repo.py": """
                from app import Exported
                import redis
                class Repo(Exported[int]):
                    async def put(self): ...
                class Foreign(redis.Redis, Exported): ...
                class Late(Exported, redis.Redis): ...
            """,
        },
    )
    repo = cls(project, "app/repo.py", "Repo")
    assert names(project, repo) == ["Repo", "Base", "Root"]
    assert shown(project.member(repo, "get"), project) == "app/base.py:Base.get"
    assert shown(project.member(repo, "close"), project) == "app/base.py:Root.close"
    assert shown(project.member(repo, "kind"), project) == "app/base.py:="
    assert shown(project.definition("app.repo.Repo.get"), project) == "app/base.py:Base.get"
    assert project.member(repo, "missing") is None
    assert shown(project.member_of_bases(repo, "get"), project) == "app/base.py:Base.get"
    assert project.member_of_bases(repo, "put") is None
    foreign = cls(project, "app/repo.py", "Foreign")
    assert names(project, foreign) == ["Foreign", None, "Base", "Root"]
    assert project.member(foreign, "get") is None, "redis.Redis has a get of its own"
    assert project.member_of_bases(foreign, "get") is None
    assert project.member(cls(project, "app/repo.py", "Late"), "get") is not None
    found = project.member(repo, "get")
    assert found is not None
    assert (found.owner, found.place.rpartition("/")[2]) == (cls(project, "app/base.py", "Base"), "base.py:7")


def test_order_of_the_bases(tmp_path: Path) -> None:
    """As Python's own method resolution order has it."""
    code = """
        class Root:
            def f(self): ...
        class Left(Root): ...
        class Right(Root):
            async def f(self): ...
        class Both(Left, Right): ...
        class Deep(Both, Right, Root): ...
    """
    project = tree(tmp_path, {"m.py": code})
    from textwrap import dedent

    space: dict[str, type] = {}
    exec(dedent(code), space)
    for name in ("Both", "Deep"):
        expected = [base.__name__ for base in space[name].__mro__[:-1]]
        assert names(project, cls(project, "m.py", name)) == expected
    assert shown(project.member(cls(project, "m.py", "Both"), "f"), project) == "m.py:Right.f"


def test_cyclic_and_impossible_inheritance_ends(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "a.py": "import b\nclass A(b.B): ...\nclass Self(Self): ...\nclass X(Y): ...\nclass Y(X): ...",
            "b.py": "import a\nclass B(a.A): ...",
            "c.py": "class O: ...\nclass P(O): ...\nclass Q(O, P): ...",
        },
    )
    assert names(project, cls(project, "a.py", "A")) == ["A", "B"]
    assert names(project, cls(project, "a.py", "Self")) == ["Self"]
    assert names(project, cls(project, "a.py", "X")) == ["X", "Y"]
    assert sorted(filter(None, names(project, cls(project, "c.py", "Q")))) == ["O", "P", "Q"]
    assert project.member(cls(project, "a.py", "A"), "missing") is None
    assert external_bases(project, cls(project, "a.py", "A")) == set()


def test_wide_inheritance_is_quick(tmp_path: Path) -> None:
    levels = ["class L0_0: ...", "class L0_1: ...", "class L0_2: ..."]
    for level in range(1, 11):
        bases = ", ".join(f"L{level - 1}_{i}" for i in range(3))
        levels += [f"class L{level}_{i}({bases}): ..." for i in range(3)]
    project = tree(tmp_path, {"m.py": "\n".join(levels)})
    found = names(project, cls(project, "m.py", "L10_0"))
    assert len(found) == 31
    assert len(set(found)) == 31


def test_properties(tmp_path: Path) -> None:
    project = tree(
        tmp_path,
        {
            "m.py": """
                class A:
                    @property
                    def client(self): ...
                    @client.setter
                    def client(self, value): ...
                    @client.deleter
                    def client(self): ...
                    @other.setter
                    def own(self): ...
            """
        },
    )
    found = project.member(cls(project, "m.py", "A"), "client")
    assert found is not None
    assert found.function is not None
    assert found.function.decorated("builtins.property")
    assert found.function.parameters == ("self",)
    assert project.member(cls(project, "m.py", "A"), "own") is not None


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("unittest.TestCase", {"unittest.TestCase"}),
        ("compat.TestCase", {"unittest.TestCase"}),
        ("compat.Isolated", {"unittest.IsolatedAsyncioTestCase"}),
        ("compat.Aliased", {"unittest.TestCase"}),
        ("compat.Starred", {"django.test.TestCase"}),
        ("compat.Own", {"unittest.TestCase", "app.mixins.M"}),
        ("compat.Made", {None}),
        ("compat.missing", {None}),
        ("compat", {None}),
        ("broken.Base", {None}),
        ("Local", {None}),
        ("make()", {None}),
        ("unknown", {None}),
        ("object", {"builtins.object"}),
    ],
)
def test_bases_outside_the_project(tmp_path: Path, base: str, expected: set[str | None]) -> None:
    project = tree(
        tmp_path,
        {
            "tests/compat.py": """
                import unittest
                from unittest import TestCase
                from .more import *
                try:
                    from unittest import IsolatedAsyncioTestCase as Isolated
                except ImportError:
                    from asynctest import TestCase as Isolated
                Aliased = unittest.TestCase
                Made = type("Made", (), {})
                from app.mixins import M
                class Own(M, Aliased): ...
            """,
            "tests/more.py": "from django.test import TestCase as Starred",
            "tests/broken.py": "class Base(:",
            "tests/test_x.py": f"""
                import unittest
                import compat
                import broken
                Local = make()
                class TestX({base}): ...
            """,
        },
    )
    assert external_bases(project, cls(project, "tests/test_x.py", "TestX")) == expected


def test_the_standard_library_is_asked_of_no_file_but_the_own_module(tmp_path: Path) -> None:
    project = tree(tmp_path, {"code.py": "def f(): ...", "app.py": "import code", "a-b/x-y.py": "def json(): ..."})
    assert project.definition("code.f", facts(project, "app.py")) is None
    assert shown(project.definition("code.f", facts(project, "code.py")), project) == "code.py:f"
    nameless = facts(project, "a-b/x-y.py")
    assert nameless.module_name == ""
    assert shown(project.definition("json", nameless), project) == "a-b/x-y.py:json"


def test_a_module_that_cannot_bring_a_name_by_star_is_not_asked(tmp_path: Path) -> None:
    files = {"a.py": "x = 1", "b.py": "y = 1", "c.py": "from a import*", "of_c.py": "from c import *\nfrom b import *"}
    project = tree(tmp_path, files)
    of_c = facts(project, "of_c.py")
    assert [module.module_name for module in star_modules(project, of_c)] == ["c", "b"]
    assert [module.module_name for module in star_modules(project, of_c, "x")] == ["c"]
    assert [module.module_name for module in star_modules(project, of_c, "y")] == ["c", "b"]
    assert [module.module_name for module in star_modules(project, of_c, "\u00e4")] == ["c", "b"]
    assert shown(project.definition("of_c.x"), project) == "a.py:="
