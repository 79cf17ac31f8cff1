"""AsyncMock for something that is called without await.

## What it does
Reports an AsyncMock, or a child of one, that is called without `await` and whose result is used as a value, tested or
dropped: `response.json()["id"]`, `session.add(row)`, `result.scalars().all()`, `if cache.exists(key):`. The call is in the code that
gets the mock (as argument of a function or constructor, as attribute, by `patch`, by `app.dependency_overrides`), or in
the test itself.

## Why it is bad
Every child of an AsyncMock is an AsyncMock: it gives a coroutine, whatever its `return_value` is. Whole objects are
mocked so by mistake: responses of httpx, results of SQLAlchemy, sessions, tasks, pipelines, loggers. They have plain
methods.

## What really happens
| code under test, the mock is an AsyncMock | outcome |
|---|---|
| `(await client.get(url)).json()["id"]` | `TypeError: 'coroutine' object is not subscriptable` |
| `(await session.execute(q)).scalars().all()` | `AttributeError: 'coroutine' object has no attribute 'all'` |
| `client.get.return_value.json.return_value = {}` before that | the same: `json()` still gives a coroutine |
| `response.raise_for_status()`, `session.add(row)` | passes, with `RuntimeWarning: coroutine … was never awaited`; a `side_effect` never happens |
| `if cache.exists(key):` | always true, whatever `return_value` says |
| `AsyncMock(spec=httpx.Response).json()` | fine: a spec knows plain methods |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio. An error where the result is used, a warning where it is
dropped or tested.

## Fix
Unsafe: `MagicMock` for the AsyncMock that is called; `response.json.return_value = v` becomes
`response.json = MagicMock(return_value=v)`; `Mock`, if the file imports only that and it is enough: a `return_value` is given, or
nothing reads what the call gives. Where the code also awaits the object itself (`task.cancel()`, then `await task`), no
mock does, and the advice is an `asyncio.Future`.

## Exceptions
Calls whose result is returned, kept or handed on, since somebody may await it; methods that the code also awaits; code that asks
(`inspect.isawaitable`); children that the test replaces by plain mocks; a spec that has a plain method there; mocks that the test
does not surely use; tests that expect an error.

## References
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock>
* <https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html>
* <https://www.python-httpx.org/quickstart/#json-response-content>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.finding import Fix
from looplint.project.mocks.awaited_objects import awaits_owner
from looplint.project.mocks.called_plainly import called_plainly
from looplint.repairs.mocks import related_node, use_plain_child
from looplint.rules.rule import Applicability, Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Related
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.called_plainly import CalledPlainly

_CONSEQUENCE = {
    "used": "it gets a coroutine where it needs a value",
    "dropped": "the coroutine is never awaited",
    "tested": "a coroutine is always true",
}


def check(module: Module, project: Project) -> Iterator[Finding]:
    """AsyncMocks that are called without await."""
    for found in called_plainly(project, module.facts):
        severity = Severity.ERROR if found.how == "used" else Severity.WARNING
        repair = partial(_repair, module, found)
        yield RULE.finding(module, found.node, _message(found), severity=severity, related=_related(found), fix=repair)


def _message(found: CalledPlainly) -> str:
    where = f"line {found.call.lineno}" if found.in_test else found.place
    kind = "an AsyncMock" if found.child.type == "AsyncMock" else f"a {found.child.type}"
    return f"`{found.name}` is {kind}, but {where} calls it without await: {_CONSEQUENCE[found.how]}"


def _repair(module: Module, found: CalledPlainly) -> Fix | None:
    if awaits_owner(found.facts, found.call, module.facts.function_of(found.node)):
        return Fix(message="use an `asyncio.Future`: the code awaits it too", applicability=Applicability.DISPLAY)
    return use_plain_child(module, found.child, whole=found.whole, unread=found.unread)


def _related(found: CalledPlainly) -> list[Related]:
    origin = found.child.known.root.origin
    places = [related_node(origin.facts, origin.node, f"the {found.child.known.root.type} is made here")]
    if found.call is not found.node:
        places.append(related_node(found.facts, found.call, "called here"))
    return places


RULE = Rule(
    code="LPL403",
    name="async-mock-replaces-sync",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"Mock", b"patch"),
    tests_only=True,
    check=check,
)
