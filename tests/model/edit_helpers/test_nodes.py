from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.edited import check, dump_of, dump_with, edited, expression, parse, statement
from support.programs import nodes, parsed, programs

from looplint.model.edits import IMPOSSIBLE, rename_definition, replace_node

if TYPE_CHECKING:
    from looplint.model.definitions import Class, Function
    from looplint.model.module import Module

REPLACEMENTS = (
    "x",
    "a.b",
    "f(1)",
    "1",
    "-1",
    "a or b",
    "await z",
    "lambda: 0",
    "(c)",
    "d, e",
    "[g]",
    "(w := 2)",
    "'s'",
)


@pytest.mark.parametrize(
    ("target", "text", "before", "after"),
    [
        (
            "pytest.fixture",
            "pytest_asyncio.fixture",
            "@pytest.fixture\ndef f(): ...\n",
            "@pytest_asyncio.fixture\ndef f(): ...\n",
        ),
        ("Mock", "AsyncMock", "'é'; x = Mock(spec=A)\n", "'é'; x = AsyncMock(spec=A)\n"),
        ("f()", "a or b", "x = f().y\n", "x = (a or b).y\n"),
        ("f()", "a or b", "x = (f()).y\n", "x = (a or b).y\n"),
        ("f()", "a or b", "x = [f()]\n", "x = [a or b]\n"),
        ("f()", "a or b", "x = not f()\n", "x = not (a or b)\n"),
        ("f()", "1", "x = f().y\n", "x = (1).y\n"),
        ("f()", "await z", "x = f()\n", "x = await z\n"),
        ('"a"', "b", 'x = y if"a"else"b"\n', 'x = y if b else"b"\n'),
        ("f()", "g(\n1,\n)", "x = f()\n", "x = g(\n1,\n)\n"),
        ("f()", "d, e", "with (f()): pass\n", "with ((d, e)): pass\n"),
        ("f()", "d, e", "g(f())\n", "g((d, e))\n"),
        ("f()", "d, e", "class A((f())): pass\n", "class A((d, e)): pass\n"),
        ("f()", "g\n.h", "x = f()\n", "x = (g\n.h)\n"),
    ],
)
def test_replaced(target: str, text: str, before: str, after: str) -> None:
    check(before, after, lambda module: replace_node(module, expression(module, target), text))


def test_a_statement_is_replaced() -> None:
    check(
        "if x:\n    y = 1; z = 2  # c\n",
        "if x:\n    raise A; z = 2  # c\n",
        lambda module: replace_node(module, statement(module, "y"), "raise A"),
    )


@settings(max_examples=400)
@given(programs, st.sampled_from(REPLACEMENTS), st.data())
def test_the_tree_has_the_new_node_and_nothing_else_changes(text: str, new: str, data: st.DataObject) -> None:
    module = parsed(text)
    starred = {id(node.value) for node in ast.walk(module.facts.tree) if isinstance(node, ast.Starred)}
    node = data.draw(
        st.sampled_from(
            nodes(
                module,
                lambda node: (
                    not isinstance(node, ast.Starred | ast.Slice | ast.GeneratorExp)
                    and id(node) not in starred
                    and not isinstance(module.facts.parent(node), ast.FormattedValue | ast.GeneratorExp)
                ),
            )
        )
    )
    edits = replace_node(module, node, new)
    if edits == IMPOSSIBLE:
        return
    raw = edited(module, edits)
    assert dump_of(raw) == dump_with(module.facts.tree, node, ast.parse(f"({new})", mode="eval").body)


def test_quotes_do_not_go_into_strings() -> None:
    module = parse("x = f'{a}'\n")
    assert replace_node(module, expression(module, "a"), "'b'") == IMPOSSIBLE
    assert edited(module, replace_node(module, expression(module, "a"), "b.c")) == b"x = f'{b.c}'\n"


def test_a_misplaced_node_is_not_touched() -> None:
    module = parse('x = (f"é{a}"\n     f"é {b}" f"{b}")\n')
    names = [node for node in ast.walk(module.facts.tree) if isinstance(node, ast.Name) and node.id == "b"]
    for node in names:
        edits = replace_node(module, node, "c")
        if edits != IMPOSSIBLE:
            start, end = module.span(node)
            assert module.text[start:end] == "b"
    assert sys.version_info < (3, 12) or all(replace_node(module, node, "c") != IMPOSSIBLE for node in names)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def old(): ...\n", "def new(): ...\n"),
        ("@old\nasync  def  old ( old ): old\n", "@old\nasync  def  new ( old ): old\n"),
        ("async \\\n  def \\\n  old(): ...\n", "async \\\n  def \\\n  new(): ...\n"),
        ("def ﬁ(): ...\n", "def new(): ...\n"),
        ("'é'\nclass old(old): ...\n", "'é'\nclass new(old): ...\n"),
    ],
)
def test_a_definition_is_renamed(before: str, after: str) -> None:
    def first(module: Module) -> Function | Class:
        return module.facts.functions[0] if module.facts.functions else module.facts.classes[0]

    check(before, after, lambda module: rename_definition(module, first(module), "new"))
    check(before, after, lambda module: rename_definition(module, first(module).node, "new"))
