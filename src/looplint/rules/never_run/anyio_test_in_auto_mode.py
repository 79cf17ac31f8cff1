"""Test for anyio's backends that auto mode takes over: its trio variant runs on asyncio.

## What it does
Reports async tests under asyncio_mode "auto" that carry `pytest.mark.anyio` or ask for `anyio_backend`, and that anyio would run on
trio too: by a fixture `anyio_backend` of the project, by `parametrize`, or since trio is among the requirements.

## Why it is bad
In auto mode pytest-asyncio takes every coroutine test, those of anyio too. anyio's parameters stay, so that pytest reports
`test_x[asyncio]` and `test_x[trio]`, and both have run on asyncio. Nothing ever ran on trio.

## What really happens
| mode, on pytest-asyncio 0.21 to 1.5 | `test_x[asyncio]` | `test_x[trio]` |
|---|---|---|
| strict | on asyncio, run by anyio | on trio, run by anyio |
| auto | on asyncio, run by pytest-asyncio | on asyncio, run by pytest-asyncio |

Who sets up the test's async fixtures then depends on the order in which the plugins were loaded.

## Fix
Not written: `asyncio_mode = strict` in the configuration, with `pytest.mark.asyncio` on the tests that are for asyncio alone; or, if trio is
not meant, a fixture `anyio_backend` that returns "asyncio".

## Exceptions
Strict mode; a backend that is asyncio alone, where the mark is without effect; backends that cannot be read; tests that are
marked for asyncio too.

## References
* <https://anyio.readthedocs.io/en/stable/testing.html>
* <https://github.com/agronholm/anyio/issues/505>
* <https://github.com/UKGovernmentBEIS/inspect_ai/pull/3332>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.running.anyio_backends import anyio_mark, asks_for_trio, is_meant_for_anyio
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Who
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import auto_only

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Tests that pytest-asyncio takes from anyio, once for each mark or test that asks for it."""
    mode = project.settings.asyncio_mode
    if mode.value != "auto":
        return
    reported: set[ast.AST] = set()
    for test in module.facts.functions:
        if not test.is_async or test.is_generator or not is_collected(project, test):
            continue
        place = _place(module, project, test)
        if place is None or place in reported or project.runner(test).who is not Who.PYTEST_ASYNCIO:
            continue
        trio = asks_for_trio(project, test)
        if trio is None:
            continue
        reported.add(place)
        yield RULE.finding(
            module,
            place,
            f"`{test.name}` is to run on trio too, by {trio}: in auto mode pytest-asyncio runs its trio variant on asyncio",
            settings=[str(mode)],
            fix=Fix(
                message='set `asyncio_mode = strict`, or let `anyio_backend` return "asyncio"',
                applicability=Applicability.DISPLAY,
            ),
        )


def _place(module: Module, project: Project, test: Function) -> ast.AST | None:
    """The anyio mark, if it stands in this file, else the test; None for tests that are not meant for anyio alone."""
    if not is_meant_for_anyio(project, test) or any(mark == "asyncio" for _, mark in marks_of(project, test)):
        return None
    mark = anyio_mark(project, test)
    return mark.node if mark is not None and module.facts.parent(mark.node) is not None else test.node


RULE = Rule(
    code="LPL308",
    name="anyio-test-in-auto-mode",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.DISPLAY,
    words=(b"anyio",),
    also=(b"async def", b"async  def"),
    check=check,
    silent=auto_only,
)
