"""Fixtures that are asked for by name while a test runs (`request.getfixturevalue`), and what is set up before.

A fixture that a test gets anyway, as a parameter, by `usefixtures`, as an autouse one or through another fixture, is
set up before the test starts; asking for it by name gives its value. Any other is set up at once, on a loop if it is
async (measured on pytest-asyncio 0.21 to 1.5).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant, keyword
from looplint.model.names import BindingKind
from looplint.project.running.async_fixtures import run_by_pytest_asyncio
from looplint.project.running.fixtures import autouse, requested
from looplint.project.running.usage import direct_users, reaching_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_DEPTH = 8


def looked_up(facts: Facts, call: ast.Call) -> ast.expr | None:
    """The argument of `request.getfixturevalue(…)`, where `request` is the parameter of that name; None otherwise."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "getfixturevalue" or not isinstance(func.value, ast.Name):
        return None
    found = facts.lookup(func.value.id, func.value) if func.value.id == "request" else None
    if found is None or [b.kind for b in found[1]] != [BindingKind.PARAMETER]:
        return None
    return call.args[0] if call.args else keyword(call, "argname")


def names_in(function: Function, node: ast.expr) -> list[str] | None:
    """The names that an argument of `getfixturevalue` may have: a literal, or those that `parametrize` fills in.

    None where they cannot be told.
    """
    if isinstance(text := constant(node), str):
        return [text]
    if not isinstance(node, ast.Name) or node.id not in function.parameters:
        return None
    for decorator in function.decorators:
        if decorator.name == "pytest.mark.parametrize" and decorator.call is not None:
            names = _filled_in(decorator.call, node.id)
            if names is not None:
                return names
    return None


def _filled_in(call: ast.Call, parameter: str) -> list[str] | None:
    """The literals that a `parametrize` gives a parameter; None where it fills in others."""
    given = [*call.args, *(keyword(call, name) for name in ("argnames", "argvalues")[len(call.args) :])]
    if len(given) < 2 or given[0] is None or not isinstance(given[1], (ast.List, ast.Tuple)):
        return None
    names = _argument_names(given[0])
    if parameter not in names or keyword(call, "indirect") is not None:
        return None
    index = names.index(parameter)
    values = [_value(element, index, len(names)) for element in given[1].elts]
    return [value for value in values if isinstance(value, str)]


def _argument_names(node: ast.expr) -> list[str]:
    if isinstance(node, (ast.List, ast.Tuple)):
        return [str(constant(element)) for element in node.elts]
    return [name.strip() for name in str(constant(node)).split(",")]


def _value(element: ast.expr, index: int, count: int) -> object:
    if isinstance(element, ast.Call) and isinstance(element.func, ast.Attribute) and element.func.attr == "param":
        return constant(element.args[index]) if index < len(element.args) else None
    if count == 1:
        return constant(element)
    parts = element.elts if isinstance(element, (ast.List, ast.Tuple)) else []
    return constant(parts[index]) if index < len(parts) else None


def set_up_before(project: Project, function: Function, without: Function | None = None) -> set[ast.AST] | None:
    """The defs of the fixtures that are set up before a test or fixture starts; None where that cannot be told.

    Those of an autouse fixture, and those that another fixture looks up by a literal name, are among them; what the
    fixture `without` looks up is not.
    """
    nodes: set[ast.AST] = set()
    stack: list[tuple[str, Function, int]] = [(name, function, _DEPTH) for name in requested(project, function)]
    stack += [(name, function, _DEPTH) for name in project.settings.usefixtures]
    around = list(autouse(project, function, function.facts))
    while stack or around:
        if around:
            fixture, left = around.pop(), _DEPTH
        else:
            name, asking, left = stack.pop()
            found = _fixture_for(project, function, name, asking)
            if found is None or left <= 0:
                continue
            fixture = found
        if fixture.function.node in nodes:
            continue
        nodes.add(fixture.function.node)
        asked = fixture.function
        names = [*requested(project, asked)] if asked is without else _names_asked(project, asked)
        if names is None:
            return None
        stack += [(name, fixture.function, left - 1) for name in names]
    return nodes


def _fixture_for(project: Project, test: Function, name: str, asking: Function) -> Fixture | None:
    """The fixture that a name means for a test, also where a fixture asks: the test's own overrides count."""
    if asking.fixture is not None and asking.fixture.name == name:
        return project.fixture(name, asking, asking.facts)
    return project.fixture(name, test, test.facts)


def _names_asked(project: Project, function: Function) -> list[str] | None:
    names = [*requested(project, function)]
    for node in function.walk():
        if isinstance(node, ast.Attribute) and node.attr == "getfixturevalue":
            call = function.facts.parent(node)
            argument = looked_up(function.facts, call) if isinstance(call, ast.Call) else None
            if not isinstance(text := constant(argument), str):
                return None
            names.append(text)
    return names


def async_fixtures_for(project: Project, function: Function, name: str) -> Iterator[Fixture]:
    """The async fixtures that asking for `name` in a test or fixture would set up: itself, or those that it needs.

    Left out are those that are there before, that may be (a wide one that others get too), and those that
    pytest-asyncio does not run.
    """
    ready = set_up_before(project, function)
    if ready is None or (function.fixture is not None and _may_be_ready(project, function, name)):
        return
    yield from (f for f in _needed(project, function, name, ready) if f.function.is_async)


def _needed(project: Project, function: Function, name: str, ready: set[ast.AST]) -> Iterator[Fixture]:
    """The fixtures that are set up for a name, those needed first last."""
    stack: list[tuple[str, Function]] = [(name, function)]
    seen = set(ready)
    while stack:
        wanted, asking = stack.pop()
        fixture = _fixture_for(project, function, wanted, asking)
        if fixture is None or fixture.function.node in seen or _outlives_a_test(project, fixture):
            continue
        seen.add(fixture.function.node)
        if not fixture.function.is_async or run_by_pytest_asyncio(project, fixture):
            yield fixture
        stack += [(needed, fixture.function) for needed in requested(project, fixture.function)]


def _outlives_a_test(project: Project, fixture: Fixture) -> bool:
    """May a wide fixture be there already, because another test gets it?"""
    return fixture.scope != "function" and (fixture.autouse or any(True for _ in direct_users(project, fixture)))


def _may_be_ready(project: Project, asking: Function, name: str) -> bool:
    """A fixture asks: may a test that gets it have the other one already?"""
    assert asking.fixture is not None
    wanted = _fixture_for(project, asking, name, asking)
    tests = list(reaching_tests(project, asking.fixture))
    for test in tests:
        ready = set_up_before(project, test, without=asking)
        if ready is None or (wanted is not None and wanted.function.node in ready):
            return True
    return not tests
