"""Call that needs a running loop, in a sync test, fixture or hook.

## What it does
Reports `asyncio.create_task`, `get_running_loop`, `current_task` and `all_tasks` in sync tests, sync fixtures and sync setup and teardown
hooks, and where a test file is imported; and the branch after `if loop.is_running():` there.

## Why it is bad
No event loop is running there: pytest and unittest call sync code before, between and after the runs of the loop, also for async tests, for
tests marked with asyncio and in `IsolatedAsyncioTestCase`. The call raises; under a `try` that only logs, the cleanup silently never happens.

## What really happens
On every version of Python, pytest and pytest-asyncio: `RuntimeError: no running event loop`. `loop.is_running()` is always False, so that
its branch is never reached: with an `else` that does the work this is dead code (a warning), without one nothing is done.

## Fix
Unsafe, since the code moves to the loop and the place of a fixture. A fixture becomes an async one, `setup_method` and `teardown_method` an
autouse fixture `@pytest_asyncio.fixture(autouse=True)`, `setUp` and `tearDown` of `IsolatedAsyncioTestCase` become `asyncSetUp` and
`asyncTearDown`, a sync test becomes an async one. In a teardown `create_task(X)` becomes `await X`: nobody would wait for the task.

## Exceptions
Expected errors (`pytest.raises`, a `try` whose handlers do something); functions that look for a running loop first; nested coroutines, lambdas and
callbacks; helpers; `all_tasks(loop)` and `current_task(loop)`; names that the file patches; fixtures that are asked for by
`getfixturevalue`; skipped tests; unknown decorators, base classes with a runner of their own, and plugins and hooks that run everything in a loop.

## References
* <https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task>
* <https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_running_loop>
* <https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase>
"""

from __future__ import annotations

import ast
import re
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import IMPOSSIBLE, add_decorator, import_edits, import_from_edits, make_async, settle
from looplint.model.names import last_name
from looplint.project.code.blocking import blocking_helper, blocking_runs
from looplint.project.loops.loop_state import served_on_a_loop
from looplint.project.loops.loopless import loop_may_run, loopless_kind
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family
from looplint.repairs.async_hooks import async_hook
from looplint.repairs.fixtures import await_instead
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project

