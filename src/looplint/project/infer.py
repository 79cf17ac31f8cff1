"""What an expression is, without annotations and without running anything.

Follows single assignments, `self.x`, fixtures over the conftest chain, `with … as`, `patch` decorators, factories and
returns of project functions. Two different answers are no answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import Class, Fixture, Function, keyword
from looplint.model.names import BindingKind, dotted_text, target_names
from looplint.project.patching import injected_patch, patcher
from looplint.project.values import (
    MOCK_KINDS,
    MOCK_MODULES,
    ClassValue,
    ClientValue,
    FunctionValue,
    InstanceValue,
    MockValue,
    Name,
    Origin,
    PatcherValue,
    Value,
)

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.project import Project

_DEPTH = 14
_CASTS = ("typing.cast", "typing_extensions.cast")


def infer(project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> Value | None:
    """The value of an expression in `facts`; None where it may be anything."""
    if depth <= 0:
        return None
    if isinstance(node, ast.Name):
        return _name(project, facts, node, depth - 1)
    if isinstance(node, ast.Attribute):
        return _attribute(project, facts, node, depth - 1)
    if isinstance(node, ast.Call):
        return _call(project, facts, node, depth - 1)
    if isinstance(node, ast.Await):
        return _awaited(project, facts, node.value, depth - 1)
    if isinstance(node, ast.NamedExpr):
        return infer(project, facts, node.value, depth - 1)
    if isinstance(node, ast.Subscript):
        base = infer(project, facts, node.value, depth - 1)
        return _item(base)
    return None


# -- names -----------------------------------------------------------------------------------------------------------


def _name(project: Project, facts: Facts, node: ast.Name, depth: int) -> Value | None:
    found = facts.lookup(node.id, node)
    if found is None:
        return None
    owner, bindings = found
    function = facts.definition_at(owner)
    if bindings and bindings[0].kind is BindingKind.PARAMETER:
        if len(bindings) > 1 or not isinstance(function, Function):
            return None
        value = parameter_value(project, function, node.id, depth)
        return _spelled(value, Name(facts, function, node.id))
    if all(b.kind is BindingKind.ASSIGNMENT for b in bindings):
        spelling = Name(facts, function, node.id)
        bound = [b for b in bindings if not _is_none(b.value)]
        if len(bound) != 1:
            return None
        if bound[0].value is not None:
            return _spelled(infer(project, facts, bound[0].value, depth), spelling)
        return _spelled(_bound_by_with(project, facts, bound[0].node, node.id, depth), spelling)
    dotted = facts.resolve(node)
    return _dotted(project, facts, node, dotted, depth)


def _dotted(project: Project, facts: Facts, node: ast.expr, dotted: str | None, depth: int) -> Value | None:
    """The value of a name that resolves to a definition, a class of the catalogue or a variable of a module."""
    if dotted is None:
        return None
    definition = project.definition(dotted, facts)
    origin = Origin(facts, node)
    if definition is None:
        root = dotted.partition(".")[0]
        if clients.is_client_module(root) and clients.client(dotted) is not None:
            return ClassValue(origin, "name", dotted)
        return None
    if definition.cls is not None:
        return ClassValue(origin, "name", dotted, definition.cls)
    if definition.function is not None:
        return FunctionValue(origin, "name", definition)
    if definition.value is not None:
        value = infer(project, definition.facts, definition.value, depth)
        return _spelled(value, Name(definition.facts, None, dotted.rpartition(".")[2]))
    return None


def _spelled(value: Value | None, name: Name) -> Value | None:
    return value.known_as(name) if isinstance(value, MockValue) else value


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _bound_by_with(project: Project, facts: Facts, node: ast.AST, name: str, depth: int) -> Value | None:
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return None
    for item in node.items:
        target = item.optional_vars
        if isinstance(target, ast.Name) and target.id == name:
            return entered(project, facts, item.context_expr, is_async=isinstance(node, ast.AsyncWith), depth=depth)
    return None


def entered(project: Project, facts: Facts, node: ast.expr, *, is_async: bool, depth: int = _DEPTH) -> Value | None:
    """What `with node as x` (or `async with`) binds to x."""
    if isinstance(node, ast.Call):
        found = patcher(project, facts, node)
        if found is not None:
            return started(found)
        dotted = facts.resolve(node.func)
        product = clients.factory(dotted, "async with" if is_async else "with") if _may_be_client(dotted) else None
        if product is not None:
            return ClientValue(Origin(facts, node), "factory", product.client)
    value = infer(project, facts, node, depth - 1)
    if isinstance(value, PatcherValue):
        return started(value)
    if isinstance(value, ClientValue) and not value.chain:
        return value  # catalogued clients return themselves; what they return otherwise stands under factories
    return None


def started(found: PatcherValue) -> MockValue | None:
    """The mock that a patcher puts in place; None where `patch` decides by a target that is not known to be sync."""
    if found.kind is None:
        return None
    return MockValue(found.origin, "patch", found.kind, target=found.target)


def _may_be_client(dotted: str | None) -> bool:
    return dotted is not None and clients.is_client_module(dotted.partition(".")[0])


# -- parameters ------------------------------------------------------------------------------------------------------


def parameter_value(project: Project, function: Function, name: str, depth: int = _DEPTH) -> Value | None:
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
        return started(patch)
    if function.fixture is not None or _may_be_test(project, function):
        fixture = project.fixture(name, function, facts)
        if fixture is not None:
            return fixture_value(project, fixture, depth)
    annotation = next((p.annotation for p in _arguments(function) if p.arg == name), None)
    return None if annotation is None else annotated(project, facts, annotation)


def _arguments(function: Function) -> Iterable[ast.arg]:
    a = function.node.args
    return (*a.posonlyargs, *a.args, *a.kwonlyargs)


def _may_be_test(project: Project, function: Function) -> bool:
    named = function.name.startswith("test") or function.hook is not None
    return named and function.outer is None and project.is_test_file(function.facts.file)


def annotated(project: Project, facts: Facts, node: ast.expr) -> Value | None:
    """What an annotation promises: an instance of a catalogued or project class (`X | None` counts as X)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        dotted = facts.resolve_text(node.value.strip()) if _is_dotted(node.value.strip()) else None
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not _is_none(side)]
        return annotated(project, facts, sides[0]) if len(sides) == 1 else None
    elif isinstance(node, ast.Subscript):
        outer = facts.resolve(node.value)
        return annotated(project, facts, node.slice) if outer in ("typing.Optional", "typing.Annotated") else None
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
    found = clients.client(dotted) if _may_be_client(dotted) else None
    return None if found is None else ClientValue(origin, via, found)


