"""Which tests get a fixture of pytest-playwright, and which asyncio tests run after them.

Everything is read from the tests themselves: an own fixture named `page`, a parametrized `page`, a mock handed in as
`page` are none of Playwright's. What cannot be told counts as no use.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.configured.root import find_root
from looplint.project.files import python_files
from looplint.project.running.fixtures import autouse, requested
from looplint.project.running.marks import marks_of
from looplint.project.running.usage import is_collected, reaching_tests
from looplint.project.running.who import Family, Who

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from looplint.model.definitions import Fixture, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

STARTS_FROM = {
    "playwright": (),
    "browser_type": ("playwright",),
    "launch_browser": ("browser_type",),
    "browser": ("launch_browser",),
    "browser_context_args": ("playwright",),
    "new_context": ("browser", "browser_context_args"),
    "context": ("new_context",),
    "page": ("context",),
}
"""The plugin's fixtures that start Playwright, and the fixtures through which they do (source of pytest-playwright)."""

_ASYNC_WORDS = (b"async",)
_REORDERS = re.compile(r"\.sort\(|sorted\(|items\[|\.reverse\(|\.insert\(")
_NOT_MARKED = re.compile(r"\bnot\s+(\w+)")
_RANDOM_ORDER = ("pytest-randomly", "pytest-random-order", "pytest-reorder")
_DEPTH = 8


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A test, and for browser tests the plugin's fixture that it gets."""

    function: Function
    fixture: str = ""

    @property
    def path(self) -> str:
        """The file as it is shown."""
        return self.function.facts.source.path

    @property
    def row(self) -> int:
        """The 1-based row of the def."""
        return self.function.node.lineno

    def __str__(self) -> str:
        return f"{self.function.qualname} ({self.path}:{self.row})"


@noted
def browser_tests(project: Project) -> tuple[Use, ...]:
    """The collected tests that get a fixture which starts Playwright, in the order of their files."""
    found = []
    for facts in _test_files(project):
        for function in facts.functions:
            if is_collected(project, function):
                name = _playwright_fixture(project, function, facts, _DEPTH)
                if name is not None:
                    found.append(Use(function, name))
    return tuple(found)


@noted
def asyncio_tests(project: Project) -> tuple[Use, ...]:
    """The collected tests that need a loop of their own: run by a plugin or unittest, or through `asyncio.run`."""
    found = []
    for facts in _test_files(project, _ASYNC_WORDS):
        blocking = {facts.function_of(call) for call in facts.calls_to("asyncio.run")}
        for function in facts.functions:
            if not (function.is_async or function in blocking) or not is_collected(project, function):
                continue
            if function.is_async and project.runner(function).who not in (Who.PYTEST_ASYNCIO, Who.ANYIO, Who.UNITTEST):
                continue
            found.append(Use(function))
    return tuple(found)


def broken_after(project: Project) -> tuple[Use, Use] | None:
    """A browser test, and an asyncio test that meets the loop it left running; None if none does in pytest's order."""
    first: dict[object, Use] = {}
    for use in browser_tests(project):
        session = session_of(project, use)
        if session is not None and (session not in first or order_of(use) < order_of(first[session])):
            first[session] = use
    if not first or _reordered(project, browser_tests(project)):
        return None
    shuffled = in_random_order(project)
    for test in asyncio_tests(project):
        before = first.get(session_of(project, test))
        if before is not None and (shuffled or order_of(test) >= order_of(before)):
            return before, test
    return None


def in_random_order(project: Project) -> bool:
    """Does a plugin shuffle the tests?"""
    return any(project.versions.declared(name) for name in _RANDOM_ORDER)


def broken_within(project: Project, fixture: Fixture) -> tuple[Use, Use] | None:
    """A test that gets a fixture which starts Playwright, and an asyncio test that runs before its scope ends.

    None if none does in pytest's order. A fixture for single tests, or for a package, says nothing here.
    """
    if fixture.scope not in ("class", "module", "session"):
        return None
    users = sorted((Use(test, fixture.name) for test in reaching_tests(project, fixture)), key=order_of)
    if not users or _reordered(project, users):
        return None
    shuffled = in_random_order(project)
    for test in asyncio_tests(project):
        for user in users:
            if _shares(project, fixture.scope, user, test) and (shuffled or order_of(test) >= order_of(user)):
                return user, test
    return None


def _shares(project: Project, scope: str, one: Use, other: Use) -> bool:
    """Are two tests run within the same instance of a fixture of that scope?"""
    if scope == "session":
        session = session_of(project, one)
        return session is not None and session == session_of(project, other)
    if one.function.facts.file != other.function.facts.file:
        return False
    return scope == "module" or (one.function.cls is not None and one.function.cls is other.function.cls)


