"""Who runs this test, hook or fixture, on which loop, by which proof.

The answers follow `pytest-asyncio`'s measured behaviour: strict mode runs what carries the mark, auto mode every
coroutine test; unittest runs IsolatedAsyncioTestCase itself and nobody awaits an async test of a plain TestCase; anyio
runs what carries its mark or uses `anyio_backend`. Where another plugin, a decorator, a metaclass or a hook may step
in, the answer is UNKNOWN.
"""

from __future__ import annotations

import ast
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.knowledge.releases import EVENT_LOOP_OVERRIDE_SPLITS, LOOP_SCOPE_EXISTS
from looplint.model.definitions import Class, Decorator, Function, constant, keyword
from looplint.model.names import dotted_text
from looplint.project.asked import Answer, remember
from looplint.project.code.decorating import KEEPS, made_of
from looplint.project.code.definitions import external_bases, inside, mro, star_source
from looplint.project.code.mark_expressions import is_mark
from looplint.project.code.wrapping import Makes
from looplint.project.running.fixtures import autouse, find_fixture, plugin_files, requested
from looplint.project.running.marks import enclosing_classes, has_unread_marks, marks_of
from looplint.project.running.other_runners import brought_by_another, foreign_plugin
from looplint.project.running.who import ISOLATED, Family, Runner, Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.code.decorating import Made
    from looplint.project.questions import Project

_ISOLATED_NAMES = frozenset({ISOLATED, "unittest.async_case.IsolatedAsyncioTestCase", "aiounittest.AsyncTestCase"})
_PLAIN_NAMES = frozenset({"unittest.TestCase", "unittest.case.TestCase"})
_CLASS_DECORATORS = frozenset(
    {
        "parameterized.parameterized_class", "ddt.ddt", "django.test.override_settings", "django.test.tag",
        "django.test.utils.override_settings", "django.test.utils.tag",
    }
)  # fmt: skip
"""Class decorators that leave the methods what they are."""

_OWN_RUNNER = frozenset({"_callSetUp", "_callTestMethod", "_callTearDown", "run", "__call__", "__init_subclass__"})
"""Methods of TestCase by which a class may run coroutines itself (unittest/case.py; asynctest and Twisted use them)."""

RUNNER_MARKS = {
    "asyncio": "pytest-asyncio",
    "anyio": "anyio",
    "trio": "trio",
    "twisted": "twisted",
    "asyncio_cooperative": "cooperative",
    "tornado": "tornado",
    "curio": "curio",
    "gen_test": "tornado",
}
"""Marks by which a test says who runs it."""
_COLLECTION_HOOKS = (
    "pytest_collection_modifyitems",
    "pytest_itemcollected",
    "pytest_pycollect_makeitem",
    "pytest_pyfunc_call",
    "pytest_runtest_call",
    "pytest_generate_tests",
)
_MARKING_HOOKS = ("pytest_collection_modifyitems", "pytest_itemcollected", "pytest_pycollect_makeitem")
_STEPPING_IN = ("asyncio", "anyio", "iscoroutine", "add_marker", "trio", "run_until_complete")


def family(project: Project, cls: Class) -> Family:
    """Follow the bases through project files to unittest, a framework, or nothing."""
    kind = _family_of_bases(external_bases(project, cls))
    steps_in = _OWN_RUNNER if kind is not Family.PYTEST else {"__init_subclass__"}
    if any(owner is not None and not steps_in.isdisjoint(owner.methods) for owner in mro(project, cls)):
        return Family.FRAMEWORK
    return kind


def _family_of_bases(external: set[str | None]) -> Family:
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


def runner_of(project: Project, function: Function) -> Runner:
    """Who runs an async test function."""
    if function.cls is not None:
        kind = family(project, function.cls)
        if kind is Family.ISOLATED:
            return Runner(Who.UNITTEST, f"{function.cls.name} is an IsolatedAsyncioTestCase")
        if kind is Family.FRAMEWORK:
            return Runner(Who.OTHER, f"{function.cls.name} derives from a framework's TestCase")
        if kind is Family.UNKNOWN:
            return Runner(Who.UNKNOWN, f"the bases of {function.cls.name} cannot be followed")
    changed = _changed(project, function)
    if changed is not None:
        return changed
    if function.cls is not None and project.family(function.cls) is Family.TESTCASE:
        return Runner(Who.NOBODY, f"{function.cls.name} is a unittest.TestCase")
    found = _by_mark(project, function) or _by_mode(project, function)
    if found.loop_scope is not None and marks_set_by_hook(project, function.facts):
        return replace(found, loop_scope=None)
    return found


