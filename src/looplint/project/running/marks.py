"""The pytest marks in force for a test, read from decorators and `pytestmark`.

Order and reach as measured on pytest 9.2: own marks from the innermost decorator outward; then class by class outward,
within a class those of its farthest base first (`get_unpacked_marks` reverses the method resolution order), and
`pytestmark` before decorators; then `pytestmark` of the module. The first one counts where marks contradict each
other. `pytestmark` in conftest.py or a package's `__init__` has no effect.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import Binding, BindingKind
from looplint.project.code.definitions import inside, mro
from looplint.project.code.mark_expressions import marks_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Files
    from looplint.project.code.mark_expressions import Mark


def marks_of(files: Files, function: Function) -> Iterator[Mark]:
    """All marks in force for a test, the ones that count first."""
    return (mark for mark in _all_marks(files, function) if mark is not None)


def has_unread_marks(files: Files, function: Function) -> bool:
    """Is there a `pytestmark` in force whose marks cannot be read?

    Decorators that are no marks are not meant; they may do anything to the function itself.
    """
    return any(mark is None for mark in _inherited_marks(files, function))


def enclosing_classes(function: Function) -> Iterator[Class]:
    """The class of a method and the classes around that."""
    cls = function.cls
    while cls is not None:
        yield cls
        cls = cls.cls


def _all_marks(files: Files, function: Function) -> Iterator[Mark | None]:
    for decorator in reversed(function.decorators):
        yield from marks_in(files, function.facts, decorator.node)
    yield from _inherited_marks(files, function)


def _inherited_marks(files: Files, function: Function) -> Iterator[Mark | None]:
    for cls in enclosing_classes(function):
        for owner in reversed(list(mro(files, cls))):
            if owner is not None:
                yield from _pytestmark(files, owner.facts, owner.node)
                for decorator in reversed(owner.decorators):
                    yield from (mark for mark in marks_in(files, owner.facts, decorator.node) if mark is not None)
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
            yield from marks_in(files, facts, value)
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
        yield from marks_in(files, found.facts, found.value)
    elif "pytestmark" in facts.scope(facts.tree).names:
        yield None
