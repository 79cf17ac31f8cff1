"""What a class assigns to the attributes of `self`, and to names in its body."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import target_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function

_ASSIGNING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.With, ast.AsyncWith)

Assigned = tuple["Function | None", "ast.expr | None", "ast.expr | None"]
"""The method that assigns (None: the class body), the value (None: not an expression of its own), the annotation."""


def self_assignments(cls: Class) -> Iterator[tuple[str, Assigned]]:
    """Every assignment to an attribute of `self` in a class's own methods, and to a name in its body."""
    for stmt in cls.node.body:
        if isinstance(stmt, ast.Assign):
            for target in stmt.targets:
                for name in target_names(target):
                    yield name.id, (None, stmt.value if isinstance(target, ast.Name) else None, None)
        elif isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.value is not None:
            yield stmt.target.id, (None, stmt.value, stmt.annotation)
    for method in cls.methods.values():
        for node in method.facts.within(method.node, *_ASSIGNING) if method.parameters else ():
            if method.facts.scope_owner(node) is not method.node:
                continue  # a function inside it
            for attribute, value, annotation in _assigned(node, method.parameters[0]):
                yield attribute, (method, value, annotation)


def _assigned(node: ast.AST, receiver: str) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    """Attribute, value and annotation of each assignment to an attribute of `receiver` in one statement."""
    for target, value, annotation in _targets(node):
        name = own_attribute(target, receiver)
        if name is not None:
            yield name, value, annotation


def _targets(node: ast.AST) -> Iterator[tuple[ast.expr | None, ast.expr | None, ast.expr | None]]:
    """Every target of a statement with the value and the annotation that it gets."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                yield from ((element, value, None) for element, value in paired(target, node.value))
            else:
                yield target, node.value, None
    elif isinstance(node, ast.AnnAssign):
        if node.value is not None:
            yield node.target, node.value, node.annotation
    elif isinstance(node, ast.AugAssign):
        yield node.target, None, None
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from ((item.optional_vars, None, None) for item in node.items)


def paired(target: ast.Tuple | ast.List, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The targets of an unpacking with the value that each gets; None where the value is no display of that length."""
    values: list[ast.expr] = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
    if len(values) != len(target.elts) or any(isinstance(e, ast.Starred) for e in (*values, *target.elts)):
        yield from ((e.value if isinstance(e, ast.Starred) else e, None) for e in target.elts)
    else:
        yield from zip(target.elts, values, strict=True)


def own_attribute(node: ast.expr | None, receiver: str) -> str | None:
    """`x` where the node is `receiver.x`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == receiver:
        return node.attr
    return None
