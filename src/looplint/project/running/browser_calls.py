"""Calls in sync tests and fixtures whose coroutine nobody awaits, because Playwright's fixtures are asynchronous."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.playwright_async import (
    ASSERTIONS,
    ASYNC_API,
    ATTRIBUTES,
    CALLABLE_FIXTURES,
    COROUTINES,
    ELEMENTS,
    FIXTURES,
    PLUGIN,
    REQUESTS,
    RESULTS,
    SYNC_PLUGIN,
)
from looplint.project.running.browser_tests import asked_names
from looplint.project.running.usage import is_collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.project.questions import Project

_DEPTH = 12
_KNOWN = frozenset({*FIXTURES, *CALLABLE_FIXTURES})


def plugin_is_in_force(project: Project) -> bool:
    """Does the project get its browser fixtures from pytest-playwright-asyncio, and from nobody else?"""
    versions = project.versions
    if not versions.declared(PLUGIN) or versions.declared(SYNC_PLUGIN):
        return False
    return project.settings.disabled_plugins.isdisjoint(("asyncio", "playwright-asyncio"))


def browser_parameters(project: Project, function: Function) -> dict[str, str]:
    """Parameters of a sync test or fixture that are fixtures of the plugin, with the class of each."""
    return {} if function.is_async else given_fixtures(project, function)


def given_fixtures(project: Project, function: Function) -> dict[str, str]:
    """The same for any test or fixture."""
    if not _KNOWN.intersection(function.parameters):
        return {}
    if function.fixture is None and not is_collected(project, function):
        return {}
    asked = set(asked_names(project, function))
    return {
        name: FIXTURES.get(name, "")
        for name in function.parameters
        if name in asked and name in _KNOWN and project.fixture(name, function, function.facts) is None
    }


def lost_coroutines(function: Function, given: dict[str, str]) -> list[ast.Call]:
    """The calls of a function that give a coroutine of Playwright's, which then nobody awaits."""
    return [call for call in _coroutines(function, given) if not _is_handed_on(function, call)]


def all_coroutines(function: Function, given: dict[str, str]) -> list[ast.Call]:
    """All calls of a function that give a coroutine of Playwright's, also those handed on."""
    return list(_coroutines(function, given))


def class_of(function: Function, given: dict[str, str], node: ast.expr) -> str | None:
    """The class of an expression, each coroutine in it taken as awaited; None where it is none of Playwright's."""
    return _class(function, given, node, _DEPTH)


def _coroutines(function: Function, given: dict[str, str]) -> Iterator[ast.Call]:
    for node in function.walk():
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            if node.func.id in given and node.func.id in CALLABLE_FIXTURES and not _is_bound(function, node.func):
                yield node
        elif isinstance(node.func, ast.Attribute):
            owner = _class(function, given, node.func.value, _DEPTH)
            if owner is not None and _is_coroutine(owner, node.func.attr):
                yield node


def _is_coroutine(owner: str, method: str) -> bool:
    if owner in (ASSERTIONS, REQUESTS):
        return not method.startswith("_")
    if owner in COROUTINES:
        return method in COROUTINES[owner]
    client = clients.client(f"{ASYNC_API}.{owner}")
    return client is not None and client.kind_of(method) == "coroutine"


def _class(function: Function, given: dict[str, str], node: ast.expr, depth: int) -> str | None:
    if depth <= 0:
        return None
    if isinstance(node, ast.Await):
        return _class(function, given, node.value, depth)
    if isinstance(node, ast.Name):
        return _class_of_name(function, given, node, depth)
    if isinstance(node, ast.Subscript):
        return _class_of_elements(function, given, node.value, depth - 1)
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and (kept := given.get(f"{node.value.id}.{node.attr}")) is not None:
            return kept
        owner = _class(function, given, node.value, depth - 1)
        return _attribute(owner, node.attr) if owner is not None else None
    return _class_of_result(function, given, node, depth) if isinstance(node, ast.Call) else None


