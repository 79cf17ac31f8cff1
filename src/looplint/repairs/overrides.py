"""Remove an `event_loop` fixture, and give its scope to the loops of the tests and async fixtures that relied on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.model.edit_helpers.rows import next_row
from looplint.model.edits import (
    IMPOSSIBLE,
    Edit,
    add_decorator,
    delete_statement,
    import_edits,
    replace_node,
    set_keyword,
    settle,
)
from looplint.model.finding import Applicability, Fix
from looplint.project.loops.event_loop_fixture import NAME
from looplint.project.loops.loop_override import closure
from looplint.project.running.usage import is_collected
from looplint.repairs.loops import running_loop_instead

if TYPE_CHECKING:
    import ast

    from looplint.model.definitions import Fixture, Function
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.loops.loop_override import Override

_SCOPES = ("function", "class", "module", "package", "session")


def without_override(module: Module, project: Project, override: Override, *, is_configured: bool) -> Fix | None:
    """The fix; None where something that depends on the fixture is out of reach, so that the author must decide.

    `is_configured`: the default loop scopes have the scope of the fixture already.
    """
    function = override.fixture.function
    if not override.is_plain or function.cls is not None:
        return None
    edits = _without_fixture(module, function)
    for asker in override.askers:
        if not asker.is_async or asker.facts is not module.facts or NAME not in asker.parameters:
            return None
        edits += running_loop_instead(module, asker, NAME)[1]
    message = f"remove the fixture `{NAME}`"
    if override.is_wide and not is_configured:
        moved = _move_scope(module, project, override, str(override.fixture.scope))
        if moved is None:
            return None
        edits += moved
        message += f', and give its scope to the loops of tests and fixtures (`loop_scope="{override.fixture.scope}"`)'
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits))


def _without_fixture(module: Module, function: Function) -> tuple[Edit, ...]:
    """Delete the def with the empty rows below it, or above it where it is the last of the file."""
    edits = delete_statement(module, function.node)
    if edits == IMPOSSIBLE:
        return edits
    text, start, end = module.text, edits[0].start, edits[0].end
    while end < len(text) and not text[end : next_row(text, end)].strip():
        end = next_row(text, end)
    if end == len(text):
        start = len(text[:start].rstrip())
        start = next_row(text, start) if text.endswith(("\n", "\r")) else start
    return (Edit(start, end, ""),)


def _move_scope(module: Module, project: Project, override: Override, scope: str) -> tuple[Edit, ...] | None:
    """`loop_scope=` for the marks of the tests and for their async fixtures; None where one is not in this file."""
    facts = module.facts
    is_own_file = project.is_test_file(facts.file) and facts.file is not None and facts.file.name != "conftest.py"
    if not is_own_file or not project.must_be("pytest-asyncio", ">=0.24"):
        return None
    tests = [test for test in facts.functions if test.is_async and is_collected(project, test)]
    if any(test not in override.tests for test in tests):
        return None
    fixtures = {fixture.function: fixture for test in tests for fixture in closure(project, test)}
    edits: tuple[Edit, ...] = ()
    for fixture in fixtures.values():
        if fixture.function.is_async:
            widened = _widened_fixture(module, fixture, scope)
            if widened is None:
                return None
            edits += widened
    marked = _widened_marks(module, project, tests, scope)
    return None if marked is None else edits + marked


def _widened_fixture(module: Module, fixture: Fixture, scope: str) -> tuple[Edit, ...] | None:
    decorator = fixture.decorator
    if fixture.function.facts is not module.facts or fixture.scope not in _SCOPES:
        return None
    if decorator.keyword("loop_scope") is not None or _SCOPES.index(fixture.scope) > _SCOPES.index(scope):
        return () if fixture.loop_scope == scope else None
    edits = set_keyword(module, decorator.node, "loop_scope", f'"{scope}"')
    if fixture.plain:
        package, imports = import_edits(module, "pytest_asyncio")
        called = decorator.call.func if decorator.call is not None else decorator.node
        edits += imports + replace_node(module, called, f"{package}.fixture")
    return edits


def _widened_marks(module: Module, project: Project, tests: list[Function], scope: str) -> tuple[Edit, ...] | None:
    edits: tuple[Edit, ...] = ()
    done: set[ast.expr] = set()
    for test in tests:
        mark = project.runner(test).mark
        if mark is None:
            pytest, imports = import_edits(module, "pytest")
            edits += imports + add_decorator(module, test, f'@{pytest}.mark.asyncio(loop_scope="{scope}")')
            continue
        if mark.node in done:
            continue
        done.add(mark.node)
        given = mark.keyword("loop_scope")
        if module.facts.parent(mark.node) is None or mark.keyword("scope") is not None:
            return None
        if given is not None and constant(given) != scope:
            return None
        edits += set_keyword(module, mark.node, "loop_scope", f'"{scope}"')
    return edits
