"""Sync code that pytest or unittest certainly calls while no event loop is running.

Sync tests, sync fixtures and sync hooks of every kind run outside of the loop: also those of async tests, of tests
marked for asyncio, and of IsolatedAsyncioTestCase (run on pytest-asyncio 0.21 to 1.5, Python 3.10 to 3.13). What may
change that: a decorator, a base class or hook with a runner of its own, plugins that call everything in their loop, a
fixture that a coroutine asks for by `getfixturevalue`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import MODULE_HOOKS
from looplint.project.files import python_files
from looplint.project.running.marks import marks_of
from looplint.project.running.runner import hooks, keeps_what_it_decorates, unread_conftest, wrapped_class
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family

if TYPE_CHECKING:
    from looplint.model.definitions import Decorator, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_RUN_ALL_IN_THEIR_LOOP = (
    "alt-pytest-asyncio",
    "pytest-asyncio-cooperative",
    "pytest-playwright",
    "pytest-sanic",
    "pytest-tornado",
    "pytest-trio",
    "pytest-twisted",
)
"""Plugins under which a loop may be running, or marked as running, in sync tests or fixtures."""
_MARK_AS_RUNNING = (b"_set_running_loop", b"sync_playwright", b"qasync")
_HOOKS = (
    "pytest_fixture_setup",
    "pytest_pyfunc_call",
    "pytest_runtest_call",
    "pytest_runtest_protocol",
    "pytest_runtest_setup",
    "pytest_runtestloop",
)
_SKIPS = ("skip", "xfail")


def loopless_kind(project: Project, function: Function) -> str | None:
    """What a sync def is that surely runs without a loop: "sync test", "sync hook", "sync fixture"; None if unsure."""
    kind = _kind(project, function)
    if kind is None or not all(_is_harmless(project, function, d) for d in function.decorators):
        return None
    if function.cls is not None and wrapped_class(project, function) is not None:
        return None
    return None if loop_may_run(project, function.facts) else kind


def _kind(project: Project, function: Function) -> str | None:
    if function.is_async or function.outer is not None:
        return None
    family = project.family(function.cls) if function.cls is not None else Family.PYTEST
    if function.fixture is not None:
        ordinary = family is Family.PYTEST and function.fixture.name != "event_loop"
        return "sync fixture" if ordinary and not _asked_for_by_value(project, function) else None
    if function.hook is not None:
        return "sync hook" if _is_called_hook(project, function, family) else None
    if function.is_generator or not is_collected(project, function) or _is_script(function):
        return None
    skipped = any(mark in _SKIPS for _, mark in marks_of(project, function))
    known = family in (Family.PYTEST, Family.TESTCASE, Family.ISOLATED)
    return "sync test" if known and not skipped else None


def _is_called_hook(project: Project, function: Function, family: Family) -> bool:
    """Does pytest or unittest call the hook? pytest calls its own ones in a TestCase too."""
    if function.cls is None:
        file = function.facts.file
        return (
            function.name in MODULE_HOOKS
            and project.is_test_file(file)
            and file is not None
            and file.name != "conftest.py"
        )
    if family in (Family.TESTCASE, Family.ISOLATED):
        return not function.name.startswith("async")
    return (
        family is Family.PYTEST
        and function.name.startswith(("setup_", "teardown_"))
        and project.leads_to_tests(function.cls)
    )


def _is_script(function: Function) -> bool:
    """Does the file use the test by name, perhaps in a coroutine?"""
    return function.cls is None and function.name in function.facts.loaded_names


def _is_harmless(project: Project, function: Function, decorator: Decorator) -> bool:
    if function.fixture is not None and decorator is function.fixture.decorator:
        return True
    return (decorator.name or "").startswith("hypothesis.") or keeps_what_it_decorates(
        project, function.facts, decorator
    )


def _asked_for_by_value(project: Project, function: Function) -> bool:
    """May a coroutine ask for the fixture by `getfixturevalue`, so that it is set up while the loop runs?"""
    assert function.fixture is not None
    file = function.facts.file
    own = function.facts.source.raw
    if b"getfixturevalue" in own:
        return True
    if file is None or (project.is_test_file(file) and file.name != "conftest.py"):
        return False
    top = file.parent if file.name == "conftest.py" else project.root
    return any(
        project.mentions(path, b"getfixturevalue") and project.mentions(path, function.fixture.name.encode())
        for path in python_files(top)
    )


def loop_may_run(project: Project, facts: Facts) -> bool:
    """May a plugin, a hook or a fixture nearby run everything in a loop?"""
    if any(project.versions.declared(name) for name in _RUN_ALL_IN_THEIR_LOOP):
        return True
    if facts.file is None:
        return any(word in facts.source.raw for word in _MARK_AS_RUNNING)
    if unread_conftest(project, facts) is not None:
        return True
    near = (facts, *project.conftests(facts.file))
    if any(word in seen.source.raw for seen in near for word in _MARK_AS_RUNNING):
        return True
    return any(hook is None or _speaks_of_loops(hook) for _, _, hook in hooks(project, facts, _HOOKS))


def _speaks_of_loops(hook: Function) -> bool:
    names = {getattr(node, "id", None) or getattr(node, "attr", "") for node in ast.walk(hook.node)}
    return any("asyncio" in name or "loop" in name or "anyio" in name for name in names if name)
