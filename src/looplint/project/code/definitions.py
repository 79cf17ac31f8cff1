"""Definitions in other files of the project, found by import path without importing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from looplint.model.definitions import Class, Function
from looplint.model.names import Binding, BindingKind, dotted_text, settle
from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts

_DEPTH = 12

_EMPTY_BASES = frozenset(
    {"builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC", "typing_extensions.Protocol"}
)
"""Bases that bring no methods of their own."""
_STARS = (b"import *", b"import*")


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

    def mentions(self, path: Path, word: bytes) -> bool:
        """Do the bytes of a file hold `word`? False where it cannot be read."""


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


def seen_from(files: Files, dotted: str, facts: Facts, depth: int = _DEPTH) -> Definition | None:
    """What a resolved name means in a file: its own definitions first, since the file may have no import path."""
    if is_foreign(dotted, facts):
        return None
    own = _own_names(facts, dotted)
    found = inside(files, facts, facts.file, own, depth) if own else None
    return found if found is not None else find_definition(files, dotted, facts.file, depth)


def is_foreign(dotted: str, facts: Facts) -> bool:
    """Is it surely a name of the standard library, and none of the file's own? A project's modules never hide those."""
    module = facts.module_name
    return bool(module) and dotted.partition(".")[0] in sys.stdlib_module_names and not dotted.startswith(f"{module}.")


def _own_names(facts: Facts, dotted: str) -> tuple[str, ...]:
    module = facts.module_name
    if not module:
        return tuple(dotted.split("."))
    return tuple(dotted.removeprefix(f"{module}.").split(".")) if dotted.startswith(f"{module}.") else ()


def inside(
    files: Files, facts: Facts, path: Path | None, rest: tuple[str, ...], depth: int = _DEPTH
) -> Definition | None:
    """The definition of the names `rest` within one file."""
    if not rest:
        return Definition(facts)
    bindings = facts.scope(facts.tree).names.get(rest[0])
    if bindings is None:
        holder = star_source(files, facts, rest[0])
        if holder is None:
            return None
        facts, path = holder, holder.file
        bindings = holder.scope(holder.tree).names[rest[0]]
    binding = settle(bindings)
    return None if binding is None else _follow(files, facts, path, binding, rest, depth)


def star_source(files: Files, facts: Facts, name: str) -> Facts | None:
    """The project file from which `facts` has `name` through star imports, the last one first as Python has it."""
    seen = {facts}
    stack = star_modules(files, facts, name)
    while stack:
        current = stack.pop()
        if current in seen:
            continue
        if name in current.scope(current.tree).names:
            return current
        seen.add(current)
        stack += star_modules(files, current, name)
    return None


def star_modules(files: Files, facts: Facts, name: str | None = None) -> list[Facts]:
    """The project files that a file imports by `from … import *`, in source order.

    With a name, without those that can neither bind it nor have it from yet others, by the words in them.
    """
    found = []
    for star in facts.scope(facts.tree).stars:
        located = files.locate(facts.absolute(star), facts.file)
        if located is None or located[1] or (name is not None and not _may_have(files, located[0], name)):
            continue
        module = files.facts_at(located[0])
        if module is not None:
            found.append(module)
    return found


def _may_have(files: Files, path: Path, name: str) -> bool:
    """May a module bind a name, or have it by a star import? Letters beyond ASCII have several spellings."""
    return not name.isascii() or any(files.mentions(path, word) for word in (name.encode(), *_STARS))


def _follow(
    files: Files, facts: Facts, path: Path | None, binding: Binding, rest: tuple[str, ...], depth: int
) -> Definition | None:
    tail = rest[1:]
    if binding.kind is BindingKind.DEFINITION:
        found = facts.definition_at(binding.node)
        if isinstance(found, Function):
            return Definition(facts, function=found) if not tail else None
        if isinstance(found, Class):
            return Definition(facts, cls=found) if not tail else find_member(files, found, tail, depth - 1)
    target = _next_name(facts, binding, tail)
    if target is not None:
        return find_definition(files, target, path, depth - 1)
    if binding.value is not None and dotted_text(binding.value) is None and not tail:
        return Definition(facts, value=binding.value)
    return None


def _next_name(facts: Facts, binding: Binding, tail: tuple[str, ...]) -> str | None:
    """The dotted name that an import or an alias assignment stands for."""
    target = None
    if binding.kind is BindingKind.IMPORT:
        target = facts.absolute(binding.target or "")
    elif binding.value is not None and dotted_text(binding.value) is not None:
        target = facts.resolve(binding.value)
    return ".".join((target, *tail)) if target else None


def outside_name(files: Files, dotted: str, facts: Facts, depth: int = _DEPTH) -> str | None:
    """The name outside the project that a name used in `facts` leads to, through the project's re-exports and aliases.

    "tests.compat.TestCase" gives "unittest.TestCase"; None for what ends in the project or is unknown.
    """
    for _ in range(depth):
        own = _own_names(facts, dotted)
        binding = settle(facts.scope(facts.tree).names.get(own[0], [])) if own else None
        if binding is None or binding.kind is BindingKind.IMPORT:
            located = files.locate(dotted, facts.file)
            if located is None:
                return None if facts.module_name and own else dotted
            holder = files.facts_at(located[0])
            if holder is None or not located[1]:
                return None
            own = located[1]
            if own[0] not in holder.scope(holder.tree).names:
                holder = star_source(files, holder, own[0])
            binding = settle(holder.scope(holder.tree).names[own[0]]) if holder is not None else None
            if holder is None or binding is None:
                return None
            facts = holder
        target = _next_name(facts, binding, own[1:])
        if target is None:
            return None
        dotted = target
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
    """The class and its bases in the order in which Python searches them.

    None stands for a base outside the project, or one that does not resolve.
    """
    yield cls
    notes: dict[object, Answer[list[Class | None]]] = cls.facts.notes if depth == _DEPTH else {}
    yield from remember(notes, (mro, cls), lambda: _bases(files, cls, depth))


def _bases(files: Files, cls: Class, depth: int) -> list[Class | None]:
    return [base for base in _bases_in_order(files, cls, depth, {}) if base is not cls]


def _bases_in_order(files: Files, cls: Class, depth: int, known: dict[Class, list[Class | None]]) -> list[Class | None]:
    """C3: each base before its own bases, and these in the order written; a cycle ends where it closes."""
    if cls in known:
        return known[cls]
    known[cls] = []
    lines: list[list[Class | None]] = []
    direct: list[Class | None] = []
    for base in cls.bases:
        if base in _EMPTY_BASES:
            continue
        found = seen_from(files, base, cls.facts, depth) if base and depth else None
        if found is None or found.cls is None:
            lines.append([None])
        elif found.cls is not cls:
            lines.append([found.cls, *_bases_in_order(files, found.cls, depth - 1, known)])
            direct.append(found.cls)
    known[cls] = _merge([*lines, direct])
    return known[cls]


def _merge(lines: list[list[Class | None]]) -> list[Class | None]:
    merged: list[Class | None] = []
    while lines := [line for line in lines if line]:
        later = {cls for line in lines for cls in line[1:] if cls is not None}
        line = next((line for line in lines if line[0] not in later), lines[0])
        head = line[0]
        merged.append(head)
        if head is None:
            line.pop(0)
        else:
            lines = [[cls for cls in line if cls is not head] for line in lines]
    return merged


def external_bases(files: Files, cls: Class, depth: int = _DEPTH) -> set[str | None]:
    """The dotted names of all bases outside the project, through project classes; None for one that is unknown."""
    found: set[str | None] = set()
    seen: set[Class] = set()
    stack = [(cls, depth)]
    while stack:
        current, left = stack.pop()
        if current in seen:
            continue
        seen.add(current)
        for base in current.bases:
            inner = seen_from(files, base, current.facts) if base and left else None
            if inner is not None and inner.cls is not None:
                stack.append((inner.cls, left - 1))
            else:
                found.add(outside_name(files, base, current.facts) if base else None)
    return found
