"""`asyncio.get_event_loop()` in sync code that finds no loop, or at import, where it finds one that no test runs on.

## What it does
Reports `asyncio.get_event_loop()` in sync tests, sync fixtures and sync setup and teardown hooks where something that runs
before leaves no current event loop, and at module level of a test file where coroutines or later tests use that loop.

## Why it is bad
Outside of coroutines `get_event_loop()` returns the thread's *current* loop. It makes one only as long as nobody ever set one. So
the outcome depends on what ran before: on the order of tests, the selection, the worker, the version of pytest-asyncio.

## What really happens
| before the sync code | outcome |
|---|---|
| `asyncio.run`, `Runner`, `anyio.run` in a test, hook or fixture; a test of `IsolatedAsyncioTestCase`; a test that anyio runs | every version: `RuntimeError: There is no current event loop in thread 'MainThread'`; up to pytest-asyncio 0.24 the next async test of the plugin brings a loop back |
| an async test of pytest-asyncio with a loop of its own | up to 1.3 passes; from 1.4 on the same RuntimeError |
| at import, used in coroutines (`LOOP.create_task`, `run_in_executor` …) | every version: `Event loop is closed`, or `The future belongs to a different loop` |
| at import, run in sync tests behind an async test | before 1.0 `RuntimeError: Event loop is closed`; then passes |

An error where that happens with the versions in force, else a warning. On Python 3.14 `get_event_loop()` never makes a loop.

## Fix
In a sync test `get_event_loop().run_until_complete(X)` becomes `asyncio.run(X)`, also where the loop is assigned to a name that is used
for nothing else and `X` is known to be a coroutine. Safe, but unsafe where `X` may hold something that belongs to the old loop,
or where other sync code of the project relies on the loop that `asyncio.run` takes away. Anything else is for the author to decide.

## Exceptions
Coroutines; sync tests that get an async fixture, or a fixture that looplint cannot see; files whose code or conftest.py sets a loop
(`set_event_loop`, a policy in a fixture), patches the function or lets loops nest; `try` and `pytest.raises`; shared loops; hooks
and sync tests of `IsolatedAsyncioTestCase`; nested functions, lambdas and helpers; projects in which nothing leaves no loop. What a
hook or fixture of async tests *runs* on the loop is reported by `blocking-run-in-hook`.

## References
* <https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_event_loop>
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/changelog.html> (1.4.0)
* <https://github.com/danielcopper/romm-tender/pull/807>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.names import BindingKind, last_name
from looplint.project.code.blocking import blocking_runs, loop_makers, loops_may_nest
from looplint.project.code.helper_calls import is_certain
from looplint.project.loops.current_loop import leaver_for, sets_a_loop
from looplint.project.loops.import_loop import import_loop_use
from looplint.project.loops.loop_state import served_on_a_loop
from looplint.project.loops.loopless import loop_may_run, loopless_kind
from looplint.project.running.who import Family
from looplint.repairs.loops import run_instead
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.versions import range_in_words, severity_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.loops.current_loop import Leaver

_NAMES = ("asyncio.get_event_loop", "asyncio.events.get_event_loop")
_OTHERS_CASES = frozenset({"is_running", "all_tasks"})
"""Calls of functions that are the matter of other rules: dead branches, tasks cancelled on another loop."""


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls of `get_event_loop` that find no loop, or one that no test runs on."""
    facts = module.facts
    calls = [call for call in facts.calls_to(*_NAMES) if not call.args and not call.keywords]
    calls = [call for call in calls if not facts.in_lambda(call) and not facts.in_raises(call)]
    if not calls or sets_a_loop(project, facts) or loops_may_nest(project, facts) or _is_patched(facts):
        return
    for call in calls:
        function = facts.function_of(call)
        found = _at_import(module, project, call) if function is None else _in_code(module, project, function, call)
        if found is not None:
            yield found


def _is_patched(facts: Facts) -> bool:
    """Does the file put something in the place of the function?"""
    text = facts.source.text
    if any(f"{end}get_event_loop{quote}" in text for quote in "\"'" for end in (".", quote)):
        return True
    return any(n.attr == "get_event_loop" and not isinstance(n.ctx, ast.Load) for n in facts.nodes(ast.Attribute))


# -- in sync code ----------------------------------------------------------------------------------------------------


