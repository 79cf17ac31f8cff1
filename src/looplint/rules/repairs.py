"""Repairs that several rules write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.edits import drop_decorator, import_edits, replace_node, set_keyword, settle
from looplint.rules.rule import Applicability, Fix

if TYPE_CHECKING:
    import ast

    from looplint.model.definitions import Fixture
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project


def use_pytest_asyncio_fixture(module: Module, project: Project, fixture: Fixture) -> Fix | None:
    """`@pytest.fixture(...)` -> `@pytest_asyncio.fixture(...)`, arguments kept, marks dropped, `loop_scope` where it is needed.

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


def _loop_scope(module: Module, project: Project, fixture: Fixture) -> tuple[Edit, ...] | None:
    """The edit that gives a wide fixture the loop of its scope; () where its scope alone decides; None: no way."""
    if fixture.scope is not None and project.must_be("pytest-asyncio", ">=0.24"):
        return set_keyword(module, fixture.decorator.node, "loop_scope", f'"{fixture.scope}"')
    if project.may_be("pytest-asyncio", "<0.23"):
        return None
    return None if project.settings.fixture_loop_scope.value == "function" else ()
