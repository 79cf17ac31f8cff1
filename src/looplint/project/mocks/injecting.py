"""Mocks handed to project code that awaits what they give: to constructors and functions, as attributes, as globals."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.records import dataclass
from looplint.project.code import patching
from looplint.project.code.arguments import Handed, parameter_for
from looplint.project.code.infer import infer, started
from looplint.project.code.occurrences import Path, is_awaited, names_in_module
from looplint.project.code.values import CALLED, ClassValue, FunctionValue, InstanceValue, MockValue
from looplint.project.mocks import demands
from looplint.project.mocks.evidence import Evidence
from looplint.project.mocks.meant import expects_failure, is_idle, replaces_runner
from looplint.project.mocks.mock_paths import Plain, at_path, may_be_completed
from looplint.project.mocks.mocks import PLAIN_KINDS, SIDE_EFFECT, Knowledge, Write, know, shared_names
from looplint.project.mocks.replacing import Replacement, bound_name, is_told_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.mocks.demands import Demand, Demands
    from looplint.project.project import Project


_HANDED = (ast.Name, ast.Attribute, ast.Call)
_FOREIGN = sys.stdlib_module_names | {"builtins", "pytest", "pytest_asyncio", "mock"}


@dataclass(frozen=True, slots=True, eq=False)
class Injection:
    """A mock that project code gets: the expression that gives it, and what that code demands of it.

    `cls` is the class that keeps it; without one, `runs` says that the code surely runs here.
    """

    facts: Facts
    node: ast.expr
    value: MockValue
    demands: Demands
    cls: Class | None = None
    runs: bool = False


def injected(project: Project, facts: Facts) -> Iterator[Replacement]:
    """Every mock of a file that project code awaits a child of, told at the place where that child is set up."""
    if not project.is_test_code(facts.file):
        return
    seen: set[ast.AST] = set()
    for injection in _injections(project, facts):
        for found in _unmet(project, injection):
            if found.node not in seen:
                seen.add(found.node)
                yield found


def _injections(project: Project, facts: Facts) -> Iterator[Injection]:
    for call in facts.calls:
        arguments = [a for a in (*call.args, *(k.value for k in call.keywords)) if isinstance(a, _HANDED)]
        if arguments and _may_be_project_code(facts, call.func):
            for argument in arguments:
                yield from _argument(project, facts, call, argument)
        yield from _global(project, facts, call)
    for node in facts.nodes(ast.Assign):
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Attribute):
            yield from _attribute(project, facts, node.targets[0], node.value)


def _may_be_project_code(facts: Facts, func: ast.expr) -> bool:
    """Could the callee be code of the project? A look at names that spares most inferences."""
    if isinstance(func, ast.Attribute) and func.attr.startswith("assert"):
        return False
    dotted = facts.resolve(func)
    return dotted is None or dotted.partition(".")[0] not in _FOREIGN


def _argument(project: Project, facts: Facts, call: ast.Call, argument: ast.expr) -> Iterator[Injection]:
    """`Service(repo=mock)`, `await publish(mock, event)`."""
    is_near = isinstance(argument, ast.Name) or (isinstance(argument, ast.Attribute) and not facts.resolve(argument))
    if is_near and not isinstance(infer(project, facts, argument), MockValue):
        return  # asked first, since it seldom leads to other files
    called = infer(project, facts, call.func)
    value = infer(project, facts, argument) if isinstance(called, (ClassValue, FunctionValue)) else None
    if not isinstance(value, MockValue) or value.kind not in PLAIN_KINDS:
        return
    handed = Handed(value.path, facts, call, argument)
    if isinstance(called, ClassValue) and called.cls is not None:
        for name in _kept(project, called.cls, handed):
            found = demands.of_attribute(project, called.cls, name)
            yield Injection(facts, argument, value, found, called.cls)
        return
    parameter = parameter_for(project, handed)
    if parameter is not None and parameter[0].fixture is None:
        runs = is_awaited(facts, call)
        yield Injection(facts, argument, value, demands.of_parameter(*parameter), runs=runs)


def _kept(project: Project, cls: Class, handed: Handed) -> list[str]:
    """The attributes in which the class keeps an argument of its constructor."""
    if project.member(cls, "__init__") is not None:
        parameter = parameter_for(project, handed)
        return [] if parameter is None else demands.attributes_of(project, cls, parameter[1])
    names = demands.fields(project, cls)
    by_name = next((k.arg for k in handed.call.keywords if k.value is handed.node), None)
    if by_name is not None:
        return [by_name] if by_name in names else []
    index = handed.call.args.index(handed.node) if handed.node in handed.call.args else len(names)
    return names[index : index + 1]


def _attribute(project: Project, facts: Facts, target: ast.Attribute, value: ast.expr) -> Iterator[Injection]:
    """`notifier.transport = Mock()`: an attribute that the methods of a project class use."""
    mock = infer(project, facts, value)
    if not isinstance(mock, MockValue) or mock.kind not in PLAIN_KINDS:
        return
    owner = infer(project, facts, target.value)
    if isinstance(owner, InstanceValue) and owner.via != "self" and project.member(owner.cls, target.attr) is None:
        yield Injection(facts, value, mock, demands.of_attribute(project, owner.cls, target.attr), owner.cls)


def _global(project: Project, facts: Facts, call: ast.Call) -> Iterator[Injection]:
    """`patch("app.jobs.redis_client")`: a global whose methods the functions of its module await."""
    found = patching.patcher(project, facts, call)
    if found is None or found.kind not in PLAIN_KINDS or found.target is None or found.target.module is None:
        return
    name = bound_name(facts, call)
    mock = started(project, found)
    if isinstance(mock, MockValue) and name is not None:
        module, leaf = found.target.module, found.target.name.rpartition(".")[2]
        found_demands = demands.of_global(module, leaf, names_in_module(module, leaf))
        yield Injection(facts, call, mock.known_as(name), found_demands)


# -- what is not met -------------------------------------------------------------------------------------------------


def _unmet(project: Project, injection: Injection) -> Iterator[Replacement]:
    """The demands that a mock certainly does not meet."""
    facts, node, value = injection.facts, injection.node, injection.value
    asking = facts.function_of(node) or next(_decorated(facts, node), None)
    if asking is None or not injection.demands.awaited or expects_failure(asking) or replaces_runner(asking):
        return
    replaced = demands.replaced_names(asking) if injection.cls is not None else set()
    known = know(project, value, asking)
    for demand in injection.demands.usable():
        path = (*value.path, *demand.path)
        plain = at_path(project, known, path) if demand.function.name not in replaced else None
        if plain is None or path[:-1] in known.never_called or is_told_elsewhere(project, known, path):
            continue
        if may_be_completed(project, known, path, () if plain.configured else (asking,)):
            continue
        place = _place(project, injection, known, path, demand, plain, asking)
        if place is not None and not is_idle(facts, place):
            name = ".".join((_shown(value, node), *(step for step in demand.path[:-1] if step != CALLED)))
            evidence = Evidence(f"is awaited at {demand.place}", demand.facts, demand.node, is_await=True)
            yield Replacement(place, name, plain, evidence, known, path, whole=not injection.demands.plain)


def _decorated(facts: Facts, node: ast.AST) -> Iterator[Function]:
    for up in facts.parents(node):
        found = facts.definition_at(up)
        if isinstance(found, Function):
            yield found


def _shown(value: MockValue, node: ast.expr) -> str:
    """How a message names the mock."""
    if isinstance(node, (ast.Name, ast.Attribute)):
        return ast.unparse(node)
    return value.names[-1].text if value.names and value.via == "patch" else f"{value.kind}()"


def _place(
    project: Project,
    injection: Injection,
    known: Knowledge,
    path: Path,
    demand: Demand,
    plain: Plain,
    asking: Function,
) -> ast.expr | None:
    """Where to tell it: where the attribute is replaced or set up; else where the mock is made, if it surely runs."""
    facts, node = injection.facts, injection.node
    written = [*known.at(path[:-1]), *known.at(path), *known.at((*path[:-1], SIDE_EFFECT))]
    here = [write for write in written if write.facts is facts]
    if here:
        return _of_write(here[0])
    if plain.write is not None and plain.configured:
        target = _of_write(plain.write) if plain.write.target is not None and plain.write.facts is facts else None
        return target or node
    if written:
        return node
    if not demand.certain or not _surely_runs(project, injection, known, path, demand, asking):
        return None
    origin = known.root.origin
    return origin.node if origin.facts is facts and isinstance(origin.node, ast.expr) else node


def _of_write(write: Write) -> ast.expr | None:
    if isinstance(write.target, ast.Attribute) and write.target.attr in ("return_value", SIDE_EFFECT):
        return write.target
    return write.value


def _surely_runs(
    project: Project, injection: Injection, known: Knowledge, path: Path, demand: Demand, asking: Function
) -> bool:
    """Does the function that hands the mock over, or a test that gets what it makes, come to the await?"""
    if injection.cls is None:
        return injection.runs
    if demands.runs(project, asking, injection.cls, demand):
        return True
    return any(
        not expects_failure(user)
        and demands.runs(project, user, injection.cls, demand)
        and not _completed_by(project, known, path, user)
        for user in _users(project, asking)
    )


def _users(project: Project, asking: Function) -> Iterator[Function]:
    """The functions of the file that get a fixture, or the tests that a hook prepares."""
    fixture, cls = asking.fixture, asking.cls
    if fixture is not None:
        for function in asking.facts.functions:
            if fixture.name in function.parameters and function is not asking:
                given = project.fixture(fixture.name, function, function.facts)
                if given is not None and given.function is asking:
                    yield function
    elif asking.hook is not None and cls is not None:
        yield from (method for method in cls.methods.values() if method.name.startswith("test"))


def _completed_by(project: Project, known: Knowledge, path: Path, function: Function) -> bool:
    """Does the function that gets the fixture, or another fixture of it, write to the mock?"""
    names = (*known.names, *shared_names(project, known, function))
    again = know(project, replace(known.root, names=names), function)
    if at_path(project, again, path) is None or path[:-1] in again.never_called:
        return True
    return may_be_completed(project, again, path, (function,))