def _in_code(module: Module, project: Project, function: Function, call: ast.Call) -> Finding | None:
    if function.is_async or function.outer is not None or not is_certain(module.facts, call, function):
        return None
    kind = loopless_kind(project, function)
    if kind is None or (function.cls is not None and project.family(function.cls) is Family.ISOLATED):
        return None
    if _is_told_elsewhere(project, function, call):
        return None
    left = leaver_for(project, function, call)
    if left is None:
        return None
    severity, when = severity_on(project, "pytest-asyncio", left.since) if left.since else (Severity.ERROR, "")
    if not left.certain:
        severity, when = Severity.WARNING, when or range_in_words("pytest-asyncio", left.since)
    return RULE.finding(
        module,
        call,
        f"`{module.text_of(call.func)}()` in {kind} `{function.name}` raises{_when(when)}: {_cause(left)}",
        severity=severity,
        related=[_related(left)],
        fix=partial(_fix, module, project, function, call, kind, severity),
    )


def _when(when: str) -> str:
    return f" {when}" if when else ""


def _cause(left: Leaver) -> str:
    name = left.function.name
    if left.certain:
        return f"{left.how.format(name)} leaves no current event loop"
    return f"no event loop is current once an async test such as `{name}` has run"


def _related(left: Leaver) -> Related:
    source = left.function.facts.source
    place = source.position(source.offset_of(left.function.node.lineno, left.function.node.col_offset))
    return Related(path=source.path, row=place.row, column=place.column, message="leaves no current event loop")


def _is_told_elsewhere(project: Project, function: Function, call: ast.Call) -> bool:
    """Is the function one that other rules judge: by what it runs on the loop, or asks of it?"""
    for node in function.walk():
        if isinstance(node, ast.Call):
            leaf = last_name(node.func)
            if leaf in _OTHERS_CASES:
                return True
    if function.fixture is None and function.hook is None:
        return False
    runs = (run for run in blocking_runs(project, function.facts) if function.facts.function_of(run.call) is function)
    on_this = any(made is call for run in runs for _, made in loop_makers(project, function.facts, run))
    return on_this and bool(served_on_a_loop(project, function))


# -- at import -------------------------------------------------------------------------------------------------------


def _at_import(module: Module, project: Project, call: ast.Call) -> Finding | None:
    """`LOOP = asyncio.get_event_loop()` at module level of a test file, by what is done with it."""
    facts = module.facts
    if not project.is_test_file(facts.file) or loop_may_run(project, facts):
        return None
    name = _bound_name(facts, call)
    use = import_loop_use(project, facts, name) if name is not None else None
    if use is None:
        return None
    severity, when = (Severity.ERROR, "") if use.in_coroutine else severity_on(project, "pytest-asyncio", "<1.0")
    if severity is Severity.WARNING and project.must_be("pytest-asyncio", ">=1.0"):
        return None
    shown = module.text_of(call.func)
    consequence = (
        f"`{use.function.name}` runs on another loop"
        if use.in_coroutine
        else f"the async tests before `{use.function.name}` close it"
    )
    return RULE.finding(
        module,
        call,
        f"`{shown}()` gives `{name}` a loop at import, but {consequence}{_when(when)}",
        severity=severity,
        related=[_used(use.function, use.node, f"`{name}` is used here")],
        fix=Fix(
            message="ask for `asyncio.get_running_loop()` in the coroutine, or use `asyncio.run(...)` in sync code",
            applicability=Applicability.DISPLAY,
        ),
    )


def _bound_name(facts: Facts, call: ast.Call) -> str | None:
    """The module-level name that the call alone is assigned to."""
    for name, bindings in facts.scope(facts.tree).names.items():
        if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGNMENT and bindings[0].value is call:
            return name
    return None


def _used(function: Function, node: ast.AST, message: str) -> Related:
    source = function.facts.source
    place = source.position(source.offset_of(node.lineno, node.col_offset))  # type: ignore[attr-defined]
    return Related(path=source.path, row=place.row, column=place.column, message=message)


# -- the repair ------------------------------------------------------------------------------------------------------


def _fix(
    module: Module, project: Project, function: Function, call: ast.Call, kind: str, severity: Severity
) -> Fix | None:
    if kind == "sync test":
        fix = run_instead(module, project, function, call, breaks_others=severity is Severity.WARNING)
        message = "use `asyncio.run(...)`, a loop of `asyncio.new_event_loop()` that the test closes, or an async test"
        return fix or Fix(message=message, applicability=Applicability.DISPLAY)
    message = "use `asyncio.run(...)`, a loop of `asyncio.new_event_loop()` that is closed again, or an async fixture"
    return Fix(message=message, applicability=Applicability.DISPLAY)


RULE = Rule(
    code="LPL103",
    name="get-event-loop-in-sync-code",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"get_event_loop",),
    tests_only=True,
    check=check,
)