def fixture_value(project: Project, fixture: Fixture, depth: int = _DEPTH) -> Value | None:
    """What a fixture hands out: the one thing it yields, or returns."""
    value = returned(project, fixture.function, depth)
    if isinstance(value, ClientValue) and value.via == "constructor":
        return ClientValue(value.origin, "fixture", value.client, value.chain)
    return value


def returned(project: Project, function: Function, depth: int = _DEPTH) -> Value | None:
    """What a function returns, or yields if it is a generator; None unless there is exactly one such expression."""
    if depth <= 0:
        return None
    kinds = (ast.Yield,) if function.is_generator else (ast.Return,)
    results = [n.value for n in function.walk() if isinstance(n, kinds)]
    if len(results) != 1 or results[0] is None:
        return None
    return infer(project, function.facts, results[0], depth - 1)


# -- attributes ------------------------------------------------------------------------------------------------------


def _attribute(project: Project, facts: Facts, node: ast.Attribute, depth: int) -> Value | None:
    dotted = facts.resolve(node)
    if dotted is not None:
        found = _dotted(project, facts, node, dotted, depth)
        if found is not None:
            return found
    base = infer(project, facts, node.value, depth)
    if isinstance(base, MockValue):
        return base.child(node.attr)
    if isinstance(base, ClientValue):
        return client_attribute(base, node.attr)
    if isinstance(base, InstanceValue):
        value = instance_attribute(project, base.cls, node.attr, depth)
        return _spelled(value, Name(facts, facts.class_of(node), dotted_text(node) or "")) if value else None
    if isinstance(base, ClassValue) and base.cls is not None:
        member = project.member(base.cls, node.attr)
        if member is not None and member.function is not None:
            return FunctionValue(Origin(member.facts, member.node), "name", member)
    return None


