"""Fixture `event_loop` of pytest-asyncio, which 1.0 removed.

## What it does
Reports tests and fixtures that ask for `event_loop`, as a parameter, by `usefixtures("event_loop")` or by
`request.getfixturevalue("event_loop")`, where neither the file, its classes, the conftest.py files above nor a plugin defines such a fixture.

## Why it is bad
pytest-asyncio 1.0 removed the fixture. Each test that asks for it, itself or through another fixture, ends in an error at
setup.

## What really happens
| pytest-asyncio | outcome |
|---|---|
| 0.21 | passes |
| 0.23 to 0.26 | passes; async tests get a `PytestDeprecationWarning: … explicitly requests the "event_loop" fixture` |
| 1.0 and newer | error at setup: `fixture 'event_loop' not found`; a test that asks by `getfixturevalue` fails with that |

An error with 1.0 or newer in force, else a warning.

## Fix
Safe in async functions: the parameter goes, and where its name is used the body begins with `event_loop =
asyncio.get_running_loop()`, which is the loop that the fixture gave. `usefixtures("event_loop")` goes from an async test, and
(unsafe, since subclasses elsewhere may be sync) from a class of async tests. `getfixturevalue("event_loop")` becomes
`asyncio.get_running_loop()` there. Sync code is only told the repair: `asyncio.run(...)`
in a test, an async fixture instead of a sync one.

## Exceptions
An own fixture of that name, which is an ordinary one from 1.0 on; parameters that `parametrize`, `pytest_generate_tests`, a `@patch`
or a default value fills; `getfixturevalue` that need not be reached, or whose error is expected; skipped tests; projects with a pytest plugin that looplint does not know, since it may define one.

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/changelog.html> (1.0.0)
* <https://github.com/opensearch-project/opensearch-py/issues/949>
* <https://github.com/pytest-dev/pytest-asyncio/pull/1106>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Function, constant
from looplint.model.edits import drop_decorator, import_edits, remove_argument, replace_node, settle
from looplint.model.records import dataclass
from looplint.project.code.helper_calls import first_unguarded
from looplint.project.code.parameters import parametrized
from looplint.project.loops.event_loop_fixture import NAME, may_get, may_see
from looplint.project.running.asked_parameters import is_filled_by_fixtures, is_set_up, required_parameter
from looplint.project.running.lazy_fixtures import looked_up
from looplint.project.running.usage import reaching_tests, subclasses_in_file
from looplint.project.running.who import Who
from looplint.repairs.loops import running_loop_instead
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.versions import severity_of_removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.edits import Edit
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project


@dataclass(frozen=True, slots=True)
class _Request:
    """One place that asks for the fixture.

    A parameter of `owner`, (`mark`) an argument of its `usefixtures`, or (`lookup`) its call of `getfixturevalue`.
    """

    node: ast.arg | ast.expr
    owner: Function | Class | ast.Module
    mark: ast.Call | None = None
    lookup: ast.Call | None = None


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Requests for `event_loop` that nothing but an old pytest-asyncio fulfils."""
    facts = module.facts
    requests = [*_by_parameter(project, facts), *_by_mark(project, facts), *_by_name(project, facts)]
    if not requests or may_see(project, facts):
        return
    severity, since = severity_of_removal(project, "pytest-asyncio", ">=1.0")
    for request in requests:
        if isinstance(request.owner, Function) and may_get(project, request.owner):
            continue
        yield RULE.finding(
            module,
            request.node,
            f"{_asking(request)} asks for `{NAME}`, a fixture that pytest-asyncio 1.0 removed and nothing here defines: "
            f"{_consequence(request, since)}",
            severity=severity,
            settings=[str(project.versions.in_force("pytest-asyncio"))],
            fix=partial(_fix, module, project, request),
        )


def _consequence(request: _Request, since: str) -> str:
    if request.lookup is not None and isinstance(request.owner, Function) and request.owner.fixture is None:
        return f"fails {since}" if since else "it fails"
    return f"an error at setup {since}" if since else "error at setup"


def _asking(request: _Request) -> str:
    owner = request.owner
    if isinstance(owner, ast.Module):
        return "`pytestmark`"
    if isinstance(owner, Function) and owner.fixture is not None:
        return f"fixture `{owner.fixture.name}`"
    return f"{'test' if isinstance(owner, Function) else 'class'} `{owner.name}`"


# -- who asks --------------------------------------------------------------------------------------------------------


def _by_parameter(project: Project, facts: Facts) -> Iterator[_Request]:
    for function in facts.functions:
        parameter = required_parameter(function, NAME)
        if parameter is not None and is_filled_by_fixtures(project, function, NAME):
            yield _Request(parameter, function)


def _by_mark(project: Project, facts: Facts) -> Iterator[_Request]:
    """`usefixtures("event_loop")` of tests; it has no effect on anything else."""
    for call in facts.calls_to("pytest.mark.usefixtures"):
        argument = next((node for node in call.args if constant(node) == NAME), None)
        owner = _marked(facts, call)
        if argument is not None and owner is not None and any(_marked_tests(project, facts, owner)):
            yield _Request(argument, owner, call)