def _class_of_name(function: Function, given: dict[str, str], node: ast.Name, depth: int) -> str | None:
    if node.id in given and not _is_bound(function, node):
        return given[node.id] or None
    value = _assigned(function, node)
    if value is not None:
        return _class(function, given, value, depth - 1)
    several = _iterated(function, node)
    return _class_of_elements(function, given, several, depth - 1) if several is not None else None


def _class_of_result(function: Function, given: dict[str, str], node: ast.Call, depth: int) -> str | None:
    if isinstance(node.func, ast.Attribute):
        owner = _class(function, given, node.func.value, depth - 1)
        return RESULTS.get((owner, node.func.attr)) if owner is not None else None
    if not isinstance(node.func, ast.Name):
        return None
    resolved = function.facts.resolve(node.func) or ""
    if resolved.startswith("playwright.") and resolved.endswith(".expect"):
        subject = _class(function, given, node.args[0], depth - 1) if node.args else None
        return ASSERTIONS if subject is not None else None
    called = node.func.id in given and not _is_bound(function, node.func)
    return CALLABLE_FIXTURES.get(node.func.id) if called else None


def _class_of_elements(function: Function, given: dict[str, str], node: ast.expr, depth: int) -> str | None:
    """The class of the elements of a list that a browser object gives."""
    if isinstance(node, ast.Name):
        value = _assigned(function, node)
        return _class_of_elements(function, given, value, depth - 1) if value is not None and depth > 0 else None
    named = node.func if isinstance(node, ast.Call) else node
    if not isinstance(named, ast.Attribute):
        return None
    owner = _class(function, given, named.value, depth)
    return ELEMENTS.get((owner, named.attr)) if owner is not None else None


def _iterated(function: Function, node: ast.Name) -> ast.expr | None:
    """What a `for` or a comprehension around the name goes through, giving it the elements."""
    for up in function.facts.parents(node):
        loops: list[ast.For | ast.comprehension] = [up] if isinstance(up, ast.For) else []
        if isinstance(up, (ast.ListComp, ast.SetComp, ast.DictComp)):
            loops += up.generators
        for loop in loops:
            if isinstance(loop.target, ast.Name) and loop.target.id == node.id:
                return loop.iter
        if up is function.node:
            return None
    return None


def _attribute(owner: str, name: str) -> str | None:
    known = ATTRIBUTES.get((owner, name))
    if known is not None:
        return known
    client = clients.client(f"{ASYNC_API}.{owner}")
    target = client.attributes.get(name) if client is not None else None
    return target.rpartition(".")[2] if target is not None else None


def assigned(function: Function, node: ast.expr) -> ast.expr | None:
    """The one value of a local name; None for anything else."""
    return _assigned(function, node) if isinstance(node, ast.Name) else None


def _is_bound(function: Function, node: ast.Name) -> bool:
    """Is a parameter assigned again, so that it may hold something else?"""
    return any(isinstance(n, ast.Name) and n.id == node.id and isinstance(n.ctx, ast.Store) for n in function.walk())


def _assigned(function: Function, node: ast.Name) -> ast.expr | None:
    """The one value of a local name."""
    found = function.facts.lookup(node.id, node)
    if found is None or found[0] is not function.node or len(found[1]) != 1:
        return None
    return found[1][0].value


def _is_handed_on(function: Function, call: ast.expr, depth: int = 3) -> bool:
    """May somebody else await it: an argument of a call, an element of a list, what the function gives back?"""
    facts = function.facts
    parent = facts.parent(call)
    if isinstance(parent, ast.NamedExpr) or depth <= 0:
        return True
    if isinstance(parent, ast.Assign):
        if len(parent.targets) != 1 or not isinstance(parent.targets[0], ast.Name):
            return True
        name = parent.targets[0].id
        uses = [n for n in function.walk() if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
        return any(_is_handed_on(function, use, depth - 1) for use in uses)
    if isinstance(parent, ast.Call):
        name = facts.resolve(parent.func) or ""
        return not name.startswith(("builtins.", "playwright."))
    return not isinstance(
        parent, (ast.Expr, ast.Assert, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Attribute, ast.If, ast.AnnAssign)
    )
