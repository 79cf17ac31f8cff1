"""Context manager or iterable that is used by the statement of the other colour.

## What it does
Reports `with` on what only `async with` enters (`httpx.AsyncClient()`, `asyncio.Lock()`, an `@asynccontextmanager` function, a class with
nothing but `__aenter__`), `async with` on what only `with` enters (`pytest.raises(...)`, `patch(...)`, `TestClient(app)`), `for` over an
async generator, `async for` over a list or generator; comprehensions too. Also `async with` and `async for` on a coroutine that
has to be awaited first, or on what neither statement takes.

## Why it is bad
The two protocols do not stand in for each other: `with` looks for `__enter__`, `async with` for `__aenter__`.

## What really happens
On every version of pytest-asyncio, before the body is entered:

| code | message |
|---|---|
| `with AsyncClient()` | `TypeError: 'AsyncClient' object does not support the context manager protocol` |
| `async with pytest.raises(...)` | `TypeError: 'RaisesExc' object does not support the asynchronous context manager protocol` |
| the same on Python 3.10 | `AttributeError: __enter__`, `AttributeError: __aenter__` |
| `for x in agen()` | `TypeError: 'async_generator' object is not iterable` |
| `async for x in [1, 2]` | `TypeError: 'async for' requires an object with __aiter__ method, got list` |
| `async for x in coroutine()` | the same, `got coroutine` |

## Fix
Safe: the other keyword, where every item of the statement takes it and the function is an `async def`; `await` before a coroutine whose
result the statement takes. Nothing is written where items of both kinds share a statement, in sync functions, and in
generator expressions, which `async for` would turn into async generators: there the repair is named.

## Exceptions
Classes with both faces, or with bases or decorators that may add one; objects that only an annotation tells; what is replaced by
`patch`; abstract methods, and methods that another file overrides in another colour; statements whose TypeError is expected; mocks,
which have rules of their own (LPL401, LPL405).

## References
* <https://docs.python.org/3/reference/compound_stmts.html#the-async-with-statement>
* <https://docs.python.org/3/library/contextlib.html#contextlib.asynccontextmanager>
* <https://peps.python.org/pep-0525/>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.definitions import Colour
from looplint.model.edits import IMPOSSIBLE, insert_await, settle
from looplint.project.code.client_calls import expects_type_error
from looplint.project.code.coloured import Gives
from looplint.project.code.statements import NEITHER, Taken, entered_by, iterated_by, may_be_replaced
from looplint.repairs.colours import may_be_async, swap_clause, swap_keyword
from looplint.repairs.mocks import related_node
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project

_WITHS = (ast.With, ast.AsyncWith)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_PLAIN_METHODS = frozenset(
    {"copy", "findall", "finditer", "glob", "items", "keys", "rglob", "split", "splitlines", "values"}
)
"""Methods whose results are iterated everywhere: their owner is not worth a look, unless it is said to be async."""
_OTHERS = {"with": "async with", "async with": "with", "for": "async for", "async for": "for"}


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Statements that do not take what they are given."""
    yield from _contexts(module, project)
    yield from _loops(module, project)


def _contexts(module: Module, project: Project) -> Iterator[Finding]:
    facts = module.facts
    blocks: list[ast.With | ast.AsyncWith] = [*facts.nodes(ast.With), *facts.nodes(ast.AsyncWith)]
    for block in blocks:
        word = "async with" if isinstance(block, ast.AsyncWith) else "with"
        taken = [entered_by(project, facts, item.context_expr) for item in block.items]
        wrong = [i for i, found in enumerate(taken) if found is not None and word not in found.by]
        if not wrong or _is_expected(facts, block):
            continue
        node, found = block.items[wrong[0]].context_expr, taken[wrong[0]]
        assert found is not None
        if may_be_replaced(project, facts, node, found):
            continue
        yield _finding(module, node, found, word, partial(_fix_of_block, module, block, taken, word))


def _loops(module: Module, project: Project) -> Iterator[Finding]:
    facts = module.facts
    loops: list[ast.For | ast.AsyncFor] = [*facts.nodes(ast.For), *facts.nodes(ast.AsyncFor)]
    for loop in loops:
        word = "async for" if isinstance(loop, ast.AsyncFor) else "for"
        found = _wrongly_iterated(project, facts, loop.iter, word)
        if found is not None and not _is_expected(facts, loop):
            yield _finding(module, loop.iter, found, word, partial(_fix_of_loop, module, loop, found))
    for owner in facts.nodes(*_COMPREHENSIONS):
        assert isinstance(owner, _COMPREHENSIONS)
        for clause in owner.generators:
            word = "async for" if clause.is_async else "for"
            found = _wrongly_iterated(project, facts, clause.iter, word)
            if found is not None and not _is_expected(facts, owner):
                yield _finding(module, clause.iter, found, word, partial(_fix_of_loop, module, clause, found))


def _is_expected(facts: Facts, node: ast.AST) -> bool:
    """Is the error expected around the statement, or in the function whose local function it stands in?"""
    if expects_type_error(facts, node):
        return True
    function = facts.function_of(node)
    outer = function.outer if function is not None else None
    return outer is not None and any("raises" in ast.unparse(n.items[0]) for n in outer.walk() if isinstance(n, _WITHS))


