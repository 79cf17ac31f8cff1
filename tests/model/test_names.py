"""What a name means: imports, aliases, scopes, shadowing."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from looplint.model.facts import Facts
from looplint.model.source import Source


def parse(code: str, module: str = "tests.unit.test_x", *, is_package: bool = False) -> Facts:
    source = Source.from_bytes(dedent(code).encode(), "test_x.py")
    return Facts.parse(source, module, is_package=is_package)


def resolved(code: str, module: str = "tests.unit.test_x", *, is_package: bool = False) -> str | None:
    """What the argument of the one call of `mark(...)` in the code resolves to."""
    facts = parse(code, module, is_package=is_package)
    (call,) = [c for c in facts.calls if isinstance(c.func, ast.Name) and c.func.id == "mark"]
    return facts.resolve(call.args[0])


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import asyncio\nmark(asyncio.run)", "asyncio.run"),
        ("import asyncio as aio\nmark(aio.run)", "asyncio.run"),
        ("from asyncio import run\nmark(run)", "asyncio.run"),
        ("from asyncio import run as go\nmark(go)", "asyncio.run"),
        ("import unittest.mock\nmark(unittest.mock.Mock)", "unittest.mock.Mock"),
        ("import unittest.mock as um\nmark(um.Mock)", "unittest.mock.Mock"),
        ("import redis.asyncio as redis\nmark(redis.Redis)", "redis.asyncio.Redis"),
        ("from . import helpers\nmark(helpers.f)", "tests.unit.helpers.f"),
        ("from .. import helpers\nmark(helpers.f)", "tests.helpers.f"),
        ("from ..app.repo import Repo\nmark(Repo)", "tests.app.repo.Repo"),
        ("def f(): pass\nmark(f)", "tests.unit.test_x.f"),
        ("class A:\n    def f(self): pass\nmark(A.f)", "tests.unit.test_x.A.f"),
        ("mark(print)", "builtins.print"),
        ("from x import *\nmark(print)", None),
        ("mark(unknown)", None),
        ("run = asyncio.run\nimport asyncio\nmark(run)", "asyncio.run"),
        ("import asyncio\nrun = go = asyncio.run\nmark(go)", "asyncio.run"),
        ("import asyncio\nasyncio = object()\nmark(asyncio.run)", None),
        ("if TYPE_CHECKING:\n    from a import B\nmark(B)", "a.B"),
        ("try:\n    from a import B\nexcept ImportError:\n    B = None\nmark(B)", "a.B"),
        ("try:\n    from a import B\nexcept ImportError:\n    from c import B\nmark(B)", "a.B"),
        ("from a import B\nB: int = 3\nmark(B)", None),
        ("from a import b\ndel b\nmark(b)", None),
        ("from a import b\nfor b in []: pass\nmark(b)", None),
        ("mark(f().x)", None),
    ],
)
def test_module_level(code: str, expected: str | None) -> None:
    assert resolved(code) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("mark(asyncio.run)", "asyncio.run"),
        ("import anyio as asyncio\n    mark(asyncio.run)", "anyio.run"),
        ("asyncio = object()\n    mark(asyncio.run)", None),
        ("for asyncio in []: mark(asyncio.run)", None),
        ("with x as asyncio: mark(asyncio.run)", None),
        ("with x as (a, asyncio): mark(asyncio.run)", None),
        ("if (asyncio := 1): mark(asyncio.run)", None),
        ("[mark(asyncio.run) for asyncio in []]", None),
        ("lambda asyncio: mark(asyncio.run)", None),
        ("lambda other: mark(asyncio.run)", "asyncio.run"),
        ("global asyncio\n    asyncio = 1\n    mark(asyncio.run)", "asyncio.run"),
        ("try: pass\n    except E as asyncio: mark(asyncio.run)", None),
        ("match x:\n        case {'a': asyncio}: mark(asyncio.run)", None),
        ("def inner(): mark(asyncio.run)", "asyncio.run"),
        ("def asyncio(): pass\n    mark(asyncio.run)", "tests.unit.test_x.f.<locals>.asyncio.run"),
    ],
)
def test_inside_a_function(body: str, expected: str | None) -> None:
    assert resolved(f"import asyncio\ndef f():\n    {body}\n") == expected


def test_a_parameter_shadows() -> None:
    assert resolved("import asyncio\ndef f(asyncio): mark(asyncio.run)") is None


def test_a_default_belongs_to_the_scope_around() -> None:
    assert resolved("import asyncio\ndef f(asyncio=mark(asyncio.run)): pass") == "asyncio.run"


def test_a_class_body_is_seen_by_its_own_code_only() -> None:
    assert resolved("class A:\n    import asyncio\n    x = mark(asyncio.run)") == "asyncio.run"
    assert resolved("class A:\n    import asyncio\n    def f(self): mark(asyncio.run)") is None


def test_relative_import_in_a_package() -> None:
    assert resolved("from .repo import Repo\nmark(Repo)", "app", is_package=True) == "app.repo.Repo"


def test_relative_import_beyond_the_top_stays_as_written() -> None:
    assert resolved("from ...repo import Repo\nmark(Repo)", "app") == "...repo.Repo"


def test_relative_import_at_the_top_is_no_module_of_the_standard_library() -> None:
    assert resolved("from .. import socket\nmark(socket.socket)", "tests.test_a") == "..socket.socket"
    assert resolved("from .. import streams\nmark(streams.read)", "tests.test_a") == "streams.read"


def test_text_is_resolved_as_code_at_a_place_would_see_it() -> None:
    facts = parse("import asyncio\ndef f():\n    from anyio import run\n    pass\n")
    inside = facts.functions[0].node.body[-1]
    assert facts.resolve_text("asyncio.run") == "asyncio.run"
    assert facts.resolve_text("run", inside) == "anyio.run"
    assert facts.resolve_text("run") is None


def test_an_alias_of_itself_ends() -> None:
    assert resolved("a = b\nb = a\nmark(a)") is None
