"""Async test of a plain `unittest.TestCase`, which passes without running.

## What it does
Reports `async def test…` methods of classes that derive from `unittest.TestCase`, directly or through classes of the project, and
not from `IsolatedAsyncioTestCase`.

## Why it is bad
unittest calls the method as a plain function and gets a coroutine, which it throws away: not one line of the test runs, and
it is counted as passed. It stays green whatever becomes of the code that it was written for.

## What really happens
Under every version of pytest and pytest-asyncio, under `python -m unittest`, in strict and in auto mode, with an asyncio mark and
without: passed. The only traces are `RuntimeWarning: coroutine 'TestStore.test_open' was never awaited` and, from Python 3.11 on,
`DeprecationWarning: It is deprecated to return a value that is not None from a test case`.

## Fix
Unsafe, since tests that never ran start to run, and some will fail: the class derives from `unittest.IsolatedAsyncioTestCase`, which runs
sync tests and hooks as before, and `asyncSetUp` too. Where the base that is a TestCase lies in another file, the repair is
shown only. Async hooks of the class are the business of LPL302.

## Exceptions
TestCases of frameworks (Django, Tornado, Twisted, asynctest, aiounittest …) and own ones that run coroutines in `run`, `__call__` or the
like; decorators that run the coroutine, or that looplint cannot follow; mixins; skipped tests; a method that the class calls itself.
A test with a parameter that nobody gives fails: LPL312.

## References
* <https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase>
* <https://github.com/python/cpython/issues/120388>
* <https://github.com/astral-sh/ruff/issues/20170>
"""

from __future__ import annotations

import ast
import os
from functools import cache, partial
from typing import TYPE_CHECKING

from looplint.model.edits import import_from_edits, replace_node, settle
from looplint.project.code.decorating import made_of
from looplint.project.code.definitions import mro
from looplint.project.code.wrapping import Makes
from looplint.project.running.testcases import TESTCASE_NAMES, runs_coroutines, unfilled, unittest_tests
from looplint.project.running.who import Family
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project

_RETURNS_COROUTINE = (Makes.SAME, Makes.COROUTINE, Makes.HIDDEN, Makes.DROPPED)
_ISOLATED_HOOKS = ("asyncSetUp", "asyncTearDown")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Coroutine functions that unittest calls and does not await."""
    if not any(function.is_async and function.cls for function in module.facts.functions):
        return
    runs = cache(partial(runs_coroutines, project))
    for test in unittest_tests(project, module.facts):
        if (
            test.cls is None
            or not test.is_async
            or test.is_generator
            or project.family(test.cls) is not Family.TESTCASE
        ):
            continue
        if made_of(project, test).makes in _RETURNS_COROUTINE and not unfilled(project, test) and not runs(test.cls):
            yield RULE.finding(
                module,
                test.node,
                f"`{test.name}` is async, but `{test.cls.name}` is a plain `unittest.TestCase`: "
                "it passes without running",
                fix=partial(_isolate, module, project, test.cls),
            )


def _isolate(module: Module, project: Project, cls: Class) -> Fix | None:
    """IsolatedAsyncioTestCase as the base of the class, or of the base of the file that is a TestCase."""
    owners = [owner for owner in mro(project, cls) if owner is not None]
    if any(_uses_hook_itself(project, owner, name) for owner in owners for name in _ISOLATED_HOOKS):
        return None
    for owner in owners:
        for base in owner.node.bases:
            if owner.facts.resolve(base) in TESTCASE_NAMES:
                return _rebase(module, owner, base)
    return None


def _uses_hook_itself(project: Project, cls: Class, name: str) -> bool:
    """Is there a method of that name that IsolatedAsyncioTestCase would refuse, or that would run twice?"""
    hook = cls.methods.get(name)
    return hook is not None and (not hook.is_async or project.called_on_self(hook))


def _rebase(module: Module, owner: Class, base: ast.expr) -> Fix:
    message = f"derive `{owner.name}` from `unittest.IsolatedAsyncioTestCase`"
    if owner.facts is not module.facts:
        path = os.path.relpath(owner.facts.source.path)
        return Fix(message=f"{message} ({path}:{owner.node.lineno})", applicability=Applicability.DISPLAY)
    edits: tuple[Edit, ...] = ()
    if isinstance(base, ast.Attribute):
        new = f"{module.text_of(base.value)}.IsolatedAsyncioTestCase"
    else:
        new, edits = import_from_edits(module, "unittest", "IsolatedAsyncioTestCase", at=owner.node)
    edits += replace_node(module, base, new)
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits))


RULE = Rule(
    code="LPL301",
    name="async-test-in-testcase",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"async def test", b"async  def"),
    also=(b"class ",),
    check=check,
)
