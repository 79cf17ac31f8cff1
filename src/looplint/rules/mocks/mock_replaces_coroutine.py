"""Mock, MagicMock or lambda in the place of something that must be awaited.

## What it does
Reports a plain mock, or a function that returns a plain value, which a test puts where the project has something
asynchronous: `llm.ainvoke = Mock(…)`, `repo.get.return_value = …`, `patch("app.api.fetch", new=Mock())`,
`new_callable=MagicMock`, `monkeypatch.setattr(mod, "fetch", lambda: …)`, or a mock that is handed to a class or function
of the project which awaits what the mock's attribute gives.

What is asynchronous is proved by a definition in the project, an `await` in the code that gets the mock, the `spec` of
the mock, the catalogue of clients (`httpx.AsyncClient.get`), or a name that is a coroutine wherever it exists
(`ainvoke`, `asimilarity_search`).

## Why it is bad
The code under test awaits what the mock gives. A mock gives a plain value at once, so the `await` fails. Where
the code catches exceptions, the test goes on through the handler and passes without testing anything.

## What really happens
| replacement | the await |
|---|---|
| `Mock(return_value={…})` | `TypeError: object dict can't be used in 'await' expression` |
| `MagicMock()` | `TypeError: object MagicMock can't be used in 'await' expression` |
| `lambda: 5` | `TypeError: object int can't be used in 'await' expression` |
| `patch("app.api.fetch")` without `new` | fine: `patch` makes an AsyncMock of a coroutine function by itself |
| `patch("app.api.Client")`, then `Client().get()` | fails: the children of a patched class are MagicMocks |
| `Mock(spec=Client).get` | fine, unless a plain mock is set over it |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
Unsafe: the mock becomes an `AsyncMock` with the same arguments; `x.return_value = v` becomes
`x = AsyncMock(return_value=v)`; a lambda becomes the `return_value` or `side_effect` of an AsyncMock. Where project code
calls some attributes of a mock plainly and awaits others, nothing is edited.

## Exceptions
Mocks that give something to await (`side_effect=` a coroutine function, `return_value=` a future, `wraps=`) or raise;
mocks that the test asserts are never called, and bare ones of which it does not say that they are; tests that expect an error; tests that replace what would run the
coroutine (`asyncio.run`, `create_task`); plain tests that run no event loop; code that asks what it got
(`inspect.isawaitable`); attributes that the code calls both ways; names that the project itself defines as plain functions.

## References
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock>
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.patch>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.project.code.patching import mock_kind
from looplint.project.mocks.injecting import injected
from looplint.project.mocks.replacing import replacements
from looplint.repairs.mocks import put_async_mock, related_node, use_async_mock
from looplint.rules.rule import Applicability, Finding, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Fix, Related
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.replacing import Replacement


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Plain mocks and lambdas in the place of something asynchronous."""
    told: set[ast.expr] = set()
    for found in (*replacements(project, module.facts), *injected(project, module.facts)):
        if found.node in told:
            continue
        told.add(found.node)
        yield RULE.finding(
            module,
            found.node,
            _message(found),
            related=_related(found),
            fix=partial(_repair, module, found),
        )


def _message(found: Replacement) -> str:
    evidence = found.evidence
    proof = evidence.text if evidence.is_await else f"must be awaited ({evidence.text}) but is replaced here"
    return f"`{found.name}` {proof}: TypeError: object {found.plain.type} can't be used in 'await' expression"


def _related(found: Replacement) -> list[Related]:
    evidence = found.evidence
    if evidence.facts is None or evidence.node is None:
        return []
    return [related_node(evidence.facts, evidence.node, "awaited here" if evidence.is_await else "defined here")]


def _repair(module: Module, found: Replacement) -> Fix | None:
    if isinstance(found.node, ast.Lambda) or _is_mock_class(module, found.node) or found.known is None:
        return put_async_mock(module, found.node, of_class=found.of_class)
    return use_async_mock(module, found.known, found.path, whole=found.whole)


def _is_mock_class(module: Module, node: ast.expr) -> bool:
    return not isinstance(node, ast.Call) and mock_kind(module.facts, node) is not None


RULE = Rule(
    code="LPL402",
    name="mock-replaces-coroutine",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"Mock", b"mocker", b"monkeypatch", b"patch"),
    tests_only=True,
    check=check,
)
