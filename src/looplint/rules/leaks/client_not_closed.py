"""Client of a test or fixture that holds a connection and that nobody closes.

## What it does
Reports clients that a test, fixture or hook makes, that hold a connection, and that nobody closes: `aiohttp.ClientSession`, used clients of
httpx, openai, anthropic, redis.asyncio, search engines and databases, SQLAlchemy's async engines, connections of asyncpg, aiosqlite and
websockets, `asyncio.start_server`, `pymilvus.connections.connect`. Also those that a fixture returns without a teardown.

## Why it is bad
The connection lives longer than the loop of its test. Whoever collects it later finds that loop closed: the warning, or `Event loop is
closed`, appears in another test, and servers with few connections refuse the suite at some point.

## What really happens
Measured on Python 3.11, with a local server, warnings shown:

| client, never closed | outcome, on pytest-asyncio 0.21 to 1.5 |
|---|---|
| `aiohttp.ClientSession()`, used or not | `Unclosed client session` in the log, `ResourceWarning` |
| `httpx.AsyncClient()`, `AsyncOpenAI`, `AsyncAnthropic`, used | the server sees an open connection after the test; `ResourceWarning: unclosed transport` when it is collected |
| the same, never used; `:memory:` clients of qdrant | nothing |
| `redis.asyncio.Redis()`, used | `ResourceWarning: unclosed Connection` |
| `create_async_engine(...)`, used, aiosqlite | the connection's thread lives on; `deleted before being closed` |
| `asyncio.start_server(...)` | `ResourceWarning: unclosed socket`, from pytest-asyncio 0.23 on |
| `await client.close()` of `httpx.AsyncClient` | `AttributeError`: it has `aclose` only (an error; the others are warnings) |
| `pymilvus.connections.connect(...)` | the connection is registered in the next test |

With `-W error` these warnings fail whatever test they happen in.

## Fix
Unsafe, since the client ends earlier than before: in a test `c = Client()` becomes `async with Client() as c:` around what follows; in a fixture
a closing call stands behind the `yield`, and a `return` becomes one. Safe for `close` -> `aclose`, which raised. Clients without `async with` (engines) are closed at the end of the test.

## Exceptions
Clients that are closed in any way (by `with`, an exit stack, a finalizer, a clean-up, another fixture or a test that uses it), that
are handed to something that may close them, that were never used (but for those that are open at once), in memory, with a transport of
their own (`MockTransport`, `ASGITransport`), files and conftest.py files with respx, pytest-httpx, vcr and the like, tests that patch
anything, subclasses and fakes.

## References
* <https://www.python-httpx.org/async/#opening-and-closing-clients>
* <https://docs.aiohttp.org/en/stable/client_quickstart.html#make-a-request>
* <https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#synopsis-core>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.knowledge.held_connections import MAKERS, WORDS
from looplint.model.names import last_name
from looplint.project.running.open_clients import open_client, wrongly_closed
from looplint.project.running.registered_connections import left_connected
from looplint.repairs.closing import close_by_aclose, close_client, disconnect
from looplint.rules.rule import Applicability, Finding, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.open_clients import OpenClient


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Clients that nobody closes."""
    facts = module.facts
    for call in facts.calls:
        leaf = last_name(call.func)
        if leaf == "close" and (client := wrongly_closed(project, facts, call)) is not None:
            yield RULE.finding(
                module,
                call,
                f"`{module.text_of(call.func)}()` raises, and the connection stays open: `{client.name}` has `aclose`, and no "
                "`close`",
                severity=Severity.ERROR,
                fix=partial(close_by_aclose, module, call),
            )
        if leaf not in MAKERS and leaf not in facts.aliased_names:
            continue
        maker = facts.function_of(call)
        if maker is None or maker.outer is not None or facts.in_lambda(call):
            continue
        found = open_client(project, maker, call)
        if found is not None:
            yield _finding(module, maker, found)
        registered = left_connected(project, maker, call) if leaf == "connect" else None
        if registered is not None:
            yield RULE.finding(
                module,
                call,
                f"`{module.text_of(call.func)}(...)` of {_kind(maker)} `{maker.name}` is never undone: the connection is "
                "still registered in every test that follows",
                severity=Severity.WARNING,
                fix=partial(disconnect, module, maker, registered),
            )


def _kind(maker: Function) -> str:
    return "fixture" if maker.fixture is not None else "hook" if maker.hook is not None else "test"


def _finding(module: Module, maker: Function, found: OpenClient) -> Finding:
    what = f"`{module.text_of(found.call.func)}(...)`"
    seen = f" ({found.held.seen})" if found.held.seen else ""
    related = []
    if found.user is not None:
        path, node = found.user.facts.source.path, found.user.node
        related.append(Related(path=path, row=node.lineno, column=node.col_offset + 1, message="used here"))
    return RULE.finding(
        module,
        found.call,
        f"{what} of {_kind(maker)} `{maker.name}` is never closed: its connection outlives the test{seen}",
        severity=Severity.WARNING,
        related=related,
        fix=partial(close_client, module, maker, found),
    )


RULE = Rule(
    code="LPL602",
    name="client-not-closed",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=WORDS,
    tests_only=True,
    check=check,
)
