"""Generated programs: expressions in every precedence and layout."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hypothesis import assume
from hypothesis import strategies as st
from support.edited import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.model.module import Module

ATOMS = (
    "a",
    "f()",
    "'é'",
    '"""x\ny"""',
    "1",
    "1.5",
    "()",
    "(b)",
    "[]",
    "self.x",
    "...",
    "m.n(a, *b, k=1, **c)",
    "f'{a}'",
)
FORMS = (
    "{0}.x",
    "({0}).y(  # (\n{1})",
    "{0}[{1}]",
    "{0}[{1}:{0}]",
    "{0}({1})",
    "f({0}, k={1})",
    "f(\n    {0},  # c\n    *{1},\n)",
    "{0} + {1}",
    "-{0}",
    "{0} ** {1}",
    "not {0}",
    "{0} if {1} else {0}",
    "{0}if({1})else({0})",
    "({0})",
    "(\n    # ((\n    {0}\n)",
    "[x for x in {0} if {1}]",
    "{{x: y for x in {0}}}",
    "(x for x in {0})",
    "f(x for x in {0})",
    "(lambda: {0})",
    "(await {0})",
    "{0} < {1} <= {0}",
    "{0} and {1} or {0}",
    "({0}, {1})",
    "[{0}, {1}]",
    "(y := {0})",
    "f'é{{{0}}}'",
    "f'{{{0}!r:>{{{1}}}}}'",
    "{0} in({1})",
    "(yield {0})",
)
FRAMES = (
    "async def t():\n    {0}\n",
    "async def t():\n    é = 'ü'; x = {0}\n",
    "async def t():\n    return({0})\n",
    "async def t():\n\tassert {0}, {0}\n",
    "async def t():\r\n    with({0})as x: pass\r\n",
    "async def t():\n    for x in {0}: pass\n    x[{0}] = y.z = {0}\n",
    "@({0})\nclass A({0}, k={0}): pass\n",
)

expressions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds(lambda form, *parts: form.format(*parts), st.sampled_from(FORMS), inner, inner),
    max_leaves=6,
)
programs = st.builds(lambda frame, text: frame.format(text), st.sampled_from(FRAMES), expressions)


def parsed(text: str, newline: str = "\n") -> Module:
    """The module, if the text is a program at all."""
    text = text.replace("\r\n", "\n").replace("\n", newline)
    try:
        ast.parse(text)
    except SyntaxError:
        assume(condition=False)
    return parse(text)


def nodes(module: Module, wanted: Callable[[ast.expr], bool]) -> list[ast.expr]:
    """Expressions of the module; parts of an f-string that are no expressions by themselves are left out."""
    inside = {
        id(part)
        for node in ast.walk(module.facts.tree)
        if isinstance(node, ast.JoinedStr)
        for part in (*node.values, *_specs(node))
    }
    every = [node for node in ast.walk(module.facts.tree) if isinstance(node, ast.expr) and id(node) not in inside]
    return [node for node in every if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and wanted(node)]


def _specs(node: ast.JoinedStr) -> list[ast.AST]:
    return [v.format_spec for v in node.values if isinstance(v, ast.FormattedValue) and v.format_spec is not None]
