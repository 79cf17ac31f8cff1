from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.edited import check, dump_of, dump_with, edited, expression, parse
from support.programs import nodes, parsed, programs

from looplint.model.edits import IMPOSSIBLE, insert_await, make_async, make_sync, remove_await

if TYPE_CHECKING:
    from looplint.model.module import Module

AWAITS = [
    ("f()", "x = f()", "x = await f()"),
    ("f()", "'é'; f().x", "'é'; (await f()).x"),
    ("f()", "f()[0]", "(await f())[0]"),
    ("f()", "f()()", "(await f())()"),
    ("f()", "f() ** 2", "await f() ** 2"),
    ("f()", "2 ** -f()", "2 ** -await f()"),
    ("f()", "(f()).x", "(await f()).x"),
    ("f()", "(\n    f()\n).x", "(\n    (await f())\n).x"),
    ("f()", "await f()", "await (await f())"),
    ("f()", "await (f())", "await (await f())"),
    ("f()", "return(f())", "return(await f())"),
    ("f()", "g(f(), k=f())", "g(await f(), k=f())"),
    ("a or b", "x = a or b", "x = await (a or b)"),
    ("a or b", "x = (a or b).y", "x = (await (a or b)).y"),
    ('"é".f()', 'return"é".f()', 'return await "é".f()'),
    ("f() .g()", "x = (f()\n    .g())", "x = (await f()\n    .g())"),
    ("f()", "x = [y for y in f()]", "x = [y for y in await f()]"),
    ("f()", "x = g(y for y in f())", "x = g(y for y in await f())"),
    ("f()", "x = [f() for y in z]", "x = [await f() for y in z]"),
    ("f()", "x = lambda y=f(): y", "x = lambda y=await f(): y"),
]


def framed(text: str) -> str:
    return "async def t():\n    " + text.replace("\n", "\n    ") + "\n"


@pytest.mark.parametrize(("target", "before", "after"), AWAITS)
def test_await_is_inserted(target: str, before: str, after: str) -> None:
    check(framed(before), framed(after), lambda module: insert_await(module, expression(module, target)))


IMPOSSIBLE_IN = [
    "lambda: f()",
    "list(f() for x in y)",
    "list(x for x in y for z in f())",
    "g(*f())",
    "class C:\n    x = f()",
    "class C:\n    x = [f() for y in z]",
    "class C:\n    def g(x=f()): ...",
]


@pytest.mark.parametrize("text", IMPOSSIBLE_IN)
def test_await_is_impossible(text: str) -> None:
    module = parse(framed(text))
    target: ast.expr = expression(module, "f()")
    parent = module.facts.parent(target)
    if isinstance(parent, ast.Starred):
        target = parent
    assert insert_await(module, target) == IMPOSSIBLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = await f()", "x = f()"),
        ("x = await  (  # c\n    f())", "x = (  # c\n    f())"),
        ("x = await \\\n    f()", "x = f()"),
        ("'é'; (await f()).x", "'é'; f().x"),
        ("(await (a or b)).x", "((a or b)).x"),
        ("(await f())[0]", "f()[0]"),
        ("return(await f()).x", "return(f()).x"),
        ("g(await f())", "g(f())"),
        ("await super().setup()", "super().setup()"),
    ],
)
def test_await_is_removed(before: str, after: str) -> None:
    check(framed(before), framed(after), lambda module: remove_await(module, module.facts.awaits[0]))


@settings(max_examples=300)
@given(programs, st.data(), st.sampled_from(["\n", "\r\n"]))
def test_await_binds_what_it_shall_bind(text: str, data: st.DataObject, newline: str) -> None:
    module = parsed(text, newline)
    node = data.draw(st.sampled_from(nodes(module, lambda _node: True)))
    edits = insert_await(module, node)
    if edits == IMPOSSIBLE:
        return
    raw = edited(module, edits)
    before = ast.dump(module.facts.tree)
    assert dump_of(raw) == dump_with(module.facts.tree, node, ast.Await(node))
    again = parse(raw)
    inserted = [found for found in again.facts.awaits if ast.dump(found.value) == ast.dump(node)]
    dumps = {dump_of(edited(again, remove_await(again, found))) for found in inserted if trusted(again, found)}
    assert before in dumps or not all(trusted(again, found) for found in inserted)


def trusted(module: Module, node: ast.Await) -> bool:
    return remove_await(module, node) != IMPOSSIBLE


@settings(max_examples=200)
@given(programs, st.data())
def test_without_await_the_operand_remains(text: str, data: st.DataObject) -> None:
    module = parsed(text)
    if not module.facts.awaits:
        return
    node = data.draw(st.sampled_from(module.facts.awaits))
    edits = remove_await(module, node)
    if edits != IMPOSSIBLE:
        raw = edited(module, edits)
        assert dump_of(raw) == dump_with(module.facts.tree, node, node.value)


ASYNC = [
    ("def f(): pass\n", "async def f(): pass\n"),
    ("@a\ndef f(self):  # é\n    return 1\n", "@a\nasync def f(self):  # é\n    return 1\n"),
    ("class A:\n    def f(self):\n        pass\n", "class A:\n    async def f(self):\n        pass\n"),
    ("def f():\n    yield\n    return\n", "async def f():\n    yield\n    return\n"),
]


@pytest.mark.parametrize(("before", "after"), ASYNC)
def test_a_def_changes_its_colour(before: str, after: str) -> None:
    check(before, after, lambda module: make_async(module, module.facts.functions[0]))
    check(before, after, lambda module: make_async(module, module.facts.functions[0].node))
    check(after, before, lambda module: make_sync(module, module.facts.functions[0]))
    check(after, after, lambda module: make_async(module, module.facts.functions[0]))
    check(before, before, lambda module: make_sync(module, module.facts.functions[0]))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("with a as b, c:\n    pass\n", "async with a as b, c:\n    pass\n"),
        ("for x in y:\n    pass\n", "async for x in y:\n    pass\n"),
    ],
)
def test_a_statement_changes_its_colour(before: str, after: str) -> None:
    def target(module: Module) -> ast.With | ast.For | ast.AsyncWith | ast.AsyncFor:
        found = module.facts.tree.body[0]
        assert isinstance(found, ast.With | ast.For | ast.AsyncWith | ast.AsyncFor)
        return found

    check(before, after, lambda module: make_async(module, target(module)))
    check(after, after, lambda module: make_async(module, target(module)))
    check(after, before, lambda module: make_sync(module, target(module)))


def test_async_with_spread_over_rows() -> None:
    check(
        "async \\\n    def f(): pass\n",
        "def f(): pass\n",
        lambda module: make_sync(module, module.facts.functions[0]),
    )


@pytest.mark.parametrize("body", ["yield from x", "yield 1; return 2"])
def test_generators_that_cannot_be_async(body: str) -> None:
    module = parse(f"def f(): {body}\n")
    assert make_async(module, module.facts.functions[0]) == IMPOSSIBLE
