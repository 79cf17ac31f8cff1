"""What an expression is, without running anything.

Follows single assignments, `self.x`, fixtures over the conftest chain, `with … as`, `patch` decorators, factories and
returns of project functions. Two different answers are no answer.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import Class, Function
from looplint.model.names import Binding, BindingKind
from looplint.project.asked import Answer, remember
from looplint.project.code import parameters, patching
from looplint.project.code.agreement import is_mock, same_value
from looplint.project.code.awaited_values import awaited_value
from looplint.project.code.client_values import client_attribute, item_of, made_by_method
from looplint.project.code.flow import binding_at, is_none, last_binding
from looplint.project.code.local_names import (
    attribute_name,
    gives_its_result,
    kept_coroutine,
    local_definition,
    spelled,
    spelled_here,
)
from looplint.project.code.mock_classes import made_mock, seen_as_instance
from looplint.project.code.rebinding import rebound
from looplint.project.code.receivers import made_by, seen_from
from looplint.project.code.unpacked import unpacked
from looplint.project.code.values import (
    CALLED,
    MOCK_API,
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
    from collections.abc import Iterable

    from looplint.model.facts import Facts
    from looplint.project.code.self_assignments import Assigned
    from looplint.project.questions import Project

DEPTH = 14
"""Steps that an answer may take."""
_MEMO_DEPTH = 6
"""An answer found with this many steps to spare holds whoever asks."""
_PASSING = frozenset({"asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future"})
"""Functions of asyncio whose awaited result is that of their first argument."""
_CASTS = ("typing.cast", "typing_extensions.cast")


def infer(project: Project, facts: Facts, node: ast.expr, depth: int = DEPTH) -> Value | None:
    """The value of an expression in `facts`; None where it may be anything."""
    if depth <= 0:
        return None
    memo = facts.inferred
    if node in memo:
        known: Value | None = memo[node]
        return known
    found = _infer(project, facts, node, depth - 1)
    if depth >= _MEMO_DEPTH:
        memo[node] = found
    return found


def _infer(project: Project, facts: Facts, node: ast.expr, depth: int) -> Value | None:
    if isinstance(node, ast.Name):
        return _name(project, facts, node, depth)
    if isinstance(node, ast.Attribute):
        return _attribute(project, facts, node, depth)
    if isinstance(node, ast.Call):
        return _call(project, facts, node, depth)
    if isinstance(node, ast.Await):
        return awaited(project, facts, node.value, depth)
    if isinstance(node, ast.NamedExpr):
        return infer(project, facts, node.value, depth)
    if isinstance(node, ast.Subscript):
        return item_of(infer(project, facts, node.value, depth))
    if isinstance(node, ast.IfExp):
        return agreed(project, facts, [node.body, node.orelse], depth)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return agreed(project, facts, node.values, depth)
    return None


def agreed(project: Project, facts: Facts, nodes: Iterable[ast.expr], depth: int) -> Value | None:
    """What all of several expressions give; None where they differ."""
    return same_value([infer(project, facts, node, depth) for node in nodes if not is_none(node)])


# -- names -----------------------------------------------------------------------------------------------------------


def _name(project: Project, facts: Facts, node: ast.Name, depth: int) -> Value | None:
    found = facts.lookup(node.id, node)
    if found is None or not found[1]:
        return None
    owner, bindings = found
    holder = facts.definition_at(owner)
    if bindings[0].kind is BindingKind.PARAMETER:
        if len(bindings) > 1:
            return _assigned_more_than_once(project, facts, node, bindings, depth)
        if not isinstance(holder, Function):
            return None
        return spelled_here(facts, holder, node.id, _parameter(project, holder, node.id, depth))
    if all(b.kind is BindingKind.ASSIGNMENT for b in bindings):
        again = rebound(facts, owner, node.id)
        every = [*bindings, *again]
        binding = binding_at(facts, node, every)
        if binding is None or binding in again:
            return _assigned_more_than_once(project, facts, node, every, depth)
        return spelled_here(facts, holder, node.id, _bound(project, facts, binding, node.id, depth))
    if len(bindings) == 1 and bindings[0].kind is BindingKind.DEFINITION and isinstance(holder, Function):
        return local_definition(facts, bindings[0])
    return _dotted(project, facts, node, facts.resolve(node), depth)


def _assigned_more_than_once(
    project: Project, facts: Facts, node: ast.Name, bindings: list[Binding], depth: int
) -> Value | None:
    """What the last assignment on a straight way gave, or all of them; never a mock, nor a parameter bound anew."""
    last = last_binding(facts, node, [b for b in bindings if b.kind is not BindingKind.PARAMETER])
    if last is not None:
        value = _bound(project, facts, last, node.id, depth)
        return None if is_mock(value) else value
    return same_value([_bound(project, facts, b, node.id, depth) for b in bindings if not is_none(b.value)])


def _parameter(project: Project, function: Function, name: str, depth: int) -> Value | None:
    """What a parameter holds, remembered for all places that read it."""
    notes: dict[object, Answer[Value | None]] = function.facts.notes
    key = (function, name)
    if depth < _MEMO_DEPTH and key not in notes:
        return parameters.parameter_value(project, function, name, depth)
    return remember(notes, key, lambda: parameters.parameter_value(project, function, name, depth))


def _bound(project: Project, facts: Facts, binding: Binding, name: str, depth: int) -> Value | None:
    if binding.value is not None:
        return infer(project, facts, binding.value, depth)
    if isinstance(binding.node, ast.Assign):
        return unpacked(project, facts, binding.node, name, depth)
    if isinstance(binding.node, ast.For):
        return _looped(project, facts, binding.node, depth)
    return _bound_by_with(project, facts, binding.node, name, depth)


def _looped(project: Project, facts: Facts, loop: ast.For, depth: int) -> Value | None:
    """What a `for` over a display binds, where all elements are the same."""
    if not isinstance(loop.target, ast.Name) or not isinstance(loop.iter, (ast.List, ast.Tuple, ast.Set)):
        return None
    return agreed(project, facts, loop.iter.elts, depth)


def _dotted(project: Project, facts: Facts, node: ast.expr, dotted: str | None, depth: int) -> Value | None:
    """The value of a name that resolves to a definition, a class of the catalogue or a variable of a module."""
    if dotted is None:
        return None
    definition = project.definition(dotted, facts)
    if definition is None:
        if _may_be_client(dotted) and clients.client(dotted) is not None:
            return ClassValue(Origin(facts, node), "name", dotted)
        return None
    if definition.cls is not None:
        return ClassValue(Origin(facts, node), "name", dotted, definition.cls)
    if definition.function is not None:
        return FunctionValue(Origin(facts, node), "name", definition)
    if definition.value is not None:
        value = infer(project, definition.facts, definition.value, depth)
        return spelled(value, Name(definition.facts, None, dotted.rpartition(".")[2]))
    return None


def _bound_by_with(project: Project, facts: Facts, node: ast.AST, name: str, depth: int) -> Value | None:
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return None
    for item in node.items:
        target = item.optional_vars
        if isinstance(target, ast.Name) and target.id == name:
            return entered(project, facts, item.context_expr, is_async=isinstance(node, ast.AsyncWith), depth=depth)
    return None


def entered(project: Project, facts: Facts, node: ast.expr, *, is_async: bool, depth: int = DEPTH) -> Value | None:
    """What `with node as x` (or `async with`) binds to x."""
    if isinstance(node, ast.Call):
        found = patching.patcher(project, facts, node)
        if found is not None:
            return started(project, found, depth)
        product = _product(project, facts, node, "async with" if is_async else "with", depth)
        if product is not None:
            return product
        made = _entered_generator(project, facts, node, depth, is_async=is_async)
        if made is not None:
            return made
    value = infer(project, facts, node, depth - 1)
    if isinstance(value, PatcherValue):
        return started(project, value, depth)
    if isinstance(value, MockValue):
        value = seen_as_instance(value, "__aenter__" if is_async else "__enter__")
    if isinstance(value, InstanceValue):
        return _result_of_method(project, value.cls, "__aenter__" if is_async else "__enter__", depth)
    if isinstance(value, MockValue):
        return value.child("__aenter__" if is_async else "__enter__", CALLED)
    if isinstance(value, ClientValue) and not value.chain and not (is_async and value.client.kind == "sync"):
        return value  # catalogued clients return themselves; what they return otherwise stands under factories
    return None


def _entered_generator(project: Project, facts: Facts, node: ast.Call, depth: int, *, is_async: bool) -> Value | None:
    """What a function of the project yields that `contextmanager` or `asynccontextmanager` decorates."""
    called = infer(project, facts, node.func, depth - 1)
    function = called.definition.function if isinstance(called, FunctionValue) else None
    if function is None or len(function.decorators) != 1:
        return None
    wanted = "contextlib.asynccontextmanager" if is_async else "contextlib.contextmanager"
    return parameters.returned(project, function, depth - 1) if function.decorated(wanted) else None


def _result_of_method(project: Project, cls: Class, name: str, depth: int) -> Value | None:
    """What a method of an instance gives; for `return self` the instance of this class."""
    member = project.member(cls, name)
    if member is None or member.function is None or member.function.decorators:
        return None
    value = parameters.returned(project, member.function, depth - 1)
    if isinstance(value, InstanceValue) and value.via == "self" and value.cls is member.owner:
        return InstanceValue(value.origin, "constructor" if member.owner is cls else "self", cls)
    return value


def started(project: Project, found: PatcherValue, depth: int = DEPTH) -> Value | None:
    """What a patcher puts in place: a mock of its own, or what `new` gives; None where that is unknown."""
    if found.kind is not None:
        return MockValue(found.origin, "patch", found.kind, target=found.target, made=found.made)
    form = patching.patch_form(found.origin.facts, found.call.func)
    new = patching.replacement(found.call, form) if form is not None else None
    return infer(project, found.origin.facts, new, depth - 1) if new is not None else None


def _may_be_client(dotted: str) -> bool:
    return clients.is_client_module(dotted.partition(".")[0])


# -- attributes ------------------------------------------------------------------------------------------------------


def _attribute(project: Project, facts: Facts, node: ast.Attribute, depth: int) -> Value | None:
    dotted = facts.resolve(node)
    if dotted is not None:
        found = _dotted(project, facts, node, dotted, depth)
        if found is not None:
            return found
    base = infer(project, facts, node.value, depth)
    base = seen_as_instance(base, node.attr) if isinstance(base, MockValue) else base
    if isinstance(base, MockValue):
        return None if node.attr in MOCK_API else base.child(node.attr)
    if isinstance(base, ClientValue):
        return client_attribute(base, node.attr)
    if isinstance(base, InstanceValue):
        value = instance_attribute(project, base.cls, node.attr, depth)
        return spelled(value, attribute_name(facts, node, base)) if value is not None else None
    if isinstance(base, ClassValue) and base.cls is not None:
        member = project.member(base.cls, node.attr)
        if member is not None and member.function is not None:
            return FunctionValue(Origin(member.facts, member.node), "name", member)
    return None


def _product(project: Project, facts: Facts, node: ast.Call, prefix: clients.Prefix, depth: int) -> Value | None:
    """What a factory gives that is called with these words before it."""
    dotted = facts.resolve(node.func)
    if dotted is not None and _may_be_client(dotted) and project.definition(dotted, facts) is None:
        product = clients.factory(dotted, prefix)
        return None if product is None else ClientValue(Origin(facts, node), "factory", product.client)
    if not isinstance(node.func, ast.Attribute):
        return None
    owner = infer(project, facts, node.func.value, depth - 1)
    return (
        made_by_method(owner, node.func.attr, prefix, Origin(facts, node)) if isinstance(owner, ClientValue) else None
    )


def instance_attribute(project: Project, cls: Class, name: str, depth: int = DEPTH) -> Value | None:
    """What `self.name` is: a method, a property's result, or the one value that the class assigns to it."""
    if depth <= 0:
        return None
    member = project.member(cls, name)
    if member is not None and member.function is not None:
        if member.function.decorated("builtins.property", "functools.cached_property"):
            return None if member.function.is_async else parameters.returned(project, member.function, depth - 1)
        return FunctionValue(Origin(member.facts, member.node), "self", member)
    assigned = [a for a in project.assignments(cls, name) if not is_none(a[1])]
    if len(assigned) != 1:
        return _assigned_often(project, cls, assigned, depth) if assigned else parameters.declared(project, cls, name)
    function, value, annotation = assigned[0]
    facts = function.facts if function is not None else cls.facts
    found = infer(project, facts, value, depth - 1) if value is not None else None
    if found is None and annotation is not None:
        return parameters.annotated(project, facts, annotation)
    if isinstance(found, MockValue):
        return found.known_as(Name(facts, function.cls if function and function.cls else cls, f"self.{name}"))
    if isinstance(found, ClientValue) and found.via == "constructor":
        return ClientValue(found.origin, "self", found.client, found.chain)
    return found


