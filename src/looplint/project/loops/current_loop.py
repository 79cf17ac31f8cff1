"""Does sync code find a current event loop, or has something that ran before it left none?

Measured on pytest-asyncio 0.21 to 1.5, Python 3.11: `asyncio.run`, `Runner`, a test of IsolatedAsyncioTestCase and one
that anyio runs leave no current loop, on every version; up to 0.24 the next test of pytest-asyncio brings one back.
From 1.4 on its own async tests leave none either, once their loop ends. While a shared loop is alive, or the loop of
an async fixture of the very test, that is the current one.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import BindingKind
from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.code.blocking import blocking_runs
from looplint.project.code.helper_calls import is_certain
from looplint.project.code.parameters import parametrized
from looplint.project.code.patching import injecting_call
from looplint.project.files import python_files
from looplint.project.loops.loop_state import methods_around
from looplint.project.running.fixtures import autouse, plugin_files, requested
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import is_collected, reaching_tests
from looplint.project.running.who import Family, Who

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from looplint.model.definitions import Fixture, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

SINCE = ">=1.4"
"""The versions of pytest-asyncio whose async tests leave no current loop."""
_RESTORES = "<0.25"
"""The versions whose next async test brings a current loop back."""
_SHARED = ("module", "package", "session")
_SKIPS = ("skip", "skipif", "xfail")
_SETS = b"set_event_loop("
_POLICY = "set_event_loop_policy"
_FILES_AT_MOST = 40
_DEPTH = 6
_NAMES_WITHOUT_LOOP = """
    cache capfd capfdbinary caplog capsys capsysbinary doctest_namespace monkeypatch pytestconfig pytester
    record_property record_testsuite_property record_xml_attribute recwarn request subtests tmp_path tmp_path_factory
    tmpdir tmpdir_factory testdir benchmark class_mocker datadir db faker freezer httpserver httpx_mock mocker
    module_mocker requests_mock respx_mock session_mocker settings snapshot transactional_db worker_id
"""
_WITHOUT_LOOP = frozenset(_NAMES_WITHOUT_LOOP.split())
"""Fixtures of pytest and well-known plugins that set no event loop."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaver:
    """What leaves no current loop: a test, hook or fixture, and how that is said of its name ("the async test `{}`").

    `since` are the versions of pytest-asyncio on which it does ("": all); `certain` is whether it runs before, in the
    default order.
    """

    function: Function
    how: str
    since: str = ""
    certain: bool = True


# -- one call --------------------------------------------------------------------------------------------------------


def leaver_for(project: Project, function: Function, call: ast.Call) -> Leaver | None:
    """What leaves a sync test, hook or fixture without a current loop at `call`; None where it finds one, or may."""
    own = run_in(project, function, call.lineno)
    if own is not None:
        return own
    if function.fixture is not None:
        return _for_fixture(project, function, function.fixture, call)
    if function.hook is not None:
        return _for_hook(project, function)
    return None if may_get_a_loop(project, function) else run_for(project, function) or leaver_before(project, function)


def _for_fixture(project: Project, function: Function, fixture: Fixture, call: ast.Call) -> Leaver | None:
    if any(_gives_a_loop(project, name, function) for name in _asked(project, function)):
        return None
    tests = [test for test in reaching_tests(project, fixture) if not may_get_a_loop(project, test)]
    if any(call.lineno > node.lineno for node in function.yields):
        return _after(project, tests) if fixture.scope == "function" else None
    return _surest(leaver_before(project, test) for test in (tests if fixture.scope == "function" else tests[:1]))


def _for_hook(project: Project, hook: Function) -> Leaver | None:
    tests = in_order(project, hook.facts)
    if hook.cls is not None:
        methods = set(methods_around(project, hook.cls))
        tests = [test for test in tests if test in methods]
    tests = [test for test in tests if not may_get_a_loop(project, test)]
    once = hook.name in ("setup_class", "setUpClass", "setup_module")
    if hook.name.startswith(("teardown", "tearDown")):
        return _after(project, tests)
    return _surest(leaver_before(project, test) for test in (tests[:1] if once else tests))


def _after(project: Project, tests: list[Function]) -> Leaver | None:
    """What leaves no loop where one of these tests is torn down."""
    own = (left for test in tests if test.is_async and (left := leaves_none(project, test)) is not None)
    alone = (left for left in own if not left.since or project.runner(left.function).loop_scope == "function")
    return next(alone, None) or _surest(leaver_before(project, test) for test in tests if not test.is_async)


def _surest(found: Iterable[Leaver | None]) -> Leaver | None:
    left = [one for one in found if one is not None]
    return min(left, key=lambda one: (not one.certain, bool(one.since)), default=None)


