"""Mock or MagicMock that is awaited, entered or iterated asynchronously.

## What it does
Reports an `await`, `async with` or `async for` on something that certainly comes from a `Mock` or `MagicMock`, and such
a value handed to `asyncio.gather`, `wait_for`, `create_task`, `ensure_future`, `shield` or `run`. The mock is followed to
where it was made: in the test, in `self`, in a fixture of this file or of a conftest.py, by `patch` in any spelling.

## Why it is bad
A `Mock` or `MagicMock` gives its `return_value` at once, and that is no awaitable. The test fails, or, where the
exception is swallowed, tests nothing.

## What really happens
| code | outcome |
|---|---|
| `await Mock().get()`, `await MagicMock()()` | `TypeError: object Mock can't be used in 'await' expression` |
| `await Mock(return_value={})()` | `TypeError: object dict can't be used in 'await' expression` |
| `gather(Mock()())`, `create_task(Mock()())` | `TypeError: An asyncio.Future, a coroutine or an awaitable is required`, `a coroutine was expected` |
| `async with Mock()` | `TypeError: 'Mock' object does not support the asynchronous context manager protocol` (Python 3.10: `AttributeError: __aenter__`) |
| `async for x in Mock()` | `TypeError: 'async for' requires an object with __aiter__ method` |
| `async with MagicMock()`, `async for x in MagicMock()` | works |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
Unsafe: `AsyncMock` where the mock is made; `x.return_value = v` becomes `x = AsyncMock(return_value=v)`; `MagicMock` for
a `Mock` that is entered or iterated. Only where that is the one repair: not for a mock whose methods are also called
plainly, that is set up twice, or that is made in another file.

## Exceptions
AsyncMock and its children; mocks with a `spec` or `autospec`; `wraps`; a `side_effect` that is a coroutine function or an
exception; a `return_value` that is, or may be, awaitable; mocks that something else may complete (`setattr`, a helper,
another fixture); an await inside `pytest.raises` or `try`, or behind `inspect.isawaitable`. Of a class of the project that derives
from a mock class: what its own methods, attributes, `__call__` and `_get_child_mock` decide.

## References
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock>
* <https://docs.python.org/3/library/unittest.mock.html#mocking-asynchronous-context-manager>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.project.mocks.awaiting import awaited_mocks
from looplint.repairs.mocks import related_node, use_async_mock, use_magic_mock
from looplint.rules.rule import Applicability, Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Fix, Related
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.awaiting import AwaitedMock


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Mocks that are awaited, entered, iterated or handed to asyncio."""
    for found in awaited_mocks(project, module.facts):
        repair = partial(_repair, module, found)
        yield RULE.finding(module, found.node, found.message, related=_made(found), fix=repair)


def _made(found: AwaitedMock) -> list[Related]:
    """Where the mock is made, and what was put there."""
    places = [related_node(found.value.origin.facts, found.value.origin.node, f"the {found.value.type} is made here")]
    write = found.plain.write
    if write is not None:
        places.append(related_node(write.facts, write.node, f"the {found.plain.type} is put there here"))
    return places


def _repair(module: Module, found: AwaitedMock) -> Fix | None:
    if found.how in ("await", "handed"):
        return use_async_mock(module, found.known, found.value.path)
    return use_magic_mock(module, found.known, found.value.path)


RULE = Rule(
    code="LPL401",
    name="mock-awaited",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"await", b"async"),
    tests_only=True,
    check=check,
)
