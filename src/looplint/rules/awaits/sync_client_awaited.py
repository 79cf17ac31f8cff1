"""Method of a synchronous client that is awaited.

## What it does
Reports `await client.method(...)` where the client is known to be a synchronous one (a `QdrantClient`, `redis.Redis`, `requests.Session`,
`MongoClient` …), `await requests.get(...)` and other plain functions of known libraries, and plain methods of asynchronous classes
(`await event.set()`, `await session.add(...)`). The same where the result is handed to `asyncio.gather`, `wait_for`, `shield`, `create_task`.
All files are looked at, not only tests: adapters are where this is written.

## Why it is bad
The call runs at once, blocks the event loop for as long as it takes, and gives a plain value. Awaiting that raises. Tests do not
notice as long as an AsyncMock stands for the client.

## What really happens
On every version: `TypeError: object list can't be used in 'await' expression` (or `UpdateResult`, `bytes`, `NoneType` …), after the call has
done its work: the row is written, the message is sent, the caller sees an error.

## Fix
Safe where the code itself shows how the client was made, and the client may be used from another thread:
`await client.search(x)` becomes `await asyncio.to_thread(client.search, x)`. An `await` before a plain method of an asynchronous class, or before
one that does no input or output, is taken away. Not where a test that makes an AsyncMock names the module: it may pass, with the mock in
the client's place. Then, and otherwise, the asynchronous twin is named: for clients that are bound to their thread (sqlite3, SQLAlchemy's
`Session`, Playwright), for results that are read later (`scan_iter`, `stream=True`), and where only an annotation tells the class; that is a
warning.

## Exceptions
Clients that may be either (two different assignments, a subclass that overrides the method, a class that the file patches, code that
asks `hasattr` or `isinstance`); annotations in a file that names the asynchronous twin too; calls in `pytest.raises` or under
`except TypeError`; queues and futures, which give back what was put in.

## References
* <https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread>
* <https://python-client.qdrant.tech/qdrant_client.async_qdrant_client>
* <https://redis.readthedocs.io/en/stable/examples/asyncio_examples.html>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.catalogue import matches
from looplint.model.edits import settle
from looplint.model.names import last_name
from looplint.project import files
from looplint.project.code.client_calls import (
    ClientCall,
    client_call,
    expects_type_error,
    gives_a_value,
    is_doubtful,
    names_the_twin,
)
from looplint.project.code.occurrences import HANDED, handed
from looplint.repairs.clients import to_thread, twin_in_words, without_await
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project

_WAITING = frozenset(name.rpartition(".")[2] for name in HANDED) - {"run", "run_coroutine_threadsafe"}
_OTHERS = ("anyio", "asyncio", "contextlib", "time", "trio")
"""Modules whose functions are no clients: `await time.sleep(1)` is another mistake."""
_ASYNC_MOCK = r"(AsyncMock)(?<!\wAsyncMock)\b()"
_NOT_IN_THREADS = ("playwright.", "psycopg2.", "signal.", "sqlite3.")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Awaited calls that give a plain value."""
    facts = module.facts
    for call, words in _awaited_calls(facts):
        found = client_call(project, facts, call)
        if found is None or not gives_a_value(project, found) or (found.client is None and _is_other(found.path)):
            continue
        if expects_type_error(facts, call) or is_doubtful(project, facts, found):
            continue
        if found.annotated and found.client is not None and names_the_twin(facts, found.client):
            continue
        yield _finding(module, project, found, words)


def _awaited_calls(facts: Facts) -> Iterator[tuple[ast.Call, str]]:
    """Calls whose result is awaited, with the words that say how."""
    for node in facts.awaits:
        if isinstance(node.value, ast.Call):
            yield node.value, "is awaited"
    for call in facts.calls:
        leaf = last_name(call.func)
        if leaf in _WAITING and facts.resolve(call.func) in HANDED:
            for argument in handed(facts, call):
                if isinstance(argument, ast.Starred):
                    argument = argument.value
                if isinstance(argument, (ast.ListComp, ast.GeneratorExp)):
                    argument = argument.elt
                if isinstance(argument, ast.Call):
                    yield argument, f"is handed to `asyncio.{leaf}`"


def _is_other(dotted: str) -> bool:
    return dotted.partition(".")[0] in _OTHERS


