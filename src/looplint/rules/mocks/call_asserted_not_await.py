"""Assertion that an AsyncMock was called, which does not say that it was awaited.

## What it does
Reports `assert_called`, `assert_called_once`, `assert_called_with`, `assert_called_once_with`, `assert_any_call` and `assert_has_calls` on a mock
that is certainly an AsyncMock. For teams that want to hear of it: the rule is not on by default.

## Why it is bad
Calling an AsyncMock makes a coroutine and counts as a call. Whether anybody awaited it is another question, and the one that matters: code that
forgets the `await` passes the test.

## What really happens
| code under test | `save.assert_called_once_with(1)` | `save.assert_awaited_once_with(1)` |
|---|---|---|
| `await repo.save(1)` | passes | passes |
| `repo.save(1)` | **passes**, with `RuntimeWarning: coroutine … was never awaited` | `AssertionError: Expected save to have been awaited once. Awaited 0 times.` |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
Unsafe: the assertion about awaits with the same arguments. It fails where nothing was awaited, which may be what the code means to do
(a task that is cancelled, a coroutine that somebody closes).

## Exceptions
Mocks that are no AsyncMock for certain; `assert_not_called`, which says more than `assert_not_awaited`; mocks that the test also asks about awaits
(`assert_awaited`, `await_count`); tests that replace what would run the coroutine (`create_task`, `asyncio.run`) or expect the assertion to fail.

## References
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock.assert_awaited>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import Edit
from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue
from looplint.project.mocks.child_kinds import child_at
from looplint.project.mocks.meant import asks_about_awaits, replaces_runner
from looplint.project.mocks.mocks import know
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_AWAITED = {
    "assert_called": "assert_awaited",
    "assert_called_once": "assert_awaited_once",
    "assert_called_with": "assert_awaited_with",
    "assert_called_once_with": "assert_awaited_once_with",
    "assert_any_call": "assert_any_await",
    "assert_has_calls": "assert_has_awaits",
}


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Assertions about calls of AsyncMocks."""
    facts = module.facts
    for call in facts.calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in _AWAITED and _is_async_mock(project, facts, func.value):
            if facts.in_raises(call) or _is_known(facts, call, func.value):
                continue
            shown = " ".join(module.text_of(func.value).split())
            better = _AWAITED[func.attr]
            message = f"`{shown}` is an AsyncMock: `{func.attr}` passes if nothing awaits it, `{better}` does not"
            yield RULE.finding(module, call, message, fix=partial(_repair, module, func, better))


def _is_async_mock(project: Project, facts: Facts, node: ast.expr) -> bool:
    value = infer(project, facts, node)
    if not isinstance(value, MockValue):
        return False
    child = child_at(project, know(project, value, facts.function_of(node)), value.path)
    return child is not None and child.kind == "AsyncMock" and not child.is_home_made


def _is_known(facts: Facts, call: ast.Call, mock: ast.expr) -> bool:
    """Does the test itself say whether the mock is awaited, or replace what would run the coroutine?"""
    function = facts.function_of(call)
    return function is not None and (replaces_runner(function) or asks_about_awaits(function, ast.unparse(mock)))


def _repair(module: Module, func: ast.Attribute, better: str) -> Fix:
    end = module.span(func)[1]
    edits = (Edit(end - len(func.attr), end, better),)
    return Fix(message=f"use `{better}`", applicability=Applicability.UNSAFE, edits=edits)


RULE = Rule(
    code="LPL407",
    name="call-asserted-not-await",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    default=False,
    overlaps=("PGH005",),
    words=(b"assert_called", b"assert_any_call", b"assert_has_calls"),
    tests_only=True,
    check=check,
)
