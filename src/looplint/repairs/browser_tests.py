"""The port of a sync browser test, or fixture, to the asynchronous fixtures of pytest-playwright-asyncio."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge.playwright_async import ASYNC_API, SYNC_API
from looplint.model.edits import (
    IMPOSSIBLE,
    Edit,
    add_decorator,
    import_edits,
    insert_await,
    make_async,
    replace_node,
    set_keyword,
)
from looplint.project.running.browser_calls import all_coroutines
from looplint.project.running.browser_helpers import hands_browser_on

if TYPE_CHECKING:
    from looplint.model.definitions import Fixture, Function
    from looplint.model.module import Module
    from looplint.project import Project

_SESSION = "session"
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.GeneratorExp)
_SYNC_ONLY = ("sync_playwright",)


def port(module: Module, project: Project, function: Function, given: dict[str, str]) -> tuple[Edit, ...] | None:
    """What makes a coroutine of a sync def that gets the plugin's fixtures; None where that needs a look."""
    calls = all_coroutines(function, given)
    if _needs_a_look(function, calls) or _is_handed_on(function, given):
        return None
    colour = make_async(module, function)
    if colour == IMPOSSIBLE:
        return None
    edits = list(colour)
    for call in calls:
        awaited = insert_await(module, call)
        if awaited == IMPOSSIBLE:
            return None
        edits += awaited
    around = _as_fixture(module, project, function.fixture) if function.fixture is not None else None
    if function.fixture is None:
        around = _marked(module, project, function)
    imports = _imports(module)
    if around is None or around == IMPOSSIBLE or imports is None:
        return None
    return (*edits, *around, *imports)


def _needs_a_look(function: Function, calls: list[ast.Call]) -> bool:
    facts = function.facts
    if any(isinstance(node, _NESTED) and node is not function.node for node in ast.walk(function.node)):
        return True
    if any(isinstance(node, ast.With) and _names(node, function) for node in function.walk()):
        return True
    inner = {id(call) for call in calls}
    return any(id(up) in inner for call in calls for up in facts.parents(call))


def _is_handed_on(function: Function, given: dict[str, str]) -> bool:
    """Does a helper or page object get what the plugin gives? It has to be ported first, and awaited here."""
    calls = (node for node in function.walk() if isinstance(node, ast.Call))
    return any(hands_browser_on(function, given, call) for call in calls)


def _names(node: ast.With, function: Function) -> bool:
    """Does a `with` enter something that comes from a parameter, as `page.expect_popup()` does?"""
    parameters = set(function.parameters)
    return any(isinstance(n, ast.Name) and n.id in parameters for item in node.items for n in ast.walk(item))


def _marked(module: Module, project: Project, function: Function) -> tuple[Edit, ...] | None:
    """The mark with the loop of the session, where the configuration does not give it to every async test."""
    settings = project.settings
    on_session = settings.test_loop_scope.known and settings.test_loop_scope.value == _SESSION
    if on_session and settings.asyncio_mode.value == "auto":
        return ()
    if any(decorator.name == "pytest.mark.asyncio" for decorator in function.decorators):
        return None
    pytest, imports = import_edits(module, "pytest", at=function.node)
    arguments = "" if on_session else f'(loop_scope="{_SESSION}")'
    return (*imports, *add_decorator(module, function, f"@{pytest}.mark.asyncio{arguments}"))


def _as_fixture(module: Module, project: Project, fixture: Fixture) -> tuple[Edit, ...] | None:
    settings = project.settings
    scope = settings.fixture_loop_scope
    on_session = scope.known and scope.value == _SESSION
    if not fixture.plain or fixture.scope not in ("function", _SESSION):
        return None
    if settings.asyncio_mode.value == "auto" and on_session:
        return ()
    package, edits = import_edits(module, "pytest_asyncio", at=fixture.function.node)
    node = fixture.decorator.node
    func = node.func if isinstance(node, ast.Call) else node
    edits += replace_node(module, func, f"{package}.fixture")
    if not on_session:
        if isinstance(node, ast.Call):
            return (*edits, *set_keyword(module, node, "loop_scope", f'"{_SESSION}"'))
        end = module.span(node)[1]
        edits += (Edit(end, end, f'(loop_scope="{_SESSION}")'),)
    return edits


def _imports(module: Module) -> tuple[Edit, ...] | None:
    """`playwright.sync_api` becomes `playwright.async_api`; None where the file imports what only the former has."""
    edits: list[Edit] = []
    for node in module.facts.nodes(ast.ImportFrom):
        if node.module != SYNC_API or node.level:
            continue
        if any(alias.name in _SYNC_ONLY for alias in node.names):
            return None
        start = module.text.index(SYNC_API, module.span(node)[0])
        edits.append(Edit(start, start + len(SYNC_API), ASYNC_API))
    return tuple(edits)