def runner_but_for_decorators(project: Project, function: Function) -> Runner:
    """Who would run a test of pytest if its decorators, those of its class and its metaclass left it what it is."""
    return _by_mark(project, function) or _by_mode(project, function)


def _changed(project: Project, function: Function) -> Runner | None:
    """What makes, or may make, something else than a coroutine function of the test: its decorators, its class."""
    made = made_of(project, function)
    shown = f"decorated by {_shown(made.decorator)}" if made.decorator is not None else ""
    if made.makes in (Makes.RUN, Makes.EITHER):
        return Runner(Who.OTHER, f"{shown}, which runs it")
    if made.makes is Makes.HYPOTHESIS and not _is_marked_or_auto(project, function):
        return Runner(Who.UNKNOWN, shown)
    if made.makes not in (Makes.SAME, Makes.COROUTINE, Makes.HYPOTHESIS) or _loses_marks(made):
        return Runner(Who.UNKNOWN, shown)
    wrapped = wrapped_class(project, function)
    return Runner(Who.UNKNOWN, wrapped) if wrapped is not None else None


def _is_marked_or_auto(project: Project, function: Function) -> bool:
    """Does pytest-asyncio look into a hypothesis test? Without it, hypothesis refuses the coroutine function itself."""
    return project.settings.asyncio_mode.value == "auto" or any(
        m in RUNNER_MARKS for _, m in marks_of(project, function)
    )


def _loses_marks(made: Made) -> bool:
    """Is the test replaced by a wrapper without `functools.wraps`, so that marks below it are gone?"""
    wrapper = made.wrapper
    return wrapper is not None and wrapper.in_function and not wrapper.decorated("functools.wraps")


def keeps_what_it_decorates(project: Project, facts: Facts, decorator: Decorator) -> bool:
    """Is a decorator of a test nothing but a mark, or known to leave the function what it is?"""
    return decorator.name in KEEPS or is_mark(project, facts, decorator.node)


def wrapped_class(project: Project, function: Function) -> str | None:
    """What may wrap the methods of a test's class: a metaclass, an unknown class decorator. None: nothing does."""
    for cls in enclosing_classes(function):
        for owner in mro(project, cls):
            if owner is None:
                continue
            if any(k.arg != "metaclass" or owner.facts.resolve(k.value) != "abc.ABCMeta" for k in owner.node.keywords):
                return f"{owner.name} has a metaclass"
            for decorator in owner.decorators:
                known = decorator.name in _CLASS_DECORATORS or keeps_what_it_decorates(project, owner.facts, decorator)
                if not known:
                    return f"{owner.name} is decorated by {_shown(decorator)}"
    return None


def _shown(decorator: Decorator) -> str:
    return dotted_text(decorator.call.func if decorator.call else decorator.node) or "an expression"


def _by_mark(project: Project, function: Function) -> Runner | None:
    for decorator, mark in marks_of(project, function):
        who = RUNNER_MARKS.get(mark)
        if who == "pytest-asyncio":
            return Runner(Who.PYTEST_ASYNCIO, "marked asyncio", mark_loop_scope(project, decorator), decorator)
        if who == "anyio":
            return _by_anyio_mark(project)
        if who is not None:
            return Runner(Who.OTHER, f"marked {mark}")
    return None


def _by_anyio_mark(project: Project) -> Runner:
    """In auto mode pytest-asyncio takes the tests that are marked for anyio too (run on 0.21 to 1.5)."""
    mode = project.settings.asyncio_mode
    if mode.value == "strict":
        return Runner(Who.ANYIO, "marked anyio")
    if mode.value is None:
        return Runner(Who.UNKNOWN, str(mode))
    return Runner(Who.PYTEST_ASYNCIO, str(mode), _default_loop_scope(project))


def mark_loop_scope(project: Project, mark: Decorator) -> str | None:
    """The loop scope that an asyncio mark asks for, or the configured default; None where computed.

    `scope=` counts from pytest-asyncio 0.23 on, `loop_scope=` from 0.24 on; before, every test runs on the fixture
    `event_loop`, which is function-scoped.
    """
    if mark.call is not None:
        if any(k.arg is None for k in mark.call.keywords):
            return None
        newer = project.may_be(*LOOP_SCOPE_EXISTS)
        node = (keyword(mark.call, "loop_scope") if newer else None) or keyword(mark.call, "scope")
        if node is not None and project.may_be(*EVENT_LOOP_OVERRIDE_SPLITS):
            value = constant(node)
            return value if isinstance(value, str) else None
    return _default_loop_scope(project)


