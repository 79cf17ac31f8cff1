"""Coroutine of an AsyncMock that is tested or compared without await.

## What it does
Reports calls of an AsyncMock in a test, without `await`, whose result is asked for its truth (`assert repo.exists()`, `if`, `while`, `and`,
`or`, `not`, `bool`, `assertTrue`) or compared (`==`, `is None`, `assertEqual`): directly, or kept in a name that is used for nothing else. The
AsyncMock may be a child of another one, a coroutine function that `patch` replaces, or an asynchronous method in the spec of a mock.

## Why it is bad
A call of an AsyncMock gives a coroutine. That is always true and equals nothing but itself, so that `assert repo.exists()` passes whatever the
mock was told to return, and the branch for "not found" never runs.

## What really happens
`repo = AsyncMock()`, `repo.exists.return_value = False`:

| code | outcome |
|---|---|
| `assert repo.exists()`, `assert repo.get() is not None`, `assert repo.get() != 5` | **passes** |
| `if repo.exists(): …`, `x if repo.exists() else y` | always the first branch |
| `assert not repo.exists()`, `assert repo.get() == 5`, `assert repo.get() is None` | fails |
| `assert repo.count() > 2` | `TypeError: '>' not supported between instances of 'coroutine' and 'int'` |

With all of them comes `RuntimeWarning: coroutine 'AsyncMockMixin._execute_mock_call' was never awaited`, at times in the output of a later
test. The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
Safe in an async def: `await` before the call. The assertion then says what it was meant to say, and may fail. In plain functions
nothing is edited.

## Exceptions
Mocks that are no AsyncMock for certain: plain methods in a spec, children replaced by a `Mock`; coroutines that are also awaited, closed, handed on or
asked about (`inspect.isawaitable`); calls inside `pytest.raises` or `try`. Where a result is read as a value (`repo.count() > 2`, `repo.get()["id"]`), the AsyncMock
itself may be wrong: `async-mock-replaces-sync` tells that.

## References
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import insert_await, settle
from looplint.project.mocks.tested_coroutines import tested_coroutines
from looplint.repairs.mocks import related_node
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.tested_coroutines import TestedCoroutine


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls of AsyncMocks that are tested or compared."""
    for found in tested_coroutines(project, module.facts):
        facts, node = found.origin
        yield RULE.finding(
            module,
            found.call,
            _message(module, found),
            related=[related_node(facts, node, "the mock is made here")],
            fix=partial(_repair, module, found.call),
        )


def _message(module: Module, found: TestedCoroutine) -> str:
    shown = " ".join(module.text_of(found.call.func).split())
    consequence = "equals nothing but itself" if found.compared else "is always true"
    kind = "autospecced coroutine function" if found.is_function else "AsyncMock"
    return f"`{shown}()` calls an {kind} and is not awaited: it gives a coroutine, which {consequence}"


def _repair(module: Module, call: ast.Call) -> Fix | None:
    function = module.facts.function_of(call)
    if function is None or not function.is_async:
        return None
    edits = insert_await(module, call)
    return settle(Fix(message="await the call", applicability=Applicability.SAFE, edits=edits))


RULE = Rule(
    code="LPL406",
    name="truthy-coroutine-from-mock",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"Mock", b"patch", b"autospec"),
    tests_only=True,
    check=check,
)
