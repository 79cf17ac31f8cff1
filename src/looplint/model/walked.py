"""One walk over a file's `ast`: parents, nodes by type, and whose code a node is."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from looplint.model.names import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.names import FunctionNode

N = TypeVar("N", bound=ast.AST)


class Walked:
    """The tree of one file; walked whole at the first question, never again."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._ordered: dict[tuple[type[ast.AST], ...], list[Any]] = {}
        self._owners: dict[ast.AST, ast.Module | ast.ClassDef | FunctionNode] = {}

    @cached_property
    def _index(self) -> tuple[dict[ast.AST, ast.AST], dict[type[ast.AST], list[Any]]]:
        """Parents of all nodes, and the nodes of each type: the one walk over the whole tree."""
        parents: dict[ast.AST, ast.AST] = {}
        kinds: dict[type[ast.AST], list[Any]] = {}
        stack: list[ast.AST] = [self.tree]
        while stack:
            node = stack.pop()
            kinds.setdefault(node.__class__, []).append(node)
            for field in node._fields:
                value = getattr(node, field, None)
                if value.__class__ is list:
                    for child in value:
                        if isinstance(child, ast.AST) and child.__class__ not in SHARED:
                            parents[child] = node
                            stack.append(child)
                elif isinstance(value, ast.AST) and value.__class__ not in SHARED:
                    parents[value] = node
                    stack.append(value)
        return parents, kinds

    @overload
    def nodes(self, kind: type[N], /) -> list[N]: ...
    @overload
    def nodes(self, *kinds: type[ast.AST]) -> list[ast.AST]: ...
    def nodes(self, *kinds: type[ast.AST]) -> list[Any]:
        """Every node of the given types, in source order; costs no walk after the first question about a file."""
        found = self._ordered.get(kinds)
        if found is None:
            table = self._index[1]
            found = self._ordered[kinds] = sorted((n for k in kinds for n in table.get(k, ())), key=_place)
        return found

    @cached_property
    def loaded_names(self) -> frozenset[str]:
        """Every name that the file reads."""
        return frozenset(n.id for n in self._index[1].get(ast.Name, ()) if isinstance(n.ctx, ast.Load))

    @property
    def calls(self) -> list[ast.Call]:
        """Every call, in source order."""
        return self.nodes(ast.Call)

    @property
    def awaits(self) -> list[ast.Await]:
        """Every await, in source order."""
        return self.nodes(ast.Await)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that directly holds `node`."""
        return self._index[0].get(node)

    def parents(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent of `node` up to the module."""
        table = self._index[0]
        up = table.get(node)
        while up is not None:
            yield up
            up = table.get(up)

    def scope_owner(self, node: ast.AST) -> ast.Module | ast.ClassDef | FunctionNode:
        """The module, class or def whose code `node` is (decorators, defaults and bases belong to the outer one)."""
        owners = self._owners
        found = owners.get(node)
        if found is not None:
            return found
        child, climbed = node, [node]
        found = self.tree
        for up in self.parents(node):
            if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and child in up.body:
                found = up
                break
            if up in owners:
                found = owners[up]
                break
            climbed.append(up)
            child = up
        for passed in climbed:
            owners[passed] = found
        return found

    def in_lambda(self, node: ast.AST) -> bool:
        """Is there a lambda between `node` and its def?"""
        for up in self.parents(node):
            if isinstance(up, ast.Lambda):
                return True
            if isinstance(up, ast.stmt):
                return False
        return False


def _place(node: Any) -> tuple[int, int, int, int]:
    return (node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0))
