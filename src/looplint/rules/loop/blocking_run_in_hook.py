"""Setup, teardown or sync fixture of async tests that blocks on an event loop of its own.

## What it does
Reports `asyncio.run`, `Runner.run`, `loop.run_until_complete` and `anyio.run` in sync xunit and unittest hooks and in sync
fixtures, where tests that they serve run on an event loop.

## Why it is bad
The call runs on another loop than the tests. Tasks, futures, streams and connections belong to one loop and fail on another;
and `asyncio.run` leaves the thread without a current event loop.

## What really happens
It is *not* always broken; each finding names what applies.

| the hook or fixture | outcome |
|---|---|
| awaits what was made on the test's loop, or makes what the test awaits | every version: `RuntimeError: … attached to a different loop`, `Event loop is closed` |
| `asyncio.run`, `Runner`, `anyio.run`, or a loop that is set and closed, while tests share a loop (`loop_scope="class"` …) | pytest-asyncio 0.23 to 1.1: the next test fails, `RuntimeError: There is no current event loop` or `Event loop is closed`; repaired in 1.2 |
| `get_event_loop().run_until_complete(...)` after an async test with a loop of its own | pytest-asyncio 1.4 and newer: `RuntimeError: There is no current event loop`; under `try`, nothing is done |
| any other `asyncio.run` | passes; a later `asyncio.get_event_loop()` in sync code raises |

The first three are errors with the versions in force, the rest are warnings. A task that a test leaves behind is cancelled by pytest-asyncio
1.1 and newer before teardown: then a warning too.

## Fix
Unsafe, since the code moves to the loop and the place of a fixture. `setup_method` and `teardown_method` become an autouse fixture
`@pytest_asyncio.fixture(autouse=True)` with the loop scope of the tests, `setUp` and `tearDown` of `IsolatedAsyncioTestCase` become `asyncSetUp`
and `asyncTearDown`, a sync fixture becomes an async one; `asyncio.run(X)` becomes `await X`. Not applied where the author has to choose: class and
module hooks, wide scopes, hooks that bases or subclasses call, loops that are used for more than the one call.

## Exceptions
Hooks of classes without async tests, plain `TestCase`s, fixtures that no async test of a known runner gets; loops of the hook's own that nobody sets and
that touch nothing of the tests; a session fixture; `get_event_loop().run_until_complete` where it finds the very loop of the tests (shared loops,
`IsolatedAsyncioTestCase`); threads and functions that are handed out; expected errors; an `event_loop` fixture.

## References
* <https://github.com/pytest-dev/pytest-asyncio/issues/1177>
* <https://github.com/pytest-dev/pytest-asyncio/issues/658>
* <https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase.asyncSetUp>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import settle
from looplint.model.names import last_name
from looplint.model.records import dataclass
from looplint.project.code.blocking import blocking_helper, blocking_runs, is_replaced, loop_makers
from looplint.project.code.values import FunctionValue
from looplint.project.loops.loop_state import Belongs, on_two_loops, served_on_a_loop
from looplint.project.loops.shared_loops import HOOK_SCOPES, shared_scopes
from looplint.project.running.who import Family, Who
from looplint.repairs.async_hooks import async_hook
from looplint.repairs.fixtures import await_instead
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.code.blocking import BlockingRun
    from looplint.project.loops.loop_state import Touched

_BROAD = ("RuntimeError", "Exception", "BaseException")
_LOOP_TALK = frozenset(
    {
        "get_event_loop", "new_event_loop", "set_event_loop", "get_running_loop", "_get_running_loop", "is_running",
        "create_task", "ensure_future", "all_tasks", "current_task", "run_until_complete", "run_forever", "Runner",
    }
)  # fmt: skip
"""Calls by which a function deals with loops itself; what they mean changes when it becomes async."""


@dataclass(frozen=True, slots=True)
class _Hazard:
    """What is wrong with one run: the end of the message, how bad it is here, and the state it is about."""

    text: str
    severity: Severity
    state: Touched | None = None


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Blocking runs in sync hooks and fixtures of tests that run on a loop."""
    facts = module.facts
    if is_replaced(facts):
        return
    for run in blocking_runs(project, facts):
        hook = facts.function_of(run.call)
        if hook is None or not _is_hook(project, hook) or facts.in_lambda(run.call) or _expects_error(hook, run.call):
            continue
        tests = served_on_a_loop(project, hook)
        hazard = _hazard(project, hook, run, tests) if tests else None
        if hazard is not None:
            yield RULE.finding(
                module,
                run.call,
                f"`{run.shown}` in {_kind(hook)} `{hook.name}` {hazard.text}",
                severity=hazard.severity,
                related=_related(hazard.state),
                fix=partial(_fix, module, project, hook, tests),
            )


