"""Mocks of a test that project code gets: as argument, as attribute, as global, as overridden dependency."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.kept import kept_by_file
from looplint.model.names import dotted_text
from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember
from looplint.project.code import patching
from looplint.project.code.arguments import Handed, parameter_for
from looplint.project.code.infer import infer, started
from looplint.project.code.occurrences import is_awaited, names_in, names_in_module
from looplint.project.code.targets import external_name
from looplint.project.code.values import ClassValue, FunctionValue, InstanceValue, MockValue
from looplint.project.mocks import demands
from looplint.project.mocks.calls_on import CallOn, calls_on, calls_on_attribute, calls_on_parameter
from looplint.project.mocks.evidence import visible_files
from looplint.project.mocks.mattering import matter, may_give
from looplint.project.mocks.possible_mocks import may_be_mock, meaning
from looplint.project.mocks.replacing import bound_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.code.values import Target
    from looplint.project.questions import Project

_HANDED = frozenset({ast.Name, ast.Attribute, ast.Call})
_FOREIGN = ("builtins.", "unittest.", "pytest.", "asyncio.", "json.")
_DEPENDS = ("fastapi.Depends", "fastapi.Security", "fastapi.params.Depends")


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A mock that project code gets.

    `node` is the expression that hands it over, `asking` the function of the test file around that. `calls` are what
    the code calls on it. `cls` is the class that keeps it, as `attribute` where its constructor does; without one,
    `runs` says that the code runs here.
    """

    facts: Facts
    node: ast.expr
    value: MockValue
    asking: Function
    calls: tuple[CallOn, ...]
    cls: Class | None = None
    runs: bool = False
    attribute: str | None = None
    replaces: str | None = None
    """What a `patch` puts it in the place of, as it is written there."""


def handed_mocks(project: Project, facts: Facts) -> list[Given]:
    """Every mock of a file that project code gets and calls something on."""
    notes: dict[object, Answer[list[Given]]] = facts.notes
    return remember(notes, handed_mocks, lambda: _all(project, facts) if project.is_test_code(facts.file) else [])


# -- where mocks are handed over -------------------------------------------------------------------------------------


def _all(project: Project, facts: Facts) -> list[Given]:
    """Those of them that a rule may have something to say of."""
    patched = _patches(project, facts)
    found = [given for given in _every(project, facts, patched) if given.calls]
    if all(matter(given.calls, coroutines=False) for given in found):
        return found  # most files hand over none at all: whether mocks may give coroutines is asked last
    coroutines = any(value.kind == "AsyncMock" for _, value in patched.values()) or may_give(project, facts)
    return [given for given in found if matter(given.calls, coroutines=coroutines)]


def _every(project: Project, facts: Facts, patched: dict[ast.Call, tuple[Target, MockValue]]) -> Iterator[Given]:
    for call in facts.calls:
        may_be = _may_be_among(project, facts, call)
        called = _called(project, facts, call) if may_be else None
        if called is not None:
            for argument, value in _mocks_among(project, facts, may_be):
                yield from _argument(project, Handed(value.path, facts, call, argument), value, called)
        if call in patched:
            yield from _patched(project, facts, call, *patched[call])
    for statement in facts.nodes(ast.Assign):
        if len(statement.targets) == 1:
            yield from _assigned(project, facts, statement.targets[0], statement.value)


def _asking(facts: Facts, node: ast.AST) -> Function | None:
    """The function around a node, or the one that it decorates."""
    function = facts.function_of(node)
    while function is not None and function.outer is not None:
        function = function.outer
    if function is not None:
        return function
    for up in facts.parents(node):
        found = facts.definition_at(up)
        if isinstance(found, Function):
            return found
    return None


def _called(project: Project, facts: Facts, call: ast.Call) -> ClassValue | FunctionValue | None:
    """The class or function that a call calls, as far as it is one of the project's own and none of a test file."""
    found = meaning(project, facts, call.func)
    if found is False or (found is not True and found.function is not None and _is_of_tests(project, found.function)):
        return None
    called = infer(project, facts, call.func)
    if isinstance(called, ClassValue):
        return called if called.cls is not None else None
    if not isinstance(called, FunctionValue) or called.definition.function is None:
        return None
    return None if _is_of_tests(project, called.definition.function) else called


def _is_of_tests(project: Project, function: Function) -> bool:
    """Is it a fixture or helper, which is no code under test?"""
    return function.fixture is not None or project.is_test_file(function.facts.file)


