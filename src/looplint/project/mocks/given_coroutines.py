"""Coroutines that a test gives to a mock as its `return_value` or `side_effect`, and what comes of them.

A coroutine is awaited once. An AsyncMock does not await what it gives; a Mock gives the same coroutine at each call; a
`side_effect` is called or iterated, which a coroutine cannot be (measured on Python 3.10 to 3.13).
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from looplint.model.definitions import Class, keyword
from looplint.model.records import dataclass
from looplint.project.code.callables import coroutine_function
from looplint.project.code.infer import infer, started
from looplint.project.code.patching import mock_or_own_kind, patch_form, patcher
from looplint.project.code.values import CALLED, MockValue, Name
from looplint.project.mocks.child_kinds import child_at
from looplint.project.mocks.mocks import PLAIN_KINDS, SIDE_EFFECT, know
from looplint.project.mocks.repeated_calls import call_twice
from looplint.project.mocks.replacing import bound_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.mocks.mocks import Use
    from looplint.project.questions import Project

_GIVEN = ("return_value", SIDE_EFFECT)
Problem = Literal["result", "again", "effect"]
"""The awaited result is a coroutine; the coroutine is awaited again; a coroutine is no side effect."""


@dataclass(frozen=True, slots=True, eq=False)
class GivenCoroutine:
    """A coroutine that a mock cannot give as the test means it.

    `node` is the expression that makes it, or its name; `holder` the keyword or assignment that gives it to the mock.
    `again` is the second place that awaits it.
    """

    node: ast.expr
    holder: ast.keyword | ast.Assign
    problem: Problem
    kind: str
    again: ast.expr | None = None


def given_coroutines(project: Project, facts: Facts) -> Iterator[GivenCoroutine]:
    """Every such place of a test file."""
    if not project.is_test_code(facts.file):
        return
    for call in facts.calls:
        for item in call.keywords:
            if item.arg in _GIVEN and _coroutines(project, facts, item.value):
                mock = _made(project, facts, call)
                if mock is not None:
                    yield from _judged(project, facts, item, item.arg, item.value, mock)
                elif item.arg == SIDE_EFFECT and _makes_some_mock(facts, call, item.value):
                    yield GivenCoroutine(item.value, item, "effect", "mock")
    for statement in facts.nodes(ast.Assign):
        target = statement.targets[0]
        if len(statement.targets) == 1 and isinstance(target, ast.Attribute) and target.attr in _GIVEN:
            value = infer(project, facts, target.value) if _coroutines(project, facts, statement.value) else None
            if isinstance(value, MockValue):
                yield from _judged(project, facts, statement, target.attr, statement.value, value)


def _made(project: Project, facts: Facts, call: ast.Call) -> MockValue | None:
    """The mock that a call makes: of a mock class, or by `patch`."""
    if mock_or_own_kind(project, facts, call.func) is not None:
        value = infer(project, facts, call)
        return _known_on_self(facts, value) if isinstance(value, MockValue) else None
    if patch_form(facts, call.func) in (None, "multiple"):
        return None
    found = patcher(project, facts, call)
    value = started(project, found) if found is not None else None
    name = bound_name(facts, call)
    if not isinstance(value, MockValue):
        return None
    return value if name is None else value.known_as(name)


def _known_on_self(facts: Facts, value: MockValue) -> MockValue:
    """A mock that a class body makes is `self.<name>` in its methods."""
    up = facts.parent(value.origin.node)
    cls = facts.definition_at(facts.scope_owner(value.origin.node))
    target = up.targets[0] if isinstance(up, ast.Assign) else None
    if not isinstance(cls, Class) or not isinstance(target, ast.Name):
        return value
    return value.known_as(Name(facts, cls, f"self.{target.id}"))


def _makes_some_mock(facts: Facts, call: ast.Call, given: ast.expr) -> bool:
    """Is it a `patch` that makes a mock, of a target that is unknown, and the side effect no list?"""
    if patch_form(facts, call.func) in (None, "multiple") or isinstance(given, (ast.List, ast.Tuple)):
        return False
    return keyword(call, "new_callable") is None and not facts.in_raises(call)


def _coroutines(project: Project, facts: Facts, node: ast.expr) -> list[ast.expr]:
    """The coroutines of an expression: itself, or all elements of a list; none where anything else is in it."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return [*node.elts] if node.elts and all(_is_coroutine(project, facts, item) for item in node.elts) else []
    return [node] if _is_coroutine(project, facts, node) else []


def _is_coroutine(project: Project, facts: Facts, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        value = found[1][0].value if found is not None and len(found[1]) == 1 else None
        return value is not None and isinstance(value, ast.Call) and _is_coroutine(project, facts, value)
    if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
        return False
    found_function = coroutine_function(project, facts, node.func)
    return found_function is not None and found_function.is_name


# -- what comes of it ------------------------------------------------------------------------------------------------


def _judged(
    project: Project,
    facts: Facts,
    holder: ast.keyword | ast.Assign,
    given_as: str,
    node: ast.expr,
    mock: MockValue,
) -> Iterator[GivenCoroutine]:
    if facts.in_raises(node):
        return
    known = know(project, mock, facts.function_of(node))
    child = child_at(project, known, mock.path)
    if child is None or len(known.at((*mock.path, CALLED))) + len(known.at((*mock.path, SIDE_EFFECT))) != 1:
        return
    if child.is_home_made:
        return  # what its coroutine does with a side effect is its own affair
    is_list = isinstance(node, (ast.List, ast.Tuple))
    path = (*mock.path, CALLED)
    if given_as == SIDE_EFFECT and not is_list:
        yield GivenCoroutine(node, holder, "effect", child.kind)
    elif child.kind == "AsyncMock" and (given_as == SIDE_EFFECT or not is_list):
        if not any(_awaits_result(use) for use in known.uses if use.path == path):
            yield GivenCoroutine(node, holder, "result", child.kind)
    elif child.kind in PLAIN_KINDS and given_as == "return_value" and not is_list:
        again = call_twice(project, facts, node, replace(mock, path=path), known)
        if again is not None:
            yield GivenCoroutine(node, holder, "again", child.kind, again)


def _awaits_result(use: Use) -> bool:
    """Is the result of the awaited call awaited in its turn, or kept where that may happen?"""
    facts = use.facts
    up = facts.parent(use.node)
    above = facts.parent(up) if isinstance(up, ast.Await) else None
    if isinstance(above, ast.Await):
        return True
    if isinstance(above, (ast.Assign, ast.NamedExpr)):
        target = above.targets[0] if isinstance(above, ast.Assign) else above.target
        function = facts.function_of(use.node)
        return isinstance(target, ast.Name) and function is not None and _is_awaited_name(function, target.id)
    return not isinstance(up, ast.Await)


def _is_awaited_name(function: Function, name: str) -> bool:
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(function.facts.parent(node), (ast.Await, ast.Call))
        for node in function.walk()
    )
