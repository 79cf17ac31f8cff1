"""Who asks for a fixture: the tests and fixtures that reach it by name, over the files that can see it."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Colour, Decorator, Fixture, Function, constant
from looplint.model.nodes import below
from looplint.project.asked import noted
from looplint.project.code.definitions import mro
from looplint.project.files import python_files
from looplint.project.running.fixtures import requested
from looplint.project.running.marks import enclosing_classes, marks_of
from looplint.project.running.other_runners import foreign_plugin
from looplint.project.running.runner import hooks, unread_conftest, uses_anyio_backend
from looplint.project.running.who import Family, Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_CONSUMERS = frozenset(
    {
        "builtins.anext", "builtins.aiter", "asyncio.run", "asyncio.wait_for", "asyncio.gather", "asyncio.create_task",
        "asyncio.ensure_future", "asyncio.shield", "contextlib.aclosing",
    }
)  # fmt: skip
"""What takes a coroutine or async generator as its first argument."""


def seeing_files(project: Project, fixture: Fixture) -> Iterator[Facts]:
    """The files whose code may ask for a fixture: its own; for conftest.py and fixture modules the tests below too."""
    own = fixture.function.facts
    yield own
    file = own.file
    if file is None or fixture.function.cls is not None:
        return
    top = file.parent if file.name == "conftest.py" else None
    if top is None and project.is_test_file(file):
        return
    for path in python_files(top or project.root):
        if path != file and project.is_test_file(path) and project.mentions(path, fixture.name.encode()):
            facts = project.facts_at(path)
            if facts is not None:
                yield facts


def is_collected(project: Project, function: Function) -> bool:
    """Would pytest or unittest collect the def as a test?

    By `python_files`, `python_classes` and `python_functions`; in a TestCase, whatever its name, by the prefix "test";
    never in conftest.py, in a file that pytest passes by, in a class with a constructor, in an abstract one or under
    `__test__ = False`.
    """
    file = function.facts.file
    if function.outer is not None or function.fixture is not None or not project.is_test_file(file):
        return False
    if project.is_passed_by(function.facts):
        return False
    if file is not None and file.name == "conftest.py":
        return False
    cls = function.cls
    if cls is not None and project.family(cls) in (Family.TESTCASE, Family.ISOLATED):
        return function.name.startswith("test")
    if not _named(function.name, project.settings.python_functions) or _refused(function.facts):
        return False
    return all(
        _named(cls.name, project.settings.python_classes) and not _uncollected(project, cls)
        for cls in enclosing_classes(function)
    )


def _refused(facts: Facts) -> bool:
    """Does the module say `__test__ = False`?"""
    bindings = facts.scope(facts.tree).names.get("__test__", ())
    return any(constant(binding.value) is False for binding in bindings)


def _uncollected(project: Project, cls: Class) -> bool:
    """Does the class, or a base of the project, say that pytest passes it by?"""
    owners = [owner for owner in mro(project, cls) if owner is not None]
    said = next((owner.attributes["__test__"] for owner in owners if "__test__" in owner.attributes), None)
    if constant(said) is False or any({"__init__", "__new__"} & owner.methods.keys() for owner in owners):
        return True
    nearest: dict[str, Function] = {}
    for owner in owners:
        for name, method in owner.methods.items():
            nearest.setdefault(name, method)
    return any(method.decorated("abc.abstractmethod") for method in nearest.values())


def is_test_class(project: Project, cls: Class) -> bool:
    """Does pytest collect the class by its name?"""
    return _named(cls.name, project.settings.python_classes) and project.is_test_file(cls.facts.file)


def subclasses_in_file(project: Project, cls: Class) -> Iterator[Class]:
    """The class itself and those of its file that derive from it."""
    yield from _derived(cls.facts, project)[cls]


@noted
def _derived(facts: Facts, project: Project) -> dict[Class, list[Class]]:
    """For each class of a file itself and those of the file that derive from it, in source order."""
    found: dict[Class, list[Class]] = {}
    for cls in facts.classes:
        for base in mro(project, cls):
            if base is not None and base.facts is facts:
                found.setdefault(base, []).append(cls)
    return found


def called_on_self(project: Project, cls: Class, name: str) -> bool:
    """Does a method of the class or its project bases use `self.name`, other than by a call that it throws away?"""
    for owner in mro(project, cls):
        for method in owner.methods.values() if owner is not None else ():
            receiver = method.parameters[0] if method.parameters else ""
            nodes = (n for n in below(method.node) if isinstance(n, ast.Attribute) and n.attr == name)
            if any(_is_name(node.value, receiver) and not _thrown_away(method.facts, node) for node in nodes):
                return True
    return False


def _thrown_away(facts: Facts, node: ast.expr) -> bool:
    """Is the node called, and the result dropped?"""
    call = facts.parent(node)
    return isinstance(call, ast.Call) and call.func is node and isinstance(facts.parent(call), ast.Expr)


def leads_to_tests(project: Project, cls: Class) -> bool:
    """Is the class collected by pytest, or one of its file that derives from it?"""
    return any(is_test_class(project, other) for other in subclasses_in_file(project, cls))


def async_tests_of(project: Project, cls: Class) -> Iterator[Function]:
    """The async tests of a class and of its subclasses in the file."""
    for other in subclasses_in_file(project, cls):
        yield from (m for m in other.methods.values() if m.is_async and is_collected(project, m))


def _named(name: str, patterns: list[str]) -> bool:
    """pytest's rule: a pattern without wildcard is a prefix."""
    return any(fnmatchcase(name, p) if set(p) & set("*?[") else name.startswith(p) for p in patterns)


