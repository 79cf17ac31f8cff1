"""Repairs that several rules write."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.nodes import PRIMARIES
from looplint.model.edits import (
    IMPOSSIBLE,
    Edit,
    add_decorator,
    drop_decorator,
    drop_parameter,
    import_edits,
    insert_await,
    insert_before,
    replace_node,
    set_keyword,
    settle,
)
from looplint.model.finding import Applicability, Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.model.definitions import Fixture, Function
    from looplint.model.module import Module
    from looplint.project import Project


OWN_IT_IN_ONE_TASK = (
    "enter and leave it in one task: start a task in the fixture that holds it open until the teardown sets an event, "
    "or return a factory that the test enters with `async with`"
)
"""What a fixture does with a context manager that its teardown cannot leave."""


def use_pytest_asyncio_fixture(module: Module, project: Project, fixture: Fixture) -> Fix | None:
    """`@pytest.fixture(...)` -> `@pytest_asyncio.fixture(...)`, with its arguments, without marks.

    `loop_scope` is added where it is needed.

    None where tests deal with the coroutine or generator themselves, or where no decorator would do: a wide fixture
    before pytest-asyncio 0.23 needs an `event_loop` fixture of its scope.
    """
    if project.consumed_raw(fixture):
        return None
    decorator = fixture.decorator
    package, edits = import_edits(module, "pytest_asyncio")
    function: ast.expr = decorator.call.func if decorator.call is not None else decorator.node
    edits += replace_node(module, function, f"{package}.fixture")
    if fixture.scope != "function":
        widened = _loop_scope(module, project, fixture)
        if widened is None:
            return None
        edits += widened
    for other in fixture.function.decorators:
        if other is not decorator:
            edits += drop_decorator(module, other.node)
    return settle(Fix(message=f"use `{package}.fixture`", applicability=Applicability.SAFE, edits=edits))


def autouse_fixture(
    module: Module, project: Project, hook: Function, tests: Iterable[Function]
) -> tuple[Edit, ...] | None:
    """What makes an autouse fixture of the same name out of `setup_method` or `teardown_method`, but for its colour.

    Decorator with the loop scope of the `tests`, import, `request.function` for the `method` parameter, `yield` before
    a teardown. None where the tests are not of one loop scope, the hook assigns its parameter, or no fixture can choose
    its loop.
    """
    package, edits = import_edits(module, "pytest_asyncio")
    scope = loop_scope_of(project, tests)
    if scope is None:
        return None
    loop_scope = f', loop_scope="{scope}"' if scope else ""
    edits += add_decorator(module, hook, f"@{package}.fixture(autouse=True{loop_scope})")
    for parameter in hook.parameters[1:]:
        edits += _request_instead(module, hook, parameter)
    return edits + _yield_first(module, hook) if hook.name == "teardown_method" else edits


def loop_scope_of(project: Project, tests: Iterable[Function]) -> str | None:
    """The `loop_scope` that a function scoped fixture of these tests must ask for, "" where the default will do.

    None where there is no such one: tests of several loop scopes, or a pytest-asyncio that knows no `loop_scope`.
    """
    scopes = {project.runner(test).loop_scope for test in tests}
    scope = scopes.pop() if scopes else "function"
    if scopes or scope is None:
        return None
    default = project.settings.fixture_loop_scope.value or "function"
    if scope == default == "function":
        return ""
    return scope if project.must_be("pytest-asyncio", ">=0.24") else None


def is_super_call(hook: Function, node: ast.expr) -> bool:
    """Is it `super()`?"""
    return isinstance(node, ast.Call) and hook.facts.resolve(node.func) == "builtins.super"


def _request_instead(module: Module, hook: Function, name: str) -> tuple[Edit, ...]:
    """A fixture knows the test method by `request.function`; a parameter that is not used goes."""
    uses = [node for node in ast.walk(hook.node) if isinstance(node, ast.Name) and node.id == name]
    if not uses:
        return drop_parameter(module, hook, name)
    arguments = hook.node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    if [p.arg for p in plain[1:]] != [name] or any(not isinstance(use.ctx, ast.Load) for use in uses):
        return IMPOSSIBLE
    default = arguments.defaults[-1] if arguments.defaults else plain[1]
    edits = (Edit(module.span(plain[1])[0], module.span(default)[1], "request"),)
    return sum((replace_node(module, use, "request.function") for use in uses), edits)


def _yield_first(module: Module, hook: Function) -> tuple[Edit, ...]:
    """`yield` above the body and the comments that lead it in; no generator may return a value."""
    body = hook.node.body
    has_docstring = ast.get_docstring(hook.node, clean=False) is not None
    returns_value = any(isinstance(node, ast.Return) and node.value is not None for node in hook.walk())
    if hook.is_generator or returns_value or len(body) <= has_docstring:
        return IMPOSSIBLE
    edits = insert_before(module, body[has_docstring], "yield")
    if edits == IMPOSSIBLE:
        return IMPOSSIBLE
    source = module.source
    row = source.position(edits[0].start).row
    above = (body[0].end_lineno or 0) if has_docstring else hook.node.lineno
    while row - 1 > above and source.line(row - 1).lstrip().startswith("#"):
        row -= 1
    at = source.offset(row, 0)
    return (Edit(at, at, edits[0].text),)


def await_instead(module: Module, call: ast.Call, coroutine: ast.expr) -> Fix | None:
    """`asyncio.run(X)` -> `await X`; None where `await` cannot stand there, or a comment would be lost."""
    text = module.text
    (start, end), (inner_start, inner_end) = module.span(call), module.span(coroutine)
    if insert_await(module, call) == IMPOSSIBLE or "#" in text[start:inner_start] + text[inner_end:end]:
        return None
    inner = _dedented(module, text[inner_start:inner_end], start, inner_start).replace(module.source.newline, "\n")
    if not isinstance(coroutine, PRIMARIES):
        inner = f"({inner})"
    edits = replace_node(module, call, f"await {inner}")
    return settle(Fix(message="await it instead", applicability=Applicability.SAFE, edits=edits))


def _dedented(module: Module, inner: str, outer_start: int, inner_start: int) -> str:
    """The rows of an argument moved left to where the call around it stands; as they are where a string spans rows."""
    text = module.text
    surplus = _indent_of(text, inner_start)[len(_indent_of(text, outer_start)) :]
    rows = inner.splitlines(keepends=True)
    if len(rows) == 1 or not surplus or '"""' in inner or "'''" in inner or "\\" in inner:
        return inner
    return rows[0] + "".join(row.replace(surplus, "", 1) if row.startswith(surplus) else row for row in rows[1:])


def _indent_of(text: str, offset: int) -> str:
    row = text[max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1 : offset]
    return row[: len(row) - len(row.lstrip())]


def _loop_scope(module: Module, project: Project, fixture: Fixture) -> tuple[Edit, ...] | None:
    """The edit that gives a wide fixture the loop of its scope; () where its scope alone decides; None: no way."""
    if fixture.scope is not None and project.must_be("pytest-asyncio", ">=0.24"):
        return set_keyword(module, fixture.decorator.node, "loop_scope", f'"{fixture.scope}"')
    if project.may_be("pytest-asyncio", "<0.23"):
        return None
    return None if project.settings.fixture_loop_scope.value == "function" else ()
