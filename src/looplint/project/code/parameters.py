"""What a parameter holds, what a fixture hands out, what an annotation promises, what a function returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import Decorator, Fixture, Function, constant
from looplint.model.names import dotted_text
from looplint.project.code.agreement import same_value
from looplint.project.code.definitions import mro
from looplint.project.code.flow import is_none
from looplint.project.code.patching import injected_patch
from looplint.project.code.values import ClassValue, ClientValue, InstanceValue, Origin, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_SELF = ("typing.Self", "typing_extensions.Self")


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
        return project.started(patch, depth)
    if function.fixture is not None or may_be_test(project, function):
        if name in parametrized(function):
            return parametrize_value(project, function, name, depth)
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


def parametrize_value(project: Project, function: Function, name: str, depth: int) -> Value | None:
    """What all values agree on that the `parametrize` marks of a test give a parameter; never a mock."""
    values: list[Value | None] = []
    decorators = [*function.decorators, *(function.cls.decorators if function.cls is not None else ())]
    for decorator in decorators:
        if decorator.name == "pytest.mark.parametrize" and decorator.call is not None:
            names = [*_argnames(decorator.call)]
            if name in names:
                nodes = _argvalues(function.facts, decorator, names.index(name), single=len(names) == 1)
                values += (n if n is None else project.infer(function.facts, n, depth - 1) for n in nodes)
    return same_value(values)


def _argvalues(facts: Facts, decorator: Decorator, index: int, *, single: bool) -> Iterator[ast.expr | None]:
    """The values for one parameter; None for what cannot be read, and for values of a fixture (`indirect`)."""
    call = decorator.call
    table = call.args[1] if call is not None and len(call.args) > 1 else decorator.keyword("argvalues")
    if not isinstance(table, (ast.List, ast.Tuple)) or decorator.keyword("indirect") is not None:
        yield None
        return
    for row in table.elts:
        if isinstance(row, ast.Call) and facts.resolve(row.func) == "pytest.param":
            cells: list[ast.expr] = row.args
        else:
            cells = [row] if single else row.elts if isinstance(row, (ast.List, ast.Tuple)) else []
        yield cells[index] if index < len(cells) and not isinstance(cells[index], ast.Starred) else None


def _argnames(call: ast.Call) -> Iterator[str]:
    node = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "argnames"), None)
    elements = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    for element in elements:
        text = constant(element)
        if isinstance(text, str):
            yield from (part.strip() for part in text.split(","))


def annotated(project: Project, facts: Facts, node: ast.expr, within: ast.expr | None = None) -> Value | None:
    """What an annotation promises: an instance of a catalogued or project class (`X | None` counts as X).

    `within` is the string in which it is written, if it is.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        inner = _parsed(node.value)
        return None if inner is None else annotated(project, facts, inner, node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not is_none(side)]
        return annotated(project, facts, sides[0], within) if len(sides) == 1 else None
    if isinstance(node, ast.Subscript):
        outer = _resolved(facts, node.value, within)
        if outer == "typing.Annotated":
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else None
            return annotated(project, facts, inner, within) if inner is not None else None
        return annotated(project, facts, node.slice, within) if outer == "typing.Optional" else None
    return instance_of(project, facts, _resolved(facts, node, within), Origin(facts, within or node), "annotation")


def declared(project: Project, cls: Class, name: str) -> Value | None:
    """What `name: Client` in a class body promises, as in a dataclass, where nothing is assigned."""
    for owner in mro(project, cls):
        for stmt in owner.node.body if owner is not None else ():
            if isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.target.id == name:
                return annotated(project, owner.facts, stmt.annotation) if owner is not None else None
    return None


def _parsed(text: str) -> ast.expr | None:
    """A quoted annotation as an expression; it has no place in the file."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _resolved(facts: Facts, node: ast.expr, within: ast.expr | None) -> str | None:
    if within is None:
        return facts.resolve(node)
    text = dotted_text(node)
    return None if text is None else facts.resolve_text(text)


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
    """What a function returns, or yields if it is a generator: all its results agree, or its annotation says it.

    A mock counts only where there is one result.
    """
    if depth <= 0:
        return None
    kinds = (ast.Yield, ast.YieldFrom) if function.is_generator else (ast.Return,)
    results = [n for n in function.walk() if isinstance(n, kinds)]
    values = [n.value for n in results if n.value is not None and not is_none(n.value)]
    if not any(isinstance(n, ast.YieldFrom) for n in results):
        found = [project.infer(function.facts, value, depth - 1) for value in values]
        value = found[0] if len(results) == 1 and found else same_value(found)
        if value is not None:
            return value
    if function.is_generator or function.fixture is not None or function.node.returns is None:
        return None
    if function.cls is not None and _promises_self(function, function.node.returns):
        return InstanceValue(Origin(function.facts, function.cls.node), "self", function.cls)
    return annotated(project, function.facts, function.node.returns)


def _promises_self(function: Function, annotation: ast.expr) -> bool:
    """Is it `Self`, or the type variable that the first parameter, and no other, is annotated with?"""
    if function.decorated("builtins.staticmethod", "builtins.classmethod") or not isinstance(annotation, ast.Name):
        return False
    if function.facts.resolve(annotation) in _SELF:
        return True
    given = [getattr(argument.annotation, "id", None) == annotation.id for argument in _arguments(function)]
    return given[:1] == [True] and given.count(True) == 1
