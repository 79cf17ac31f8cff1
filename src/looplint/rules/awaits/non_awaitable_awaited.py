"""`await` on something that cannot be awaited.

## What it does
Reports `await` on a call of a plain function of the project or of the standard library (`time.sleep`, `json.loads`, `print`), on a class of the
project without `__await__`, on a literal, on a function that is not called (`await load`), on what a fixture hands out, and on the end of a
chain whose beginning is the coroutine (`await load().items()`, `await load()["key"]`): there the await gets the attribute or item of a coroutine.

## Why it is bad
The `await` raises, after the plain function has done its work. Often the function was a coroutine function once, or its twin is.

## What really happens
| code | outcome |
|---|---|
| `await plain()` | `TypeError: object list can't be used in 'await' expression` (or `NoneType`, `dict`, `bool` …) |
| `await load` | `TypeError: object function can't be used in 'await' expression` (or `method`) |
| `await time.sleep(1)` | blocks the loop for a second, then `TypeError: object NoneType can't be used in 'await' expression` |
| `await rows` where the fixture `rows` returns a list | the fixture was awaited already: `TypeError: object list can't be used in 'await' expression` |
| `await load()["key"]` | `TypeError: 'coroutine' object is not subscriptable` |
| `await load().json()` | `AttributeError: 'coroutine' object has no attribute 'json'` |

The same on Python 3.10 to 3.13.

## Fix
Safe: `(await load())["key"]` and `(await load()).items()` where it is known whether the end must be awaited too; `await asyncio.sleep(1)` for
`await time.sleep(1)`; the missing `()` of a coroutine function that needs no argument. Unsafe: the `await` before a plain call is taken away; the
function may be meant to become a coroutine function. A context manager or generator that nothing enters or iterates over is left: there the
statement (`async with`, `async for`) is told.

## Exceptions
A plain function whose result may be awaitable, or that the file or a conftest.py replaces; abstract and empty methods, which subclasses fill; methods
that a subclass overrides with a coroutine function; an await under `pytest.raises(TypeError)`, or behind a question (`inspect.isawaitable`).
Methods of clients are reported by LPL501, mocks by LPL401.

## References
* <https://docs.python.org/3/reference/expressions.html#await-expression>
* <https://docs.python.org/3/library/asyncio-task.html#sleeping>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.definitions import Colour
from looplint.model.edits import Edit, import_edits, remove_await, replace_node, settle
from looplint.project.code.callables import needs_no_argument
from looplint.project.code.misplaced_awaits import MisplacedAwait, Mistake, misplaced_awaits
from looplint.project.code.occurrences import names_in
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_STATEMENT_OF = {
    "generator": "for",
    "async_generator": "async for",
    "_GeneratorContextManager": "with",
    "_AsyncGeneratorContextManager": "async with",
}
"""Types of what a plain call gives -> the statement that takes it."""


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Awaits that raise."""
    for found in misplaced_awaits(project, module.facts):
        yield RULE.finding(
            module,
            found.node,
            _message(module, found),
            related=list(_defined_at(found)),
            fix=partial(_fix, module, project, found),
        )


def _message(module: Module, found: MisplacedAwait) -> str:
    value = found.node.value
    shown = " ".join(module.text_of(value.func if isinstance(value, ast.Call) else value).split())
    if found.mistake is Mistake.LITERAL:
        return f"`await` on a literal: {_error(found.type)}"
    if found.mistake is Mistake.UNCALLED:
        return f"`{shown}` is awaited but not called: {_error(found.type)}; {found.proof}"
    if found.mistake is Mistake.HANDED_OUT:
        return f"`{shown}` is what the fixture hands out, nothing to await: {_error(found.type)}; {found.proof}"
    if found.inner is not None:
        inner = " ".join(module.text_of(found.inner.func).split())
        return f"`{inner}()` is not awaited here, but what is read from its coroutine, which raises; {found.proof}"
    return f"`{shown}()` gives nothing to await: {_error(found.type)}; {found.proof}"


def _error(kind: str) -> str:
    """What Python says."""
    return f"TypeError: object {kind} can't be used in 'await' expression" if kind else "TypeError"


def _defined_at(found: MisplacedAwait) -> Iterator[Related]:
    """Where the function is defined that is awaited uncalled."""
    function = found.function
    if function is not None:
        source = function.facts.source
        place = source.position(source.offset_of(function.node.lineno, function.node.col_offset))
        yield Related(
            path=source.path, row=place.row, column=place.column, message=f"`{function.name}` is defined here"
        )


# -- fix -------------------------------------------------------------------------------------------------------------


def _fix(module: Module, project: Project, found: MisplacedAwait) -> Fix | None:
    if found.mistake is Mistake.CHAIN:
        return _move(module, found)
    if found.mistake is Mistake.UNCALLED:
        return _call_it(module, project, found)
    if found.mistake is Mistake.LITERAL:
        return None
    value = found.node.value
    if isinstance(value, ast.Call) and module.facts.resolve(value.func) == "time.sleep":
        package, edits = import_edits(module, "asyncio", at=value)
        edits += replace_node(module, value.func, f"{package}.sleep")
        return settle(Fix(message="sleep with `asyncio.sleep`", applicability=Applicability.SAFE, edits=edits))
    statement = _STATEMENT_OF.get(found.type)
    if statement is not None and not _is_given_to_statement(module.facts, found.node):
        return Fix(message=f"write `{statement}`, not `await`", applicability=Applicability.DISPLAY)
    edits = remove_await(module, found.node)
    return settle(Fix(message="take `await` away", applicability=Applicability.UNSAFE, edits=edits))


def _is_given_to_statement(facts: Facts, node: ast.Await) -> bool:
    """Does a `with` enter what is awaited, a `for` iterate over it, or a call (`next`) get it, here or by its name?"""
    up = facts.parent(node)
    function = facts.function_of(node)
    uses: list[ast.expr] = [node]
    if isinstance(up, ast.Assign) and isinstance(up.targets[0], ast.Name) and function is not None:
        uses += names_in(function, up.targets[0].id)
    takers = (ast.withitem, ast.For, ast.AsyncFor, ast.comprehension, ast.Call)
    return any(isinstance(facts.parent(use), takers) for use in uses)


def _move(module: Module, found: MisplacedAwait) -> Fix | None:
    """`await f().x()` -> `(await f()).x()`, with a second await before it where the end gives something to await."""
    assert found.inner is not None
    inner = module.text_of(found.inner)
    if found.again is None or "\n" in module.text_of(found.node) or "\r" in inner:
        return Fix(message="await the call first: `(await ...)`", applicability=Applicability.DISPLAY)
    start, end = module.span(found.inner)
    begin = start if found.again else module.span(found.node)[0]
    opening = "(await " if found.again else "("
    edits = (Edit(begin, begin, opening), Edit(end, end, ")"))
    return settle(Fix(message="await the call first", applicability=Applicability.SAFE, edits=edits))


def _call_it(module: Module, project: Project, found: MisplacedAwait) -> Fix | None:
    function = found.function
    if function is None or project.colour(function).colour is not Colour.ASYNC:
        return None
    bound = function.cls is not None and function.decorated("builtins.staticmethod") is None
    if not needs_no_argument(function, bound=bound):
        return Fix(message="call it", applicability=Applicability.DISPLAY)
    end = module.span(found.node.value)[1]
    return settle(Fix(message="call it", applicability=Applicability.SAFE, edits=(Edit(end, end, "()"),)))


RULE = Rule(
    code="LPL502",
    name="non-awaitable-awaited",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"await",),
    check=check,
)
