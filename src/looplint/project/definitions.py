"""Definitions in other files of the project, found by import path without importing."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from looplint.model.definitions import Class, Colour, Function
from looplint.model.names import Binding, BindingKind, dotted_text, settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts

_DEPTH = 12

TRANSPARENT = frozenset(
    {
        "builtins.staticmethod", "builtins.classmethod", "abc.abstractmethod", "typing.override",
        "typing_extensions.override", "typing.final", "typing_extensions.final", "typing.overload",
        "typing.no_type_check", "functools.wraps", "tenacity.retry", "backoff.on_exception", "backoff.on_predicate",
    }
)  # fmt: skip
"""Decorators that keep the colour of what they decorate (each documented to wrap coroutine functions as such)."""

_AWAITABLE_ANNOTATIONS = frozenset({"Awaitable", "Coroutine", "Future", "Task", "CoroutineType", "AwaitableGenerator"})


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """What a dotted name stands for in the project: a function, a class, a value or a whole module."""

    facts: Facts
    function: Function | None = None
    cls: Class | None = None
    value: ast.expr | None = None
    owner: Class | None = None
    """The class through which a method or class attribute was found."""

    @property
    def place(self) -> str:
        """`path:line` for messages."""
        node = self.node
        row = getattr(node, "lineno", 1)
        return f"{self.facts.source.path}:{row}"

    @property
    def node(self) -> ast.AST:
        """The defining node."""
        found = self.function or self.cls
        return found.node if found else (self.value or self.facts.tree)


class Files(Protocol):
    """What the look-ups need from a project: facts by path, files by dotted name."""

    def facts_at(self, path: Path) -> Facts | None:
        """The facts of a project file, None where it cannot be read or parsed."""

    def locate(self, dotted: str, near: Path | None) -> tuple[Path, tuple[str, ...]] | None:
        """The file of the longest module prefix, and the names left over."""


def find_definition(files: Files, dotted: str, near: Path | None = None, depth: int = _DEPTH) -> Definition | None:
    """Follow `dotted` through modules, re-exports, aliases, classes and their project bases; None where unknown."""
    if depth <= 0:
        return None
    located = files.locate(dotted, near)
    if located is None:
        return None
    path, rest = located
    facts = files.facts_at(path)
    if facts is None:
        return None
    return inside(files, facts, path, rest, depth)


def inside(
    files: Files, facts: Facts, path: Path | None, rest: tuple[str, ...], depth: int = _DEPTH
) -> Definition | None:
    """The definition of the names `rest` within one file."""
    if not rest:
        return Definition(facts)
    scope = facts.scope(facts.tree)
    bindings = scope.names.get(rest[0])
    if bindings:
        binding = settle(bindings)
        return None if binding is None else _follow(files, facts, path, binding, rest, depth)
    for star in scope.stars:
        found = find_definition(files, ".".join((facts.absolute(star), *rest)), path, depth - 1)
        if found is not None:
            return found
    return None


def _follow(
    files: Files, facts: Facts, path: Path | None, binding: Binding, rest: tuple[str, ...], depth: int
) -> Definition | None:
    tail = rest[1:]
    if binding.kind is BindingKind.IMPORT:
        assert binding.target is not None
        target = facts.absolute(binding.target)
        return find_definition(files, ".".join((target, *tail)), path, depth - 1)
    if binding.kind is BindingKind.DEFINITION:
        found = facts.definition_at(binding.node)
        if isinstance(found, Function):
            return Definition(facts, function=found) if not tail else None
        if isinstance(found, Class):
            return Definition(facts, cls=found) if not tail else find_member(files, found, tail, depth - 1)
    if binding.value is not None:
        text = dotted_text(binding.value)
        if text is not None:
            resolved = facts.resolve(binding.value)
            return find_definition(files, ".".join((resolved, *tail)), path, depth - 1) if resolved else None
        return Definition(facts, value=binding.value) if not tail else None
    return None


def find_member(files: Files, cls: Class, names: tuple[str, ...], depth: int = _DEPTH) -> Definition | None:
    """A method, nested class or class attribute, through the bases that the project defines.

    None also where a base outside the project comes first, since that may define the name.
    """
    if depth <= 0:
        return None
    name, tail = names[0], names[1:]
    for owner in mro(files, cls, depth):
        if owner is None:
            return None
        if name in owner.methods:
            return Definition(owner.facts, function=owner.methods[name], owner=owner) if not tail else None
        nested = owner.facts.cls(f"{owner.qualname}.{name}")
        if nested is not None:
            return (
                Definition(owner.facts, cls=nested, owner=owner)
                if not tail
                else find_member(files, nested, tail, depth - 1)
            )
        if name in owner.attributes:
            return Definition(owner.facts, value=owner.attributes[name], owner=owner) if not tail else None
    return None


def find_in_bases(files: Files, cls: Class, name: str) -> Definition | None:
    """What `super().name` is; None where a base outside the project comes first."""
    for owner in mro(files, cls):
        if owner is None:
            return None
        if owner is not cls and name in owner.methods:
            return Definition(owner.facts, function=owner.methods[name], owner=owner)
    return None


def mro(files: Files, cls: Class, depth: int = _DEPTH) -> Iterator[Class | None]:
    """The class and its bases as Python would search them (depth first, close enough without diamonds).

    None stands for a base outside the project, or one that does not resolve.
    """
    seen: set[int] = set()

    def walk(found: Class, left: int) -> Iterator[Class | None]:
        if id(found) in seen:
            return
        seen.add(id(found))
        yield found
        for base in found.bases:
            if base in (
                "builtins.object",
                "typing.Generic",
                "typing.Protocol",
                "abc.ABC",
                "typing_extensions.Protocol",
            ):
                continue
            inner = find_definition(files, base, found.facts.file, left - 1) if base and left else None
            if inner is None or inner.cls is None:
                yield None
            else:
                yield from walk(inner.cls, left - 1)

    yield from walk(cls, depth)


def external_bases(files: Files, cls: Class, depth: int = _DEPTH) -> set[str | None]:
    """The dotted names of all bases outside the project, through project classes; None for one that is unknown."""
    found: set[str | None] = set()
    seen: set[int] = set()
    stack = [(cls, depth)]
    while stack:
        current, left = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        for base in current.bases:
            inner = find_definition(files, base, current.facts.file) if base and left else None
            if inner is not None and inner.cls is not None:
                stack.append((inner.cls, left - 1))
            elif base is not None and _is_local(current, base):
                found.add(None)
            else:
                found.add(base)
    return found


def _is_local(cls: Class, base: str) -> bool:
    """Is the base a name of this very file that no look-up found (a class made by a call, say)?"""
    module = cls.facts.module_name
    return bool(module) and base.startswith(f"{module}.")


def colour_of(function: Function) -> Colour:
    """What calling the decorated function gives, as far as its decorators and annotation tell."""
    for decorator in function.decorators:
        name = decorator.name or ""
        if name in TRANSPARENT or name.startswith("pytest."):
            continue
        return Colour.UNKNOWN
    if function.is_async:
        return function.colour
    returns = function.node.returns
    if returns is not None and awaitable_annotation(returns):
        return Colour.AWAITABLE
    return Colour.SYNC


def awaitable_annotation(node: ast.expr) -> bool:
    """Does a return annotation name something to await (`Awaitable[int]`, `"asyncio.Task"` …)?"""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    if isinstance(node, ast.Subscript):
        node = node.value
    text = dotted_text(node)
    return text is not None and text.rpartition(".")[2] in _AWAITABLE_ANNOTATIONS