def sets_a_loop(project: Project, facts: Facts) -> bool:
    """Does the file, a conftest.py above or a plugin module set a current loop, or in a fixture or test a policy?

    What they import from the project counts too: a helper, a base class, sync code that sets a loop of its own.
    """
    near = [facts, *plugin_files(project, facts)]
    if facts.file is not None:
        near += project.conftests(facts.file)
    return any(_sets(seen) for seen in near) or any(_imports_what_sets(project, seen) for seen in near)


def _sets(facts: Facts) -> bool:
    if _SETS in facts.source.raw:
        return True
    if b"set_event_loop_policy(" not in facts.source.raw:
        return False
    policies = (call for call in facts.calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == _POLICY)
    return any(facts.function_of(policy) is not None for policy in policies)


def _imports_what_sets(project: Project, facts: Facts) -> bool:
    scope = facts.scope(facts.tree)
    targets = [b.target for bindings in scope.names.values() for b in bindings if b.kind is BindingKind.IMPORT]
    for target in (*targets, *scope.stars):
        located = project.locate(facts.absolute(target or ""), facts.file)
        if located is not None and project.mentions(located[0], _SETS):
            return True
    return False


# -- what ran before -------------------------------------------------------------------------------------------------


def in_order(project: Project, facts: Facts) -> list[Function]:
    """The tests of a file in the order in which pytest runs them: by row, those of a TestCase by name."""
    return sorted((f for f in facts.functions if is_collected(project, f)), key=lambda f: _place(project, f))


def _place(project: Project, test: Function) -> tuple[int, str, int]:
    row, cls = test.node.lineno, test.cls
    while cls is not None:
        row, cls = cls.node.lineno, cls.cls
    is_unit = test.cls is not None and project.family(test.cls) in (Family.TESTCASE, Family.ISOLATED)
    return row, test.name if is_unit else "", test.node.lineno


def leaver_before(project: Project, test: Function) -> Leaver | None:
    """What leaves a test without a current loop: nearest first, in its file and then in other files; None: nothing.

    None as well while a shared loop may be alive.
    """
    if project.settings.test_loop_scope.value != "function":
        return None
    tests = in_order(project, test.facts)
    before = tests[: tests.index(test)] if test in tests else []
    found: Leaver | None = None
    for earlier in reversed(before):
        if _keeps_a_loop(project, earlier, test):
            return None
        left = leaves_none(project, earlier)
        if left is not None and (found is None or _still_counts(project, left)):
            found = left
            if not left.since:
                return left
    if found is None:
        found = _in_other_files(project, test.facts)
    later = (leaves_none(project, other) for other in tests[len(before) + 1 :]) if found is None else ()
    late = next((left for left in later if left is not None and left.since), None)
    return found if late is None else Leaver(late.function, late.how, late.since, certain=False)


def _still_counts(project: Project, left: Leaver) -> bool:
    """Is a run before an async test still what leaves no loop: does the async test bring none back?"""
    return not left.since and project.must_be("pytest-asyncio", f">{_RESTORES[1:]}")


def _keeps_a_loop(project: Project, earlier: Function, test: Function) -> bool:
    """Is the loop of an earlier async test shared, and still alive (or not known) when the test runs?"""
    if not earlier.is_async:
        return False
    runner = project.runner(earlier)
    if runner.who is not Who.PYTEST_ASYNCIO:
        return False
    scope = runner.loop_scope
    return (
        scope is None or scope in _SHARED or (scope == "class" and earlier.cls is not None and earlier.cls is test.cls)
    )


def leaves_none(project: Project, test: Function) -> Leaver | None:
    """Does a test leave no current loop when it is done, in itself or by its runner?"""
    if any(mark in _SKIPS for _, mark in marks_of(project, test)):
        return None
    if not test.is_async:
        return run_in(project, test)
    runner = project.runner(test)
    if runner.who is Who.PYTEST_ASYNCIO:
        return Leaver(test, "the async test `{}`", SINCE)
    if runner.who is Who.ANYIO:
        return Leaver(test, "`{}`, which anyio runs,")
    brings_one = project.settings.asyncio_mode.value != "strict" and project.may_be("pytest-asyncio", "<0.23")
    if runner.who is Who.UNITTEST and not brings_one:
        return Leaver(test, "`{}` of an IsolatedAsyncioTestCase")
    return None


def run_in(project: Project, function: Function, before_row: int | None = None) -> Leaver | None:
    """The `asyncio.run` that a sync function surely makes, above a row if one is given."""
    for run in blocking_runs(project, function.facts):
        if run.replaces_loop and function.facts.function_of(run.call) is function:
            in_time = before_row is None or run.call.lineno < before_row
            if in_time and is_certain(function.facts, run.call, function):
                return Leaver(function, f"`{run.shown}` in `{{}}`")
    return None


