"""Asyncio mark on a sync test, about which pytest-asyncio only warns.

## What it does
Reports `@pytest.mark.asyncio` on a plain `def test_…`, and the mark of a class or `pytestmark` of a module that covers
plain tests: once, at the mark, with the tests that it is wrong for.

## Why it is bad
The mark says that the test runs on an event loop, which is not so. Often an `async` was forgotten or taken away and the mark
left behind. The warning comes with every such test in every run, and fails them where warnings are errors.

## What really happens
The test runs and passes as any plain test does, on every version and in both modes, with `PytestWarning: The test <Function …>
is marked with '@pytest.mark.asyncio' but it is not an async function. Please remove the asyncio mark`. Before pytest-asyncio 1.2
the mark has a side effect: while the test runs, `asyncio.get_event_loop()` finds a loop.

## Fix
Safe for a test's own mark. The mark of a class or module that covers plain tests only is dropped as an unsafe fix, since classes of
other files may inherit from it; one that covers async tests too is for the author: it belongs on these. No fix for a test that speaks
of a loop where pytest-asyncio may be older than 1.2.

## Exceptions
Tests of unittest classes, where nobody looks at the mark; tests under a decorator that is not known; tests that return something.

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/markers/index.html>
* <https://github.com/pytest-dev/pytest-asyncio/blob/main/docs/reference/changelog.rst>
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.model.edits import settle
from looplint.model.names import BindingKind
from looplint.project.code.decorating import made_of
from looplint.project.code.definitions import mro
from looplint.project.code.wrapping import Makes
from looplint.project.running.placed_marks import covered_tests, decorator_marks, wide_marks
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family
from looplint.repairs.marks import drop_mark
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.running.placed_marks import PlacedMark

_NAMED_AT_MOST = 3
_RUNS_ON_NO_LOOP = "it runs on no loop, and pytest-asyncio warns"
_MARK_MAKES_LOOP_CURRENT = ("pytest-asyncio", "<1.2")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Asyncio marks that sync tests carry: their own, then those of classes and of the module."""
    facts = module.facts
    plain = [f for f in facts.functions if not f.is_async and f.outer is None and f.fixture is None]
    if not plain or not _pytest_asyncio_reads_marks(project):
        return
    for function in plain:
        for mark in decorator_marks(project, function):
            if mark.name == "asyncio" and is_collected(project, function) and _is_sync_test(project, function):
                yield RULE.finding(
                    module,
                    mark.node,
                    f"`{function.name}` is marked asyncio, but a plain def: {_RUNS_ON_NO_LOOP}",
                    fix=partial(_drop_own, module, project, mark, function),
                )
    for mark in wide_marks(project, facts):
        if mark.name == "asyncio":
            yield from _wide(module, project, mark)


def _pytest_asyncio_reads_marks(project: Project) -> bool:
    """Is the mark pytest-asyncio's, as far as the requirements say?"""
    versions = project.versions
    return not versions.any_declared or bool(versions.declared("pytest-asyncio")) or project.other_runner is None


def _wide(module: Module, project: Project, mark: PlacedMark) -> Iterator[Finding]:
    tests = list(covered_tests(project, module.facts, mark))
    sync = [test for test in tests if not test.is_async and _is_sync_test(project, test)]
    if not sync:
        return
    only = len(sync) == len(tests) and not _may_reach_more(project, module.facts, mark)
    plural = "s" if len(sync) > 1 else ""
    covers = (
        f"covers {'sync tests' if plural else 'a sync test'} only"
        if only
        else f"also covers {len(sync)} sync test{plural}"
    )
    run = "they run on no loop, and pytest-asyncio warns about each" if len(sync) > 1 else _RUNS_ON_NO_LOOP
    yield RULE.finding(
        module,
        mark.node,
        f"this asyncio mark {covers} ({_names(sync)}): {run}",
        related=[_place(module, test) for test in sync],
        fix=partial(_drop_wide, module, project, mark, only=only),
    )


def _may_reach_more(project: Project, facts: Facts, mark: PlacedMark) -> bool:
    """May the mark reach tests of other files, which a base or an import brings in?"""
    module = facts.scope(facts.tree)
    imported = (name for name, found in module.names.items() if any(b.kind is BindingKind.IMPORT for b in found))
    if mark.owner is None and (module.stars or any(name.lower().startswith("test") for name in imported)):
        return True
    reached = [cls for cls in facts.classes if mark.owner is None or mark.owner in list(mro(project, cls))]
    return any(owner is None or owner.facts is not facts for cls in reached for owner in mro(project, cls))


def _is_sync_test(project: Project, function: Function) -> bool:
    """Is it certainly no coroutine function that pytest gets to see, in a class where pytest runs the tests itself?"""
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        return False
    if function.is_generator or any(_returns_value(node) for node in function.walk()):
        return False
    made = made_of(project, function)
    return made.makes is Makes.SAME or (made.makes is Makes.COROUTINE and made.wrapper is None)


def _returns_value(node: ast.AST) -> bool:
    return type(node).__name__ == "Return" and constant(node.value) is None and node.value is not None  # type: ignore[attr-defined]


def _names(tests: list[Function]) -> str:
    shown = ", ".join(f"`{test.qualname}`" for test in tests[:_NAMED_AT_MOST])
    more = len(tests) - _NAMED_AT_MOST
    return f"{shown} and {more} more" if more > 0 else shown


def _place(module: Module, test: Function) -> Related:
    position = module.source.position(module.report_span(test.node)[0])
    path = os.path.relpath(module.source.path)
    return Related(path=path, row=position.row, column=position.column, message="a plain def")


def _drop_own(module: Module, project: Project, mark: PlacedMark, function: Function) -> Fix | None:
    if _speaks_of_loop(function) and project.may_be(*_MARK_MAKES_LOOP_CURRENT):
        return None
    edits = drop_mark(module, mark)
    return settle(Fix(message="drop the mark", applicability=Applicability.SAFE, edits=edits))


def _drop_wide(module: Module, project: Project, mark: PlacedMark, *, only: bool) -> Fix:
    if only:
        edits = drop_mark(module, mark)
        return settle(Fix(message="drop the mark", applicability=Applicability.UNSAFE, edits=edits))
    unneeded = project.settings.asyncio_mode.value == "auto" and mark.is_bare
    message = "drop it: auto mode runs the async tests without" if unneeded else "mark the async tests instead"
    return Fix(message=message, applicability=Applicability.DISPLAY)


def _speaks_of_loop(function: Function) -> bool:
    """Does the test's own text hold anything that a current loop matters to?"""
    node = function.node
    rows = (function.facts.source.line(row) for row in range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return any("loop" in row or "asyncio" in row for row in rows)


RULE = Rule(
    code="LPL304",
    name="asyncio-mark-on-sync-test",
    severity=Severity.WARNING,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"asyncio",),
    also=(b"mark",),
    check=check,
)
