"""What a generator holds open at its yields."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from looplint.model.facts import Facts
from looplint.model.held_open import entered_by_call, held_open, value_of
from looplint.model.source import Source

IMPORTS = "from contextlib import AsyncExitStack, ExitStack\n"


def parsed(body: str) -> Facts:
    return Facts.parse(Source.from_bytes(f"{IMPORTS}async def f():\n{indent(body, '    ')}\n".encode(), "x.py"))


def held(body: str) -> list[str]:
    function = parsed(body).function("f")
    assert function is not None
    return [ast.unparse(one.context) for one in held_open(function)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("async with a() as x:\n    yield x", ["a()"]),
        ("with a(), b() as x:\n    async with c:\n        yield x", ["a()", "b()", "c"]),
        ("with a():\n    try:\n        yield\n    finally:\n        pass", ["a()"]),
        ("with a():\n    if x:\n        yield\n    else:\n        yield", ["a()"]),
        ("with a():\n    pass\nyield", []),
        ("yield\nwith a():\n    pass", []),
        ("with a((yield)):\n    pass", []),
        ("with a():\n    def g():\n        yield\nyield", []),
        ("with a():\n    yield from x", []),
    ],
)
def test_with(body: str, expected: list[str]) -> None:
    assert held(body.replace("yield from x", "await x")) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("async with AsyncExitStack() as s:\n    await s.enter_async_context(a())\n    yield", ["a()"]),
        ("with ExitStack() as s:\n    yield s.enter_context(a())", ["a()"]),
        ("s = AsyncExitStack()\nasync with s as t:\n    t.enter_context(a())\n    yield", ["a()"]),
        ("async with AsyncExitStack() as s:\n    yield\n    await s.enter_async_context(a())", []),
        ("async with AsyncExitStack() as s:\n    await s.enter_async_context(a())\nyield", []),
        ("async with AsyncExitStack() as s:\n    s.enter_context(a())\n    await s.aclose()\n    yield", []),
        ("async with AsyncExitStack() as s:\n    s.enter_context(a())\n    t = s.pop_all()\n    yield", []),
        ("async with AsyncExitStack():\n    other.enter_context(a())\n    yield", []),
        ("s = AsyncExitStack()\ns.enter_context(a())\nyield\nawait s.aclose()", ["a()"]),
        ("s = AsyncExitStack()\ns.enter_context(a())\nyield", []),
        ("s.enter_context(a())\nyield\nawait s.aclose()", []),
    ],
)
def test_exit_stacks(body: str, expected: list[str]) -> None:
    assert held(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("c = a()\nawait c.__aenter__()\nyield\nawait c.__aexit__(None, None, None)", ["c"]),
        ("c = a()\nyield c.__enter__()\nc.__exit__(None, None, None)", ["c"]),
        ("self.c.__enter__()\nyield\nself.c.__exit__(None, None, None)", ["self.c"]),
        ("c = a()\nawait c.__aenter__()\nyield", []),
        ("c = a()\nc.__enter__()\nc.__exit__(None, None, None)\nyield\nc.__exit__(None, None, None)", []),
        ("c = a()\nyield\nc.__enter__()\nc.__exit__(None, None, None)", []),
    ],
)
def test_by_hand(body: str, expected: list[str]) -> None:
    assert held(body) == expected


def test_the_value_of_a_variable() -> None:
    facts = parsed("c = a()\nwith c, d:\n    yield")
    function = facts.function("f")
    assert function is not None
    assert [ast.unparse(value_of(facts, one.context)) for one in held_open(function)] == ["a()", "d"]


def test_entered_by_call() -> None:
    function = parsed("await a.__aenter__()\nb.enter_context(c)\nd.enter_context()\ne()").function("f")
    assert function is not None
    assert [ast.unparse(context) for context, _ in entered_by_call(function)] == ["a", "c"]
