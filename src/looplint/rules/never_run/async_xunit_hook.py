"""Setup or teardown hook that is async, which nobody awaits.

## What it does
Reports `async def` xunit hooks (`setup_method`, `teardown_class`, `setup_module` …) of pytest tests, `async def setUp`, `tearDown`,
`setUpClass`, `tearDownClass` of unittest classes, and `asyncSetUp`, `asyncTearDown` of a plain `TestCase`, which has no such hooks.

## Why it is bad
pytest and unittest call these hooks as plain functions. The coroutine is made and thrown away: nothing is set up, and what is
never torn down leaks into the next test. Auto mode and an asyncio mark change nothing about it.

## What really happens
On every version of pytest and pytest-asyncio the body never runs. Tests that need it fail with an `AttributeError`; those that do
not are green, with `RuntimeWarning: coroutine 'TestA.teardown_method' was never awaited` at most. `asyncSetUp` in a plain
`TestCase` is never called at all, without any warning. An `await super().setup_method()` inside, on a plain def, would
fail if it were ever reached.

## Fix
Unsafe, since code that never ran starts to run. In a pytest class `setup_method` becomes an autouse fixture
`@pytest_asyncio.fixture(autouse=True)` of the same name, `teardown_method` too, with `yield` in front of its body; the loop scope of the
class's tests is copied; a `method` parameter becomes `request.function`; `await super().setup_method()` on a plain def loses its `await` in the same edit. In
`IsolatedAsyncioTestCase`, `setUp` and `tearDown` become `asyncSetUp` and `asyncTearDown`, their `super()` calls too. Class and module hooks
need a scope and a loop scope that only the author can choose: no fix is applied.

## Exceptions
Classes that are not collected and whose subclasses in the file are not either; frameworks' and own TestCases that run
coroutines; a hook that the class or a base calls itself (`self.asyncSetUp()`); a fixture that has the name of a hook.

## References
* <https://docs.pytest.org/en/stable/how-to/xunit_setup.html>
* <https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase.asyncSetUp>
* <https://github.com/python/cpython/issues/120388>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import (
    remove_await,
    rename_definition,
    replace_node,
    settle,
)
from looplint.project.running.who import Family
from looplint.repairs.fixtures import autouse_fixture, is_super_call
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project import Project

_FIXTURE_HOOKS = ("setup_method", "teardown_method")
_ISOLATED_NAMES = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}
_PLAIN = "plain functions and throws the coroutine away: its body never runs"


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Async hooks of tests, by whom they are not awaited."""
    for hook in module.facts.functions:
        if not hook.is_async or hook.hook is None:
            continue
        reason = _why_never_awaited(project, hook)
        if reason is not None:
            fix = None if hook.cls is None or hook.decorators else partial(_fix, module, project, hook)
            yield RULE.finding(module, hook.node, f"`{hook.qualname}` is async, but {reason}", fix=fix)


def _why_never_awaited(project: Project, hook: Function) -> str | None:
    if not project.is_test_file(hook.facts.file) or project.called_on_self(hook):
        return None
    if hook.cls is None:
        return f"pytest calls module level hooks as {_PLAIN}"
    family = project.family(hook.cls)
    if family is Family.ISOLATED and hook.name not in _ISOLATED_NAMES.values():
        instead = _ISOLATED_NAMES.get(hook.name)
        awaited = f"awaits `{instead}` instead" if instead else "awaits no hook of a class"
        return f"`IsolatedAsyncioTestCase` {awaited}: its body never runs"
    if family is Family.TESTCASE:
        if hook.name in _ISOLATED_NAMES.values():
            return f"`{hook.cls.name}` is a plain `unittest.TestCase`, which never calls it"
        return f"`unittest.TestCase` calls hooks as {_PLAIN}"
    if family is Family.PYTEST and _is_xunit(hook.name) and project.leads_to_tests(hook.cls):
        return f"pytest calls xunit hooks as {_PLAIN}"
    return None


def _is_xunit(name: str) -> bool:
    return name.startswith(("setup_", "teardown_"))


def _fix(module: Module, project: Project, hook: Function) -> Fix | None:
    assert hook.cls is not None
    family = project.family(hook.cls)
    if family is Family.ISOLATED and hook.name in _ISOLATED_NAMES:
        return _rename(module, project, hook)
    if family is Family.PYTEST and hook.name in _FIXTURE_HOOKS:
        return _make_fixture(module, project, hook)
    return None


def _rename(module: Module, project: Project, hook: Function) -> Fix | None:
    """`setUp` -> `asyncSetUp`, with the calls of the base's hook; None where the class has both."""
    assert hook.cls is not None
    new = _ISOLATED_NAMES[hook.name]
    if new in hook.cls.methods:
        return None
    edits = rename_definition(module, hook, new)
    for called in _awaited_super(hook):
        base = project.member_of_bases(hook.cls, hook.name)
        if base is not None and base.function is not None and not base.function.is_async:
            return None
        assert isinstance(called.value, ast.Call)
        edits += replace_node(module, called.value.func, f"super().{new}")
    return settle(Fix(message=f"rename it to `{new}`", applicability=Applicability.UNSAFE, edits=edits))


def _make_fixture(module: Module, project: Project, hook: Function) -> Fix | None:
    """An autouse fixture of the same name; None where the author must choose.

    That is where it assigns its `method` parameter, awaits an async hook of a base, or is itself awaited by a subclass.
    """
    assert hook.cls is not None
    if any(True for other in project.overrides_in_file(hook) for _ in _awaited_super(other)):
        return None
    edits = autouse_fixture(module, project, hook, project.async_tests_of(hook.cls))
    if edits is None:
        return None
    for called in _awaited_super(hook):
        base = project.member_of_bases(hook.cls, hook.name)
        if base is None or base.function is None or base.function.is_async:
            return None
        edits += remove_await(module, called)
    message = f"make `{hook.name}` an autouse fixture"
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits))


def _awaited_super(hook: Function) -> Iterator[ast.Await]:
    """The `await super().<hook>()` in a hook."""
    for node in hook.walk():
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            func = node.value.func
            if isinstance(func, ast.Attribute) and func.attr == hook.name and is_super_call(hook, func.value):
                yield node


RULE = Rule(
    code="LPL302",
    name="async-xunit-hook",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"setup_", b"teardown_", b"setUp", b"tearDown", b"asyncSetUp", b"asyncTearDown"),
    also=(b"async",),
    overlaps=("W0236", "RUF029"),
    check=check,
)
