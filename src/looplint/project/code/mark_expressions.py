"""The pytest marks that an expression stands for, under their own names or others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Decorator
from looplint.model.names import settle
from looplint.project.code.definitions import outside_name, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Files

Mark = tuple[Decorator, str]
"""The expression of a mark, and its name ("asyncio")."""

_PREFIX = "pytest.mark."
_DEPTH = 8


def is_mark(files: Files, facts: Facts, node: ast.expr) -> bool:
    """Is a decorator nothing but a mark, under its own name or another?"""
    return all(mark is not None for mark in _read(files, facts, node))


def marks_in(files: Files, facts: Facts, node: ast.expr) -> tuple[Mark | None, ...]:
    """The marks that an expression stands for (a decorator, the value of `pytestmark`, an element of it).

    None for each part that cannot be read.
    """
    return tuple(_read(files, facts, node))


def _read(files: Files, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> Iterator[Mark | None]:
    """The marks in an expression; None for each part that cannot be read."""
    if depth <= 0:
        yield None
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for element in node.elts:
            yield from _read(files, facts, element, depth)
    elif isinstance(node, ast.Starred):
        yield from _read(files, facts, node.value, depth)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _read(files, facts, node.left, depth)
        yield from _read(files, facts, node.right, depth)
    else:
        yield from _single(files, facts, node, depth)


def _single(files: Files, facts: Facts, node: ast.expr, depth: int) -> Iterator[Mark | None]:
    decorator = facts.decorator(node)
    name = decorator.name
    if name is not None and not name.startswith(_PREFIX):
        name = outside_name(files, name, facts)
    if name is not None and name.startswith(_PREFIX):
        yield Decorator(node, name, decorator.call), name.removeprefix(_PREFIX).partition(".")[0]
        return
    behind = None if decorator.call is not None else _value(files, facts, node, decorator.name)
    if behind is None:
        yield None
    else:
        yield from _read(files, *behind, depth - 1)


def _value(files: Files, facts: Facts, node: ast.expr, name: str | None) -> tuple[Facts, ast.expr] | None:
    """The expression that a variable stands for, and the file in which it is written."""
    if isinstance(node, ast.Name):
        binding = settle(facts.scope(facts.tree).names.get(node.id, []))
        if binding is not None and binding.value is not None:
            return facts, binding.value
    found = seen_from(files, name, facts) if name is not None else None
    return (found.facts, found.value) if found is not None and found.value is not None else None