def sync_api_imports(project: Project) -> list[tuple[str, int]]:
    """File and 1-based row of each import of `playwright.sync_api` in test code."""
    found = []
    for path in python_files(project.root):
        if project.is_test_code(path) and project.mentions(path, b"playwright.sync_api"):
            facts = project.facts_at(path)
            nodes = facts.nodes(ast.Import, ast.ImportFrom) if facts is not None else ()
            found += [
                (facts.source.path, node.lineno)
                for node in nodes
                if facts is not None
                and (
                    (isinstance(node, ast.ImportFrom) and node.module == "playwright.sync_api")
                    or (isinstance(node, ast.Import) and any(n.name == "playwright.sync_api" for n in node.names))
                )
            ]
    return found


def _test_files(project: Project, words: tuple[bytes, ...] = ()) -> Iterator[Facts]:
    """The test files that hold one of `words`; a test may get a page without naming it, so no words are all files."""
    for path in python_files(project.root):
        if path.name == "conftest.py" or not project.is_test_file(path):
            continue
        if not words or any(project.mentions(path, word) for word in words):
            facts = project.facts_at(path)
            if facts is not None:
                yield facts


def _playwright_fixture(project: Project, function: Function, facts: Facts, depth: int) -> str | None:
    """The name through which a test or fixture gets the plugin's Playwright, None where it does not."""
    if depth <= 0:
        return None
    names = asked_names(project, function)
    for name in names:
        if _starts_playwright(project, name, function, facts, depth):
            return name
    if function.fixture is None:
        for fixture in autouse(project, function, facts):
            if _playwright_fixture(project, fixture.function, fixture.function.facts, depth - 1):
                return fixture.name
    return None


def _starts_playwright(project: Project, name: str, asking: Function | None, facts: Facts, depth: int) -> bool:
    fixture = project.fixture(name, asking, facts)
    if fixture is not None:
        own: Fixture = fixture
        return _playwright_fixture(project, own.function, own.function.facts, depth - 1) is not None
    if name == "playwright":
        return True
    # Only the plugin's own fixtures remain; each of those it asks for may again be the project's.
    return any(_starts_playwright(project, through, None, facts, depth - 1) for through in STARTS_FROM.get(name, ()))


def asked_names(project: Project, function: Function) -> list[str]:
    """The fixtures that a def asks for by parameter, `usefixtures` or `getfixturevalue`; none where others fill in."""
    names = [*requested(project, function), *_looked_up(function)]
    if function.cls is not None and project.family(function.cls) is not Family.PYTEST:
        parameters: set[str] = set(function.parameters)
        return [name for name in names if name not in parameters]
    filled = _filled(function)
    return [] if filled is None else [name for name in names if name not in filled]


def _looked_up(function: Function) -> Iterator[str]:
    for node in function.walk():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "getfixturevalue":
            name = constant(node.args[0]) if node.args else None
            if isinstance(name, str):
                yield name


def _filled(function: Function) -> set[str] | None:
    """Parameters that get their value elsewhere (defaults, `parametrize`); None where decorators hand values in."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    filled = {parameter.arg for parameter in positional[len(positional) - len(arguments.defaults) :]}
    filled |= {p.arg for p, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default}
    decorators = [*function.decorators, *(function.cls.decorators if function.cls else ())]
    for decorator in decorators:
        name = decorator.name or ""
        if "patch" in name or name.startswith("hypothesis."):
            return None
        if name == "pytest.mark.parametrize" and decorator.call is not None and not decorator.keyword("indirect"):
            filled |= _parametrized(decorator.call)
    return filled


def _parametrized(call: ast.Call) -> set[str]:
    names = call.args[0] if call.args else None
    if isinstance(names, (ast.List, ast.Tuple)):
        return {str(constant(element)) for element in names.elts}
    return {name.strip() for name in str(constant(names)).split(",")}


def session_of(project: Project, use: Use) -> object:
    """What a test shares a run of pytest with; None where addopts leave it out."""
    path = use.function.facts.file
    settings = project.settings
    if path is None or any(path.is_relative_to(project.root / ignored) for ignored in _ignored(settings.addopts)):
        return None
    deselected = {name for word in settings.addopts for name in _NOT_MARKED.findall(word)}
    if deselected and any(mark in deselected for _, mark in marks_of(project, use.function)):
        return None
    inside = any(path.is_relative_to(project.root / folder) or path.match(folder) for folder in settings.testpaths)
    return find_root(path), inside


def _ignored(words: list[str]) -> Iterator[str]:
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in ("--ignore", "--ignore-glob"):
            following = words[index + 1] if index + 1 < len(words) else name
            yield (value if equals else following).rstrip("/*")


def order_of(use: Use) -> tuple[object, ...]:
    """pytest's order of collection: by names of directories and files, then by row."""
    path: Path | None = use.function.facts.file
    return (path.parts if path is not None else (), use.row)


def _reordered(project: Project, uses: Iterable[Use]) -> bool:
    """Whether a conftest.py puts tests into another order, which may be the remedy."""
    for use in uses:
        path = use.function.facts.file
        for conftest in project.conftests(path) if path is not None else ():
            hook = conftest.function("pytest_collection_modifyitems")
            if hook is not None and _REORDERS.search(ast.unparse(hook.node)):
                return True
    return False
