"""Sync test or fixture that uses the asynchronous fixtures of pytest-playwright-asyncio.

## What it does
Reports sync tests and fixtures that call methods of `page`, `context`, `browser` and the other fixtures where these come from
pytest-playwright-asyncio, whose objects are those of `playwright.async_api`. And the sync helpers and page objects to which such
tests hand them (`log_in(page)`, `LoginPage(page)`).

## Why it is bad
This is what a test looks like after the plugin was exchanged and the test was not. Each call gives a coroutine that nobody
awaits: no page is opened, no button is clicked. A coroutine is true, so `assert page.is_visible(...)` holds.

## What really happens
Measured with pytest-playwright-asyncio 0.7.2 on every pytest-asyncio that it works with (0.24 and newer): the test **passes**, with
`RuntimeWarning: coroutine 'Page.goto' was never awaited` among the warnings. What compares a result (`page.title() == "Shop"`) fails.

## Fix
Unsafe: the def becomes `async def`, each of these calls is awaited, the test is marked with the loop of the session where the
configuration does not do that already, a fixture becomes one of `pytest_asyncio`, and `playwright.sync_api` is imported as
`playwright.async_api`. Named only for helpers, where a helper gets the page, and where nested functions, `with page.expect_...()` or a chain of coroutines need a look.

## Exceptions
Projects that require pytest-playwright (then LPL901 and LPL902 speak), own fixtures and parameters of these names, tests that
read attributes only, coroutines that are handed on to something else.

## References
* <https://playwright.dev/python/docs/test-runners>
* <https://github.com/microsoft/playwright-pytest>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.project.running.browser_calls import browser_parameters, lost_coroutines, plugin_is_in_force
from looplint.project.running.browser_helpers import Helper, browser_helpers
from looplint.repairs.browser_tests import port
from looplint.repairs.mocks import related_node
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import first_of, switched_off, unless_asked_for, where_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Sync functions that lose coroutines of Playwright's."""
    facts = module.facts
    if not plugin_is_in_force(project):
        return
    for function in facts.functions:
        given = browser_parameters(project, function)
        lost = lost_coroutines(function, given) if given else []
        if lost:
            yield _finding(module, project, function, given, lost)
    for helper in browser_helpers(project):
        function = helper.function
        if function.facts is facts and not function.is_async and function.fixture is None:
            lost = lost_coroutines(function, helper.given)
            if lost:
                yield _in_helper(module, helper, lost)


def _finding(
    module: Module, project: Project, function: Function, given: dict[str, str], lost: list[ast.Call]
) -> Finding:
    fixture = next(name for name in function.parameters if name in given)
    kind = "fixture" if function.fixture is not None else "test"
    shown = " ".join(ast.unparse(lost[0].func).split())
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return RULE.finding(
        module,
        function.node,
        f"sync {kind} `{function.name}` gets the asynchronous `{fixture}` of pytest-playwright-asyncio: nobody awaits "
        f"`{shown}()`{more}, so nothing is done there",
        related=[related_node(module.facts, call, "not awaited either") for call in lost[1:]],
        fix=partial(_fix, module, project, function, given),
    )


def _in_helper(module: Module, helper: Helper, lost: list[ast.Call]) -> Finding:
    function, caller = helper.function, helper.caller
    shown = " ".join(ast.unparse(lost[0].func).split())
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return RULE.finding(
        module,
        function.node,
        f"sync `{function.qualname}` works on what `{caller.qualname}` gets from pytest-playwright-asyncio "
        f"({caller.facts.source.path}:{helper.call.lineno}): nobody awaits `{shown}()`{more}, so nothing is done there",
        related=[
            *(related_node(module.facts, call, "not awaited either") for call in lost[1:]),
            related_node(caller.facts, helper.call, "called here"),
        ],
        fix=Fix(
            message="make it `async def`, await each call of Playwright's in it, and await it wherever it is called",
            applicability=Applicability.DISPLAY,
        ),
    )


def _fix(module: Module, project: Project, function: Function, given: dict[str, str]) -> Fix:
    message = "make it `async def`, on the loop of the session, and await each call of Playwright's"
    edits = port(module, project, function, given)
    if edits is None:
        return Fix(message=message, applicability=Applicability.DISPLAY)
    return Fix(message=message, applicability=Applicability.UNSAFE, edits=edits)


RULE = Rule(
    code="LPL506",
    name="async-page-not-awaited",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"page", b"context", b"browser", b"playwright"),
    also=(b"def test", b"fixture", b"playwright", b".page", b"(page"),
    tests_only=True,
    check=check,
    silent=first_of(
        unless_asked_for("pytest-playwright-asyncio"),
        where_asked_for("pytest-playwright"),
        switched_off("asyncio", "playwright-asyncio"),
    ),
)