def run_for(project: Project, test: Function) -> Leaver | None:
    """The `asyncio.run` in a setup hook of the test's class or file, or in a sync fixture of the file, for the test."""
    hooks = [f for f in test.facts.functions if f.cls is None and f.hook in ("setup_module", "setup_function")]
    if test.cls is not None:
        methods = methods_around(project, test.cls)
        hooks = [f for f in hooks if f.hook == "setup_module"]
        hooks += [f for f in methods if f.hook in ("setup_method", "setUp", "setup_class", "setUpClass")]
    for name in requested(project, test):
        fixture = project.fixture(name, test, test.facts)
        if fixture is not None and not fixture.function.is_async and fixture.function.facts is test.facts:
            hooks.append(fixture.function)
    for hook in hooks:
        row = min((node.lineno for node in hook.yields), default=None)
        found = run_in(project, hook, row) if not hook.is_async else None
        if found is not None:
            return found
    return None


# -- other files -----------------------------------------------------------------------------------------------------


def _in_other_files(project: Project, facts: Facts) -> Leaver | None:
    """An async test of another file of the same session; one that runs before if there is one."""
    if facts.file is None:
        return None
    own = facts.file.parts
    files = [
        path for path in _async_files(project) if path != facts.file and _in_one_session(project, path, facts.file)
    ]
    earlier = [path for path in files if path.parts < own]
    for path in [*earlier, *(path for path in files if path.parts > own)][:_FILES_AT_MOST]:
        found = _async_test_of(project, path)
        if found is not None:
            return Leaver(found, "the async test `{}`", SINCE, certain=path.parts < own)
    return None


@noted
def _async_files(project: Project) -> tuple[Path, ...]:
    """The test files that mention async tests, in pytest's order."""
    files = (path for path in python_files(project.root) if path.name != "conftest.py" and project.is_test_file(path))
    return tuple(sorted((path for path in files if project.mentions(path, b"async def test")), key=lambda p: p.parts))


def _in_one_session(project: Project, path: Path, other: Path) -> bool:
    tops = [project.pytest_directory / top for top in project.settings.testpaths]
    return any(path.is_relative_to(top) for top in tops) == any(other.is_relative_to(top) for top in tops)


@noted
def _async_test_of(project: Project, path: Path) -> Function | None:
    """A test of a file that pytest-asyncio runs on a loop of its own."""
    facts = project.facts_at(path)
    for test in facts.functions if facts is not None else ():
        if test.is_async and is_collected(project, test):
            runner = project.runner(test)
            left = leaves_none(project, test) if runner.loop_scope == "function" else None
            if left is not None and left.since:
                return test
    return None


# -- what gives a loop -----------------------------------------------------------------------------------------------


def may_get_a_loop(project: Project, test: Function) -> bool:
    """May a fixture of the test, or one that looplint cannot see into, make a loop the current one for it?"""
    if any(_gives_a_loop(project, name, test) for name in project.settings.usefixtures):
        return True
    if any(_is_loop_giver(project, f.function, _DEPTH) for f in autouse(project, test, test.facts)):
        return True
    return any(_gives_a_loop(project, name, test) for name in _asked(project, test))


def _asked(project: Project, function: Function) -> Iterator[str]:
    """The fixtures that a test or fixture asks for, parameters that something else fills left out."""
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        return
    a = function.node.args
    optional = {p.arg for p in [*a.posonlyargs, *a.args][len(a.posonlyargs) + len(a.args) - len(a.defaults) :]}
    filled = parametrized(function) | optional
    for name in requested(project, function):
        if name not in filled and injecting_call(function, name) is None:
            yield name


def _gives_a_loop(project: Project, name: str, asking: Function, depth: int = _DEPTH) -> bool:
    fixture = project.fixture(name, asking, asking.facts)
    if fixture is None:
        return name not in _WITHOUT_LOOP
    return _is_loop_giver(project, fixture.function, depth)


def _is_loop_giver(project: Project, function: Function, depth: int) -> bool:
    """Is it an async fixture, one of pytest_asyncio, one that uses `getfixturevalue`, or does it get one of those?"""
    fixture = function.fixture
    if function.is_async or fixture is None or not fixture.plain or depth <= 0:
        return True
    if any(isinstance(node, ast.Attribute) and node.attr == "getfixturevalue" for node in function.walk()):
        return True
    return any(_gives_a_loop(project, name, function, depth - 1) for name in _asked(project, function))


def sets_no_loop(project: Project, test: Function, name: str) -> bool:
    """Does a parameter of a test surely come from something that knows no event loop?"""
    if name not in set(_asked(project, test)):
        return True
    fixture = project.fixture(name, test, test.facts)
    if fixture is None:
        return name in _WITHOUT_LOOP
    function = fixture.function
    words = {node.attr for node in function.walk() if isinstance(node, ast.Attribute)} | {
        node.id for node in function.walk() if isinstance(node, ast.Name)
    }
    if function.is_async or not fixture.plain or any("loop" in word or word in ("asyncio", "run") for word in words):
        return False
    return all(sets_no_loop(project, function, asked) for asked in _asked(project, function))
