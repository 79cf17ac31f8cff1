"""What awaiting an attribute or a name gives: of an async property, of what an annotation calls an awaitable."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.names import BindingKind
from looplint.project.code import parameters
from looplint.project.code.flow import is_none
from looplint.project.code.values import InstanceValue

if TYPE_CHECKING:
    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.code.values import Value
    from looplint.project.questions import Project

_LAST = {
    f"{module}.{name}"
    for module in ("typing", "collections.abc")
    for name in ("Awaitable", "Coroutine")
} | {"asyncio.Future", "asyncio.Task"}  # fmt: skip
"""Classes whose last parameter is what awaiting an object gives."""


def awaited_value(project: Project, facts: Facts, node: ast.expr, depth: int) -> Value | None:
    """What `await self.client` or `await future` gives; None where nothing says it."""
    if isinstance(node, ast.Name):
        annotation = annotation_of_parameter(facts, node)
        return None if annotation is None else _result(project, facts, annotation)
    base = project.infer(facts, node.value, depth - 1) if isinstance(node, ast.Attribute) and depth > 0 else None
    if not isinstance(base, InstanceValue) or not isinstance(node, ast.Attribute):
        return None
    member = project.member(base.cls, node.attr)
    if member is not None and member.function is not None:
        function = member.function
        is_property = function.decorated("builtins.property", "functools.cached_property") is not None
        if not is_property or not function.is_async or len(function.decorators) > 1:
            return None
        return parameters.returned(project, function, depth - 1)
    return _of_attribute(project, base.cls, node.attr)


def _of_attribute(project: Project, cls: Class, name: str) -> Value | None:
    """What the annotation of an attribute says, at its one assignment or at the parameter that is assigned."""
    assigned = [found for found in project.assignments(cls, name) if not is_none(found[1])]
    if len(assigned) != 1:
        return None
    function, value, annotation = assigned[0]
    facts = function.facts if function is not None else cls.facts
    if annotation is None and isinstance(value, ast.Name):
        annotation = annotation_of_parameter(facts, value)
    return None if annotation is None else _result(project, facts, annotation)


def annotation_of_parameter(facts: Facts, node: ast.Name) -> ast.expr | None:
    """The annotation of the parameter that a name is, if it is never bound again."""
    found = facts.lookup(node.id, node)
    holder = facts.definition_at(found[0]) if found is not None else None
    if found is None or len(found[1]) != 1 or found[1][0].kind is not BindingKind.PARAMETER:
        return None
    if not isinstance(holder, Function):
        return None
    arguments = holder.node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return next((argument.annotation for argument in every if argument.arg == node.id), None)


def _result(project: Project, facts: Facts, annotation: ast.expr) -> Value | None:
    """X where an annotation says `Awaitable[X]`, `Coroutine[A, B, X]`, `Future[X]`."""
    if not isinstance(annotation, ast.Subscript) or facts.resolve(annotation.value) not in _LAST:
        return None
    inner = annotation.slice
    last = inner.elts[-1] if isinstance(inner, ast.Tuple) and inner.elts else inner
    return parameters.annotated(project, facts, last)