def _assigned_often(project: Project, cls: Class, assigned: list[Assigned], depth: int) -> Value | None:
    """What all assignments to an attribute give."""
    values: list[Value | None] = []
    for function, value, _ in assigned:
        facts = function.facts if function is not None else cls.facts
        values.append(infer(project, facts, value, depth - 1) if value is not None else None)
    return same_value(values)


# -- calls -----------------------------------------------------------------------------------------------------------


def _call(project: Project, facts: Facts, node: ast.Call, depth: int) -> Value | None:
    origin = Origin(facts, node)
    kind = patching.mock_kind(facts, node.func)
    if kind is not None:
        return MockValue(origin, "constructor", kind)
    if patching.makes_autospec(facts, node.func):
        return MockValue(origin, "autospec", "MagicMock")
    found = patching.patcher(project, facts, node)
    if found is not None:
        return started(project, found, depth) if found.starts else found
    if isinstance(node.func, ast.Attribute) and node.func.attr == "start" and not node.args:
        started_by = infer(project, facts, node.func.value, depth)
        if isinstance(started_by, PatcherValue):
            return started(project, started_by, depth)
    dotted = facts.resolve(node.func)
    if dotted in _CASTS and len(node.args) == 2:
        return infer(project, facts, node.args[1], depth)
    return (
        _made_by(project, facts, dotted, origin)
        or seen_from(
            project, facts, node, _result(project, origin, infer(project, facts, node.func, depth), depth), depth
        )
        or _product(project, facts, node, "", depth)
    )