def _wrongly_iterated(project: Project, facts: Facts, node: ast.expr, word: str) -> Taken | None:
    if word == "for":
        func = node.func if isinstance(node, ast.Call) else None
        if not isinstance(node, (ast.Call, ast.Name)) or (
            isinstance(func, ast.Attribute) and func.attr in _PLAIN_METHODS
        ):
            return None
    # most plain loops are right: of those only what an async generator gives is told
    found = iterated_by(project, facts, node, among=(Colour.ASYNC_GENERATOR,) if word == "for" else ())
    if found is None or word in found.by:
        return None
    if word == "for" and found.by == NEITHER:
        return None  # a coroutine in a plain loop: LPL503
    return None if may_be_replaced(project, facts, node, found) else found


# -- finding ---------------------------------------------------------------------------------------------------------


def _finding(module: Module, node: ast.expr, found: Taken, word: str, fix: partial[Fix | None]) -> Finding:
    verb = "iterates over" if word.endswith("for") else "enters"
    gives = f"{found.what} gives {found.result}"
    if found.by and found.result:
        message = f"{gives}, which only `{_OTHERS[word]}` {verb}: this `{word}` raises"
    elif found.by:
        message = f"only `{_OTHERS[word]}` {verb} {found.what}: this `{word}` raises"
    elif found.gives is Gives.COROUTINE:
        message = f"{gives}, which must be awaited before `{word}` {verb} it: this raises"
    else:
        message = f"{gives}, which" if found.result else found.what
        message = f"{message} is no context manager: this `{word}` raises"
    return RULE.finding(module, node, message, related=_defined(found), fix=fix)


def _defined(found: Taken) -> list[Related]:
    function = found.function
    return [related_node(function.facts, function.node, "it is defined here")] if function is not None else []


# -- fix -------------------------------------------------------------------------------------------------------------


def _fix_of_block(module: Module, block: ast.With | ast.AsyncWith, taken: list[Taken | None], word: str) -> Fix | None:
    other = _OTHERS[word]
    if all(found is not None and other in found.by for found in taken):
        edits = swap_keyword(module, block)
        if edits != IMPOSSIBLE:
            return settle(Fix(message=f"write `{other}`", applicability=Applicability.SAFE, edits=edits))
        return Fix(
            message=f"make the function `async def`, and enter it by `{other}`", applicability=Applicability.DISPLAY
        )
    awaited = _with_await(module, block, taken, word)
    if awaited is not None:
        return awaited
    if any(found is not None and other in found.by for found in taken):
        return Fix(message=f"give the item that needs it an `{other}` of its own", applicability=Applicability.DISPLAY)
    generator = next((f for f in taken if f is not None and f.gives in (Gives.ASYNC_GENERATOR, Gives.GENERATOR)), None)
    if generator is not None and generator.function is not None:
        name = "asynccontextmanager" if generator.gives is Gives.ASYNC_GENERATOR else "contextmanager"
        shown = generator.function.name
        told = f"decorate `{shown}` with `contextlib.{name}`, or enter `{name}({shown})(...)` where others need the generator"
        return Fix(message=told, applicability=Applicability.DISPLAY)
    return None


def _with_await(module: Module, block: ast.With | ast.AsyncWith, taken: list[Taken | None], word: str) -> Fix | None:
    """`async with await open_client()` for a block of one coroutine."""
    coroutine = taken[0]
    if len(taken) > 1 or coroutine is None or coroutine.gives is not Gives.COROUTINE:
        return None
    awaited = coroutine.awaited
    if awaited is None or not awaited.by or not may_be_async(module, block):
        return Fix(message="await it first", applicability=Applicability.DISPLAY)
    edits = insert_await(module, block.items[0].context_expr)
    if word not in awaited.by:
        edits = (*swap_keyword(module, block), *edits)
    return settle(Fix(message="await it", applicability=Applicability.SAFE, edits=edits))


def _fix_of_loop(module: Module, loop: ast.For | ast.AsyncFor | ast.comprehension, found: Taken) -> Fix | None:
    is_async = isinstance(loop, ast.AsyncFor) or (isinstance(loop, ast.comprehension) and bool(loop.is_async))
    if found.by:
        edits = _swapped(module, loop)
        if edits == IMPOSSIBLE:
            return Fix(message="iterate by `async for`, in an `async def`", applicability=Applicability.DISPLAY)
        word = "for" if is_async else "async for"
        return settle(Fix(message=f"write `{word}`", applicability=Applicability.SAFE, edits=edits))
    if found.awaited is None or not found.awaited.by:
        return Fix(message="await it first", applicability=Applicability.DISPLAY)
    edits = insert_await(module, loop.iter)
    if "async for" not in found.awaited.by:
        edits = (*_swapped(module, loop), *edits)
    return settle(Fix(message="await it", applicability=Applicability.SAFE, edits=edits))


def _swapped(module: Module, loop: ast.For | ast.AsyncFor | ast.comprehension) -> tuple[Edit, ...]:
    return swap_clause(module, loop) if isinstance(loop, ast.comprehension) else swap_keyword(module, loop)


RULE = Rule(
    code="LPL504",
    name="wrong-context-manager-colour",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"async",),
    check=check,
)