def client_attribute(value: ClientValue, name: str) -> Value | None:
    """A namespace of a client, an attribute that is another catalogued class, or None (a method, or unknown)."""
    chain = f"{value.chain}.{name}" if value.chain else name
    target = value.client.attributes.get(chain)
    if target is not None:
        found = clients.client(target)
        return None if found is None else ClientValue(value.origin, value.via, found)
    if any(space == chain or space.startswith(f"{chain}.") for space in value.client.namespaces):
        return ClientValue(value.origin, value.via, value.client, chain)
    return None


def _item(base: Value | None) -> Value | None:
    if isinstance(base, ClientValue) and base.client.item and not base.chain:
        found = clients.client(base.client.item)
        return None if found is None else ClientValue(base.origin, base.via, found)
    if isinstance(base, MockValue):
        return base.child("[]")
    return None


def instance_attribute(project: Project, cls: Class, name: str, depth: int = _DEPTH) -> Value | None:
    """What `self.name` is: a method, a property's result, or the one value that the class assigns to it."""
    if depth <= 0:
        return None
    member = project.member(cls, name)
    if member is not None and member.function is not None:
        if member.function.decorated("builtins.property", "functools.cached_property"):
            return returned(project, member.function, depth - 1)
        return FunctionValue(Origin(member.facts, member.node), "self", member)
    assigned = [a for a in project.assignments(cls, name) if not _is_none(a[1])]
    if len(assigned) != 1:
        return None
    function, value, annotation = assigned[0]
    facts = function.facts if function is not None else cls.facts
    found = infer(project, facts, value, depth - 1) if value is not None else None
    if found is None and annotation is not None:
        return annotated(project, facts, annotation)
    if isinstance(found, MockValue):
        return found.known_as(Name(facts, cls, f"self.{name}"))
    if isinstance(found, ClientValue) and found.via == "constructor":
        return ClientValue(found.origin, "self", found.client, found.chain)
    return found


Assigned = tuple[Function | None, ast.expr | None, ast.expr | None]
"""The method that assigns (None: the class body), the value (None: not an expression of its own), the annotation."""


def self_assignments(cls: Class) -> Iterator[tuple[str, Assigned]]:
    """Every assignment to an attribute of `self` in a class's own methods, and to a name in its body."""
    for stmt in cls.node.body:
        if isinstance(stmt, ast.Assign):
            for target in stmt.targets:
                for name in target_names(target):
                    yield name.id, (None, stmt.value if isinstance(target, ast.Name) else None, None)
        elif isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.value is not None:
            yield stmt.target.id, (None, stmt.value, stmt.annotation)
    for method in cls.methods.values():
        if method.parameters:
            yield from _assignments_to(method, method.parameters[0])


def _assignments_to(method: Function, receiver: str) -> Iterator[tuple[str, Assigned]]:
    for node in method.walk():
        if isinstance(node, ast.Assign):
            for target in node.targets:
                direct = _own_attribute(target, receiver)
                if direct is not None:
                    yield direct, (method, node.value, None)
                elif isinstance(target, (ast.Tuple, ast.List)):
                    for element in target.elts:
                        name = _own_attribute(element, receiver)
                        if name is not None:
                            yield name, (method, None, None)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            name = _own_attribute(node.target, receiver)
            if name is not None and isinstance(node, ast.AnnAssign):
                if node.value is not None:
                    yield name, (method, node.value, node.annotation)
            elif name is not None:
                yield name, (method, None, None)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                name = _own_attribute(item.optional_vars, receiver)
                if name is not None:
                    yield name, (method, None, None)


