"""Who runs this test, hook or fixture, on which loop, by which proof.

The answers follow `pytest-asyncio`'s measured behaviour: strict mode runs what carries the mark, auto mode every
coroutine test; unittest runs IsolatedAsyncioTestCase itself and nobody awaits an async test of a plain TestCase; anyio
runs what carries its mark or uses `anyio_backend`. Where another plugin, a decorator or a conftest hook may step
in, the answer is UNKNOWN.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Decorator, Function, constant, keyword
from looplint.model.names import dotted_text, settle
from looplint.project.definitions import external_bases, mro
from looplint.project.fixtures import autouse, find_fixture, requested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project import Project

ISOLATED = "unittest.IsolatedAsyncioTestCase"
_ISOLATED_NAMES = frozenset({ISOLATED, "unittest.async_case.IsolatedAsyncioTestCase", "aiounittest.AsyncTestCase"})
_PLAIN_NAMES = frozenset({"unittest.TestCase", "unittest.case.TestCase"})
_KEEPS_COROUTINE = frozenset(
    {
        "unittest.mock.patch", "unittest.mock.patch.object", "unittest.mock.patch.dict", "unittest.mock.patch.multiple",
        "mock.patch", "mock.patch.object", "mock.patch.dict", "mock.patch.multiple", "builtins.staticmethod",
        "builtins.classmethod", "typing.no_type_check", "unittest.skip", "unittest.skipIf", "unittest.skipUnless",
        "unittest.expectedFailure", "time_machine.travel", "freezegun.freeze_time", "respx.mock", "typing.final",
        "typing.override", "typing_extensions.override",
    }
)  # fmt: skip
"""Decorators under which a coroutine function stays one (patch, freezegun: read in their sources)."""

_OWN_RUNNER = frozenset({"_callSetUp", "_callTestMethod", "_callTearDown", "run", "__call__", "__init_subclass__"})
"""Methods of TestCase by which a class may run coroutines itself (unittest/case.py; asynctest and Twisted use them)."""

_OTHER_RUNNERS = {
    "pytest-trio": ("trio_mode",),
    "pytest-twisted": (),
    "pytest-tornasync": (),
    "pytest-tornado": (),
    "pytest-asyncio-cooperative": (),
    "alt-pytest-asyncio": (),
    "pytest-sanic": (),
    "pytest-curio": (),
    "pytest-homeassistant-custom-component": (),
    "pytest-aiohttp": (),
}
_RUNNER_MARKS = {
    "asyncio": "pytest-asyncio",
    "anyio": "anyio",
    "trio": "trio",
    "twisted": "twisted",
    "asyncio_cooperative": "cooperative",
    "tornado": "tornado",
    "curio": "curio",
    "gen_test": "tornado",
}
_CONFTEST_HOOKS = (
    "pytest_collection_modifyitems",
    "pytest_itemcollected",
    "pytest_pycollect_makeitem",
    "pytest_pyfunc_call",
    "pytest_runtest_call",
    "pytest_generate_tests",
)


class Who(Enum):
    """The one who runs an async test."""

    PYTEST_ASYNCIO = "pytest-asyncio"
    ANYIO = "anyio"
    UNITTEST = "IsolatedAsyncioTestCase"
    OTHER = "another runner"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs a test; `loop_scope` for pytest-asyncio (None: not decidable), `proof` for messages."""

    who: Who
    proof: str
    loop_scope: str | None = None
    mark: Decorator | None = None


class Family(Enum):
    """What kind of test class a class is."""

    PYTEST = "pytest"
    TESTCASE = "unittest.TestCase"
    ISOLATED = "unittest.IsolatedAsyncioTestCase"
    FRAMEWORK = "a framework's TestCase"
    UNKNOWN = "unknown"


