"""`await` and `async`: put in and take out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.nodes import (
    IMPOSSIBLE,
    PRIMARIES,
    function_node,
    is_parenthesised,
    is_trusted,
    needs_primary,
    possible_with_twins,
    spaced,
)
from looplint.model.finding import Edit
from looplint.model.names import own_expressions

if TYPE_CHECKING:
    import libcst

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.model.names import FunctionNode

Colourable = ast.With | ast.AsyncWith | ast.For | ast.AsyncFor
"""Statements that have an async twin; defs have one too."""


def insert_await(module: Module, node: ast.expr) -> tuple[Edit, ...]:
    """`await` before an expression, with the parentheses that precedence asks for.

    `f().x` becomes `(await f()).x`, `a or b` becomes `await (a or b)`. IMPOSSIBLE in a lambda and in the body of a
    class, which cannot await, and in a generator expression, which would change its colour. The function around must
    be (made) async.
    """
    if isinstance(node, ast.GeneratorExp | ast.Starred | ast.Slice) or not is_trusted(module, node):
        return IMPOSSIBLE
    if not _can_await(module, node):
        return IMPOSSIBLE
    start, end = module.span(node)
    before, after = ("await ", "") if isinstance(node, PRIMARIES) else ("await (", ")")
    if needs_primary(module.facts.parent(node), node) and not is_parenthesised(module, node):
        before, after = f"({before}", f"{after})"
    opening = Edit(start, start, spaced(module.text, start, start, before))
    return (opening, Edit(end, end, after)) if after else (opening,)


def _can_await(module: Module, node: ast.expr) -> bool:
    """Whether no lambda or generator expression evaluates `node` outside the function that it stands in."""
    child: ast.AST = node
    below: ast.AST = node
    for up in module.facts.parents(node):
        if isinstance(up, ast.stmt):
            return not isinstance(module.facts.scope_owner(node), ast.ClassDef)
        if isinstance(up, ast.Lambda) and up.body is child:
            return False
        if isinstance(up, ast.GeneratorExp) and not (child is up.generators[0] and below is up.generators[0].iter):
            return False
        child, below = up, child
    return True


@possible_with_twins
def remove_await(module: Module, node: ast.Await) -> tuple[Edit, ...]:
    """Take `await` away, and the parentheses that only it needed."""
    if not is_trusted(module, node):
        return IMPOSSIBLE
    text = module.text
    start, end = module.span(node)
    value = cast("libcst.Await", module.node(node)).expression
    operand = module.cst.outer[value][0]
    tight = needs_primary(module.facts.parent(node), node) and not value.lpar
    if tight and isinstance(node.value, PRIMARIES) and text[start - 1] == "(" and text.startswith(")", end):
        new = spaced(text, start - 1, start - 1, text[operand])
        if new == text[operand] and not isinstance(node.value, ast.Constant):
            return (Edit(start - 1, operand, ""), Edit(end, end + 1, ""))
    return (Edit(start, operand, ""),)


def make_async(module: Module, target: Function | FunctionNode | Colourable) -> tuple[Edit, ...]:
    """`async` before a def, `with` or `for`; nothing where it stands already.

    IMPOSSIBLE for a generator that uses `yield from` or returns a value, which no async def may do.
    """
    node = target if isinstance(target, Colourable) else function_node(target)
    if isinstance(node, ast.AsyncFunctionDef | ast.AsyncWith | ast.AsyncFor):
        return ()
    if isinstance(node, ast.FunctionDef) and not _can_be_async(node):
        return IMPOSSIBLE
    start = module.span(node)[0]
    return (Edit(start, start, "async "),)


def _can_be_async(node: ast.FunctionDef) -> bool:
    own = list(own_expressions(node))
    if any(isinstance(inner, ast.YieldFrom) for inner in own):
        return False
    generator = any(isinstance(inner, ast.Yield) for inner in own)
    return not (generator and any(isinstance(inner, ast.Return) and inner.value is not None for inner in own))


@possible_with_twins
def make_sync(module: Module, target: Function | FunctionNode | Colourable) -> tuple[Edit, ...]:
    """Take `async` away from a def, `with` or `for`; nothing where there is none. Awaits inside are left alone."""
    node = target if isinstance(target, Colourable) else function_node(target)
    if isinstance(node, ast.FunctionDef | ast.With | ast.For):
        return ()
    keyword = cast("libcst.FunctionDef | libcst.With | libcst.For", module.node(node)).asynchronous
    return (Edit(*module.cst.outer[cast("libcst.Asynchronous", keyword)], ""),)