def _kind(hook: Function) -> str:
    return "fixture" if hook.fixture is not None else "sync hook"


def _related(state: Touched | None) -> list[Related]:
    if state is None:
        return []
    source = state.where.facts.source
    place = source.position(source.offset_of(state.where.node.lineno, state.where.node.col_offset))
    return [Related(path=source.path, row=place.row, column=place.column, message=f"`{state.name}` on the test's loop")]


def _is_hook(project: Project, function: Function) -> bool:
    """Is it a sync hook that pytest or unittest calls, or a sync fixture?"""
    if function.is_async or function.outer is not None:
        return False
    family = None if function.cls is None else project.family(function.cls)
    if function.fixture is not None:
        return function.fixture.name != "event_loop" and family in (None, Family.PYTEST)
    if function.hook is None or not project.is_test_file(function.facts.file):
        return False
    return family in (None, Family.PYTEST if function.name.startswith(("setup_", "teardown_")) else Family.ISOLATED)


def _expects_error(hook: Function, node: ast.AST) -> bool:
    """Is `pytest.raises` or the like around it? A `try` hides the error, but not what the call leaves behind."""
    return hook.facts.in_raises(node) and not _in_try(hook, node)


def _in_try(function: Function, node: ast.AST) -> bool:
    return _handlers(function, node) is not None


def _handlers(function: Function, node: ast.AST) -> list[ast.ExceptHandler] | None:
    """The handlers of the `try` around a node of the function."""
    child = node
    for up in function.facts.parents(node):
        if up is function.node:
            return None
        if isinstance(up, ast.Try) and child in up.body and up.handlers:
            return up.handlers
        child = up
    return None


# -- the hazard ------------------------------------------------------------------------------------------------------


def _hazard(project: Project, hook: Function, run: BlockingRun, tests: list[Function]) -> _Hazard | None:
    """What a run does to the tests that the hook serves; None where it does nothing to them."""
    loops = {_leaf(call) for _, call in loop_makers(project, hook.facts, run)}
    shared = shared_scopes(project, hook, tests)
    if loops == {"get_event_loop"} and (shared or _is_isolated(project, hook)):
        return None
    found = _bound_state(project, hook, run)
    if found is not None:
        return found
    if loops == {"get_event_loop"}:
        return _missing_loop(project, hook, run, tests)
    if loops and not (loops == {"new_event_loop"} and {"set_event_loop", "close"} <= _leaves(hook.node)):
        return None
    if _backend(run) == "trio" or _is_once_for_all(hook):
        return None
    closed = "leaves its closed loop as the current one" if loops else "leaves no current event loop"
    if shared and project.may_be("pytest-asyncio", ">=0.23,<1.2"):
        certain = project.must_be("pytest-asyncio", ">=0.23,<1.2")
        return _Hazard(
            f"{closed}, but the tests share the loop of their {shared[0]}: the next one fails on pytest-asyncio 0.23 to 1.1",
            Severity.ERROR if certain else Severity.WARNING,
        )
    return _Hazard(f"{closed}: sync code that calls `get_event_loop()` later fails", Severity.WARNING)


def _leaf(call: ast.Call) -> str:
    return last_name(call.func)


def _leaves(node: ast.AST) -> set[str]:
    """The last names of all that is called in a node."""
    return {_leaf(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call)}


def _is_broad(handler: ast.ExceptHandler) -> bool:
    """Does it catch a RuntimeError?"""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or getattr(one, "id", "") in _BROAD for one in caught)


def _backend(run: BlockingRun) -> object:
    """The backend that `anyio.run` is asked for; None for the default."""
    return next((getattr(k.value, "value", None) for k in run.call.keywords if k.arg == "backend"), None)


