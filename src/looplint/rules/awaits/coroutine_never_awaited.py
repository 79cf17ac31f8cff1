"""Coroutine that nobody awaits.

## What it does
Reports a call that gives a coroutine where the coroutine is dropped (a statement of its own, a name that nothing reads), tested
(`assert f()`, `if f():`, `not f()`), compared (`f() == 1`, `self.assertEqual(f(), 1)`), formatted, or used as if it were its result
(`f().name`, `f()["key"]`, `for x in f()`, `len(f())`, `a, b = f()`). A name counts where all that is done with it is of this kind.
What is called is followed through the project's files, decorators and annotations, and into the client catalogue. All files are looked
at, not only tests; of test files without a word of coroutines those calls whose name is an `async def` of the project.

## Why it is bad
Nothing of an `async def` runs before it is awaited. In a test that is an assertion which always holds; elsewhere it is work that is never done.

## What really happens
| code | outcome |
|---|---|
| `assert client.get()`, `assert client.get() is not None` | passes, with `RuntimeWarning: coroutine 'Client.get' was never awaited` |
| `client.fail()`, `r = client.get()`, `asyncio.sleep(1)` | passes, with the same warning, perhaps in a later test or at exit |
| `assert client.get() == 1`, `assert not client.get()` | fails |
| `with pytest.raises(ValueError): client.fail()` | `Failed: DID NOT RAISE` |
| `client.get().name`, `client.get()["key"]`, `len(client.get())` | `AttributeError`, `TypeError` |

The same on every version, in async tests and in sync ones. `-W error::RuntimeWarning` alone does not make it fail: the warning is raised where nobody
can catch it.

## Fix
`await` before the call, in an `async def`. Safe where the code cannot have worked: it raises, or asserts what no coroutine fulfils.
Unsafe otherwise: what never ran will run, and assertions that always held may fail. In a sync function only the repair is told.

## Exceptions
Coroutines that are returned, stored, handed to any other function, closed, or asked what they are; functions of two colours, and those
that an unknown decorator, a `patch`, an assignment or a subclass may have replaced; methods whose overriding twin elsewhere in the project
is a plain one; tests that expect the warning; lines where the author says so (`# type: ignore[unused-coroutine]`, `# pyright: ignore[reportUnusedCoroutine]`).
Where the object is unknown, but called as a class of the project (`user_service` for a UserService) whose method every def of that name in
the project agrees on, a statement of its own in test code is reported as a warning.

## References
* <https://docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines>
* <https://mypy.readthedocs.io/en/stable/error_code_list.html#check-that-coroutine-return-value-is-used-unused-coroutine>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import insert_await, settle
from looplint.project.code.unawaited import Unawaited, unawaited
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Calls whose coroutine is dropped, tested, compared or read."""
    for found in unawaited(project, module.facts):
        shown = " ".join(module.text_of(found.call.func).split())
        by_name = "what it is called on is unknown, but " if found.coloured.by_name else ""
        yield RULE.finding(
            module,
            found.call,
            f"`{shown}()` is never awaited: {found.wrong.words}; {by_name}{found.coloured.proof}",
            severity=Severity.WARNING if found.coloured.by_name else Severity.ERROR,
            related=list(_defined_at(found)),
            fix=partial(_fix, module, found),
        )


def _defined_at(found: Unawaited) -> Iterator[Related]:
    """Where the coroutine function is defined."""
    function = found.coloured.function
    if function is not None:
        source = function.facts.source
        place = source.position(source.offset_of(function.node.lineno, function.node.col_offset))
        yield Related(
            path=source.path, row=place.row, column=place.column, message=f"`{function.name}` is defined here"
        )


def _fix(module: Module, found: Unawaited) -> Fix | None:
    function = module.facts.function_of(found.call)
    if function is None or not function.is_async:
        where = "" if function is None else f" in an async `{function.name}`"
        return Fix(message=f"await it{where}", applicability=Applicability.DISPLAY)
    applicability = Applicability.SAFE if found.cannot_work else Applicability.UNSAFE
    return settle(Fix(message="await it", applicability=applicability, edits=insert_await(module, found.call)))


RULE = Rule(
    code="LPL503",
    name="coroutine-never-awaited",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"async", b"await", b"def test"),
    check=check,
)