_NAMES = ("create_task", "get_running_loop", "current_task", "all_tasks")
_FUNCTIONS = {f"{module}.{name}": name for name in _NAMES for module in ("asyncio", "asyncio.tasks", "asyncio.events")}
_TAKE_A_LOOP = ("current_task", "all_tasks")
_SCHEDULE = ("create_task", "ensure_future")
_LOOP_MAKERS = ("asyncio.get_event_loop", "asyncio.new_event_loop")
_ASK = ("_get_running_loop", "is_running", "current_async_library")
_TALK_OF_LOOPS = frozenset(
    {"get_event_loop", "new_event_loop", "set_event_loop", "Runner", "run_forever", "run_until_complete", *_ASK}
)
"""Calls by which a function deals with loops itself; what they mean changes when it becomes async."""
_CATCH = frozenset({"RuntimeError", "Exception", "BaseException"})
_TELL = frozenset({"print", "debug", "info", "warn", "warning", "error", "exception", "critical", "log", "write"})
"""Calls by which a handler only tells of an error."""


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls that need a running loop where none runs."""
    facts = module.facts
    patched: set[str] | None = None
    told: set[ast.AST] = set()
    for call in facts.calls:
        leaf = _leaf(call)
        if leaf not in _NAMES and leaf not in _SCHEDULE and leaf not in facts.aliased_names:
            continue
        function = facts.function_of(call)
        if function is not None and (function.is_async or function.outer is not None):
            continue
        patched = _patched(facts) if patched is None else patched
        if not patched.isdisjoint((leaf, _loop_only(facts, call))) or _is_put_off(facts, call):
            continue
        found = (
            _at_import(module, project, call) if function is None else _at_call(module, project, function, call, told)
        )
        if found is not None:
            yield found


def _leaf(call: ast.Call) -> str:
    return last_name(call.func)


def _loop_only(facts: Facts, call: ast.Call) -> str | None:
    """The name of the function, if the call is one that needs a running loop."""
    name = _FUNCTIONS.get(facts.resolve(call.func) or "")
    given = [*call.args, *(keyword.value for keyword in call.keywords)] if name in _TAKE_A_LOOP else []
    return None if any(not isinstance(node, ast.Constant) for node in given) else name


def _patched(facts: Facts) -> set[str]:
    """The names that the file replaces, by text (`patch("asyncio.create_task")`) or as an attribute."""
    text = facts.source.text
    quoted = {name for name in _NAMES if re.search(rf"""["'](?:[\w.]*\.)?{name}["']""", text)}
    return quoted | {node.attr for node in facts.nodes(ast.Attribute) if not isinstance(node.ctx, ast.Load)}


def _is_put_off(facts: Facts, call: ast.Call) -> bool:
    """Is the call in a lambda or generator expression, to be made later by whoever uses that?"""
    return any(isinstance(up, (ast.Lambda, ast.GeneratorExp)) for up in _up_to_function(facts, call))


def _up_to_function(facts: Facts, node: ast.AST) -> Iterator[ast.AST]:
    for up in facts.parents(node):
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        yield up


def _at_import(module: Module, project: Project, call: ast.Call) -> Finding | None:
    """A call that is surely reached, unshielded, when pytest imports this file of tests."""
    facts, file = module.facts, module.facts.file
    if _loop_only(facts, call) is None or not project.is_test_file(file) or facts.in_raises(call):
        return None
    if any(isinstance(up, (ast.If, ast.IfExp, ast.BoolOp)) for up in facts.parents(call)):
        return None
    if not any(is_collected(project, function) for function in facts.functions) or loop_may_run(project, facts):
        return None
    shown = module.text_of(call.func)
    return RULE.finding(module, call, f"`{shown}()` raises when the file is imported: no event loop is running then")


def _at_call(
    module: Module, project: Project, function: Function, call: ast.Call, told: set[ast.AST]
) -> Finding | None:
    """A call in a sync def that pytest or unittest calls; of several in one `try` or dead branch the first."""
    facts = module.facts
    dead, shield = _dead_branch(facts, function, call), _shield(facts, call)
    around = dead or shield
    if around in told or (dead is None and not _fails(facts, function, call, shield)):
        return None
    kind = loopless_kind(project, function)
    if kind is None or (kind == "sync test" and around is not None):
        return None
    if around is not None:
        told.add(around)
    start = f"`{module.text_of(call.func)}()` in {kind} `{function.name}`"
    if dead is not None:
        other = _has_other_way(dead, call, facts)
        end = "is never reached: no event loop is running there" + ("" if other else ", and nothing is done instead")
        return RULE.finding(module, call, f"{start} {end}", severity=Severity.WARNING if other else Severity.ERROR)
    end = "raises: no event loop is running there"
    if shield is not None:
        hider = "except" if isinstance(shield, ast.Try) else "suppress"
        end = f"does nothing: no event loop is running there, and the `{hider}` hides the error"
    return RULE.finding(module, call, f"{start} {end}", fix=partial(_fix, module, project, function, kind))


# -- what happens ----------------------------------------------------------------------------------------------------


def _fails(facts: Facts, function: Function, call: ast.Call, shield: ast.AST | None) -> bool:
    """Is it a call that fails for nothing: no other way is taken before or after it?"""
    if _loop_only(facts, call) is None or _looks_first(function, shield):
        return False
    return shield is None or (_only_hides(facts, shield) and any(_leaf(c) in _SCHEDULE for c in _calls_in(shield)))


def _shield(facts: Facts, call: ast.Call) -> ast.AST | None:
    """What catches or expects the error of a call: the nearest `try`, `with` or `pytest.raises(...)` around it."""
    child: ast.AST = call
    for up in _up_to_function(facts, call):
        if isinstance(up, ast.Try) and child in up.body and any(_catches(handler.type) for handler in up.handlers):
            return up
        if not isinstance(up, ast.Try) and facts.catches(up, child):
            return up
        child = up
    return None


def _catches(caught: ast.expr | None) -> bool:
    """Does `except <caught>` catch a RuntimeError?"""
    types = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(one is None or getattr(one, "id", "") in _CATCH for one in types)


def _only_hides(facts: Facts, shield: ast.AST) -> bool:
    """Does nothing happen instead: `suppress`, or handlers that pass or tell?"""
    if isinstance(shield, ast.Try):
        handlers = [handler for handler in shield.handlers if _catches(handler.type)]
        return not shield.orelse and all(_only_tells(statement) for statement in handlers[0].body)
    expected = [item.context_expr for item in getattr(shield, "items", ())]
    return any(isinstance(e, ast.Call) and facts.resolve(e.func) == "contextlib.suppress" for e in expected)


def _only_tells(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        call = statement.value
        return isinstance(call, ast.Constant) or (isinstance(call, ast.Call) and _leaf(call) in _TELL)
    return isinstance(statement, (ast.Pass, ast.Continue))


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def _looks_first(function: Function, shield: ast.AST | None) -> bool:
    """Does the function ask, other than by what the same `try` is about, whether a loop is running?"""
    facts = function.facts
    for node in function.walk():
        if isinstance(node, ast.Call):
            leaf = _leaf(node)
            if leaf in _ASK:
                return True
            asked = leaf in ("get_running_loop", "current_task") and _shield(facts, node)
            if asked and asked is not shield:
                return True
    return False


def _dead_branch(facts: Facts, function: Function, call: ast.Call) -> ast.If | None:
    """The `if loop.is_running():` whose branch for yes holds a call that schedules something."""
    if _leaf(call) not in _SCHEDULE:
        return None
    child: ast.AST = call
    for up in _up_to_function(facts, call):
        if isinstance(up, ast.If):
            negated = isinstance(up.test, ast.UnaryOp) and isinstance(up.test.op, ast.Not)
            question = up.test.operand if isinstance(up.test, ast.UnaryOp) else up.test
            if child in (up.orelse if negated else up.body) and _asks_own_loop(facts, function, question):
                return up
        child = up
    return None


def _asks_own_loop(facts: Facts, function: Function, question: ast.expr) -> bool:
    """Is it `loop.is_running()` of a loop that the function got by `get_event_loop()` or `new_event_loop()`?"""
    if (
        not isinstance(question, ast.Call)
        or not isinstance(question.func, ast.Attribute)
        or question.func.attr != "is_running"
    ):
        return False
    receiver = question.func.value
    if isinstance(receiver, ast.Name):
        bindings = facts.scope(function.node).names.get(receiver.id, [])
        makers: list[ast.expr | None] = [binding.value for binding in bindings]
    else:
        makers = [receiver]
    return bool(makers) and all(isinstance(m, ast.Call) and facts.resolve(m.func) in _LOOP_MAKERS for m in makers)


def _has_other_way(dead: ast.If, call: ast.Call, facts: Facts) -> bool:
    """Is something done where no loop is running?"""
    way = dead.body if any(up in dead.body for up in (call, *facts.parents(call))) else dead.orelse
    other = dead.orelse if way is dead.body else dead.body
    return bool(other) or isinstance(way[-1], (ast.Return, ast.Continue))


# -- the repair ------------------------------------------------------------------------------------------------------


def _fix(module: Module, project: Project, function: Function, kind: str) -> Fix | None:
    """The def as a coroutine on the loop of its tests; None where it deals with loops in other ways too."""
    facts = module.facts
    calls = [call for call in function.walk() if isinstance(call, ast.Call)]
    if any(_leaf(call) in _TALK_OF_LOOPS or blocking_helper(project, facts, call) is not None for call in calls):
        return None
    if any(function.node in facts.parents(run.call) for run in blocking_runs(project, facts)):
        return None
    made = _async_test(module, project, function) if kind == "sync test" else _async_hook(module, project, function)
    if made is None:
        return None
    message, edits = made
    for call in calls:
        if _loop_only(facts, call) is not None:
            edits += _awaited(module, function, call)
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits))