def _is_once_for_all(hook: Function) -> bool:
    """Is it a fixture of the whole session (a database made once, say), before and after which nothing asks for a loop?"""
    return hook.fixture is not None and hook.fixture.scope == "session"


def _is_isolated(project: Project, hook: Function) -> bool:
    return hook.cls is not None and project.family(hook.cls) is Family.ISOLATED


def _bound_state(project: Project, hook: Function, run: BlockingRun) -> _Hazard | None:
    coroutine = run.coroutine or next(iter(run.call.args), None)
    state = on_two_loops(project, hook, run.call, coroutine) if coroutine is not None else None
    if state is None:
        return None
    alive = _is_isolated(project, hook) or project.must_be("pytest-asyncio", "<1.1")
    if state.belongs is Belongs.YES or (state.belongs is Belongs.TASK and alive):
        text = (
            f"runs on another loop than the tests, but `{state.name}` belongs to one: `{state.where.name}` uses it too"
        )
        return _Hazard(text, Severity.ERROR, state)
    if not run.replaces_loop:
        return None
    text = f"runs on another loop than `{state.where.name}`, where `{state.name}` may hold a task or connection"
    return _Hazard(text, Severity.WARNING, state)


def _missing_loop(project: Project, hook: Function, run: BlockingRun, tests: list[Function]) -> _Hazard | None:
    """`get_event_loop()` where no loop is left."""
    calls = loop_makers(project, hook.facts, run)
    if any(facts.function_of(call) is not hook for facts, call in calls):
        return None
    handlers = [handler for _, call in calls for handler in _handlers(hook, call) or ()]
    if any(_LOOP_TALK.union(("run",)) & _leaves(handler) for handler in handlers):
        return None
    if all(project.runner(test).who is not Who.PYTEST_ASYNCIO for test in tests):
        return None
    again = len(tests) > 1 and hook.name not in HOOK_SCOPES
    after_a_test = hook.name.startswith("teardown") or (hook.fixture is not None and hook.is_generator) or again
    certain = after_a_test and project.must_be("pytest-asyncio", ">=1.4")
    hidden = ", and the `except` hides that nothing is done" if any(map(_is_broad, handlers)) else ""
    text = f"finds no event loop after an async test: `get_event_loop()` raises on pytest-asyncio 1.4 and newer{hidden}"
    return _Hazard(text, Severity.ERROR if certain else Severity.WARNING)


# -- the repair ------------------------------------------------------------------------------------------------------


def _fix(module: Module, project: Project, hook: Function, tests: list[Function]) -> Fix | None:
    """The hook as a coroutine of the tests' loop; None where the author must choose, or calls would mean something else."""
    awaits = _awaits(module, project, hook)
    made = async_hook(module, project, hook, tests) if awaits is not None else None
    if awaits is None or made is None:
        return None
    message, edits = made
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits + awaits))


def _awaits(module: Module, project: Project, hook: Function) -> tuple[Edit, ...] | None:
    """`await X` for every blocking run of the hook; None where one of them, or other code about loops, is in the way."""
    edits: list[Edit] = []
    done: set[ast.AST] = set()
    inside = [run for run in blocking_runs(project, hook.facts) if hook.node in hook.facts.parents(run.call)]
    for run in inside:
        if run.coroutine is None or hook.facts.function_of(run.call) is not hook:
            return None
        done.add(run.call)
        if not run.replaces_loop:
            receiver = run.call.func.value if isinstance(run.call.func, ast.Attribute) else None
            if not isinstance(receiver, ast.Call) or _leaf(receiver) != "get_event_loop":
                return None
            done.add(receiver)
        awaited = await_instead(module, run.call, run.coroutine)
        if awaited is None or not awaited.edits or isinstance(project.infer(hook.facts, run.coroutine), FunctionValue):
            return None
        edits += awaited.edits
    for node in ast.walk(hook.node):
        if not isinstance(node, ast.Call) or node in done:
            continue
        if _leaf(node) in _LOOP_TALK or blocking_helper(project, hook.facts, node) is not None:
            return None
    return tuple(edits)


RULE = Rule(
    code="LPL101",
    name="blocking-run-in-hook",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"run(", b"run_until_complete"),
    also=(b"setup_", b"teardown_", b"setUp", b"tearDown", b"fixture"),
    tests_only=True,
    check=check,
)
