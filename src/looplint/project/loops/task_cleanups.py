"""Sync fixtures and hooks that cancel the tasks of a loop on which no test ran.

Measured on pytest-asyncio 0.21 to 1.5: only 0.21 leaves the loop of an async test current for sync code; later
`get_event_loop()` gives another loop, without tasks, and from 1.4 on it raises. A new loop never has tasks. In
IsolatedAsyncioTestCase the loop of the test is the current one in sync hooks.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from looplint.model.names import BindingKind
from looplint.model.nodes import below
from looplint.project.loops.current_loop import sets_a_loop
from looplint.project.loops.loop_state import served_on_a_loop
from looplint.project.loops.loopless import loopless_kind
from looplint.project.running.who import Family, Who

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

Source = Literal["get_event_loop", "new_event_loop"]

SEES_NOTHING = ">=0.22"
"""The versions of pytest-asyncio on which the current loop of sync code is not the loop of the test."""
_MAKERS: dict[str, Source] = {
    "asyncio.get_event_loop": "get_event_loop",
    "asyncio.events.get_event_loop": "get_event_loop",
    "asyncio.new_event_loop": "new_event_loop",
    "asyncio.events.new_event_loop": "new_event_loop",
}
_ALL_TASKS = ("asyncio.all_tasks", "asyncio.tasks.all_tasks", "asyncio.Task.all_tasks")
_HARMLESS = frozenset({"close", "is_closed", "is_running", "run_until_complete", "shutdown_asyncgens"})
"""Methods of a loop by which no task of its own is made; what `run_until_complete` runs is looked at."""


def useless_source(project: Project, function: Function, call: ast.Call) -> tuple[Source, list[Function]] | None:
    """Where the loop of `all_tasks(loop)` comes from in a sync fixture or hook, and the async tests it serves.

    None unless its tasks are cancelled and certainly none of them is of a test.
    """
    facts = function.facts
    if facts.resolve(call.func) not in _ALL_TASKS or not _cancels(function):
        return None
    argument = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "loop"), None)
    source = _source(function, argument)
    if source is None or loopless_kind(project, function) not in ("sync fixture", "sync hook"):
        return None
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        return None
    tests = served_on_a_loop(project, function)
    if not tests or any(not _has_own_loop(project, test) for test in tests):
        return None
    if source == "get_event_loop" and (
        not project.must_be("pytest-asyncio", SEES_NOTHING) or sets_a_loop(project, facts)
    ):
        return None
    return source, tests


def _cancels(function: Function) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "cancel" for node in below(function.node))


def _source(function: Function, node: ast.expr | None) -> Source | None:
    facts = function.facts
    if isinstance(node, ast.Call):
        return _MAKERS.get(facts.resolve(node.func) or "")
    if not isinstance(node, ast.Name):
        return None
    bindings = facts.scope(function.node).names.get(node.id, ())
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNMENT:
        return None
    value = bindings[0].value
    source = _MAKERS.get(facts.resolve(value.func) or "") if isinstance(value, ast.Call) else None
    return source if source is not None and _is_only_cleaned(function, node.id) else None


def _is_only_cleaned(function: Function, name: str) -> bool:
    """Is the loop used for nothing but its tasks and its end: not yielded, set, given a coroutine of the author's?"""
    facts = function.facts
    for node in below(function.node):
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        up = facts.parent(node)
        if isinstance(up, ast.Attribute):
            if up.attr not in _HARMLESS or (up.attr == "run_until_complete" and not _runs_gather(facts, up)):
                return False
        elif not _only_asks(facts, up):
            return False
    return True


def _only_asks(facts: Facts, up: ast.AST | None) -> bool:
    """Is the loop handed to `all_tasks`, or tested?"""
    if isinstance(up, ast.keyword):
        up = facts.parent(up)
    if isinstance(up, ast.Call):
        return facts.resolve(up.func) in _ALL_TASKS
    return isinstance(up, (ast.BoolOp, ast.UnaryOp, ast.If))


def _runs_gather(facts: Facts, method: ast.Attribute) -> bool:
    call = facts.parent(method)
    given = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return isinstance(given, ast.Call) and facts.resolve(given.func) in (
        "asyncio.gather",
        "asyncio.wait",
        "asyncio.sleep",
    )


def _has_own_loop(project: Project, test: Function) -> bool:
    runner = project.runner(test)
    return runner.who is Who.PYTEST_ASYNCIO and runner.loop_scope == "function"
