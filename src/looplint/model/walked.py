"""One walk over a file's `ast`: parents, nodes by type, and whose code a node is."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, overload

from looplint.model.names import SIMPLE_STATEMENTS
from looplint.model.nodes import node_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.names import FunctionNode

N = TypeVar("N", bound=ast.AST)


class Walked:
    """The tree of one file; walked whole at the first question, never again."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._ordered: dict[tuple[type[ast.AST], ...], list[Any]] = {}
        self._rows: dict[tuple[type[ast.AST], ...], list[int]] = {}
        self._sorted_names: dict[str, tuple[list[ast.Name], list[int]]] = {}
        self._owners: dict[ast.AST, ast.Module | ast.ClassDef | FunctionNode] = {}

    @cached_property
    def _index(self) -> tuple[dict[ast.AST, ast.AST], dict[type[ast.AST], list[Any]]]:
        """Parents of all nodes, and the nodes of each type: the one walk over the whole tree.

        Written for speed: it is entered for every node of every file that a rule looks at. A node comes after its
        parents in the list of its type.
        """
        parents: dict[ast.AST, ast.AST] = {}
        kinds: dict[type[ast.AST], list[Any]] = {ast.Module: [self.tree]}
        stack: list[ast.AST] = [self.tree]
        fields = node_fields
        while stack:
            node = stack.pop()
            for field in fields[node.__class__]:
                value = getattr(node, field)
                if value is None:
                    continue
                for child in value if value.__class__ is list else (value,):
                    if child is None:
                        continue  # the key of `**mapping`, the default of a keyword-only parameter without one
                    parents[child] = node
                    kind = child.__class__
                    if kind in kinds:
                        kinds[kind].append(child)
                    else:
                        kinds[kind] = [child]
                    if fields[kind]:
                        stack.append(child)
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
            found = [node for kind in kinds for node in table.get(kind, ())]
            if not (len(kinds) == 1 or all(issubclass(kind, ast.stmt) for kind in kinds)):
                found.sort(key=_end, reverse=True)  # no two statements start together
            found.sort(key=_start)
            self._ordered[kinds] = found
        return found

    @overload
    def within(self, top: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, kind: type[N], /) -> list[N]: ...
    @overload
    def within(
        self, top: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, *kinds: type[ast.AST]
    ) -> list[ast.AST]: ...
    def within(self, top: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, *kinds: type[ast.AST]) -> list[Any]:
        """The nodes of the given types in a def or class, its decorators included, in source order.

        A def shares its rows with nothing else, so they are cut out of all nodes of these types.
        """
        found: list[Any] = self.nodes(*kinds)
        rows = self._rows.get(kinds)
        if rows is None:
            rows = self._rows[kinds] = [node.lineno for node in found]
        start, end = _rows_of(top)
        return found[bisect_left(rows, start) : bisect_right(rows, end)]

    @cached_property
    def _names(self) -> dict[str, list[ast.Name]]:
        """The uses of each name, in no order."""
        found: dict[str, list[ast.Name]] = {}
        for node in self._index[1].get(ast.Name, ()):
            if node.id in found:
                found[node.id].append(node)
            else:
                found[node.id] = [node]
        return found

    def named(self, name: str) -> list[ast.Name]:
        """Every use of a name, in source order."""
        return self._named(name)[0]

    def named_within(self, top: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str) -> list[ast.Name]:
        """The uses of a name in a def or class, its decorators included, in source order."""
        if name not in self._names:
            return []
        found, rows = self._named(name)
        start, end = _rows_of(top)
        return found[bisect_left(rows, start) : bisect_right(rows, end)]

    def _named(self, name: str) -> tuple[list[ast.Name], list[int]]:
        """The uses of a name in source order, and the row of each."""
        known = self._sorted_names.get(name)
        if known is None:
            found = sorted(self._names.get(name, ()), key=_start)
            known = self._sorted_names[name] = found, [node.lineno for node in found]
        return known

    @cached_property
    def loaded_names(self) -> frozenset[str]:
        """Every name that the file reads."""
        return frozenset(n.id for n in self._index[1].get(ast.Name, ()) if isinstance(n.ctx, ast.Load))

    @cached_property
    def imports(self) -> tuple[list[ast.Import], list[ast.ImportFrom]]:
        """The import statements of both types, in source order; a file need not be walked whole for them."""
        if "_index" in self.__dict__:
            return self.nodes(ast.Import), self.nodes(ast.ImportFrom)
        plain: list[ast.Import] = []
        others: list[ast.ImportFrom] = []
        stack: list[Any] = [*self.tree.body]
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is ast.Import:
                plain.append(node)
            elif kind is ast.ImportFrom:
                others.append(node)
            elif kind not in SIMPLE_STATEMENTS:
                for field in _BODIES:
                    stack += getattr(node, field, ())
        return sorted(plain, key=_start), sorted(others, key=_start)

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
        parents = self._index[0]
        child, climbed = node, [node]
        found = self.tree
        up = parents.get(node)
        while up is not None:
            if up.__class__ in _OWNERS and isinstance(child, ast.stmt):
                found = up  # type: ignore[assignment]
                break
            if up in owners:
                found = owners[up]
                break
            climbed.append(up)
            child = up
            up = parents.get(up)
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


def _rows_of(top: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> tuple[int, int]:
    """The first and the last row of a def or class, its decorators included."""
    start = top.lineno
    if top.decorator_list:
        start = min(start, top.decorator_list[0].lineno)
    return start, top.end_lineno or start


_BODIES = ("body", "handlers", "orelse", "finalbody", "cases")
_OWNERS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_start = attrgetter("lineno", "col_offset")
"""Sorts nodes of one type: of two that start together the outer one comes first already."""
_end = attrgetter("end_lineno", "end_col_offset")
