"""Functions, classes, fixtures and hooks."""

from __future__ import annotations

import pytest
from model.test_names import parse

from looplint.model.definitions import Colour


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(): pass", Colour.SYNC),
        ("def f(): yield 1", Colour.SYNC),
        ("async def f(): pass", Colour.ASYNC),
        ("async def f(): yield 1", Colour.ASYNC_GENERATOR),
        ("async def f():\n    x = yield\n", Colour.ASYNC_GENERATOR),
        ("async def f():\n    def g(): yield 1\n", Colour.ASYNC),
        ("async def f():\n    return lambda: (yield)\n", Colour.ASYNC),
    ],
)
def test_colour(code: str, expected: Colour) -> None:
    assert parse(code).functions[0].colour is expected


def test_fixture() -> None:
    facts = parse(
        """
        import pytest
        import pytest_asyncio as pa
        from pytest import fixture as fx

        @pytest.fixture
        def plain(): pass

        @pytest.fixture(scope="module", name="named", autouse=True)
        def other(): pass

        @pa.fixture(scope=SCOPE, loop_scope="class")
        async def computed(): pass

        @fx("session")
        def positional(): pass

        @other.fixture
        def foreign(): pass
        """
    )
    plain, other, computed, positional, foreign = facts.functions
    assert plain.fixture is not None
    assert (plain.fixture.scope, plain.fixture.autouse, plain.fixture.plain) == ("function", False, True)
    assert other.fixture is not None
    assert (other.fixture.name, other.fixture.scope, other.fixture.autouse) == ("named", "module", True)
    assert computed.fixture is not None
    assert (computed.fixture.scope, computed.fixture.loop_scope, computed.fixture.plain) == (None, "class", False)
    assert positional.fixture is not None
    assert positional.fixture.scope == "session"
    assert foreign.fixture is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def setup_module(): pass", "setup_module"),
        ("def setup_method(): pass", None),
        ("class A:\n    def setup_method(self): pass", "setup_method"),
        ("class A:\n    def setup_module(self): pass", None),
        ("class A:\n    async def asyncSetUp(self): pass", "asyncSetUp"),
        ("def f():\n    def setup_module(): pass", None),
        ("import pytest\n@pytest.fixture\ndef setup_module(): pass", None),
    ],
)
def test_hook(code: str, expected: str | None) -> None:
    assert parse(code).functions[-1].hook == expected


def test_class_members() -> None:
    facts = parse(
        """
        import typing as t
        from base import Base

        class A(Base, t.Generic[T], make()):
            x = 1
            y: int = 2
            z: int
            def f(self, a, *b, c=1, **d): pass
            class Inner: pass
        """
    )
    cls = facts.classes[0]
    assert cls.bases == ("base.Base", "typing.Generic", None)
    assert sorted(cls.attributes) == ["x", "y"]
    assert cls.methods["f"].parameters == ("self", "a", "b", "c", "d")
    assert cls.dotted == "tests.unit.test_x.A"
    assert facts.classes[1].qualname == "A.Inner"


def test_decorator_keywords() -> None:
    decorator = parse("import a\n@a.b(c=1)\n@a.d\ndef f(): pass").functions[0].decorators
    assert [d.name for d in decorator] == ["a.b", "a.d"]
    assert decorator[0].keyword("c") is not None
    assert decorator[0].keyword("x") is None
    assert decorator[1].keyword("c") is None
