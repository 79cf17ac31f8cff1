"""What the annotation of a return value promises to be awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Colour
from looplint.model.names import dotted_text
from looplint.project.code.coloured import Gives

if TYPE_CHECKING:
    from collections.abc import Iterator

_COROUTINES = frozenset({"Coroutine", "CoroutineType", "AwaitableGenerator"})
_FUTURES = frozenset({"Future", "Task"})
_PLAIN = frozenset(
    {
        "str", "bytes", "int", "float", "bool", "complex", "list", "dict", "set", "tuple", "frozenset", "None", "",
        "List", "Dict", "Set", "Tuple", "Sequence", "Mapping", "Iterable", "Iterator", "datetime", "Decimal", "Path",
    }
)  # fmt: skip
"""Types whose values are no awaitables; "" is what a literal (None) gives."""
_UNIONS = frozenset({"Union", "Optional"})


def promised(node: ast.expr | None) -> tuple[Colour, Gives] | None:
    """What a return annotation promises to be awaited; None where it does not."""
    parts = [*_parts(node)]
    gives = [found for part in parts if (found := _awaitable_kind(part)) is not None]
    if not gives:
        return None
    colour = Colour.AWAITABLE if len(gives) == len(parts) else Colour.DUAL
    return colour, gives[0] if len(set(gives)) == 1 else Gives.AWAITABLE


def contradicts(node: ast.expr | None) -> bool:
    """Does an annotation name plain types only (`-> list[int]`), so that it speaks against something to await?"""
    names = names_in_annotation(node)
    return bool(names) and names <= _PLAIN


def _parts(node: ast.expr | None) -> Iterator[ast.expr]:
    """The members of a union, else the annotation itself."""
    node = _unquoted(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, ast.Subscript) and _leaf(node.value) in _UNIONS:
        members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for member in members:
            yield from _parts(member)
        if _leaf(node.value) == "Optional":
            yield ast.Constant(None)
    elif node is not None:
        yield node


def _unquoted(node: ast.expr | None) -> ast.expr | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return node


def _awaitable_kind(node: ast.expr) -> Gives | None:
    leaf = _leaf(node.value if isinstance(node, ast.Subscript) else node)
    if leaf in _COROUTINES:
        return Gives.COROUTINE
    if leaf in _FUTURES:
        text = dotted_text(node.value if isinstance(node, ast.Subscript) else node) or ""
        return None if text.startswith(("concurrent.", "futures.")) else Gives.FUTURE
    return Gives.AWAITABLE if leaf == "Awaitable" else None


def _leaf(node: ast.expr) -> str:
    return (dotted_text(node) or "").rpartition(".")[2]


def names_in_annotation(node: ast.expr | None) -> set[str]:
    """The last names of the members of a union, else of the annotation itself ("AsyncIterator")."""
    return {_leaf(part.value if isinstance(part, ast.Subscript) else part) for part in _parts(node)}
