"""What a parameter holds, what a fixture hands out, what an annotation promises, what a function returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import Decorator, Fixture, Function, constant
from looplint.project.code import infer as inference
from looplint.project.code.patching import injected_patch
from looplint.project.code.values import ClassValue, ClientValue, InstanceValue, Origin, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.facts import Facts
    from looplint.project.project import Project


def parameter_value(project: Project, function: Function, name: str, depth: int) -> Value | None:
    """What a parameter holds: `self`, a `@patch` mock, a fixture, or what its annotation says."""
    facts = function.facts
    first = function.parameters[0] if function.parameters else None
    is_method = function.cls is not None and function.decorated("builtins.staticmethod") is None
    if is_method and name == first and function.cls is not None:
        origin = Origin(facts, function.cls.node)
        if function.decorated("builtins.classmethod"):
            return ClassValue(origin, "self", function.cls.dotted, function.cls)
        return InstanceValue(origin, "self", function.cls)
    patch = injected_patch(project, function, name)
    if patch is not None:
        return inference.started(project, patch, depth)
    if function.fixture is not None or may_be_test(project, function):
        if name in parametrized(function):
            return None
        fixture = project.fixture(name, function, facts)
        if fixture is not None:
            return fixture_value(project, fixture, depth)
    annotation = next((p.annotation for p in _arguments(function) if p.arg == name), None)
    return None if annotation is None else annotated(project, facts, annotation)


def _arguments(function: Function) -> Iterable[ast.arg]:
    a = function.node.args
    return (*a.posonlyargs, *a.args, *a.kwonlyargs)


def may_be_test(project: Project, function: Function) -> bool:
    """Does pytest fill the parameters of this function, judging by its name and place?"""
    named = function.name.startswith("test") or function.hook is not None
    return named and function.outer is None and project.is_test_file(function.facts.file)


def parametrized(function: Function) -> frozenset[str]:
    """The parameters that `parametrize` marks of a test, its class or its module fill."""
    decorators: list[Decorator] = [*function.decorators]
    if function.cls is not None:
        decorators += function.cls.decorators
    found: set[str] = set()
    for decorator in decorators:
        if decorator.name == "pytest.mark.parametrize" and decorator.call is not None:
            found.update(_argnames(decorator.call))
    for binding in function.facts.scope(function.facts.tree).names.get("pytestmark", ()):
        for node in ast.walk(binding.value) if binding.value is not None else ():
            if isinstance(node, ast.Call) and function.facts.resolve(node.func) == "pytest.mark.parametrize":
                found.update(_argnames(node))
    return frozenset(found)


def _argnames(call: ast.Call) -> Iterator[str]:
    node = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "argnames"), None)
    elements = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    for element in elements:
        text = constant(element)
        if isinstance(text, str):
            yield from (part.strip() for part in text.split(","))


def annotated(project: Project, facts: Facts, node: ast.expr) -> Value | None:
    """What an annotation promises: an instance of a catalogued or project class (`X | None` counts as X)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        dotted = facts.resolve_text(node.value.strip()) if _is_dotted(node.value.strip()) else None
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not inference.is_none(side)]
        return annotated(project, facts, sides[0]) if len(sides) == 1 else None
    elif isinstance(node, ast.Subscript):
        outer = facts.resolve(node.value)
        if outer == "typing.Annotated":
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else None
            return annotated(project, facts, inner) if inner is not None else None
        return annotated(project, facts, node.slice) if outer == "typing.Optional" else None
    else:
        dotted = facts.resolve(node)
    return instance_of(project, facts, dotted, Origin(facts, node), "annotation")


def _is_dotted(text: str) -> bool:
    return bool(text) and all(part.isidentifier() for part in text.split("."))


def instance_of(project: Project, facts: Facts, dotted: str | None, origin: Origin, via: str) -> Value | None:
    """An instance of the class of that dotted name, if the project or the catalogue knows it."""
    if dotted is None:
        return None
    definition = project.definition(dotted, facts)
    if definition is not None:
        return InstanceValue(origin, via, definition.cls) if definition.cls is not None else None
    found = clients.client(dotted) if clients.is_client_module(dotted.partition(".")[0]) else None
    return None if found is None else ClientValue(origin, via, found)


def fixture_value(project: Project, fixture: Fixture, depth: int) -> Value | None:
    """What a fixture hands out: the one thing it yields, or returns."""
    value = returned(project, fixture.function, depth)
    if isinstance(value, ClientValue) and value.via == "constructor":
        return ClientValue(value.origin, "fixture", value.client, value.chain)
    return value


def returned(project: Project, function: Function, depth: int) -> Value | None:
    """What a function returns, or yields if it is a generator; None unless there is exactly one such expression."""
    if depth <= 0:
        return None
    kinds = (ast.Yield, ast.YieldFrom) if function.is_generator else (ast.Return,)
    results = [n for n in function.walk() if isinstance(n, kinds)]
    if len(results) != 1 or isinstance(results[0], ast.YieldFrom) or results[0].value is None:
        return None
    return inference.infer(project, function.facts, results[0].value, depth - 1)
