"""Mocks handed to project code that awaits what they give: constructors, functions, patched globals."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.project import demands
from looplint.project.arguments import Handed, parameter_for
from looplint.project.evidence import Evidence
from looplint.project.infer import infer
from looplint.project.meant import expects_failure, replaces_runner
from looplint.project.mock_paths import Plain, at_path, may_be_completed
from looplint.project.mocks import PLAIN_KINDS, SIDE_EFFECT, Knowledge, Write, know, shared_names
from looplint.project.occurrences import Path, is_awaited
from looplint.project.replacing import Replacement, bound_name, is_told_elsewhere
from looplint.project.values import CALLED, ClassValue, FunctionValue, InstanceValue, MockValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.demands import Demand, Demands
    from looplint.project.project import Project


def injected(project: Project, facts: Facts) -> Iterator[Replacement]:
    """Every mock of a file that project code awaits a child of, told at the place where that child is set up."""
    seen: set[ast.AST] = set()
    if not project.is_test_code(facts.file):
        return
    for found in _all(project, facts):
        if found.node not in seen:
            seen.add(found.node)
            yield found


def _all(project: Project, facts: Facts) -> Iterator[Replacement]:
    for call in facts.calls:
        for argument in (*call.args, *(k.value for k in call.keywords)):
            if isinstance(argument, (ast.Name, ast.Attribute, ast.Call)):
                yield from _argument(project, facts, call, argument)
    for node in ast.walk(facts.tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Attribute):
            yield from _attribute(project, facts, node.targets[0], node.value)


def _argument(project: Project, facts: Facts, call: ast.Call, argument: ast.expr) -> Iterator[Replacement]:
    called = infer(project, facts, call.func)
    if not isinstance(called, (ClassValue, FunctionValue)):
        return
    value = infer(project, facts, argument)
    if not isinstance(value, MockValue) or value.kind not in PLAIN_KINDS:
        return
    handed = Handed(value.path, facts, call, argument)
    if isinstance(called, ClassValue) and called.cls is not None:
        for name in _kept(project, called.cls, handed):
            found = demands.of_attribute(project, called.cls, name)
            yield from _unmet(project, facts, argument, value, found, called.cls)
        return
    parameter = parameter_for(project, handed)
    if parameter is not None and not _is_own_helper(facts, parameter[0]):
        found = demands.of_parameter(*parameter)
        yield from _unmet(project, facts, argument, value, found, None if is_awaited(facts, call) else False)


def _is_own_helper(facts: Facts, function: Function) -> bool:
    """Fixtures get their arguments from pytest; a call of one is no injection."""
    return function.fixture is not None or facts is None


def _kept(project: Project, cls: Class, handed: Handed) -> list[str]:
    member = project.member(cls, "__init__")
    if member is not None:
        parameter = parameter_for(project, handed)
        return [] if parameter is None else demands.attributes_of(project, cls, parameter[1])
    names = demands.fields(project, cls)
    call = handed.call
    by_name = next((k.arg for k in call.keywords if k.value is handed.node), None)
    if by_name is not None:
        return [by_name] if by_name in names else []
    index = call.args.index(handed.node)
    return names[index : index + 1]


def _attribute(project: Project, facts: Facts, target: ast.Attribute, value: ast.expr) -> Iterator[Replacement]:
    """`notifier.transport = Mock()`: an attribute that the methods of a project class use."""
    mock = infer(project, facts, value)
    if not isinstance(mock, MockValue) or mock.kind not in PLAIN_KINDS:
        return
    owner = infer(project, facts, target.value)
    if isinstance(owner, InstanceValue) and owner.via != "self" and project.member(owner.cls, target.attr) is None:
        found = demands.of_attribute(project, owner.cls, target.attr)
        yield from _unmet(project, facts, value, mock, found, owner.cls)


def _unmet(
    project: Project, facts: Facts, node: ast.expr, value: MockValue, found: Demands, by: Class | bool | None
) -> Iterator[Replacement]:
    """The demands that a mock does not meet. `by` is the class that makes them; None: a function that is awaited here."""
    asking = facts.function_of(node)
    usable = list(found.usable())
    if not usable or asking is None or expects_failure(asking) or replaces_runner(asking):
        return
    replaced = demands.replaced_names(asking)
    usable = [demand for demand in usable if by is None or demand.function.name not in replaced]
    spelled = bound_name(facts, node) if isinstance(node, ast.Call) else None
    known = know(project, value if spelled is None else value.known_as(spelled), asking)
    for demand in usable:
        path = (*value.path, *demand.path)
        plain = at_path(project, known, path)
        if plain is None or path[:-1] in known.never_called or is_told_elsewhere(project, known, path):
            continue
        if may_be_completed(project, known, path, () if plain.configured else (asking,)):
            continue
        place = _place(project, facts, node, known, path, demand, by, plain)
        if place is not None:
            text = f"awaited at {demand.place}"
            name = ".".join((*_named(value, node), *(s for s in demand.path[:-1] if s != CALLED)))
            evidence = Evidence(text, demand.facts, demand.node, is_await=True)
            yield Replacement(place, name, plain, evidence, known, path, whole=not found.plain)


def _named(value: MockValue, node: ast.expr) -> tuple[str, ...]:
    text = ast.unparse(node)
    if isinstance(node, (ast.Name, ast.Attribute)):
        return (text,)
    return (value.kind,)


def _place(
    project: Project,
    facts: Facts,
    node: ast.expr,
    known: Knowledge,
    path: Path,
    demand: Demand,
    by: Class | bool | None,
    plain: Plain,
) -> ast.expr | None:
    """Where to tell it: where the attribute is replaced or configured; else where the mock is made, if it surely runs."""
    written = [*known.at(path[:-1]), *known.at(path), *known.at((*path[:-1], SIDE_EFFECT))]
    here = [write for write in written if write.facts is facts]
    if here:
        return _of_write(here[0])
    if plain.write is not None and plain.configured:
        target = _of_write(plain.write) if plain.write.target is not None and plain.write.facts is facts else None
        return target or node
    if written:
        return node
    if not _surely_runs(project, known, facts, node, path, demand, by):
        return None
    origin = known.root.origin
    return origin.node if origin.facts is facts and isinstance(origin.node, ast.expr) else node


def _of_write(write: Write) -> ast.expr | None:
    if isinstance(write.target, ast.Attribute) and write.target.attr in ("return_value", SIDE_EFFECT):
        return write.target
    return write.value


def _surely_runs(
    project: Project,
    known: Knowledge,
    facts: Facts,
    node: ast.expr,
    path: Path,
    demand: Demand,
    by: Class | bool | None,
) -> bool:
    asking = facts.function_of(node)
    if by is False or asking is None or not demand.certain:
        return False
    if by is None or by is True:
        return True
    if demands.runs(project, asking, by, demand):
        return True
    fixture = asking.fixture
    if fixture is None:
        return False
    for function in facts.functions:
        if fixture.name in function.parameters and function is not asking:
            given = project.fixture(fixture.name, function, facts)
            if given is None or given.function is not asking or expects_failure(function):
                continue
            if demands.runs(project, function, by, demand) and not _completed_by(project, known, path, function):
                return True
    return False


def _completed_by(project: Project, known: Knowledge, path: Path, function: Function) -> bool:
    """Does the function that gets the fixture, or another fixture of it, write to the mock?"""
    names = (*known.names, *shared_names(project, known, function))
    again = know(project, replace(known.root, names=names), function)
    if at_path(project, again, path) is None or path[:-1] in again.never_called:
        return True
    return may_be_completed(project, again, path, (function,))
