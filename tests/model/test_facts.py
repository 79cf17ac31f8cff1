"""The index of a file: calls, awaits, parents, functions of nodes, expected errors."""

from __future__ import annotations

import ast

import pytest
from model.test_names import parse

from looplint.model.facts import Facts
from looplint.model.source import Source, SourceError


def call(facts: Facts, name: str) -> ast.Call:
    return next(c for c in facts.calls if isinstance(c.func, ast.Name) and c.func.id == name)


def test_calls_and_awaits_in_source_order() -> None:
    facts = parse("async def f():\n    await a(b(), c())\n    d()\n    await e()\n")
    assert [ast.unparse(c.func) for c in facts.calls] == ["a", "b", "c", "d", "e"]
    assert [a.lineno for a in facts.awaits] == [2, 4]


def test_function_of() -> None:
    facts = parse(
        """
        @decorate(a())
        def f(x=b()):
            c()
            class K:
                d()
                def g(self): e()
            lambda: h()
        """
    )
    names = {name: facts.function_of(call(facts, name)) for name in "abcdeh"}
    found = {name: f.qualname if f else None for name, f in names.items()}
    assert found == {"a": None, "b": None, "c": "f", "d": "f", "e": "f.<locals>.K.g", "h": "f"}
    assert facts.in_lambda(call(facts, "h"))
    assert not facts.in_lambda(call(facts, "e"))


def test_class_of() -> None:
    facts = parse("class A:\n    x = a()\n    def f(self):\n        def g(): b()\n        c()\nd()\n")
    classes = {name: facts.class_of(call(facts, name)) for name in "abcd"}
    assert {name: c.name if c else None for name, c in classes.items()} == {"a": "A", "b": "A", "c": "A", "d": None}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("with pytest.raises(E): x()", True),
        ("with contextlib.suppress(E): x()", True),
        ("with self.assertRaises(E): x()", True),
        ("with self.assertRaisesRegex(E, 'a'): x()", True),
        ("pytest.raises(E, x())", True),
        ("with open('a') as f: x()", False),
        ("with pytest.raises(x()): pass", False),
        ("try: x()\nexcept E: pass", True),
        ("try: x()\nfinally: pass", False),
        ("try: pass\nexcept E: x()", False),
        ("with pytest.raises(E):\n    def f(): x()", False),
    ],
)
def test_in_raises(code: str, *, expected: bool) -> None:
    facts = parse(f"import pytest, contextlib\n{code}\n")
    assert facts.in_raises(call(facts, "x")) is expected


def test_calls_to() -> None:
    facts = parse("import asyncio as aio\nfrom asyncio import run as go\naio.run(1)\ngo(2)\nrun(3)\n")
    assert [c.lineno for c in facts.calls_to("asyncio.run")] == [3, 4]


def test_definitions_in_every_kind_of_block() -> None:
    facts = parse(
        """
        if a:
            def f1(): pass
        else:
            def f2(): pass
        try:
            def f3(): pass
        except E:
            def f4(): pass
        finally:
            def f5(): pass
        for x in y:
            def f6(): pass
        with z:
            def f7(): pass
        match m:
            case 1:
                def f8(): pass
        while w:
            class C:
                async def f9(self): pass
        """
    )
    assert [f.name for f in facts.functions] == [f"f{n}" for n in range(1, 10)]
    assert facts.cls("C") is not None
    assert facts.function("C.f9") is facts.functions[-1]


@pytest.mark.parametrize("text", ["def f(:\n", "(" * 2000 + ")" * 2000, "x = '\n", "a" * 10 + "\n  b"])
def test_what_cannot_be_parsed_is_one_error(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        Facts.parse(Source.from_bytes(text.encode(), "x.py"))
    assert caught.value.row >= 1
    assert "\n" not in caught.value.message


def test_invalid_escapes_do_not_warn() -> None:
    assert parse("x = '\\d'\n").tree.body
