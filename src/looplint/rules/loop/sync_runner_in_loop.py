"""A library's call that starts a loop of its own, where one is running.

## What it does
Reports calls that are known to fail in a running loop (Playwright's `sync_playwright`, pydantic-ai's `Agent.run_sync`, `aiohttp.web.run_app`,
`discord.Client.run`, `run_polling` of python-telegram-bot and aiogram, gql's `Client.execute` with an asynchronous transport …) in async
tests, fixtures and other coroutines of test code, directly or through a sync helper of the project that always makes such a call; and
sync fixtures and setup hooks that leave Playwright's loop running for an async test, be it one that runs later within the scope of the
fixture.

## Why it is bad
These calls are made for programs without a loop: they start one, run it until they are done, and stop it. In a thread whose loop runs
already, they raise. Playwright's sync API also works the other way round: while it is started, its own loop counts as the running
one, and no test can start another.

## What really happens
Measured with Playwright 1.65, pydantic-ai 2.68, discord.py 2.7, python-telegram-bot 22.8, aiohttp 3.14, gql 4.4:

| call in a coroutine | message |
|---|---|
| `with sync_playwright()`, `sync_playwright().start()` | `It looks like you are using Playwright Sync API inside the asyncio loop.` |
| `agent.run_sync(...)` | `RuntimeError: This event loop is already running` |
| `web.run_app(app)` | `RuntimeError: Cannot run the event loop while another loop is running` |
| `client.run(token)` (discord) | `RuntimeError: asyncio.run() cannot be called from a running event loop` |
| `application.run_polling()` | `RuntimeError: This event loop is already running` |
| `client.execute(query)` (gql, asynchronous transport) | `AssertionError: Cannot run client.execute(query) if an asyncio loop is running.` |
| an async test whose sync fixture holds `with sync_playwright()` open, or that runs while a wider fixture does | `RuntimeError: Runner.run() cannot be called from a running event loop`, before pytest-asyncio 1.1 `This event loop is already running` |
| the same with a page of a real browser in an async test, pytest-asyncio 0.23 to 1.1 | the same, then pytest hangs at the end: the loop that the browser is on was shut down |

## Fix
Safe for `Agent.run_sync`, which becomes `await agent.run(...)`, and for gql's `execute`, which becomes `await client.execute_async(...)`. Elsewhere the
async face of the library is named. For a helper the repair is shown: `await asyncio.to_thread(helper)` keeps it, or it becomes async.

## Exceptions
Calls in a thread (`asyncio.to_thread`), in a nested sync function or lambda, where the error is expected (`pytest.raises`, a `try` with
handlers), where the method is patched or its class is known by annotation only; where `nest_asyncio` is in use (Playwright raises
all the same); fixtures that stop Playwright before they return or yield; helpers that look whether a loop is
running, that need not get to the call, or of which the tests replace anything. The fixtures of pytest-playwright are playwright-sync-plugin's matter.

## References
* <https://playwright.dev/python/docs/library#pyinstaller>
* <https://ai.pydantic.dev/agents/#running-agents>
* <https://gql.readthedocs.io/en/stable/async/async_usage.html>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import IMPOSSIBLE, insert_await, replace_node, settle
from looplint.project.code.blocking import loops_may_nest
from looplint.project.loops.sync_runners import (
    PLAYWRIGHT,
    SyncHelper,
    SyncRunner,
    keeps_loop_running,
    may_start_runner,
    sync_helper,
    sync_runner,
)
from looplint.project.running.browser_tests import broken_within
from looplint.project.running.usage import reaching_tests
from looplint.project.running.who import Family, Who
from looplint.repairs.loops import call_related, in_a_thread
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture, Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_AWAITED = {"pydantic_ai.Agent.run_sync": "run", "gql.Client.execute": "execute_async"}
"""The coroutine method that takes the same arguments and gives the same value."""
_INSTEAD = {
    PLAYWRIGHT: "`async with async_playwright()` of `playwright.async_api`",
    "aiohttp.web.run_app": "`aiohttp.test_utils.TestServer`, or `web.AppRunner`",
    "discord.Client.run": "`await client.start(token)`",
    "discord.ext.commands.Bot.run": "`await bot.start(token)`",
    "telegram.ext.Application.run_polling": "`await application.initialize()`, `start()` and `updater.start_polling()`",
    "aiogram.Dispatcher.run_polling": "`await dispatcher.start_polling(bot)`",
    "mcp.server.mcpserver.MCPServer.run": "`await server.run_stdio_async()`",
}
_ON_A_LOOP = (Who.PYTEST_ASYNCIO, Who.ANYIO, Who.UNITTEST)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls in coroutines, and in what is set up for them."""
    facts = module.facts
    if not may_start_runner(project, facts):
        return
    for call in facts.calls:
        function = facts.function_of(call)
        if function is None or facts.in_lambda(call) or facts.in_raises(call):
            continue
        runner = sync_runner(project, facts, call)
        if runner is None:
            helper = sync_helper(project, facts, call) if function.is_async and _may_be_helper(facts, call) else None
            if helper is not None and _raises(project, facts, helper.runner):
                yield _through_helper(module, function, call, helper)
        elif function.is_async:
            if _raises(project, facts, runner):
                yield _in_coroutine(module, function, runner)
        elif runner.path == PLAYWRIGHT and keeps_loop_running(facts, function, call):
            yield from _left_running(module, project, function, runner)


