"""Mock that gives something which `async with` or `async for` cannot use.

## What it does
Reports `async with` over the result of an AsyncMock (`async with session.get(url)`, in the test or in the code that gets the
mock), the same with `async for`, `async with` over the result of a `Mock` that the code under test gets, and
`__aenter__` or `__aexit__` set to a plain mock or lambda.

## Why it is bad
Functions such as `aiohttp.ClientSession.get` or `asyncpg.Pool.acquire` are called without `await` and give an asynchronous context
manager. An AsyncMock gives a coroutine instead, which cannot be entered. And what `__aenter__` gives is awaited.

## What really happens
| code | outcome |
|---|---|
| `async with AsyncMock().get()` | `TypeError: 'coroutine' object does not support the asynchronous context manager protocol` (Python 3.10: `AttributeError: __aenter__`) |
| the same with `get.return_value.__aenter__.return_value = …` | the same: nothing that is set below the call is reached |
| `async for x in AsyncMock().stream()` | `TypeError: 'async for' requires an object with __aiter__ method, got coroutine` |
| `async with MagicMock() as session: async with session.get()` | the same: `session` is an AsyncMock |
| `async with Mock().get()` | `TypeError: 'Mock' object does not support the asynchronous context manager protocol` |
| `m.__aenter__ = MagicMock(return_value=1)` | `TypeError: 'async with' received an object from __aenter__ that does not implement __await__: int` |
| `m.__aexit__ = MagicMock(return_value=None)` | the same at the end of the block |
| `m.__aenter__.return_value = 1`, `async with MagicMock().get()` | fine |

The same on Python 3.11 to 3.13, whatever the version of pytest-asyncio.

## Fix
Unsafe: `MagicMock` for what is called; `AsyncMock` for `__aenter__` and `__aexit__`. Where more is set up below the call,
`session.get = MagicMock()` is written before that.

## Exceptions
`async with await session.get(url)`; AsyncMocks and MagicMocks that are entered themselves; children that the test replaces;
an `__aenter__` that gives something to await; mocks that the test does not surely use; tests that expect an error. A `Mock` that the test itself
enters is reported by mock-awaited.

## References
* <https://docs.python.org/3/library/unittest.mock.html#mocking-asynchronous-context-manager>
* <https://docs.python.org/3/reference/datamodel.html#asynchronous-context-managers>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.project.mocks.entered_mocks import entered_mocks, plain_protocols
from looplint.repairs.mocks import put_async_mock, related_node, use_plain_child
from looplint.rules.rule import Applicability, Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Related
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.entered_mocks import Entered

_WORDS = {"entered": "`async with`", "iterated": "`async for`"}


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Mocks that cannot be entered or iterated as code does, and protocols that give nothing to await."""
    for found in entered_mocks(project, module.facts):
        repair = partial(use_plain_child, module, found.child, whole=found.whole)
        yield RULE.finding(module, found.node, _message(found), related=_related(found), fix=repair)
    for written in plain_protocols(project, module.facts):
        message = (
            f"`{written.method}` gives a plain value here, and `async with` awaits it: TypeError: {written.method} "
            f"does not implement __await__: {written.type}"
        )
        yield RULE.finding(
            module, written.node, message, fix=partial(put_async_mock, module, written.node, of_class=False)
        )


def _message(found: Entered) -> str:
    child = found.child
    where = f"line {found.call.lineno}" if found.facts is child.known.root.origin.facts else found.place
    gives = "a coroutine" if child.kind == "AsyncMock" else f"a {child.type}"
    protocol = "__aenter__" if found.how == "entered" else "__aiter__"
    kind = "an AsyncMock" if child.type == "AsyncMock" else f"a {child.type}"
    return f"`{found.name}` is {kind}, so the {_WORDS[found.how]} of {where} gets {gives}, which has no {protocol}: TypeError"


def _related(found: Entered) -> list[Related]:
    origin = found.child.known.root.origin
    places = [related_node(origin.facts, origin.node, f"the {found.child.known.root.type} is made here")]
    if found.call is not found.node:
        places.append(related_node(found.facts, found.call, f"{found.how} here"))
    return places


RULE = Rule(
    code="LPL405",
    name="mock-async-context",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"Mock", b"patch"),
    tests_only=True,
    check=check,
)