def direct_users(project: Project, fixture: Fixture) -> Iterator[Function]:
    """The tests and fixtures that name the fixture as a parameter or in `usefixtures`, and really get this one."""
    for facts in seeing_files(project, fixture):
        for function in facts.functions:
            if function is fixture.function or fixture.name not in requested(project, function):
                continue
            if function.fixture is None and not is_collected(project, function):
                continue
            found = project.fixture(fixture.name, function, facts)
            if found is not None and found.function.node is fixture.function.node:
                yield function


def reaching_tests(project: Project, fixture: Fixture, depth: int = 5) -> Iterator[Function]:
    """The tests that get the fixture, directly or through other fixtures, or because it is autouse."""
    seen: set[Function] = set()

    def walk(wanted: Fixture, left: int) -> Iterator[Function]:
        for user in direct_users(project, wanted):
            if user in seen:
                continue
            seen.add(user)
            if user.fixture is None:
                yield user
            elif left:
                yield from walk(user.fixture, left - 1)

    if fixture.autouse:
        for function in fixture.function.facts.functions:
            if is_collected(project, function) and _in_reach(project, fixture, function):
                seen.add(function)
                yield function
    yield from walk(fixture, depth)


def _in_reach(project: Project, fixture: Fixture, test: Function) -> bool:
    """Is an autouse fixture of the test's file in force for it: of the module, its class, a base, a class around?"""
    cls = fixture.function.cls
    return cls is None or any(owner is cls for around in enclosing_classes(test) for owner in mro(project, around))


def handled_by_another(project: Project, fixture: Fixture) -> bool:
    """May a runner other than pytest-asyncio set up this plain async fixture for every test that gets it?

    anyio sets up async fixtures of the tests that use `anyio_backend` (its pytest plugin, `pytest_fixture_setup`).
    """
    if uses_anyio_backend(project, fixture.function):
        return True
    others = False
    for test in reaching_tests(project, fixture):
        who = project.runner(test).who if test.is_async else Who.NOBODY
        if not test.is_async and uses_anyio_backend(project, test):
            who = Who.ANYIO
        if who in (Who.PYTEST_ASYNCIO, Who.NOBODY):
            return False
        others = True
    return others or _anyio_nearby(project, fixture)


def _anyio_nearby(project: Project, fixture: Fixture) -> bool:
    """Nobody visible asks for the fixture: does anything that could speak of anyio?"""
    file = fixture.function.facts.file
    if file is None:
        return "anyio" in fixture.function.facts.source.text
    if project.is_test_file(file) and file.name != "conftest.py":
        return project.mentions(file, b"anyio")
    return any(project.mentions(path, b"anyio") for path in python_files(file.parent) if project.is_test_file(path))


def hooks_fixtures(project: Project, facts: Facts) -> bool:
    """May a conftest.py of the chain or a plugin module set fixtures up itself (`pytest_fixture_setup`)?"""
    return unread_conftest(project, facts) is not None or any(
        True for _ in hooks(project, facts, ("pytest_fixture_setup",))
    )


