"""Coroutine that blocks on an event loop while one is running.

## What it does
Reports `asyncio.run`, `loop.run_until_complete`, `Runner.run` and `anyio.run` in async tests, fixtures and other coroutines of test
code, directly or through a sync helper of the project that always makes such a call; and the `result()` of
`asyncio.run_coroutine_threadsafe` there, if it is for the running loop.

## Why it is bad
A loop is running already, the one that runs the coroutine. None of these calls can work there.

## What really happens
On every version of Python and pytest-asyncio:

| call | message |
|---|---|
| `asyncio.run(...)` | `RuntimeError: asyncio.run() cannot be called from a running event loop` |
| `loop.run_until_complete(...)` on the running loop | `RuntimeError: This event loop is already running` |
| the same on another loop | `RuntimeError: Cannot run the event loop while another loop is running` |
| `Runner().run(...)` | `RuntimeError: Runner.run() cannot be called from a running event loop` |
| `anyio.run(...)` | `RuntimeError: Already running asyncio in this thread` |
| `run_coroutine_threadsafe(X, asyncio.get_running_loop()).result()` | none: it hangs; with a timeout `TimeoutError` |

## Fix
Safe where the call stands in the coroutine itself: `asyncio.run(X)` becomes `await X`, so does `run_coroutine_threadsafe(X, loop).result()`;
the `result()` of a name becomes `await asyncio.wrap_future(name)`. For a helper the repair is shown:
`await asyncio.to_thread(helper)` keeps it as it is, or it becomes async.

## Exceptions
Calls in a thread (`to_thread`, an executor), in a nested sync function or lambda, where the error is expected (`pytest.raises`, a `try`
with handlers), where `nest_asyncio` is in use or `asyncio.run` is patched; helpers that look whether a loop is running. Loops of other
threads, and futures between whose making and `result()` the coroutine awaits anything.

## References
* <https://docs.python.org/3/library/asyncio-runner.html#asyncio.run>
* <https://github.com/pytest-dev/pytest-asyncio/issues/112>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import IMPOSSIBLE, insert_await, replace_node, settle
from looplint.project.code.blocking import (
    BlockingHelper,
    BlockingRun,
    blocking_helper,
    blocking_run,
    is_replaced,
    loops_may_nest,
    may_block,
)
from looplint.project.code.values import FunctionValue
from looplint.project.loops.own_loop_waits import OwnLoopWait, own_loop_wait
from looplint.repairs.fixtures import await_instead
from looplint.repairs.loops import call_related, in_a_thread
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_NESTABLE = ("asyncio.run()", "run_until_complete()")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Blocking runs whose nearest function is a coroutine."""
    facts = module.facts
    if is_replaced(facts) or not may_block(project, facts):
        return
    nested = loops_may_nest(project, facts)
    for call in facts.calls:
        coroutine = facts.function_of(call)
        if coroutine is None or not coroutine.is_async or facts.in_lambda(call):
            continue
        wait = own_loop_wait(project, facts, coroutine, call)
        if wait is not None:
            if not _is_expected(facts, coroutine, call):
                yield _own_loop(module, coroutine, wait)
            continue
        run = blocking_run(project, facts, call)
        helper = None
        if run is None and _may_be_helper(facts.parent(call)):
            helper = blocking_helper(project, facts, call)
            run = helper.run if helper is not None else None
        if run is None or (nested and run.shown in _NESTABLE) or _is_expected(facts, coroutine, call):
            continue
        if helper is not None:
            yield _through_helper(module, coroutine, call, helper)
        else:
            yield _direct(module, project, coroutine, run)


def _is_expected(facts: Facts, coroutine: Function, call: ast.Call) -> bool:
    """Is the error expected around the call, or where the local coroutine that makes it is used?"""
    if facts.in_raises(call):
        return True
    uses = (node for node in facts.nodes(ast.Name) if node.id == coroutine.name) if coroutine.outer else ()
    return any(facts.in_raises(node) for node in uses)


def _may_be_helper(parent: ast.AST | None) -> bool:
    """An awaited call is no sync helper."""
    return not isinstance(parent, ast.Await)


def _direct(module: Module, project: Project, coroutine: Function, run: BlockingRun) -> Finding:
    return RULE.finding(
        module,
        run.call,
        f"`{run.shown}` in coroutine `{coroutine.name}` raises: a loop is already running",
        fix=lambda: _await(module, project, run),
    )


def _await(module: Module, project: Project, run: BlockingRun) -> Fix | None:
    if run.coroutine is None or isinstance(project.infer(module.facts, run.coroutine), FunctionValue):
        return None
    return await_instead(module, run.call, run.coroutine)


def _own_loop(module: Module, coroutine: Function, wait: OwnLoopWait) -> Finding:
    consequence = "nothing but its timeout ends it" if wait.has_timeout else "it hangs"
    return RULE.finding(
        module,
        wait.call,
        f"`{wait.method}()` of `run_coroutine_threadsafe` in coroutine `{coroutine.name}` blocks the loop that should run "
        f"what it waits for: {consequence}",
        fix=partial(_wait_for, module, wait),
    )


def _wait_for(module: Module, wait: OwnLoopWait) -> Fix | None:
    """`run_coroutine_threadsafe(X, loop).result()` -> `await X`, `future.result()` -> `await asyncio.wrap_future(future)`."""
    if wait.has_timeout or wait.method != "result":
        return None
    if wait.is_direct:
        return await_instead(module, wait.call, wait.coroutine)
    call, submit = wait.call.func, wait.submit.func
    if not isinstance(call, ast.Attribute) or not isinstance(submit, ast.Attribute):
        return None
    if insert_await(module, wait.call) == IMPOSSIBLE:
        return None
    text = f"await {module.text_of(submit.value)}.wrap_future({module.text_of(call.value)})"
    edits = replace_node(module, wait.call, text)
    return settle(Fix(message="await the future", applicability=Applicability.SAFE, edits=edits))


def _through_helper(module: Module, coroutine: Function, call: ast.Call, helper: BlockingHelper) -> Finding:
    return RULE.finding(
        module,
        call,
        f"`{module.text_of(call.func)}` calls `{helper.run.shown}` ({helper.place}), which raises in coroutine "
        f"`{coroutine.name}`: a loop is already running",
        related=[call_related(helper.function.facts, helper.run.call, f"`{helper.run.shown}` here")],
        fix=in_a_thread(module, call),
    )


RULE = Rule(
    code="LPL102",
    name="blocking-run-in-coroutine",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"async def",),
    tests_only=True,
    check=check,
)
