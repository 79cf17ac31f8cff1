"""Single nodes: whether their place can be trusted, replacing an expression, renaming a definition."""

from __future__ import annotations

import ast
import re
import sys
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, cast

from looplint.model.finding import Edit
from looplint.model.nodes import NoTwin

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst

    from looplint.model.definitions import Class, Function
    from looplint.model.module import Module
    from looplint.model.names import FunctionNode

    Definition = Function | Class | FunctionNode | ast.ClassDef

IMPOSSIBLE: tuple[Edit, ...] = (Edit(-1, -1, ""),)
"""What a helper returns when it cannot make its edit without risk. A fix that holds it is shown, never applied."""

PRIMARIES = (
    ast.Attribute,
    ast.Call,
    ast.Constant,
    ast.Dict,
    ast.DictComp,
    ast.GeneratorExp,
    ast.JoinedStr,
    ast.List,
    ast.ListComp,
    ast.Name,
    ast.Set,
    ast.SetComp,
    ast.Subscript,
)
_DELIMITING = (
    ast.AnnAssign,
    ast.Assign,
    ast.AugAssign,
    ast.Call,
    ast.ClassDef,
    ast.Expr,
    ast.List,
    ast.Return,
    ast.Set,
    ast.Tuple,
    ast.keyword,
)
_FREE_OF_STRING_MARKS = re.compile(r"[^'\"\\{}\n\r#:!]*")
_LOOSE = (ast.Tuple, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.Starred)


_Parameters = ParamSpec("_Parameters")


def possible_with_twins(make: Callable[_Parameters, tuple[Edit, ...]]) -> Callable[_Parameters, tuple[Edit, ...]]:
    """A helper that returns IMPOSSIBLE where libcst has no twin of a node that it asks for."""

    @wraps(make)
    def made(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> tuple[Edit, ...]:
        try:
            return make(*args, **kwargs)
        except NoTwin:
            return IMPOSSIBLE

    return made


def function_node(function: Function | FunctionNode) -> FunctionNode:
    """The `ast` def of a Function, or the def itself."""
    return function if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else function.node


def definition_node(definition: Definition) -> FunctionNode | ast.ClassDef:
    """The `ast` statement of a Function or Class, or the statement itself."""
    return definition if isinstance(definition, ast.stmt) else definition.node


def needs_primary(parent: ast.AST | None, child: ast.AST) -> bool:
    """Whether `child` stands where only a primary may stand: before a dot, bracket or call, after `await`."""
    if isinstance(parent, ast.Call):
        return parent.func is child
    return isinstance(parent, ast.Attribute | ast.Await) or (
        isinstance(parent, ast.Subscript) and parent.value is child
    )


def is_trusted(module: Module, node: ast.AST) -> bool:
    """Whether the span of `node` is where it stands: inside f-strings Python before 3.12 counts wrongly."""
    if sys.version_info >= (3, 12) or not isinstance(node, ast.expr):
        return True
    if not any(isinstance(up, ast.JoinedStr) for up in module.facts.parents(node)):
        return True
    start, end = module.span(node)
    seen = _expression(f"({module.text[start:end]}\n)")
    return seen is not None and ast.dump(seen) == ast.dump(node)


def is_parenthesised(module: Module, node: ast.expr) -> bool:
    """Whether an expression has parentheses of its own, the opening one on its row.

    Unknown counts as no: a pair too many does no harm.
    """
    # ast counts the parentheses of these two to the node, libcst's span of them is inside.
    inner = int(isinstance(node, ast.Tuple | ast.GeneratorExp))
    start, end = module.span(node)
    try:
        twin = module.cst.expression_at(start + inner, end - inner)
    except NoTwin:
        return False
    around = twin.lpar[: len(twin.lpar) - inner]
    return bool(around) and not hasattr(around[-1].whitespace_after, "first_line")


def spaced(text: str, start: int, end: int, new: str) -> str:
    """`new` as it must be written at `text[start:end]` so that it does not grow together with its neighbours."""
    before = text[start - 1 : start]
    after = text[end : end + 1]
    if new and _is_word(before) and (_is_word(new[0]) or new[0] in "\"'"):
        new = f" {new}"
    if new and _is_word(after) and _is_word(new[-1]):
        new = f"{new} "
    return new


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def with_newlines(module: Module, text: str) -> str:
    """`text` with the newlines of the file."""
    return text.replace("\n", module.source.newline)


def replace_node(module: Module, node: ast.AST, text: str) -> tuple[Edit, ...]:
    """Write `text` for an expression (parenthesised where its new place needs it) or for a whole statement."""
    if not is_trusted(module, node) or (_in_string(module, node) and not _FREE_OF_STRING_MARKS.fullmatch(text)):
        return IMPOSSIBLE
    start, end = module.span(node)
    if isinstance(node, ast.expr) and _would_come_apart(module, node, text):
        text = f"({text})"
    return (Edit(start, end, spaced(module.text, start, end, with_newlines(module, text))),)


def _in_string(module: Module, node: ast.AST) -> bool:
    return any(isinstance(up, ast.JoinedStr) for up in module.facts.parents(node))


def _would_come_apart(module: Module, node: ast.expr, text: str) -> bool:
    """Whether the expression `text` needs parentheses in the place of `node`."""
    new = _expression(text)
    parent = module.facts.parent(node)
    # `with (a):` has parentheses of the expression, which with a comma in them become those of a list.
    own = is_parenthesised(module, node) and not isinstance(parent, ast.withitem)
    if new is None or own:
        return new is None and _expression(f"({text}\n)") is not None
    if isinstance(new, ast.Constant) and isinstance(new.value, int | float | complex):
        return needs_primary(parent, node)
    if isinstance(new, PRIMARIES):
        return False
    if isinstance(new, ast.Await):
        return needs_primary(parent, node)
    return isinstance(new, _LOOSE) or needs_primary(parent, node) or not isinstance(parent, _DELIMITING)


def _expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def name_span(module: Module, node: FunctionNode | ast.ClassDef) -> tuple[int, int]:
    """The span of the name in a `def` or `class` statement."""
    return module.cst_span(cast("libcst.FunctionDef | libcst.ClassDef", module.node(node)).name)


@possible_with_twins
def rename_definition(module: Module, definition: Definition, new: str) -> tuple[Edit, ...]:
    """Write another name in the `def` or `class` statement itself; uses stay as they are."""
    start, end = name_span(module, definition_node(definition))
    return (Edit(start, end, new),)
