"""Coroutine given to a mock as its result, where it cannot be one.

## What it does
Reports a coroutine (`load()`, not `load`) as the `return_value` or in the `side_effect` list of an AsyncMock; as the `return_value` of a `Mock` or
`MagicMock` whose call is certainly awaited twice (by one test, in a loop, by several tests that share a mock of the module, of a class or of a
fixture with a wide scope); and as the `side_effect` of any mock.

## Why it is bad
A coroutine can be awaited once. An AsyncMock does not await what it gives: the code gets a coroutine where it wants a value. A Mock gives the same
coroutine at each call, so that the second `await` fails, perhaps in another test than the one that is wrong.

## What really happens
| code | outcome |
|---|---|
| `await AsyncMock(return_value=load())()` | a coroutine: `'coroutine' object is not subscriptable`, comparisons that are never true |
| `Mock(return_value=load())`, awaited twice | `RuntimeError: cannot reuse already awaited coroutine` |
| the same, in `asyncio.gather(m(), m())` | works: `gather` knows that it is one |
| `Mock(side_effect=load())`, `AsyncMock(side_effect=load())` | `TypeError: 'coroutine' object is not an iterator` |
| a mock that is never called | `RuntimeWarning: coroutine 'load' was never awaited` |

The same on Python 3.10 to 3.13, whatever the version of pytest-asyncio.

## Fix
Unsafe. AsyncMock, in an async def: `await` before the coroutine, so that the mock has the value. Mock: `side_effect=lambda *args, **kwargs: load()`
in place of `return_value=load()`, which makes a new coroutine for each call. A coroutine as `side_effect` without arguments becomes the function itself.

## Exceptions
Coroutines that are awaited once; values that are set again between the calls; results that are awaited in their turn (`await (await m())`); async
generators and context managers; awaits in branches, or inside `pytest.raises`.

## References
* <https://docs.python.org/3/library/unittest.mock.html#unittest.mock.AsyncMock>
* <https://docs.python.org/3/library/asyncio-task.html#awaitables>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import Edit, insert_await, settle
from looplint.project.code.callables import coroutine_function
from looplint.project.code.occurrences import names_in
from looplint.project.mocks.given_coroutines import given_coroutines
from looplint.repairs.mocks import related_node
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.mocks.given_coroutines import GivenCoroutine


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Coroutines as results of mocks."""
    for found in given_coroutines(project, module.facts):
        again = found.again
        yield RULE.finding(
            module,
            found.node,
            _message(module, found),
            related=[] if again is None else [related_node(module.facts, again, "awaited again here")],
            fix=partial(_repair, module, project, found),
        )


def _message(module: Module, found: GivenCoroutine) -> str:
    shown = " ".join(module.text_of(found.node).split())
    if found.problem == "effect":
        return f"`{shown}` is a coroutine, and `side_effect` must be a function or iterable: TypeError when the mock is called"
    if found.problem == "again":
        assert found.again is not None
        return (
            f"`{shown}` is one coroutine for all calls of the {found.kind}: the await in line {found.again.lineno} raises "
            "RuntimeError: cannot reuse already awaited coroutine"
        )
    return f"`{shown}` is a coroutine, and an AsyncMock does not await what it gives: the awaited result is a coroutine"


def _repair(module: Module, project: Project, found: GivenCoroutine) -> Fix | None:
    if found.problem == "result":
        return _value(module, found)
    if not isinstance(found.node, ast.Call):
        return None
    if found.problem == "again":
        return _unsafe("make a coroutine for each call", _for_each_call(module, found))
    return _function(module, project, found.node)


def _value(module: Module, found: GivenCoroutine) -> Fix | None:
    """`return_value=load()` -> `return_value=await load()`."""
    function = module.facts.function_of(found.node)
    if function is None or not function.is_async:
        message = "give the value itself, or a coroutine function as `side_effect`"
        return Fix(message=message, applicability=Applicability.DISPLAY)
    if isinstance(found.node, ast.Name) and len(names_in(function, found.node.id)) > 2:
        return None
    nodes = found.node.elts if isinstance(found.node, (ast.List, ast.Tuple)) else [found.node]
    edits = tuple(edit for node in nodes for edit in insert_await(module, node))
    return _unsafe("give the mock the value", edits)


def _for_each_call(module: Module, found: GivenCoroutine) -> tuple[Edit, ...]:
    """`return_value=load()` -> `side_effect=lambda *args, **kwargs: load()`."""
    start = module.span(found.node)[0]
    holder = found.holder
    if isinstance(holder, ast.keyword):
        name = module.span(holder)[0]
    else:
        name = module.span(holder.targets[0])[1] - len("return_value")
    return (
        Edit(name, name + len("return_value"), "side_effect"),
        Edit(start, start, "lambda *args, **kwargs: "),
    )


def _function(module: Module, project: Project, call: ast.Call) -> Fix | None:
    """`side_effect=load()` -> `side_effect=load`."""
    found = coroutine_function(project, module.facts, call.func)
    if found is None or call.args or call.keywords:
        return None
    end = module.span(call.func)[1]
    return _unsafe("give the function itself", (Edit(end, module.span(call)[1], ""),))


def _unsafe(message: str, edits: tuple[Edit, ...]) -> Fix:
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits))


RULE = Rule(
    code="LPL408",
    name="exhausted-coroutine",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"return_value", b"side_effect"),
    tests_only=True,
    check=check,
)