def _may_be_among(project: Project, facts: Facts, call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that may be mocks; those of `patch` are no matter."""
    arguments = call.args
    if call.keywords:
        arguments = [*arguments, *(keyword.value for keyword in call.keywords)]
    found = [a for a in arguments if a.__class__ in _HANDED and _may_be_mock(project, facts, a)]
    return [] if not found or (facts.resolve(call.func) or "").startswith(_FOREIGN) else found


def _mocks_among(project: Project, facts: Facts, arguments: list[ast.expr]) -> list[tuple[ast.expr, MockValue]]:
    """Those of some arguments that are mocks."""
    values = [(argument, infer(project, facts, argument)) for argument in arguments]
    return [(argument, value) for argument, value in values if isinstance(value, MockValue)]


def _argument(
    project: Project, handed: Handed, value: MockValue, called: ClassValue | FunctionValue
) -> Iterator[Given]:
    """`Service(repo=mock)`, `await publish(mock, event)`."""
    facts, call, argument = handed.facts, handed.call, handed.node
    asking = _asking(facts, argument)
    if asking is None or patching.patch_form(facts, call.func) is not None:
        return
    if isinstance(called, ClassValue) and called.cls is not None:
        for name in kept(project, called.cls, handed):
            calls = calls_on_attribute(project, called.cls, name)
            yield Given(facts, argument, value, asking, tuple(calls), called.cls, attribute=name)
    elif isinstance(called, FunctionValue):
        parameter = parameter_for(project, handed)
        if parameter is not None:
            function = parameter[0]
            runs = is_awaited(facts, call) if function.is_async else not function.is_generator
            calls = calls_on_parameter(project, *parameter)
            yield Given(facts, argument, value, asking, tuple(calls), runs=runs)


def _may_be_mock(project: Project, facts: Facts, node: ast.expr) -> bool:
    """Looked at by name first, since most arguments are none."""
    if isinstance(node, ast.Name):
        return may_be_mock(facts, project, node.id)
    if isinstance(node, ast.Call):
        kind = patching.mock_or_own_kind(project, facts, node.func)
        return kind is not None or patching.makes_autospec(facts, node.func)
    return not isinstance(node, ast.Attribute) or not facts.resolve(node)


def kept(project: Project, cls: Class, handed: Handed) -> list[str]:
    """The attributes in which a class keeps an argument of its constructor."""
    if project.member(cls, "__init__") is not None:
        parameter = parameter_for(project, handed)
        return [] if parameter is None else demands.attributes_of(project, cls, parameter[1])
    names = demands.fields(project, cls)
    by_name = next((k.arg for k in handed.call.keywords if k.value is handed.node), None)
    if by_name is not None:
        return [by_name] if by_name in names else []
    index = handed.call.args.index(handed.node) if handed.node in handed.call.args else len(names)
    return names[index : index + 1]


def _assigned(project: Project, facts: Facts, target: ast.expr, node: ast.expr) -> Iterator[Given]:
    """`notifier.transport = Mock()`, `app.dependency_overrides[get_repo] = lambda: mock`."""
    if isinstance(target, ast.Subscript):
        if isinstance(target.value, ast.Attribute) and target.value.attr == "dependency_overrides":
            yield from _overridden(project, facts, target.slice, node)
        return
    is_mock = isinstance(target, ast.Attribute) and _may_be_mock(project, facts, node)
    value = infer(project, facts, node) if is_mock else None
    asking = _asking(facts, node) if isinstance(value, MockValue) else None
    if not isinstance(value, MockValue) or asking is None or not isinstance(target, ast.Attribute):
        return
    owner = infer(project, facts, target.value)
    if isinstance(owner, InstanceValue) and owner.via != "self" and project.member(owner.cls, target.attr) is None:
        calls = calls_on_attribute(project, owner.cls, target.attr)
        yield Given(facts, node, value, asking, tuple(calls), owner.cls)


def _overridden(project: Project, facts: Facts, key: ast.expr, node: ast.expr) -> Iterator[Given]:
    """The parameters that FastAPI fills with what the overriding function gives."""
    given = node.body if isinstance(node, ast.Lambda) else node
    value = infer(project, facts, given) if isinstance(node, ast.Lambda) else _result(project, facts, node)
    asking = _asking(facts, node)
    dotted = facts.resolve(key)
    definition = project.definition(dotted, facts)
    if not isinstance(value, MockValue) or asking is None or definition is None or definition.function is None:
        return
    wanted = definition.function
    spelled = [
        (function, use)
        for seen in visible_files(project, facts, wanted.name.encode())
        if not project.is_test_code(seen.file)
        for function in seen.functions
        for name in dependent_parameters(project, function, wanted)
        for use in names_in(function, name)
    ]
    yield Given(facts, given, value, asking, tuple(calls_on(project, spelled)))


def _result(project: Project, facts: Facts, node: ast.expr) -> object:
    """What calling a function of the test file gives."""
    from looplint.project.code import parameters

    called = infer(project, facts, node)
    function = called.definition.function if isinstance(called, FunctionValue) else None
    return None if function is None else parameters.returned(project, function, 6)


def dependent_parameters(project: Project, function: Function, wanted: Function) -> Iterator[str]:
    """The parameters of a function that are `Depends(wanted)`, by default value or in `Annotated`."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(zip(reversed([a.arg for a in positional]), reversed(arguments.defaults), strict=False))
    defaults |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None}
    for parameter in (*positional, *arguments.kwonlyargs):
        nodes = [defaults.get(parameter.arg), parameter.annotation]
        calls = [inner for node in nodes if node is not None for inner in ast.walk(node) if isinstance(inner, ast.Call)]
        if any(_depends_on(project, function.facts, call, wanted) for call in calls):
            yield parameter.arg


