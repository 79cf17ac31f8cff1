"""Asyncio mark above `@staticmethod` or `@classmethod`, which older versions of pytest lose.

## What it does
Reports `@pytest.mark.asyncio` above `@staticmethod` or `@classmethod` on an async test, where pytest may be older than 8.4 and the
test needs the mark.

## Why it is bad
Before pytest 8.4 the mark is put on the static method object, where nobody finds it: in strict mode the test is skipped and
the suite stays green without it. Above `@classmethod` the mark does not even decorate: the test is gone.

## What really happens
| versions | above `@staticmethod` | above `@classmethod` |
|---|---|---|
| pytest < 8.4, strict | skipped: `async def functions are not natively supported and have been skipped` | not collected: `cannot collect 'test_x' because it is not a function` |
| pytest < 8.4, auto | runs, without the mark's loop scope | not collected |
| pytest >= 8.4 | runs | runs |

## Fix
Safe: `@staticmethod` or `@classmethod` goes above all other decorators, where authors put it.

## Exceptions
pytest 8.4 or newer for certain; auto mode and a bare mark, or another asyncio mark in force (below, of the class, of the module),
above `@staticmethod`; other decorators in between.

## References
* <https://docs.pytest.org/en/stable/changelog.html> (8.4.0)
* <https://github.com/pytest-dev/pytest/issues/12863>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import raise_decorator, settle
from looplint.project.running.marks import has_unread_marks, marks_of
from looplint.project.running.placed_marks import decorator_marks
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import before
from looplint.rules.versions import severity_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Decorator, Function
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.placed_marks import PlacedMark

_STATIC = {"builtins.staticmethod": "staticmethod", "builtins.classmethod": "classmethod"}
_LOST = "<8.4"


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Asyncio marks that do not reach the function below."""
    for test in module.facts.functions:
        if not test.is_async or test.cls is None or not test.decorators[1:]:
            continue
        static = next((d for d in test.decorators if d.name in _STATIC), None)
        if static is None or not project.may_be("pytest", _LOST) or not _is_test(project, test):
            continue
        for mark in _lost(project, test, static):
            outcome = _outcome(project, test, static, mark)
            if outcome is not None:
                yield _finding(module, project, static, mark, outcome)
                break


def _finding(module: Module, project: Project, static: Decorator, mark: PlacedMark, outcome: str) -> Finding:
    severity, where = severity_on(project, "pytest", _LOST)
    return RULE.finding(
        module,
        mark.node,
        f"the asyncio mark above `@{_STATIC[static.name or '']}` is lost {where or 'before pytest 8.4'}: {outcome}",
        severity=severity,
        fix=partial(_raise, module, static),
    )


def _is_test(project: Project, test: Function) -> bool:
    assert test.cls is not None
    return project.family(test.cls) is Family.PYTEST and is_collected(project, test)


def _lost(project: Project, test: Function, static: Decorator) -> list[PlacedMark]:
    """The asyncio marks above `static`; none where there are decorators of other kinds."""
    placed = {mark.node: mark for mark in decorator_marks(project, test)}
    if any(d is not static and d.node not in placed for d in test.decorators):
        return []
    above = test.decorators[: test.decorators.index(static)]
    return [placed[d.node] for d in above if placed[d.node].name == "asyncio"]


def _outcome(project: Project, test: Function, static: Decorator, mark: PlacedMark) -> str | None:
    """What becomes of the test there; None where it does not need the mark."""
    if _STATIC[static.name or ""] == "classmethod":
        return f"`{test.name}` is not collected"
    others = any(name == "asyncio" and found.node is not mark.mark.node for found, name in marks_of(project, test))
    if others or has_unread_marks(project, test):
        return None
    mode = project.settings.asyncio_mode.value
    if mode == "strict":
        return f"`{test.name}` is skipped"
    return f"`{test.name}` runs without its arguments" if mode == "auto" and not mark.is_bare else None


def _raise(module: Module, static: Decorator) -> Fix:
    edits = raise_decorator(module, static.node)
    message = f"put `@{_STATIC[static.name or '']}` above the marks"
    return settle(Fix(message=message, applicability=Applicability.SAFE, edits=edits))


RULE = Rule(
    code="LPL313",
    name="mark-above-staticmethod",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"@staticmethod", b"@classmethod"),
    also=(b"async def",),
    check=check,
    silent=before("pytest", "8.4"),
)
