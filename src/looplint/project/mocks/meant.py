"""Tests that mean what they do: they expect the error, nobody runs the coroutine, or no event loop runs at all."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.kept import kept_by_file, kept_by_part
from looplint.model.names import last_name
from looplint.model.nodes import below
from looplint.project.code.values import MOCK_API

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts

_RUNNERS = frozenset(
    {
        "create_task", "ensure_future", "gather", "wait_for", "get_event_loop", "new_event_loop", "get_running_loop",
        "run_until_complete", "run_coroutine_threadsafe", "asyncio", "async_to_sync", "run_async", "shield",
    }
)  # fmt: skip
"""Names that run coroutines; where a test replaces one, nobody awaits what it gets."""

_RUNNER_ENDS = ("ensure_future", "create_task", "run_until_complete", "run_coroutine_threadsafe", "run_async")
"""Ends of the names that projects give to runners of their own (`safe_ensure_future`)."""

_LOOP_WORDS = re.compile(
    r"run_until_complete|asyncio\.|anyio\.|client\b|\.invoke\(|runner|async_to_sync|portal|_run\b|\brun\(",
    re.IGNORECASE,
)
"""What the text of a plain test that runs coroutines has."""
_LOOP_PARTS = ("run", "asyncio.", "anyio.", "client", ".invoke(", "async_to_sync", "portal")
"""In every text in small letters that `_LOOP_WORDS` finds something in; much quicker."""

_IDLE = frozenset({"time", "uuid4", "now", "dict", "list", "print", "len", "str", "configure_mock", "object", "patch"})
"""Calls that run no code under test."""


def is_meant(facts: Facts, node: ast.AST) -> bool:
    """Does the function around `node`, or below it as a decorator, expect an error or run no coroutine?"""
    if is_idle(facts, node):
        return True
    function = facts.function_of(node)
    while function is not None and function.outer is not None:
        function = function.outer
    if function is None:
        function = next(_definitions_above(facts, node), None)
    if function is None:
        return False
    return expects_failure(function) or replaces_runner(function) or runs_no_loop(function)


def is_idle(facts: Facts, node: ast.AST) -> bool:
    """Is it inside a `with patch(…)` whose block runs nothing that could use the mock?"""
    for up in facts.parents(node):
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(up, ast.With):
            idle = _is_idle_block(facts, up)
            if idle is not None:
                return idle
    return False


def _is_idle_block(facts: Facts, block: ast.With) -> bool | None:
    """Does the block of a `with patch(…)` run nothing that could use the mock? None for any other `with`."""
    key = (_is_idle_block, block)
    if key not in facts.notes:
        is_patch = any(_is_patch(item.context_expr) for item in block.items)
        uses = (_may_use(inner) for stmt in block.body for inner in below(stmt)) if is_patch else ()
        facts.notes[key] = not any(uses) if is_patch else None
    found: bool | None = facts.notes[key]
    return found


def _is_patch(node: ast.expr) -> bool:
    func = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, ast.Call) and "patch" in ast.unparse(func)


def _may_use(node: ast.AST) -> bool:
    """Is it an await, or a call of something but a class or a mock?"""
    if isinstance(node, (ast.Await, ast.AsyncWith, ast.AsyncFor, ast.Yield, ast.YieldFrom)):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = last_name(node.func)
    return not name[:1].isupper() and name not in _IDLE and not name.startswith("assert_")


def _definitions_above(facts: Facts, node: ast.AST) -> Iterator[Function]:
    for up in facts.parents(node):
        found = facts.definition_at(up)
        if isinstance(found, Function):
            yield found


@kept_by_part
def runs_no_loop(function: Function) -> bool:
    """Is it a plain test that does nothing which could run a coroutine, or a fixture that only such tests get?"""
    if function.is_async:
        return False
    if function.fixture is None:
        return function.name.startswith("test") and not _may_run_loop(function)
    facts = function.facts
    if facts.file is None or facts.file.name == "conftest.py" or function.fixture.autouse:
        return False
    names = {function.fixture.name}
    users: list[Function] = []
    for _ in range(3):
        users = [f for f in facts.functions if names.intersection(f.parameters) and f is not function]
        names |= {f.fixture.name for f in users if f.fixture is not None}
    return bool(users) and not any(user.is_async or _may_run_loop(user) for user in users)


def _may_run_loop(function: Function) -> bool:
    """Does the text of a plain function name anything that could run coroutines?"""
    node = function.node
    source = function.facts.source
    starts, last = source.line_starts, node.end_lineno or node.lineno
    text = source.text[starts[node.lineno - 1] : starts[last] if last < len(starts) else None]
    small = text.lower()
    return any(part in small for part in _LOOP_PARTS) and _LOOP_WORDS.search(text) is not None


@kept_by_part
def expects_failure(function: Function) -> bool:
    """Is there a `pytest.raises`, `assertRaises` or `suppress` in the function, or an xfail mark above it?"""
    for node in function.facts.within(function.node, ast.Call):
        leaf = last_name(node.func)
        if leaf in ("raises", "suppress", "RaisesGroup", "xfail") or leaf.startswith("assertRaises"):
            return True
    return any(decorator.name == "pytest.mark.xfail" for decorator in function.decorators)


def asks_about_awaits(function: Function, shown: str) -> bool:
    """Does the function ask the mock that it calls `shown` whether it was awaited (`assert_awaited`, `await_count`)?"""
    return shown in _asked_about_awaits(function)


@kept_by_part
def _asked_about_awaits(function: Function) -> frozenset[str]:
    nodes = function.facts.within(function.node, ast.Attribute)
    return frozenset(ast.unparse(n.value) for n in nodes if n.attr in MOCK_API and "await" in n.attr)


@kept_by_part
def replaces_runner(function: Function) -> bool:
    """Does a test replace `asyncio.run` or the like, so that nobody awaits what the mock gives?"""
    facts = function.facts
    rows = _rows_of_runners(facts)
    if not rows:
        return False
    node = function.node
    places = [(min([node.lineno, *(d.lineno for d in node.decorator_list)]), node.end_lineno or node.lineno)]
    above = function.cls.node.decorator_list if function.cls is not None else ()
    places += [(decorator.lineno, decorator.end_lineno or decorator.lineno) for decorator in above]
    return any(bisect_left(rows, start) < bisect_right(rows, end) for start, end in places)


@kept_by_file
def _rows_of_runners(facts: Facts) -> list[int]:
    """The rows where something that runs coroutines is replaced."""
    rows = [n.lineno for n in facts.nodes(ast.Attribute) if n.attr in _RUNNERS and _is_mocked(facts, n)]
    texts = ((n.lineno, n.value) for n in facts.nodes(ast.Constant) if isinstance(n.value, str))
    return sorted([*rows, *(row for row, text in texts if _names_runner(text))])


def _is_mocked(facts: Facts, node: ast.Attribute) -> bool:
    """Is it assigned, or asked what it was called with?"""
    up = facts.parent(node)
    if isinstance(node.ctx, ast.Store):
        return True
    return isinstance(up, ast.Attribute) and (up.attr in MOCK_API or up.attr in ("return_value", "side_effect"))


def _names_runner(text: str) -> bool:
    """Is it the name of a runner, as `patch` and `patch.object` get it?"""
    above, _, name = text.rpartition(".")
    if name == "run":
        return above.rpartition(".")[2] in ("asyncio", "anyio")
    return (name in _RUNNERS or name.endswith(_RUNNER_ENDS)) and text != "asyncio"