def _result(project: Project, origin: Origin, called: Value | None, depth: int) -> Value | None:
    """What calling a value gives."""
    if isinstance(called, MockValue):
        return called.child(CALLED)
    if isinstance(called, ClassValue) and called.cls is not None:
        made = made_mock(project, called, origin.node)
        if made is not None:
            return MockValue(origin, "constructor", made.kind, made=made)
        return InstanceValue(origin, made_by(called), called.cls)
    if isinstance(called, FunctionValue) and called.definition.function is not None:
        function = called.definition.function
        if not function.is_async and not function.is_generator and gives_its_result(project, function):
            return parameters.returned(project, function, depth)
    return None


def _made_by(project: Project, facts: Facts, dotted: str | None, origin: Origin) -> Value | None:
    if dotted is None or not _may_be_client(dotted) or project.definition(dotted, facts) is not None:
        return None
    found = clients.client(dotted)
    return None if found is None else ClientValue(origin, "constructor", found)


def awaited(project: Project, facts: Facts, node: ast.expr, depth: int = DEPTH) -> Value | None:
    """What awaiting an expression gives."""
    if isinstance(node, ast.Name):
        node = kept_coroutine(facts, node)
    if not isinstance(node, ast.Call):
        return awaited_value(project, facts, node, depth)
    if node.args and facts.resolve(node.func) in _PASSING:
        return awaited(project, facts, node.args[0], depth - 1) if depth > 0 else None
    product = _product(project, facts, node, "await", depth)
    if product is not None:
        return product
    called = infer(project, facts, node.func, depth)
    if isinstance(called, MockValue):
        return called.child(CALLED)
    if isinstance(called, FunctionValue) and called.definition.function is not None:
        function = called.definition.function
        if function.is_async and not function.is_generator and gives_its_result(project, function):
            return seen_from(project, facts, node, parameters.returned(project, function, depth), depth)
    return None
