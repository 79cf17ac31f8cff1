"""A sync hook or fixture made async, so that its code runs on the loop of its tests."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.edits import (
    IMPOSSIBLE,
    import_edits,
    make_async,
    rename_definition,
    replace_node,
    set_keyword,
)
from looplint.project.running.who import Who
from looplint.repairs.fixtures import autouse_fixture, is_super_call, loop_scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture, Function
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project

_ASYNC_NAMES = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}


def async_hook(
    module: Module, project: Project, hook: Function, tests: list[Function]
) -> tuple[str, tuple[Edit, ...]] | None:
    """What makes a coroutine of a sync hook or fixture of the async `tests`, and how to say so; its body is left alone.

    `setup_method` and `teardown_method` become an autouse fixture, `setUp` and `tearDown` the awaited hooks of
    IsolatedAsyncioTestCase, a fixture an async one. None for other hooks, wide scopes, hooks that the file calls by
    name.
    """
    edits: tuple[Edit, ...] | None = None
    message = f"make `{hook.name}` an async fixture"
    if hook.fixture is not None:
        edits = _async_fixture(module, project, hook.fixture, tests)
    elif hook.cls is not None and not hook.decorators and not _called_elsewhere(hook):
        if hook.name in ("setup_method", "teardown_method"):
            edits = _autouse_fixture(module, project, hook, tests)
        elif hook.name in _ASYNC_NAMES:
            message = f"make it `{_ASYNC_NAMES[hook.name]}`"
            edits = _isolated_hook(module, project, hook)
    return None if edits is None else (message, (*edits, *make_async(module, hook)))


def _called_elsewhere(hook: Function) -> bool:
    """Does the file mention the hook by name, other than in a `super()` call of the hook itself?"""
    own = {call.func for call in _super_calls(hook)}
    return any(
        isinstance(node, ast.Attribute) and node.attr == hook.name and node not in own
        for node in ast.walk(hook.facts.tree)
    )


def _super_calls(hook: Function) -> Iterator[ast.Call]:
    """`super().<hook>(...)` in the hook itself."""
    for node in hook.walk():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == hook.name and is_super_call(hook, node.func.value):
            yield node


def _async_fixture(
    module: Module, project: Project, fixture: Fixture, tests: list[Function]
) -> tuple[Edit, ...] | None:
    hook, decorator = fixture.function, fixture.decorator
    foreign = any(project.runner(test).who is not Who.PYTEST_ASYNCIO for test in tests)
    if foreign or fixture.scope != "function" or len(hook.decorators) > 1 or "getfixturevalue" in module.text:
        return None
    loop_scope = loop_scope_of(project, tests)
    if loop_scope is None:
        return None
    edits: tuple[Edit, ...] = ()
    if fixture.plain:
        package, edits = import_edits(module, "pytest_asyncio")
        function: ast.expr = decorator.call.func if decorator.call is not None else decorator.node
        edits += replace_node(module, function, f"{package}.fixture")
    if loop_scope:
        edits += set_keyword(module, decorator.node, "loop_scope", f'"{loop_scope}"')
    return edits


def _autouse_fixture(
    module: Module, project: Project, hook: Function, tests: list[Function]
) -> tuple[Edit, ...] | None:
    assert hook.cls is not None
    if any(project.runner(test).who is not Who.PYTEST_ASYNCIO for test in tests):
        return None
    for _ in _super_calls(hook):
        base = project.member_of_bases(hook.cls, hook.name)
        if base is None or base.function is None or base.function.is_async:
            return None
    return autouse_fixture(module, project, hook, tests)


def _isolated_hook(module: Module, project: Project, hook: Function) -> tuple[Edit, ...] | None:
    """`setUp` -> `asyncSetUp`; None where a class of the project has either, since unittest calls both by itself."""
    assert hook.cls is not None
    new = _ASYNC_NAMES[hook.name]
    bases = (project.member_of_bases(hook.cls, name) for name in (hook.name, new))
    if new in hook.cls.methods or any(base is not None for base in bases):
        return None
    edits = rename_definition(module, hook, new)
    for call in _super_calls(hook):
        if not isinstance(hook.facts.parent(call), ast.Expr):
            return IMPOSSIBLE
        edits += replace_node(module, call, f"await super().{new}()")
    return edits
