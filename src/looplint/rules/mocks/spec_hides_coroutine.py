"""Method that must be awaited, but is a plain mock because of the mock's spec.

## What it does
Reports a mock with a `spec`, `spec_set` or `autospec` (`AsyncMock(spec=Redis)`, `create_autospec(Store)`,
`patch("app.Store", autospec=True)`, `Mock(spec=["get"])`) of which a method is awaited, by the test or by the code that
gets the mock, or set up for it, and which is nevertheless a `Mock` or `MagicMock`.

## Why it is bad
`unittest.mock` makes an AsyncMock only of attributes of the spec for which `inspect.iscoroutinefunction` is true. Many
methods that must be awaited are plain functions that return a coroutine: all commands of `redis.asyncio`, the clients of
Elasticsearch and OpenSearch, Motor, aiobotocore, aiohttp's `session.get`. Namespaces such as
`client.chat.completions` are properties, of which a spec knows nothing; a list of names knows nothing at all.

## What really happens
| code | child | `await` |
|---|---|---|
| `AsyncMock(spec=redis.asyncio.Redis).get` | MagicMock | `TypeError: object MagicMock can't be used in 'await' expression` |
| `AsyncMock(spec=AsyncOpenAI).chat.completions.create` | MagicMock | the same |
| `AsyncMock(spec=["get"]).get`, `Mock(spec=["get"]).get` | MagicMock, Mock | the same |
| `client.get.return_value = b"1"` on the first | MagicMock | `TypeError: object bytes can't be used in 'await' expression` |
| `AsyncMock(spec=redis.asyncio.Redis).aclose` | AsyncMock | fine: a coroutine function |
| `AsyncMock().get`, no spec | AsyncMock | fine |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
Unsafe: `client.get.return_value = v` becomes `client.get = AsyncMock(return_value=v)`; where nothing is set up,
`client.get = AsyncMock()` is written after the line that makes the mock.

## Exceptions
Coroutine functions of the spec; children that the test replaces, or that give something to await; mocks with `wraps`; methods that
the test asserts are never called; an await inside `pytest.raises`; a spec whose attribute is unknown.

## References
* <https://docs.python.org/3/library/unittest.mock.html#autospeccing>
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.project.mocks.hidden_coroutines import hidden_coroutines
from looplint.repairs.mocks import add_async_child, related_node
from looplint.rules.rule import Applicability, Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Fix, Related
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.hidden_coroutines import Hidden


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Children of mocks with a spec that are awaited though the spec made plain mocks of them."""
    for found in hidden_coroutines(project, module.facts):
        repair = partial(_repair, module, found)
        yield RULE.finding(module, found.node, _message(found), related=_related(found), fix=repair)


def _message(found: Hidden) -> str:
    child = found.child
    spec = child.spec.text if child.spec is not None else ""
    what = f"`{found.name}` is a {child.type}, since its spec `{spec}` {_reason(found)}"
    where = _where(found)
    return f"{what}; {where}: TypeError: object {found.plain.type} can't be used in 'await' expression"


def _reason(found: Hidden) -> str:
    child = found.child
    meant, spec = child.meant, child.spec
    if spec is not None and spec.names is not None:
        return "is a list of names, which knows no coroutine functions"
    if len([step for step in child.path if step != "()"]) > 1:
        return "says nothing about what is below its attributes"
    if meant is not None and meant.definition is not None:
        return f"has no coroutine function there (plain def at {meant.definition.place})"
    return "has a plain function there, which returns something to await"


def _where(found: Hidden) -> str:
    if found.awaited_at is None:
        return "where it is awaited"
    facts, node = found.awaited_at
    if facts is found.child.known.root.origin.facts:
        return f"line {node.lineno} awaits it"
    return f"{facts.source.path}:{node.lineno} awaits it"


def _related(found: Hidden) -> list[Related]:
    origin = found.child.known.root.origin
    places = [related_node(origin.facts, origin.node, "the mock is made here")]
    if found.awaited_at is not None and found.awaited_at[1] is not found.node:
        places.append(related_node(*found.awaited_at, "awaited here"))
    definition = found.child.meant.definition if found.child.meant is not None else None
    if definition is not None:
        places.append(related_node(definition.facts, definition.node, "defined here"))
    return places


def _repair(module: Module, found: Hidden) -> Fix | None:
    return add_async_child(module, found.child.known, found.child.path)


RULE = Rule(
    code="LPL404",
    name="spec-hides-coroutine",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"Mock", b"mocker", b"autospec", b"patch"),
    also=(b"spec", b"Mock("),
    tests_only=True,
    check=check,
)
