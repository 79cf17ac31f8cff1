"""The pytest marks in force for a test, read from decorators and `pytestmark`.

Order and reach as measured on pytest 9.2: own marks from the innermost decorator outward; then class by class outward,
within a class those of its farthest base first (`get_unpacked_marks` reverses the method resolution order), and
`pytestmark` before decorators; then `pytestmark` of the module. The first one counts where marks contradict each
other. `pytestmark` in conftest.py or a package's `__init__` has no effect.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Decorator
from looplint.model.names import Binding, BindingKind, settle
from looplint.project.code.definitions import inside, mro, outside_name, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Files

Mark = tuple[Decorator, str]
"""The expression of a mark, and its name ("asyncio")."""

_PREFIX = "pytest.mark."
_DEPTH = 8


def marks_of(files: Files, function: Function) -> Iterator[Mark]:
    """All marks in force for a test, the ones that count first."""
    return (mark for mark in _all_marks(files, function) if mark is not None)


def has_unread_marks(files: Files, function: Function) -> bool:
    """Is there a `pytestmark` in force whose marks cannot be read?

    Decorators that are no marks are not meant; they may do anything to the function itself.
    """
    return any(mark is None for mark in _inherited_marks(files, function))


def is_mark(files: Files, facts: Facts, node: ast.expr) -> bool:
    """Is a decorator nothing but a mark, under its own name or another?"""
    return all(mark is not None for mark in _read(files, facts, node))


def marks_in(files: Files, facts: Facts, node: ast.expr) -> tuple[Mark | None, ...]:
    """The marks that an expression stands for (a decorator, the value of `pytestmark`, an element of it).

    None for each part that cannot be read.
    """
    return tuple(_read(files, facts, node))


def enclosing_classes(function: Function) -> Iterator[Class]:
    """The class of a method and the classes around that."""
    cls = function.cls
    while cls is not None:
        yield cls
        cls = cls.cls


def _all_marks(files: Files, function: Function) -> Iterator[Mark | None]:
    for decorator in reversed(function.decorators):
        yield from _read(files, function.facts, decorator.node)
    yield from _inherited_marks(files, function)


def _inherited_marks(files: Files, function: Function) -> Iterator[Mark | None]:
    for cls in enclosing_classes(function):
        for owner in reversed(list(mro(files, cls))):
            if owner is not None:
                yield from _pytestmark(files, owner.facts, owner.node)
                for decorator in reversed(owner.decorators):
                    yield from (mark for mark in _read(files, owner.facts, decorator.node) if mark is not None)
    yield from _pytestmark(files, function.facts, function.facts.tree)


def _pytestmark(files: Files, facts: Facts, owner: ast.Module | ast.ClassDef) -> Iterator[Mark | None]:
    bindings = facts.scope(owner).names.get("pytestmark")
    if bindings is None:
        if isinstance(owner, ast.Module) and facts.scope(owner).stars:
            yield from _imported(files, facts)
        return
    last = max((i for i, b in enumerate(bindings) if not b.conditional and not _adds(b)), default=0)
    for binding in bindings[last:]:
        value = binding.node.value if isinstance(binding.node, ast.AugAssign) else binding.value
        if value is not None:
            yield from _read(files, facts, value)
        elif binding.kind is BindingKind.IMPORT:
            yield from _imported(files, facts)
        else:
            yield None


def _adds(binding: Binding) -> bool:
    return isinstance(binding.node, ast.AugAssign)


def _imported(files: Files, facts: Facts) -> Iterator[Mark | None]:
    """The marks of a module's `pytestmark` that is imported."""
    found = inside(files, facts, facts.file, ("pytestmark",))
    if found is not None and found.value is not None:
        yield from _read(files, found.facts, found.value)
    elif "pytestmark" in facts.scope(facts.tree).names:
        yield None


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