def family(project: Project, cls: Class) -> Family:
    """Follow the bases through project files to unittest, a framework, or nothing."""
    if any(owner is not None and not _OWN_RUNNER.isdisjoint(owner.methods) for owner in mro(project, cls)):
        return Family.FRAMEWORK
    external = external_bases(project, cls)
    if external & _ISOLATED_NAMES:
        others = external - _ISOLATED_NAMES - {"builtins.object"}
        return Family.ISOLATED if all(_harmless(base) for base in others) else Family.UNKNOWN
    if external & _PLAIN_NAMES:
        others = external - _PLAIN_NAMES
        return Family.TESTCASE if all(_harmless(base) for base in others) else Family.UNKNOWN
    if any(base and base.rpartition(".")[2].endswith(("TestCase", "AsyncTestCase")) for base in external):
        return Family.FRAMEWORK
    return Family.PYTEST if all(_harmless(base) for base in external) else Family.UNKNOWN


def _harmless(base: str | None) -> bool:
    return base is not None and base.partition(".")[0] in ("builtins", "abc", "typing", "typing_extensions")


def own_marks(function: Function) -> Iterator[tuple[Decorator, str]]:
    """The `pytest.mark.X` decorators of a def, innermost first, with X."""
    for decorator in reversed(function.decorators):
        mark = _mark_name(decorator.name)
        if mark:
            yield decorator, mark


def _mark_name(name: str | None) -> str | None:
    return name.removeprefix("pytest.mark.") if name and name.startswith("pytest.mark.") else None


def marks_of(project: Project, function: Function) -> Iterator[tuple[Decorator, str]]:
    """All marks in force: own ones, of the class and its project bases, of the module; nearest first."""
    yield from own_marks(function)
    cls = function.cls
    while cls is not None:
        for owner in mro(project, cls):
            if owner is not None:
                yield from _class_marks(owner)
        cls = cls.cls
    yield from pytestmark(function.facts)


def _class_marks(cls: Class) -> Iterator[tuple[Decorator, str]]:
    for decorator in cls.decorators:
        mark = _mark_name(decorator.name)
        if mark:
            yield decorator, mark
    if "pytestmark" in cls.attributes:
        yield from _marks_in(cls.facts, cls.attributes["pytestmark"])


def pytestmark(facts: Facts) -> Iterator[tuple[Decorator, str]]:
    """The marks that a module's `pytestmark` puts on all its tests."""
    for binding in facts.scope(facts.tree).names.get("pytestmark", ()):
        if binding.value is not None:
            yield from _marks_in(facts, binding.value)


def _marks_in(facts: Facts, node: ast.expr) -> Iterator[tuple[Decorator, str]]:
    elements = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]
    for element in elements:
        decorator = facts.decorator(element)
        mark = _mark_name(decorator.name)
        if mark is None and isinstance(element, ast.Name):
            binding = settle(facts.scope(facts.tree).names.get(element.id, []))
            if binding is not None and binding.value is not None and binding.value is not node:
                yield from _marks_in(facts, binding.value)
        elif mark:
            yield decorator, mark


def _opaque_pytestmark(facts: Facts) -> bool:
    """Is there a `pytestmark` whose marks cannot be read?"""
    bindings = facts.scope(facts.tree).names.get("pytestmark", [])
    return any(b.value is None or not list(_marks_in(facts, b.value)) for b in bindings)


def runner_of(project: Project, function: Function) -> Runner:
    """Who runs an async test function."""
    if function.cls is not None:
        kind = family(project, function.cls)
        if kind is Family.ISOLATED:
            return Runner(Who.UNITTEST, f"{function.cls.name} is an IsolatedAsyncioTestCase")
        if kind is Family.TESTCASE:
            return Runner(Who.NOBODY, f"{function.cls.name} is a unittest.TestCase")
        if kind is Family.FRAMEWORK:
            return Runner(Who.OTHER, f"{function.cls.name} derives from a framework's TestCase")
        if kind is Family.UNKNOWN:
            return Runner(Who.UNKNOWN, f"the bases of {function.cls.name} cannot be followed")
    opaque = next((d for d in function.decorators if not _keeps_coroutine(d)), None)
    if opaque is not None:
        return Runner(Who.UNKNOWN, f"decorated by {dotted_text(opaque.node) or 'an expression'}")
    return _by_mark(project, function) or _by_mode(project, function)