def _own_attribute(node: ast.expr | None, receiver: str) -> str | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == receiver:
        return node.attr
    return None


# -- calls -----------------------------------------------------------------------------------------------------------


def mock_kind(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """The kind of mock that a class expression names ("MagicMock"; `mocker.Mock` and the backport count)."""
    dotted = facts.resolve(node)
    if dotted is not None:
        module, _, name = dotted.rpartition(".")
        return name if name in MOCK_KINDS and module in MOCK_MODULES else None
    if isinstance(node, ast.Attribute) and node.attr in MOCK_KINDS and isinstance(node.value, ast.Name):
        found = facts.lookup(node.value.id, node)
        if node.value.id == "mocker" and found and found[1] and found[1][0].kind is BindingKind.PARAMETER:
            return node.attr
    return None


def _call(project: Project, facts: Facts, node: ast.Call, depth: int) -> Value | None:
    origin = Origin(facts, node)
    kind = mock_kind(project, facts, node.func)
    if kind is not None:
        return MockValue(origin, "constructor", kind)
    found = patcher(project, facts, node)
    if found is not None:
        return found if found.call is node else started(found)
    dotted = facts.resolve(node.func)
    if dotted in _CASTS and len(node.args) == 2:
        return infer(project, facts, node.args[1], depth)
    made = _made_by(project, facts, dotted, origin)
    if made is not None:
        return made
    called = infer(project, facts, node.func, depth)
    if isinstance(called, MockValue):
        return called.child("()")
    if isinstance(called, PatcherValue) and isinstance(node.func, ast.Attribute) and node.func.attr == "start":
        return started(called)
    if isinstance(called, ClassValue) and called.cls is not None:
        return InstanceValue(origin, "constructor", called.cls)
    if isinstance(called, FunctionValue) and called.definition.function is not None:
        function = called.definition.function
        if not function.is_async and not function.is_generator and not function.decorators:
            return returned(project, function, depth)
    return None


def _made_by(project: Project, facts: Facts, dotted: str | None, origin: Origin) -> Value | None:
    if dotted is None or not _may_be_client(dotted) or project.definition(dotted, facts) is not None:
        return None
    found = clients.client(dotted)
    if found is not None:
        return ClientValue(origin, "constructor", found)
    product = clients.factory(dotted, "")
    return None if product is None else ClientValue(origin, "factory", product.client)


def _awaited(project: Project, facts: Facts, node: ast.expr, depth: int) -> Value | None:
    if not isinstance(node, ast.Call):
        return None
    dotted = facts.resolve(node.func)
    if _may_be_client(dotted) and dotted is not None:
        product = clients.factory(dotted, "await")
        if product is not None:
            return ClientValue(Origin(facts, node), "factory", product.client)
    called = infer(project, facts, node.func, depth)
    if isinstance(called, MockValue):
        return called.child("()")
    if isinstance(called, FunctionValue) and called.definition.function is not None:
        function = called.definition.function
        if function.is_async and not function.is_generator and not function.decorators:
            return returned(project, function, depth)
    return None


def construction(value: MockValue) -> ast.Call | None:
    """The call that made a mock, if it was made by one of the mock classes."""
    return value.origin.node if isinstance(value.origin.node, ast.Call) else None


def spec_of(value: MockValue) -> ast.expr | None:
    """The `spec`, `spec_set` or `wraps` that a mock was made with, as an expression of `value.origin.facts`."""
    call = construction(value)
    if call is None:
        return None
    if value.via != "patch" and call.args:
        return call.args[0]
    for name in ("spec", "spec_set", "wraps", "autospec"):
        found = keyword(call, name)
        if found is not None:
            return found
    return None
