"""Test code that replaces, closes or stops the loop of a test, or sets one that no test runs on.

## What it does
Reports `set_event_loop` and `new_event_loop` in hooks and fixtures of async tests where nobody closes the loop or where tests share
theirs, and `close()` and `stop()` of the loop that a test runs on.

## Why it is bad
The plugin or `IsolatedAsyncioTestCase` makes the loop of an async test. Another loop that a fixture sets is not used for it; what is bound to
that loop fails in the test. And a shared loop that is closed or taken away fails the tests that come after.

## What really happens
| the code | outcome |
|---|---|
| `close()` of the running loop in an async test or fixture | every version: `RuntimeError: Cannot close a running event loop` |
| `stop()` there | every version: `RuntimeError: Event loop stopped before Future completed.` |
| `get_event_loop().close()` in a sync hook or fixture, tests that share a loop | pytest-asyncio 0.24 and newer: the next test fails, `RuntimeError: Event loop is closed` |
| `set_event_loop(...)` in a sync hook or fixture, tests that share a loop | pytest-asyncio 0.23 to 1.1: `There is no current event loop`, or the next test runs on the other loop; 1.2 and newer pass |
| `set_event_loop(...)` in an async fixture | pytest-asyncio 0.23 to 1.1: the test runs on the other loop, or on none; 1.2 and newer pass |
| a new loop that nobody closes | `ResourceWarning: unclosed event loop`, in some later test; the async test never runs on it |

The first three are errors, the next two on the versions in force or warnings that name the versions; the last is a warning.

## Fix
None: what the loop was meant for decides. To share a loop give the tests and fixtures a `loop_scope`; to run something on a loop make the fixture
async; to choose the kind of loop use `event_loop_policy` or, from pytest-asyncio 1.4 on, the hook `pytest_asyncio_loop_factories`.

## Exceptions
Suites of sync tests; loops of threads and processes; loops that are closed, handed on to other code, or only set where there is none; a loop
that is set back; `event_loop` fixtures; expected errors; hooks that run something on the loop (`blocking-run-in-hook`).

## References
* <https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.close>
* <https://github.com/pytest-dev/pytest-asyncio/issues/1177>
* <https://pytest-asyncio.readthedocs.io/en/stable/how-to-guides/change_default_test_loop.html>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import last_name
from looplint.project.code.blocking import blocking_runs
from looplint.project.loops.loop_state import ON_A_LOOP, served_on_a_loop
from looplint.project.loops.loopless import loopless_kind
from looplint.project.loops.shared_loops import shared_scopes
from looplint.project.running.usage import direct_users, is_collected
from looplint.project.running.who import Family, Who
from looplint.rules.rule import Finding, Rule, Severity
from looplint.rules.versions import severity_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_RUNNING = ("asyncio.get_running_loop", "asyncio.get_event_loop")
_NEW = "asyncio.new_event_loop"
_SET = "asyncio.set_event_loop"
_ON_THE_CURRENT = ">=0.23,<1.2"
"""The versions of pytest-asyncio that run an async test or fixture on the thread's current loop."""
_SCOPED = ">=0.24"


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Loops that are replaced, closed, stopped or left open."""
    facts = module.facts
    for call in facts.calls:
        leaf = last_name(call.func)
        if leaf not in ("close", "stop", "set_event_loop", "new_event_loop") and leaf not in facts.aliased_names:
            continue
        function = facts.function_of(call)
        if function is None or function.outer is not None or _is_chosen(facts, call):
            continue
        found = None
        if leaf in ("close", "stop"):
            found = _ends(module, project, function, call)
        elif facts.resolve(call.func) == _SET and call.args:
            found = _sets(module, project, function, call)
        elif facts.resolve(call.func) == _NEW:
            found = _leaks(module, project, function, call)
        if found is not None:
            yield found


def _is_chosen(facts: Facts, call: ast.Call) -> bool:
    """Is the call made later, only in some case, or with its error expected?"""
    if facts.in_raises(call):
        return True
    for up in facts.parents(call):
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(up, (ast.If, ast.IfExp, ast.BoolOp, ast.ExceptHandler, ast.Lambda)):
            return True
    return False


def _is_called(function: Function, name: str) -> bool:
    """Does the function itself call the asyncio function?"""
    facts = function.facts
    return any(isinstance(node, ast.Call) and facts.resolve(node.func) == name for node in function.walk())


def _kind(project: Project, function: Function) -> str | None:
    """What to call an async test, fixture or hook whose loop somebody known runs."""
    if not function.is_async:
        return None
    if function.fixture is not None:
        return "async fixture"
    if function.name in ("asyncSetUp", "asyncTearDown"):
        isolated = function.cls is not None and project.family(function.cls) is Family.ISOLATED
        return "async hook" if isolated else None
    runs = is_collected(project, function) and project.runner(function).who in ON_A_LOOP
    return "async test" if runs else None


# -- close and stop --------------------------------------------------------------------------------------------------


def _ends(module: Module, project: Project, function: Function, call: ast.Call) -> Finding | None:
    """`loop.close()` or `loop.stop()` where the loop is that of the tests."""
    if not isinstance(call.func, ast.Attribute):
        return None
    receiver = call.func.value
    if not _is_got(function, receiver) or _is_called(function, _SET) or _is_called(function, _NEW):
        return None
    shown = f"`{module.text_of(call.func)}()`"
    kind = _kind(project, function)
    if kind is not None:
        what = "raises: the loop is running this coroutine"
        if call.func.attr == "stop":
            what = "ends the run of this coroutine before it is done, which raises"
        return RULE.finding(module, call, f"{shown} in {kind} `{function.name}` {what}")
    if function.is_async or call.func.attr != "close" or "get_event_loop" not in module.text:
        return None
    return _closes_shared(module, project, function, call)


def _is_got(function: Function, receiver: ast.expr) -> bool:
    """Is it a loop that the function got by `get_running_loop()` or `get_event_loop()`?"""
    values: list[ast.expr | None] = [receiver]
    if isinstance(receiver, ast.Name):
        values = [binding.value for binding in function.facts.scope(function.node).names.get(receiver.id, [])]
    return bool(values) and all(isinstance(v, ast.Call) and function.facts.resolve(v.func) in _RUNNING for v in values)


def _closes_shared(module: Module, project: Project, function: Function, call: ast.Call) -> Finding | None:
    kind = loopless_kind(project, function)
    if kind is None or kind == "sync test":
        return None
    shared = _shared(project, function)
    if not shared or not project.may_be("pytest-asyncio", _SCOPED):
        return None
    severity, when = severity_on(project, "pytest-asyncio", _SCOPED)
    return RULE.finding(
        module,
        call,
        f"`{module.text_of(call.func)}()` in {kind} `{function.name}` closes the loop that tests of the {shared} share: "
        f"the next one fails{_when(when)}",
        severity=severity,
    )


def _shared(project: Project, function: Function) -> str:
    """The scope of the loop that tests of a hook or fixture share beyond it; "" where there is none."""
    tests = [t for t in served_on_a_loop(project, function) if project.runner(t).who is Who.PYTEST_ASYNCIO]
    return next(iter(shared_scopes(project, function, tests)), "")


# -- set and new -----------------------------------------------------------------------------------------------------


def _sets(module: Module, project: Project, function: Function, call: ast.Call) -> Finding | None:
    """The first `set_event_loop` of a new loop or of none, in a fixture or hook of async tests that sets none back."""
    sets = [node for node in function.walk() if isinstance(node, ast.Call) and _is_set(function, node)]
    if sets[0] is not call or not all(_is_none(node.args[0]) or _is_new(function, node.args[0]) for node in sets):
        return None
    kind = _kind(project, function) if function.is_async else loopless_kind(project, function)
    if kind not in ("async fixture", "sync fixture", "sync hook") or _runs_something(project, function):
        return None
    shown = f"`{module.text_of(call.func)}()` in {kind} `{function.name}`"
    tests = [test for test in served_on_a_loop(project, function) if project.runner(test).who is Who.PYTEST_ASYNCIO]
    shared = _shared(project, function)
    if (shared or (tests and function.is_async)) and project.may_be("pytest-asyncio", _ON_THE_CURRENT):
        severity, when = severity_on(project, "pytest-asyncio", _ON_THE_CURRENT)
        whose = f"tests of the {shared} share" if shared else "its test would run on"
        problem = f"replaces the loop that {whose}: the next test fails or runs elsewhere{_when(when)}"
        return RULE.finding(module, call, f"{shown} {problem}", severity=severity)
    if function.is_async or _is_none(call.args[0]) or not _stays_open(project, function, call.args[0]):
        return None
    problem = "sets a loop that no async test runs on and that nobody closes"
    return RULE.finding(module, call, f"{shown} {problem}", severity=Severity.WARNING)


def _leaks(module: Module, project: Project, function: Function, call: ast.Call) -> Finding | None:
    """A new loop that a sync fixture or hook keeps, does not set, and that nobody closes."""
    facts = module.facts
    parent = facts.parent(call)
    if not isinstance(parent, ast.Assign) or any(_is_set(function, n) for n in function.walk()):
        return None
    kind = loopless_kind(project, function) if not function.is_async else None
    if kind not in ("sync fixture", "sync hook") or _runs_something(project, function):
        return None
    if len(parent.targets) != 1 or not _stays_open(project, function, parent.targets[0]):
        return None
    problem = "makes a loop that no async test runs on and that nobody closes"
    shown = f"`{module.text_of(call.func)}()` in {kind} `{function.name}`"
    return RULE.finding(module, call, f"{shown} {problem}", severity=Severity.WARNING)


def _when(when: str) -> str:
    return f" {when}" if when else ""


def _is_set(function: Function, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(node.args) and function.facts.resolve(node.func) == _SET


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_new(function: Function, loop: ast.expr) -> bool:
    """Is it `new_event_loop()`, or a variable or attribute that the function assigns only that to?"""
    values: list[ast.expr] = [loop]
    if not isinstance(loop, ast.Call):
        name = _owner(loop)
        assigned = [node for node in function.walk() if isinstance(node, ast.Assign)]
        values = [node.value for node in assigned if name and any(_owner(target) == name for target in node.targets)]
    facts = function.facts
    return bool(values) and all(isinstance(v, ast.Call) and facts.resolve(v.func) == _NEW for v in values)


def _owner(node: ast.AST) -> str:
    """The variable ("loop") or attribute ("self.loop") that an expression is; "" for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return f"self.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _runs_something(project: Project, function: Function) -> bool:
    """Does it run something on a loop? Then that is the matter of `blocking-run-in-hook`."""
    return any(function.node in function.facts.parents(run.call) for run in blocking_runs(project, function.facts))


