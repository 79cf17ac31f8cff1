"""Where a file writes its marks: on a def, on a class, in the `pytestmark` of a class or of the module.

`project.marks` tells which marks a test has; here each mark is found once, at its place, with what it is meant for.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.code.definitions import mro
from looplint.project.code.mark_expressions import marks_in
from looplint.project.running.marks import enclosing_classes
from looplint.project.running.usage import is_collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Decorator, Function
    from looplint.model.facts import Facts
    from looplint.project.code.mark_expressions import Mark
    from looplint.project.questions import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMark:
    """A mark at the place where it is put on something.

    `node` is the expression there: a decorator, or the value of `pytestmark`, or an element of it; `mark` is what it
    stands for, which an alias may define elsewhere. `owner` is the def or class that it marks, None for the module.
    `statement` is the assignment to `pytestmark`, None for a decorator.
    """

    node: ast.expr
    mark: Decorator
    name: str
    owner: Function | Class | None
    statement: ast.stmt | None = None
    alone: bool = True
    """Whether `node` stands for this one mark only."""

    @property
    def is_bare(self) -> bool:
        """Has the mark no arguments?"""
        return is_bare_mark(self.mark)

    @property
    def is_written_here(self) -> bool:
        """Is the mark itself written at its place, not behind an alias?"""
        return self.node is self.mark.node


def is_bare_mark(mark: Decorator) -> bool:
    """Has a mark no arguments, with or without parentheses?"""
    return mark.call is None or not (mark.call.args or mark.call.keywords)


def decorator_marks(project: Project, owner: Function | Class) -> Iterator[PlacedMark]:
    """The marks that decorate a def or class, top to bottom."""
    for decorator in owner.decorators:
        yield from _at(decorator.node, marks_in(project, owner.facts, decorator.node), owner, None)


def pytestmarks(project: Project, facts: Facts, owner: Class | None = None) -> Iterator[PlacedMark]:
    """The marks that a file, or a class of it, lists in `pytestmark`; imported ones are not placed here."""
    scope = facts.scope(facts.tree if owner is None else owner.node)
    for binding in scope.names.get("pytestmark", ()):
        statement = binding.node
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and statement.value is not None:
            for element in _elements(statement.value):
                yield from _at(element, marks_in(project, facts, element), owner, statement)


def wide_marks(project: Project, facts: Facts) -> Iterator[PlacedMark]:
    """The marks of a file that several tests share: of its classes and of the module."""
    for cls in facts.classes:
        yield from decorator_marks(project, cls)
        yield from pytestmarks(project, facts, cls)
    yield from pytestmarks(project, facts)


def covered_tests(project: Project, facts: Facts, mark: PlacedMark) -> Iterator[Function]:
    """The collected tests of the file that a mark of a class or of the module reaches."""
    for function in facts.functions:
        if _reaches(project, mark, function) and is_collected(project, function):
            yield function


def _reaches(project: Project, mark: PlacedMark, function: Function) -> bool:
    if mark.owner is None or mark.owner is function:
        return True
    return any(owner is mark.owner for cls in enclosing_classes(function) for owner in mro(project, cls))


def _elements(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        for element in value.elts:
            yield from _elements(element)
    elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        yield from _elements(value.left)
        yield from _elements(value.right)
    else:
        yield value


def _at(
    node: ast.expr, marks: tuple[Mark | None, ...], owner: Function | Class | None, statement: ast.stmt | None
) -> Iterator[PlacedMark]:
    for mark in marks:
        if mark is not None:
            expression, name = mark
            yield PlacedMark(
                node=node, mark=expression, name=name, owner=owner, statement=statement, alone=len(marks) == 1
            )