def _depends_on(project: Project, facts: Facts, call: ast.Call, wanted: Function) -> bool:
    if facts.resolve(call.func) not in _DEPENDS or not call.args:
        return False
    found = project.definition(facts.resolve(call.args[0]), facts)
    return found is not None and found.function is wanted


# -- globals ---------------------------------------------------------------------------------------------------------


def _patches(project: Project, facts: Facts) -> dict[ast.Call, tuple[Target, MockValue]]:
    """The calls of `patch`, with what each replaces and the mock that it puts there."""
    patched = {}
    for call in patching.patch_calls(facts):
        found = patching.patcher(project, facts, call)
        value = started(project, found) if found is not None else None
        if found is not None and found.target is not None and isinstance(value, MockValue):
            patched[call] = found.target, value
    return patched


def _patched(project: Project, facts: Facts, call: ast.Call, target: Target, value: MockValue) -> Iterator[Given]:
    """`patch("app.jobs.client")`: what the functions of that module call on the global."""
    calls = _calls_on_target(project, facts, target)
    asking = _asking(facts, call) if calls else None
    if asking is not None:
        name = bound_name(facts, call)
        value = value if name is None else value.known_as(name)
        yield Given(facts, call, value, asking, calls, replaces=target.name)


def _calls_on_target(project: Project, facts: Facts, target: Target) -> tuple[CallOn, ...]:
    """What functions of the project call on what a name stands for; most tests of a file patch the same few names."""
    notes: dict[object, Answer[tuple[CallOn, ...]]] = facts.notes
    uses = _uses_of_target(project, facts, target.name, target.module)
    key = (_calls_on_target, target.name, target.module)
    return remember(notes, key, lambda: tuple(calls_on(project, uses)))


def _uses_of_target(
    project: Project, facts: Facts, dotted: str, module: Facts | None
) -> Iterator[tuple[Function, ast.expr]]:
    """The places in functions of the project where a patched name is read."""
    leaf = dotted.rpartition(".")[2]
    if module is not None:
        for node in names_in_module(module, leaf):
            function, lookup = module.function_of(node), module.lookup(leaf, node)
            if function is not None and lookup is not None and isinstance(lookup[0], ast.Module):
                yield function, node
        yield from _uses_through_module(project, facts, leaf, module)
        return
    outside = external_name(project, facts, dotted)
    if project.locate(outside, facts.file) is not None:
        return
    for function, attribute in _spelled_attributes(project, facts, leaf):
        if function.facts.resolve(attribute) == outside:
            yield function, attribute


def _uses_through_module(
    project: Project, facts: Facts, leaf: str, module: Facts
) -> Iterator[tuple[Function, ast.expr]]:
    """`factory.make_service` in other files, where a patch replaces `make_service` in the module `factory`."""
    for function, attribute in _spelled_attributes(project, facts, leaf):
        owner = function.facts.resolve(attribute.value) if function.facts is not module else None
        located = project.locate(function.facts.absolute(owner), function.facts.file) if owner is not None else None
        if located is not None and not located[1] and located[0] == module.file:
            yield function, attribute


def _spelled_attributes(project: Project, facts: Facts, leaf: str) -> Iterator[tuple[Function, ast.Attribute]]:
    """The attributes of that name on dotted names, in the functions of the code that a test file sees."""
    for seen in visible_files(project, facts, leaf.encode()):
        if not project.is_test_code(seen.file):
            for attribute in _attributes(seen).get(leaf, ()):
                function = seen.function_of(attribute) if dotted_text(attribute) else None
                if function is not None:
                    yield function, attribute


@kept_by_file
def _attributes(facts: Facts) -> dict[str, list[ast.Attribute]]:
    """The attributes in a file, by name."""
    table: dict[str, list[ast.Attribute]] = {}
    for attribute in facts.nodes(ast.Attribute):
        table.setdefault(attribute.attr, []).append(attribute)
    return table
