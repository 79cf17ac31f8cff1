"""Methods and properties that hand out an attribute of their object, made when it is first asked for.

`client = await self._get_client()`, `await self.client`: what a test puts in `self._client` comes out there.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.code.flow import is_none
from looplint.project.code.occurrences import names_in
from looplint.project.mocks.rebinding import questions_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Function
    from looplint.project.mocks.rebinding import Question

_PROPERTIES = ("builtins.property",)


@dataclass(frozen=True, slots=True, eq=False)
class Giver:
    """A method or property that gives `self.<name>`, and what it asks of the object before it puts another there."""

    method: Function
    is_property: bool
    questions: frozenset[Question]


def givers(methods: Iterable[Function], spelled: Iterable[tuple[Function, ast.expr]], name: str) -> Iterator[Giver]:
    """The methods that give `self.<name>` whatever they return; `spelled` are the places that read it."""
    methods = tuple(methods)
    returned = {method for method, node in spelled if isinstance(method.facts.parent(node), ast.Return)}
    for method in returned:
        is_property = method.decorated(*_PROPERTIES) is not None
        if method.is_generator or len(method.decorators) > is_property or len(method.parameters) != 1:
            continue
        returns = [node for node in method.walk() if isinstance(node, ast.Return)]
        first = returns[0].value
        if first is None or any(not _is_own(method, node.value, name) for node in returns):
            continue
        if len(returns) > 1 and not _is_taken(method, returns[0], name):
            continue
        questions = questions_before(methods, method, first, name)
        if questions is not None:
            yield Giver(method, is_property, frozenset(questions))


def given_places(methods: Iterable[Function], giver: Giver) -> Iterator[tuple[Function, ast.expr]]:
    """What a giver gives in the methods of the class: the call of it, the attribute, or the await of that."""
    for method in methods:
        for node in names_in(method, method.parameters[0]) if method.parameters else ():
            found = _place(method, node, giver)
            if found is not None and method is not giver.method:
                yield method, found


def _place(method: Function, node: ast.Name, giver: Giver) -> ast.expr | None:
    place = method.facts.parent(node)
    if not isinstance(place, ast.Attribute) or place.attr != giver.method.name or not isinstance(place.ctx, ast.Load):
        return None
    found: ast.AST | None = place
    if not giver.is_property:
        found = method.facts.parent(place)
        if not isinstance(found, ast.Call) or found.func is not place:
            return None
    if giver.method.is_async:
        found = method.facts.parent(found) if found is not None else None
        return found if isinstance(found, ast.Await) else None
    return found if isinstance(found, ast.expr) else None


def _is_own(method: Function, node: ast.expr | None, name: str) -> bool:
    """Is it `self.<name>`?"""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and node.value.id == method.parameters[0]
    )


def _is_taken(method: Function, first: ast.Return, name: str) -> bool:
    """Does the first `return` stand under nothing but the question whether there is something to give?"""
    up = method.facts.parent(first)
    if not isinstance(up, ast.If) or first not in up.body or method.facts.parent(up) is not method.node:
        return False
    test = up.test
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot) and is_none(test.comparators[0]):
        test = test.left
    return _is_own(method, test, name)