def _by_name(project: Project, facts: Facts) -> Iterator[_Request]:
    """`getfixturevalue("event_loop")` of tests, and of fixtures that tests get, unless it need not be reached."""
    for call in facts.calls:
        name = looked_up(facts, call)
        function = facts.function_of(call) if name is not None and constant(name) == NAME else None
        if function is None or name is None or function.outer is not None or facts.in_lambda(call):
            continue
        if first_unguarded(function, partial(_same, call)) is None:
            continue
        if is_filled_by_fixtures(project, function, NAME) and _is_asked_without(project, function):
            yield _Request(name, function, lookup=call)


def _same(call: ast.Call, other: ast.Call) -> ast.Call | None:
    return call if other is call else None


def _is_asked_without(project: Project, function: Function) -> bool:
    """Is it run, by tests for which nothing gives a value of that name?"""
    tests = [*reaching_tests(project, function.fixture)] if function.fixture is not None else [function]
    return bool(tests) and not any(NAME in parametrized(test) or NAME in test.parameters for test in tests)


def _marked(facts: Facts, call: ast.Call) -> Function | Class | ast.Module | None:
    """What a mark is on: a test, a class or, in `pytestmark`, the module; None for anything else."""
    parent = facts.parent(call)
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return facts.definition_at(parent)
    if isinstance(parent, (ast.List, ast.Tuple)):
        parent = facts.parent(parent)
    if not isinstance(parent, ast.Assign) or facts.parent(parent) is not facts.tree:
        return None
    return facts.tree if any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in parent.targets) else None


def _marked_tests(project: Project, facts: Facts, owner: Function | Class | ast.Module) -> Iterator[Function]:
    classes = set(subclasses_in_file(project, owner)) if isinstance(owner, Class) else set()
    for function in facts.functions:
        if function is owner or owner is facts.tree or function.cls in classes:
            has_own = function.cls is not None and may_get(project, function)
            if not has_own and is_set_up(project, function):
                yield function


# -- the repair ------------------------------------------------------------------------------------------------------


def _fix(module: Module, project: Project, request: _Request) -> Fix | None:
    if request.mark is not None:
        return _without_mark(module, project, request, request.mark)
    function = request.owner
    assert isinstance(function, Function)
    if not function.is_async:
        return Fix(message=_advice(function), applicability=Applicability.DISPLAY)
    if function.fixture is None and (_is_called(function) or project.runner(function).who in (Who.ANYIO, Who.OTHER)):
        return None
    if request.lookup is not None:
        return _running_loop_for(module, request.lookup)
    asyncio, edits = running_loop_instead(module, function, NAME)
    message = f"use `{asyncio}.get_running_loop()`" if asyncio else f"drop the parameter `{NAME}`"
    return settle(Fix(message=message, applicability=Applicability.SAFE, edits=edits))


def _running_loop_for(module: Module, lookup: ast.Call) -> Fix:
    asyncio, edits = import_edits(module, "asyncio", at=lookup)
    edits += replace_node(module, lookup, f"{asyncio}.get_running_loop()")
    return settle(Fix(message=f"use `{asyncio}.get_running_loop()`", applicability=Applicability.SAFE, edits=edits))


def _advice(function: Function) -> str:
    if function.fixture is not None:
        return f"make `{function.name}` an async fixture, which gets the loop by `asyncio.get_running_loop()`"
    return "run coroutines by `asyncio.run(...)`, or make the test async"


def _is_called(function: Function) -> bool:
    """Does the file call the test itself, perhaps with the loop as an argument? pytest forbids that to fixtures."""
    if function.cls is None:
        return function.name in function.facts.loaded_names
    return any(node.attr == function.name for node in function.facts.nodes(ast.Attribute))


def _without_mark(module: Module, project: Project, request: _Request, mark: ast.Call) -> Fix:
    tests = list(_marked_tests(project, module.facts, request.owner))
    only_async = all(test.is_async and project.runner(test).who is Who.PYTEST_ASYNCIO for test in tests)
    assert isinstance(request.node, ast.expr)
    edits: tuple[Edit, ...] = ()
    if len(mark.args) > 1:
        edits = remove_argument(module, mark, request.node)
    elif not isinstance(request.owner, ast.Module):
        edits = drop_decorator(module, mark)
    if not only_async or not edits:
        message = "remove it; a sync test that needs a loop can use `asyncio.run(...)`"
        return Fix(message=message, applicability=Applicability.DISPLAY)
    safe = isinstance(request.owner, Function)
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return settle(Fix(message=f'remove "{NAME}" from `usefixtures`', applicability=applicability, edits=edits))


RULE = Rule(
    code="LPL105",
    name="event-loop-fixture-requested",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"event_loop",),
    also=(b"(event_loop", b"event_loop)", b"event_loop,", b"event_loop:", b'"event_loop"', b"'event_loop'"),
    tests_only=True,
    check=check,
)