def _finding(module: Module, project: Project, found: ClientCall, words: str) -> Finding:
    shown = " ".join(module.text_of(found.call.func).split())
    return RULE.finding(
        module,
        found.call,
        f"`{shown}()` {words}, but {_reason(found)}",
        severity=Severity.WARNING if found.annotated else Severity.ERROR,
        related=list(_made_at(found)),
        fix=lambda: _fix(module, project, found, shown),
    )


def _reason(found: ClientCall) -> str:
    client = found.client
    if client is None:
        return f"`{found.path}` is a plain function: it blocks the loop, and its result raises TypeError"
    if found.method in client.raises_in_loop:
        return f"`{client.name}.{found.method}` is synchronous, and raises where a loop is running"
    if client.kind == "async":
        return f"`{client.name}.{found.method}` is a plain method: its result raises TypeError"
    if found.annotated:
        return f"by annotation it is `{client.path}.{found.method}`, which is synchronous: one of the two is wrong"
    return f"`{client.path}` is synchronous: it blocks the loop, and its result raises TypeError"


def _made_at(found: ClientCall) -> Iterator[Related]:
    """Where the client comes from, if that is another place."""
    origin = found.origin
    if origin is None or not isinstance(origin.node, (ast.expr, ast.stmt)):
        return
    source = origin.facts.source
    place = source.position(source.offset_of(origin.node.lineno, origin.node.col_offset))
    says = "the annotation" if found.annotated else "the client"
    yield Related(path=source.path, row=place.row, column=place.column, message=f"{says} is here")


# -- fix -------------------------------------------------------------------------------------------------------------


def _fix(module: Module, project: Project, found: ClientCall, shown: str) -> Fix | None:
    is_clear = not found.annotated and not found.on_class and not _is_read_later(module.facts, found.call)
    if is_clear and not _may_be_tested_with_mocks(project, module.facts):
        if _needs_no_thread(found):
            edits = without_await(module, module.facts.parent(found.call))
            return settle(Fix(message="take `await` away", applicability=Applicability.SAFE, edits=edits))
        if _may_run_in_thread(module, found):
            return _in_thread(found, shown, to_thread(module, found.call))
    twin = twin_in_words(found)
    return None if twin is None else Fix(message=twin, applicability=Applicability.DISPLAY)


def _may_be_tested_with_mocks(project: Project, facts: Facts) -> bool:
    """Does a test name a module of the code, and make an AsyncMock? It may pass, and would not without the `await`."""
    if facts.file is None or project.is_test_code(facts.file):
        return False
    word = (facts.file.parent.name if facts.file.stem == "__init__" else facts.file.stem).encode()
    makers = files.matching(project.root, _ASYNC_MOCK, "AsyncMock", "")
    return any(project.is_test_code(path) and project.mentions(path, word) for path in makers)


def _in_thread(found: ClientCall, shown: str, edits: tuple[Edit, ...]) -> Fix:
    twin = twin_in_words(found)
    message = f"run it in a thread: `asyncio.to_thread({shown}, ...)`"
    if twin is not None:
        message = f"{message}; or {twin}"
    return settle(Fix(message=message, applicability=Applicability.SAFE, edits=edits))


def _needs_no_thread(found: ClientCall) -> bool:
    client = found.client
    if client is None or found.method in client.raises_in_loop:
        return False
    return client.kind == "async" or matches(client.entry.get("nonblocking", ()), found.method)


def _may_run_in_thread(module: Module, found: ClientCall) -> bool:
    """May the very call be made in another thread?"""
    if "trio" in module.text:
        return False
    if found.client is None:
        return clients.factory(found.path) is None and not found.path.startswith(_NOT_IN_THREADS)
    if found.method in found.client.raises_in_loop:
        return False
    return clients.may_cross_threads(found.client, found.method)


def _is_read_later(facts: Facts, call: ast.Call) -> bool:
    """Is the result something that does its work while it is read or entered?"""
    for item in call.keywords:
        if item.arg == "stream" and not (isinstance(item.value, ast.Constant) and not item.value.value):
            return True
    up = facts.parent(call)
    above = facts.parent(up) if isinstance(up, ast.Await) else None
    return isinstance(above, (ast.AsyncFor, ast.comprehension)) or (
        isinstance(above, ast.withitem) and isinstance(facts.parent(above), ast.AsyncWith)
    )


RULE = Rule(
    code="LPL501",
    name="sync-client-awaited",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"await",),
    check=check,
)