def _default_loop_scope(project: Project) -> str | None:
    setting = project.settings.test_loop_scope
    return setting.value or "function" if setting.known else None


def marks_set_by_hook(project: Project, facts: Facts) -> bool:
    """May a hook of the conftest chain add asyncio marks of its own, with another loop scope?

    pytest-asyncio's documentation tells how ("How to run all tests in the session in the same event loop").
    """

    def look() -> bool:
        found = hooks(project, facts, _MARKING_HOOKS)
        return any(hook is None or _speaks_of(project, hook, ("asyncio",), 2) for _, _, hook in found)

    notes: dict[object, Answer[bool]] = facts.notes
    return remember(notes, _MARKING_HOOKS, look)


def _by_mode(project: Project, function: Function) -> Runner:
    facts, mode = function.facts, project.settings.asyncio_mode
    if has_unread_marks(project, function):
        return Runner(Who.UNKNOWN, "pytestmark is computed")
    if mode.value == "auto":
        return Runner(Who.PYTEST_ASYNCIO, str(mode), _default_loop_scope(project))
    if mode.value is None:
        return Runner(Who.UNKNOWN, str(mode))
    if uses_anyio_backend(project, function):
        return Runner(Who.ANYIO, "uses anyio_backend")
    stepping_in = project.other_runner
    if stepping_in is not None:
        return Runner(Who.UNKNOWN, stepping_in)
    hook = collection_hook(project, facts) or foreign_plugin(project, facts) or brought_by_another(project, facts)
    if hook is not None:
        return Runner(Who.UNKNOWN, hook)
    return Runner(Who.NOBODY, str(mode))


def uses_anyio_backend(project: Project, function: Function) -> bool:
    """Does the function request `anyio_backend`: itself, through its fixtures, autouse ones or `usefixtures`?"""
    seen: set[Function] = set()
    if function.fixture is None:
        if any(name.startswith("anyio_backend") for name in project.settings.usefixtures):
            return True
        if any(_requests_backend(project, f.function, seen) for f in autouse(project, function, function.facts)):
            return True
    return _requests_backend(project, function, seen)


def _requests_backend(project: Project, function: Function, seen: set[Function]) -> bool:
    if function in seen:
        return False
    seen.add(function)
    names = requested(project, function)
    if any(name.startswith("anyio_backend") for name in names):
        return True
    for name in names:
        fixture = find_fixture(project, name, function, function.facts)
        if fixture is not None and _requests_backend(project, fixture.function, seen):
            return True
    return False


def collection_hook(project: Project, facts: Facts) -> str | None:
    """A hook of the conftest chain or of a plugin module that may mark or run async tests itself."""
    unread = unread_conftest(project, facts)
    if unread is not None:
        return unread
    for holder, name, hook in hooks(project, facts, _COLLECTION_HOOKS):
        if hook is None or _speaks_of(project, hook, _STEPPING_IN, 2):
            return f"{name} in {holder.source.path}"
    return None


def unread_conftest(project: Project, facts: Facts) -> str | None:
    """A conftest.py of the chain that cannot be parsed, perhaps only by the Python that looplint runs on."""
    for path in project.conftest_paths(facts.file) if facts.file is not None else ():
        if project.facts_at(path) is None:
            return f"{os.path.relpath(path, project.root)} cannot be parsed"
    return None


def hooks(project: Project, facts: Facts, names: tuple[str, ...]) -> Iterator[tuple[Facts, str, Function | None]]:
    """The pytest hooks of these names in force for a file, each with where it is; None for one from outside.

    Methods count too: a plugin may be an object that a conftest.py registers.
    """
    if facts.file is None:
        return
    for holder in (*project.conftests(facts.file), *plugin_files(project, facts)):
        yield from ((holder, method.name, method) for method in holder.functions if method.cls and method.name in names)
        for name in names:
            if name in holder.scope(holder.tree).names or star_source(project, holder, name) is not None:
                found = inside(project, holder, holder.file, (name,))
                yield holder, name, found.function if found is not None else None


def _speaks_of(project: Project, hook: Function, words: tuple[str, ...], depth: int) -> bool:
    """Does the hook, or a project function that it calls, hold one of the words?"""
    start, end = hook.node.lineno, hook.node.end_lineno or hook.node.lineno
    text = "\n".join(hook.facts.source.line(row) for row in range(start, end + 1))
    if any(word in text for word in words):
        return True
    for node in hook.walk() if depth else ():
        if isinstance(node, ast.Call):
            called = project.definition(hook.facts.resolve(node.func), hook.facts)
            if called is not None and called.function and _speaks_of(project, called.function, words, depth - 1):
                return True
    return False
