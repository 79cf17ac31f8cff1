"""Synchronous client that waits in a coroutine of a test file.

## What it does
Reports calls of blocking methods of known synchronous clients (`requests.Session`, `httpx.Client`, `redis.Redis`, `QdrantClient`,
Starlette's `TestClient` …) in async tests, fixtures and other coroutines of test code. Off by default: much of this works.

## Why it is bad
The call keeps the event loop from everything else: other tasks get no turn, timeouts do not fire, and a server that runs on the
same loop cannot answer.

## What really happens
On every version:

| called in a coroutine | outcome |
|---|---|
| a client of a server that runs on the same loop | hangs, or fails by the client's own timeout (`ReadTimeout`, `TimeoutError: Timeout reading from socket`) |
| `TestClient(app).get(...)` | works, on a loop of its own in another thread; tasks of the test stand still meanwhile |
| a client of a server elsewhere | works, and tasks of the test stand still meanwhile |

## Fix
Told only: the asynchronous twin, or `await asyncio.to_thread(...)`.

## Exceptions
Sync functions and lambdas, also those inside coroutines, since they may run in a thread; calls that are awaited (LPL501); clients that
only an annotation tells, or that the file replaces; clients that hold everything in memory (fakeredis), files, responses that were read
already, files with moto, vcr, responses and the like for clients that they answer, queues that cannot be full or are asked how much
they hold, `get(block=False)` and the like, and methods that close.

## References
* <https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code>
* <https://fastapi.tiangolo.com/advanced/async-tests/>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.catalogue import matches
from looplint.knowledge.held_connections import STAND_INS
from looplint.model.definitions import constant
from looplint.project.code.client_calls import client_call, expects_type_error, gives_a_value, is_doubtful
from looplint.repairs.clients import twin_in_words
from looplint.repairs.mocks import related_node
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.code.client_calls import ClientCall

_AT_ONCE = (
    "*.Response", "*InMemory*", "*Result", "fakeredis.*", "httpx.MockTransport", "io.*", "pathlib.*", "playwright.sync_api.*",
    "psutil.*", "sqlite3.*", "zipfile.*",
)  # fmt: skip
"""Classes whose methods wait for nothing but memory or the disk; of Playwright's sync API speaks LPL112."""
_SIGNALS = ("multiprocessing.", "queue.", "threading.")
_OVER_HTTP = (
    "anthropic.*", "boto3.*", "botocore.*", "cohere.*", "groq.*", "http.client.*", "httpx.*", "langchain_anthropic.*",
    "langchain_openai.*", "mistralai.*", "openai.*", "requests.*", "urllib3.*",
)  # fmt: skip
"""Clients in whose place moto, vcr, responses and the like answer, from memory."""
_CLOSING = frozenset(
    {"__exit__", "aclose", "close", "disconnect", "dispose", "release", "shutdown", "stop", "terminate"}
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """The first blocking call of each client in a coroutine, with those that follow."""
    facts = module.facts
    blocking: dict[tuple[Function, str], list[ClientCall]] = {}
    for call in facts.calls:
        if not isinstance(call.func, ast.Attribute) or isinstance(facts.parent(call), ast.Await):
            continue
        coroutine = facts.function_of(call)
        if coroutine is None or not coroutine.is_async or facts.in_lambda(call):
            continue
        found = client_call(project, facts, call)
        if found is None or found.client is None or found.annotated or not _waits(project, found):
            continue
        if _is_answered(facts, found) or _counts_first(coroutine, call.func):
            continue
        if not expects_type_error(facts, call) and not is_doubtful(project, facts, found):
            blocking.setdefault((coroutine, found.client.path), []).append(found)
    for (coroutine, path), calls in blocking.items():
        yield _finding(module, coroutine, path, calls)


def _waits(project: Project, found: ClientCall) -> bool:
    """Does the call certainly wait for something outside of the process?"""
    client = found.client
    if client is None or not client.blocks(found.method) or matches(_AT_ONCE, client.path):
        return False
    made = found.origin.node if found.origin is not None else None
    if isinstance(made, ast.Call) and ":memory:" in map(constant, (*made.args, *(k.value for k in made.keywords))):
        return False
    if found.method in client.raises_in_loop or found.method.rpartition(".")[2] in _CLOSING:
        return False
    return gives_a_value(project, found) and not (client.path.startswith(_SIGNALS) and _returns_at_once(found))


def _returns_at_once(found: ClientCall) -> bool:
    """Is a lock or queue asked not to wait, or a queue without bound given something?"""
    given = [*found.call.args, *(item.value for item in found.call.keywords)]
    if any(isinstance(node, ast.Constant) and node.value in (False, 0) for node in given):
        return True
    made = found.origin.node if found.origin is not None else None
    bounded = not isinstance(made, ast.Call) or made.args or made.keywords
    return found.method == "put" and not bounded


def _is_answered(facts: Facts, found: ClientCall) -> bool:
    """Does a file of the client have something that answers in the place of the network?"""
    if found.client is None or not matches(_OVER_HTTP, found.client.path):
        return False
    seen = [facts, *([found.origin.facts] if found.origin is not None else [])]
    return any(word in one.source.raw for one in seen for word in STAND_INS)


def _counts_first(coroutine: Function, func: ast.Attribute) -> bool:
    """Is it `q.get`, where the coroutine asks `q.qsize()` or `q.empty()`, and so knows what is in it?"""
    if func.attr != "get":
        return False
    asked = (call.func for call in coroutine.facts.within(coroutine.node, ast.Call))
    return any(
        isinstance(one, ast.Attribute)
        and one.attr in ("qsize", "empty")
        and ast.unparse(one.value) == ast.unparse(func.value)
        for one in asked
    )


def _finding(module: Module, coroutine: Function, path: str, calls: list[ClientCall]) -> Finding:
    first, *others = calls
    shown = " ".join(module.text_of(first.call.func).split())
    subject = f"`{shown}()` and {len(others)} more keep" if others else f"`{shown}()` keeps"
    return RULE.finding(
        module,
        first.call,
        f"{subject} the event loop from all else in coroutine `{coroutine.name}`: `{path}` is synchronous",
        related=[related_node(module.facts, other.call, "blocks too") for other in others],
        fix=_fix(first, shown),
    )


def _fix(found: ClientCall, shown: str) -> Fix | None:
    """What would do instead, in words."""
    ways = [twin_in_words(found)]
    if found.client is not None and clients.may_cross_threads(found.client, found.method):
        ways.append(f"`await asyncio.to_thread({shown}, ...)`")
    told = ", or ".join(way for way in ways if way is not None)
    return Fix(message=told, applicability=Applicability.DISPLAY) if told else None


RULE = Rule(
    code="LPL505",
    name="blocking-client-in-async-test",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    default=False,
    words=(b"async def",),
    overlaps=("ASYNC210", "ASYNC212"),
    tests_only=True,
    check=check,
)