def _async_hook(module: Module, project: Project, function: Function) -> tuple[str, tuple[Edit, ...]] | None:
    tests = served_on_a_loop(project, function)
    return async_hook(module, project, function, tests) if tests else None


def _async_test(module: Module, project: Project, test: Function) -> tuple[str, tuple[Edit, ...]] | None:
    """`async def`, with a mark in strict mode; None where the number or name of tasks is looked at: the test is one."""
    names = {_loop_only(module.facts, node) for node in test.walk() if isinstance(node, ast.Call)}
    family = project.family(test.cls) if test.cls is not None else Family.PYTEST
    if not names.isdisjoint(_TAKE_A_LOOP) or family is Family.TESTCASE:
        return None
    message, edits = f"make `{test.name}` an async test", make_async(module, test)
    if family is Family.ISOLATED or any(mark == "asyncio" for _, mark in marks_of(project, test)):
        return message, edits
    mode = project.settings.asyncio_mode.value
    if mode != "strict":
        return (message, edits) if mode == "auto" else None
    mark, imports = import_from_edits(module, "pytest", "mark")
    if imports:  # nothing to reuse: write it the usual way
        package, imports = import_edits(module, "pytest")
        mark = f"{package}.mark"
    return message, edits + imports + add_decorator(module, test, f"@{mark}.asyncio")


def _awaited(module: Module, function: Function, call: ast.Call) -> tuple[Edit, ...]:
    """In a teardown `create_task(X)` as a statement becomes `await X`; () for anything else: it works on the loop."""
    facts = module.facts
    outer: ast.AST | None = call
    if _loop_only(facts, call) == "get_running_loop":
        method = facts.parent(call)
        outer = facts.parent(method) if isinstance(method, ast.Attribute) and method.attr == "create_task" else None
    if (
        not isinstance(outer, ast.Call)
        or _leaf(outer) != "create_task"
        or not isinstance(facts.parent(outer), ast.Expr)
    ):
        return ()
    after_yield = any(y.lineno < outer.lineno for y in function.yields)
    if not outer.args or not (function.name.startswith(("teardown", "tearDown")) or after_yield):
        return ()
    awaited = await_instead(module, outer, outer.args[0])
    return awaited.edits if awaited is not None else IMPOSSIBLE


RULE = Rule(
    code="LPL107",
    name="loop-only-call-in-sync-code",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"create_task", b"get_running_loop", b"current_task", b"all_tasks", b"is_running"),
    also=(b"asyncio",),
    tests_only=True,
    check=check,
)