def _stays_open(project: Project, function: Function, loop: ast.expr) -> bool:
    """Does surely nobody close the loop: the function, its class, the tests that get it, code that it is given to?"""
    if not served_on_a_loop(project, function):
        return False
    owner, facts = _owner(loop), function.facts
    if not owner:
        return isinstance(loop, ast.Call) and not any(n.attr == "close" for n in facts.nodes(ast.Attribute))
    where: ast.AST = function.node
    if owner.startswith("self."):
        if function.cls is None or any(base is None or not base.startswith("unittest.") for base in function.cls.bases):
            return False
        where = facts.tree
    return all(_leaves_open(project, function, node) for node in ast.walk(where) if _owner(node) == owner)


def _leaves_open(project: Project, function: Function, use: ast.AST) -> bool:
    """Is it a use of the loop that neither closes it nor gives it away?"""
    facts = function.facts
    parent = facts.parent(use)
    if isinstance(parent, ast.Attribute):
        return parent.attr != "close"
    if isinstance(parent, ast.Call):
        return facts.resolve(parent.func) == _SET
    if isinstance(parent, (ast.Return, ast.Yield)):
        users = list(direct_users(project, function.fixture)) if function.fixture is not None else []
        return bool(users) and all(_leaves_given_open(user, function) for user in users)
    if isinstance(parent, ast.Assign):
        return use in parent.targets
    return isinstance(parent, (ast.Compare, ast.Assert, ast.Delete))


def _leaves_given_open(user: Function, giver: Function) -> bool:
    """Does the test or fixture only look at the loop that it gets?"""
    assert giver.fixture is not None
    name = giver.fixture.name
    uses = [node for node in ast.walk(user.node) if isinstance(node, ast.Name) and node.id == name]
    parents = [user.facts.parent(node) for node in uses]
    looks = (ast.Attribute, ast.Compare, ast.Assert)
    return all(isinstance(up, looks) and getattr(up, "attr", "") != "close" for up in parents)


RULE = Rule(
    code="LPL108",
    name="loop-replaced-for-test",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    words=(b"set_event_loop", b"new_event_loop", b"get_event_loop", b"get_running_loop"),
    also=(b"fixture", b"async def", b"setup_", b"setUp"),
    tests_only=True,
    check=check,
)