def _may_be_helper(facts: Facts, call: ast.Call) -> bool:
    """An awaited call is no sync helper."""
    return not isinstance(facts.parent(call), ast.Await)


def _raises(project: Project, facts: Facts, runner: SyncRunner) -> bool:
    """Does it raise in a running loop, or may the project have made loops nest?"""
    return runner.path == PLAYWRIGHT or not loops_may_nest(project, facts)


def _in_coroutine(module: Module, coroutine: Function, runner: SyncRunner) -> Finding:
    return RULE.finding(
        module,
        runner.call,
        f"`{runner.shown}` starts a loop of its own and raises in coroutine `{coroutine.name}`, whose loop is running",
        fix=partial(_async_face, module, runner),
    )


def _through_helper(module: Module, coroutine: Function, call: ast.Call, helper: SyncHelper) -> Finding:
    facts, runner = helper.function.facts, helper.runner
    return RULE.finding(
        module,
        call,
        f"`{module.text_of(call.func)}` calls `{runner.shown}` ({facts.source.path}:{runner.call.lineno}), which starts a "
        f"loop of its own and raises in coroutine `{coroutine.name}`, whose loop is running",
        related=[call_related(facts, runner.call, f"`{runner.shown}` here")],
        fix=in_a_thread(module, call),
    )


def _async_face(module: Module, runner: SyncRunner) -> Fix | None:
    """`agent.run_sync(x)` -> `await agent.run(x)`; elsewhere what to use instead."""
    name, call = _AWAITED.get(runner.path), runner.call
    if name is not None and isinstance(call.func, ast.Attribute) and insert_await(module, call) != IMPOSSIBLE:
        start, end = module.span(call)
        owner_end = module.span(call.func.value)[1]
        tail = module.text[module.span(call.func)[1] : end]
        if "#" in module.text[start:end] or "\n" in module.text[owner_end : module.span(call.func)[1]]:
            return None
        text = f"await {module.text[start:owner_end]}.{name}{tail}".replace(module.source.newline, "\n")
        edits = replace_node(module, call, text)
        return settle(Fix(message=f"await `{name}`", applicability=Applicability.SAFE, edits=edits))
    advice = _INSTEAD.get(runner.path)
    return None if advice is None else Fix(message=f"use {advice}", applicability=Applicability.DISPLAY)


def _async_test(project: Project, function: Function) -> Function | None:
    """The first async test that runs after a sync fixture or setup hook and before its teardown."""
    if function.fixture is not None:
        tests = reaching_tests(project, function.fixture)
    elif function.cls is not None and project.family(function.cls) in (Family.PYTEST, Family.ISOLATED):
        tests = project.async_tests_of(function.cls)
    else:
        return None
    return next((test for test in tests if test.is_async and project.runner(test).who in _ON_A_LOOP), None)


def _around_test(module: Module, function: Function, runner: SyncRunner, test: Function) -> Finding:
    source = test.facts.source
    place = source.position(source.offset_of(test.node.lineno, test.node.col_offset))
    what = "fixture" if function.fixture is not None else "hook"
    return RULE.finding(
        module,
        runner.call,
        f"`{runner.shown}` leaves its loop running after sync {what} `{function.name}`: async test `{test.name}` "
        "cannot start another",
        related=[Related(path=source.path, row=place.row, column=place.column, message="async test")],
        fix=Fix(message=f"use {_INSTEAD[PLAYWRIGHT]}", applicability=Applicability.DISPLAY),
    )


def _left_running(module: Module, project: Project, function: Function, runner: SyncRunner) -> Iterator[Finding]:
    test = _async_test(project, function)
    if test is not None:
        yield _around_test(module, function, runner, test)
    elif function.fixture is not None:
        yield from _within_scope(module, project, function.fixture, runner)


def _within_scope(module: Module, project: Project, fixture: Fixture, runner: SyncRunner) -> Iterator[Finding]:
    """A wide fixture for sync tests, whose loop meets the async tests that run before its scope ends."""
    found = broken_within(project, fixture)
    if found is None:
        return
    user, test = found
    yield RULE.finding(
        module,
        runner.call,
        f"`{runner.shown}` leaves its loop running in {fixture.scope}-scoped fixture `{fixture.name}` after {user}: async "
        f"test {test} runs before the {fixture.scope} ends and cannot start another",
        related=[
            Related(path=test.path, row=test.row, column=test.function.node.col_offset + 1, message="async test"),
            Related(path=user.path, row=user.row, column=user.function.node.col_offset + 1, message="gets the fixture"),
        ],
        fix=Fix(
            message=f"give the fixture a scope that no async test shares, or use {_INSTEAD[PLAYWRIGHT]}",
            applicability=Applicability.DISPLAY,
        ),
    )


RULE = Rule(
    code="LPL112",
    name="sync-runner-in-loop",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"async def", b"sync_playwright"),
    tests_only=True,
    check=check,
)
