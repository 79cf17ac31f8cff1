"""What a name holds that an assignment unpacks: `client, server = pair`, `[[node], _] = setup()`.

The elements are those of the one tuple that a fixture or function of the project gives, or its annotation names them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.project.code import parameters
from looplint.project.code.agreement import is_mock
from looplint.project.code.awaited_values import annotation_of_parameter
from looplint.project.code.flow import is_none
from looplint.project.code.local_names import gives_its_result
from looplint.project.code.values import FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.code.values import Value
    from looplint.project.questions import Project

_TUPLES = frozenset({"builtins.tuple", "typing.Tuple"})
_LISTS = frozenset({"builtins.list", "typing.List", "typing.Sequence", "collections.abc.Sequence"})
_YIELDING = frozenset(
    f"{module}.{name}"
    for module in ("typing", "collections.abc")
    for name in ("Iterator", "AsyncIterator", "Generator", "AsyncGenerator", "Iterable", "AsyncIterable")
)
"""What a generator is annotated with; the first parameter is what it yields."""


def unpacked(project: Project, facts: Facts, statement: ast.Assign, name: str, depth: int) -> Value | None:
    """What an assignment with several targets in a tuple gives to one of the names."""
    for target in statement.targets:
        path = next(_paths(target, name), None)
        if path:
            return _element(project, facts, statement.value, path, depth)
    return None


def _paths(target: ast.expr, name: str) -> Iterator[tuple[int, ...]]:
    """The indices that lead to a name in a target; none behind a star."""
    if isinstance(target, ast.Name) and target.id == name:
        yield ()
    elif isinstance(target, (ast.Tuple, ast.List)) and not _has_star(target):
        for index, element in enumerate(target.elts):
            yield from ((index, *rest) for rest in _paths(element, name))


def _has_star(node: ast.Tuple | ast.List) -> bool:
    return any(isinstance(element, ast.Starred) for element in node.elts)


def _element(project: Project, facts: Facts, node: ast.expr, path: tuple[int, ...], depth: int) -> Value | None:
    """The value at a path of indices of what an expression gives."""
    if not path or depth <= 0:
        return project.infer(facts, node, depth) if depth > 0 else None
    if isinstance(node, (ast.Tuple, ast.List)):
        found = None if _has_star(node) or path[0] >= len(node.elts) else node.elts[path[0]]
        return None if found is None else _element(project, facts, found, path[1:], depth)
    function = _maker(project, facts, node, depth)
    if function is not None:
        value = _given(project, function, path, depth - 1)
        if value is not None:
            return None if is_mock(value) else value  # what one test is told of it does not hold for another
    annotation = annotation_of_parameter(facts, node) if isinstance(node, ast.Name) else None
    return None if annotation is None else _annotated(project, facts, annotation, path)


def _maker(project: Project, facts: Facts, node: ast.expr, depth: int) -> Function | None:
    """The fixture or function whose result an expression is."""
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        holder = facts.definition_at(found[0]) if found is not None else None
        if not isinstance(holder, Function) or node.id not in holder.parameters:
            return None
        if holder.fixture is None and not parameters.may_be_test(project, holder):
            return None
        fixture = project.fixture(node.id, holder, facts)
        return None if fixture is None or node.id in parameters.parametrized(holder) else fixture.function
    call = node.value if isinstance(node, ast.Await) else node
    called = project.infer(facts, call.func, depth - 1) if isinstance(call, ast.Call) else None
    function = called.definition.function if isinstance(called, FunctionValue) else None
    if function is None or function.is_generator or function.is_async is not isinstance(node, ast.Await):
        return None
    return function if gives_its_result(project, function) else None


def _given(project: Project, function: Function, path: tuple[int, ...], depth: int) -> Value | None:
    """The element of the one tuple that a function gives, or of what its annotation promises."""
    kinds = (ast.Yield, ast.YieldFrom) if function.is_generator else (ast.Return,)
    results = [node.value for node in function.walk() if isinstance(node, kinds)]
    if len(results) == 1 and isinstance(results[0], (ast.Tuple, ast.List)):
        return _element(project, function.facts, results[0], path, depth)
    annotation = function.node.returns
    if annotation is None or any(value is None or is_none(value) for value in results):
        return None
    if function.is_generator:
        if not isinstance(annotation, ast.Subscript) or function.facts.resolve(annotation.value) not in _YIELDING:
            return None
        inner = annotation.slice
        annotation = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
    return _annotated(project, function.facts, annotation, path)


def _annotated(project: Project, facts: Facts, node: ast.expr, path: tuple[int, ...]) -> Value | None:
    """What an annotation promises at a path: `tuple[A, list[B]]`, aliases of such included."""
    if isinstance(node, (ast.Name, ast.Attribute)) and path:
        alias = project.definition(facts.resolve(node) or f"{facts.module_name}.{ast.unparse(node)}", facts)
        if alias is None or not isinstance(alias.value, ast.Subscript):
            return None
        return _annotated(project, alias.facts, alias.value, path)
    if not path:
        return parameters.annotated(project, facts, node)
    outer = facts.resolve(node.value) if isinstance(node, ast.Subscript) else None
    inner = node.slice if isinstance(node, ast.Subscript) else node
    if outer in _LISTS:
        return _annotated(project, facts, inner, path[1:])
    elements = inner.elts if outer in _TUPLES and isinstance(inner, ast.Tuple) else []
    if len(elements) == 2 and isinstance(elements[1], ast.Constant) and elements[1].value is Ellipsis:
        return _annotated(project, facts, elements[0], path[1:])
    return _annotated(project, facts, elements[path[0]], path[1:]) if path[0] < len(elements) else None