def consumed_raw(project: Project, fixture: Fixture) -> bool:
    """Do users know that they get a coroutine or async generator, and await or iterate it themselves?"""
    return any(_consumes(user, fixture.name) for user in direct_users(project, fixture))


def _consumes(user: Function, name: str) -> bool:
    for node in user.walk():
        if isinstance(node, (ast.AsyncFor, ast.comprehension)) and _is_name(node.iter, name):
            return True
        if isinstance(node, ast.Await) and _is_name(node.value, name):
            return True
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("__anext__", "asend", "aclose")
            and _is_name(node.value, name)
        ):
            return True
        if isinstance(node, ast.Call) and node.args and _is_name(node.args[0], name):
            called = user.facts.resolve(node.func) or ""
            if called in _CONSUMERS:
                return True
            if called.endswith("run_until_complete") or getattr(node.func, "attr", "") == "run_until_complete":
                return True
    return False


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def unhandled_fixtures(project: Project, facts: Facts, colour: Colour) -> Iterator[Fixture]:
    """The plain `pytest.fixture`s of a colour in a file that no runner sets up, in strict mode."""
    if project.settings.asyncio_mode.value != "strict":
        return
    for function in facts.functions:
        fixture = function.fixture
        if fixture is None or not fixture.plain or function.colour is not colour or function.outer is not None:
            continue
        if all(d is fixture.decorator or _is_mark(d) for d in function.decorators) and _nobody_runs(project, fixture):
            yield fixture


def _is_mark(decorator: Decorator) -> bool:
    return (decorator.name or "").startswith("pytest.mark.")


def _nobody_runs(project: Project, fixture: Fixture) -> bool:
    facts = fixture.function.facts
    return (
        project.is_test_code(facts.file)
        and project.other_runner is None
        and foreign_plugin(project, facts) is None
        and not hooks_fixtures(project, facts)
        and not handled_by_another(project, fixture)
    )


def tests_run_by_nobody(project: Project, facts: Facts) -> Iterator[Function]:
    """The async pytest tests of a file that are collected and that no runner of the project takes.

    Those of a plain TestCase are left out (unittest collects them and calls them without awaiting), so are skipped
    ones, async generators, and functions that the file calls by name: scripts with test-like names.
    """
    if project.settings.asyncio_mode.value != "strict" or not _in_testpaths(project, facts):
        return
    for function in facts.functions:
        if not (function.is_async and is_collected(project, function) and is_meant_for_pytest(project, function)):
            continue
        if project.runner(function).who is Who.NOBODY:
            yield function


def is_meant_for_pytest(project: Project, function: Function) -> bool:
    """Is a collected async def really a test of pytest: no generator, not skipped, no script with a test-like name?"""
    if function.is_generator or (function.cls is not None and project.family(function.cls) is not Family.PYTEST):
        return False
    facts = function.facts
    return _in_testpaths(project, facts) and not _is_skipped(project, function) and not _is_called(facts, function)


def _is_skipped(project: Project, function: Function) -> bool:
    classes = enclosing_classes(function)
    decorators = [*function.decorators, *(decorator for cls in classes for decorator in cls.decorators)]
    return any(decorator.name == "unittest.skip" for decorator in decorators) or any(
        mark == "skip" for _, mark in marks_of(project, function)
    )


def _in_testpaths(project: Project, facts: Facts) -> bool:
    paths = project.settings.testpaths
    if not paths or facts.file is None:
        return True
    base = project.settings.config_file.parent if project.settings.config_file else project.root
    return any(facts.file.is_relative_to(base / path) or any(c in path for c in "*?[") for path in paths)


def _is_called(facts: Facts, function: Function) -> bool:
    """Does the file use the function by name, as a script would?"""
    if function.cls is not None or function.name not in facts.loaded_names:
        return False
    uses_pytest = any(
        (b.target or "").startswith("pytest") for bs in facts.scope(facts.tree).names.values() for b in bs
    )
    loads = (n for n in facts.nodes(ast.Name) if n.id == function.name and isinstance(n.ctx, ast.Load))
    return any(not (uses_pytest and _in_main_guard(facts, node)) for node in loads)


def _in_main_guard(facts: Facts, node: ast.AST) -> bool:
    """Is the node under `if __name__ == "__main__"`?"""
    tests = (up.test for up in facts.parents(node) if isinstance(up, ast.If))
    return any(isinstance(inner, ast.Name) and inner.id == "__name__" for test in tests for inner in below(test))