def _keeps_coroutine(decorator: Decorator) -> bool:
    name = decorator.name or ""
    return name.startswith("pytest.mark.") or name in _KEEPS_COROUTINE


def _by_mark(project: Project, function: Function) -> Runner | None:
    for decorator, mark in marks_of(project, function):
        who = _RUNNER_MARKS.get(mark)
        if who == "pytest-asyncio":
            return Runner(Who.PYTEST_ASYNCIO, "marked asyncio", mark_loop_scope(project, decorator), decorator)
        if who == "anyio" and _mode(project) != "auto":
            return Runner(Who.ANYIO, "marked anyio")
        if who is not None and who != "anyio":
            return Runner(Who.OTHER, f"marked {mark}")
    return None


def mark_loop_scope(project: Project, mark: Decorator) -> str | None:
    """The loop scope that an asyncio mark asks for, or the configured default; None where computed."""
    if mark.call is not None:
        node = keyword(mark.call, "loop_scope") or keyword(mark.call, "scope")
        if node is not None:
            value = constant(node)
            return value if isinstance(value, str) else None
    return project.settings.test_loop_scope.value or "function"


def _mode(project: Project) -> str | None:
    return project.settings.asyncio_mode.value


def _by_mode(project: Project, function: Function) -> Runner:
    facts, mode = function.facts, project.settings.asyncio_mode
    if _opaque_pytestmark(facts):
        return Runner(Who.UNKNOWN, "pytestmark is computed")
    if mode.value == "auto":
        return Runner(Who.PYTEST_ASYNCIO, str(mode), project.settings.test_loop_scope.value or "function")
    if mode.value is None:
        return Runner(Who.UNKNOWN, str(mode))
    if uses_anyio_backend(project, function):
        return Runner(Who.ANYIO, "uses anyio_backend")
    stepping_in = project.other_runner
    if stepping_in is not None:
        return Runner(Who.UNKNOWN, stepping_in)
    hook = collection_hook(project, facts)
    if hook is not None:
        return Runner(Who.UNKNOWN, hook)
    return Runner(Who.NOBODY, str(mode))


def uses_anyio_backend(project: Project, function: Function, depth: int = 6) -> bool:
    """Does the function request `anyio_backend`: itself, through its fixtures, autouse ones or `usefixtures`?"""
    if function.fixture is None:
        if any(name.startswith("anyio_backend") for name in project.settings.usefixtures):
            return True
        if any(_requests_backend(project, f.function, depth) for f in autouse(project, function, function.facts)):
            return True
    return _requests_backend(project, function, depth)


def _requests_backend(project: Project, function: Function, depth: int) -> bool:
    names = requested(function)
    if any(name.startswith("anyio_backend") for name in names):
        return True
    if depth <= 0:
        return False
    for name in names:
        fixture = find_fixture(project, name, function, function.facts)
        if fixture is not None and _requests_backend(project, fixture.function, depth - 1):
            return True
    return False


def other_runner(project: Project) -> str | None:
    """A plugin of the project that may run unmarked async tests, for the proof; None where there is none."""
    if project.settings.anyio_mode.value == "auto":
        return "anyio_mode=auto"
    for plugin in _OTHER_RUNNERS:
        if project.versions.declared(plugin):
            return f"{plugin} is declared"
    return None


def collection_hook(project: Project, facts: Facts) -> str | None:
    """A hook of the conftest chain that may mark or run async tests itself."""
    if facts.file is None:
        return None
    for conftest in project.conftests(facts.file):
        for name in _CONFTEST_HOOKS:
            hook = conftest.function(name)
            if hook is not None and _may_run_coroutines(hook):
                return f"{name} in {conftest.source.path}"
    return None


def _may_run_coroutines(hook: Function) -> bool:
    start, end = hook.node.lineno, hook.node.end_lineno or hook.node.lineno
    text = "\n".join(hook.facts.source.line(row) for row in range(start, end + 1))
    return any(word in text for word in ("asyncio", "anyio", "iscoroutine", "add_marker", "trio", "run_until_complete"))
