"""Where a fixture named `event_loop` may come from, besides pytest-asyncio before 1.0, which had one.

From 1.0 on the name is free: a project or another plugin may define it as an ordinary fixture (run on 0.21 to 1.5).
The same is asked of `loop`, which pytest-aiohttp had before 1.1.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge.pytest_plugins import WITHOUT_EVENT_LOOP
from looplint.model.definitions import constant
from looplint.project.configured.declared import canonical
from looplint.project.configured.root import governing_directories, read_bytes
from looplint.project.files import python_files
from looplint.project.running.fixtures import plugin_files, plugin_modules
from looplint.project.running.runner import hooks, unread_conftest
from looplint.project.running.who import Family

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

NAME = "event_loop"
_BRINGING = frozenset({"guillotina", "alt-pytest-asyncio", "nonebug"})
"""Other distributions of which a plugin may have the fixture."""
_HARMLESS_MODULES = frozenset({"asyncio", "pytester", "xdist", "anyio", "randomly", "mock", "cov", "pytest", "_pytest"})
_GENERATOR = "pytest_generate_tests"
_BUILDERS = ("pyproject.toml", "setup.cfg", "setup.py")


def may_see(project: Project, facts: Facts, name: str = NAME) -> bool:
    """May any test or fixture of a file get a fixture of that name from the file, its conftest chain or a plugin?

    Those that a class of the file defines are not meant; `may_get` knows them.
    """
    if project.fixture(name, None, facts) is not None or unread_conftest(project, facts) is not None:
        return True
    if _plugin_may_bring_one(project, facts, name):
        return True
    chain = list(_chain(project, facts))
    if any(_may_define(project, holder, name, own=holder is facts) for holder in chain):
        return True
    return _is_generated(project, facts, name)


def may_get(project: Project, function: Function, name: str = NAME) -> bool:
    """May a test or fixture get one from its classes or, if files below can see the fixture, from one of those?"""
    facts = function.facts
    if function.cls is not None:
        if project.family(function.cls) is Family.UNKNOWN:
            return True
        return any(other.cls is not None and _is_named(other, name) for other in facts.functions)
    file = facts.file
    if function.fixture is None or file is None or (project.is_test_file(file) and file.name != "conftest.py"):
        return False
    return _is_defined_below(project, file.parent if file.name == "conftest.py" else project.root, name)


def _chain(project: Project, facts: Facts) -> Iterator[Facts]:
    yield facts
    if facts.file is not None:
        yield from (conftest for conftest in project.conftests(facts.file) if conftest is not facts)
    yield from plugin_files(project, facts)


def _is_named(function: Function, name: str) -> bool:
    return function.fixture is not None and function.fixture.name == name


def _may_define(project: Project, holder: Facts, name: str, *, own: bool) -> bool:
    """May a file define or import the fixture in a way that is not read: a bound name, an object, a star import?"""
    scope = holder.scope(holder.tree)
    if name in scope.names or any(_is_named(f, name) for f in holder.functions if not (own and f.cls is not None)):
        return True
    if any(project.locate(holder.absolute(star), holder.file) is None for star in scope.stars):
        return True
    return any(not _is_literal(binding.value) for binding in scope.names.get("pytest_plugins", ()))


def _is_literal(node: ast.expr | None) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(isinstance(constant(element), str) for element in node.elts)
    return isinstance(constant(node), str)


def _plugin_may_bring_one(project: Project, facts: Facts, wanted: str) -> bool:
    """May an installed plugin, one that the files name, or the project's own one define it?"""
    for name in project.versions.names:
        if name in _BRINGING or ("pytest" in name and name not in WITHOUT_EVENT_LOOP):
            return True
    named = [name for holder in _chain(project, facts) for name in plugin_modules(holder)]
    for name in (*named, *project.plugins):
        first = name.partition(".")[0]
        known = first in _HARMLESS_MODULES or canonical(first) in WITHOUT_EVENT_LOOP
        if not known and project.locate(name, facts.file) is None:
            return True
    return _is_a_plugin(project) and _is_defined_below(project, project.root, wanted)


def _is_a_plugin(project: Project) -> bool:
    """Does the project, or the workspace around it, register a pytest plugin of its own?"""
    directories = governing_directories(project.root)
    return any(b"pytest11" in read_bytes(directory / name) for directory in directories for name in _BUILDERS)


def _is_generated(project: Project, facts: Facts, name: str) -> bool:
    """Is the parameter perhaps filled by `pytest_generate_tests`?"""
    own = [function for function in facts.functions if function.name == _GENERATOR]
    for hook in (*own, *(hook for _, _, hook in hooks(project, facts, (_GENERATOR,)))):
        if hook is None or any(constant(node) == name for node in ast.walk(hook.node) if isinstance(node, ast.expr)):
            return True
    return False


def _is_defined_below(project: Project, directory: Path, name: str) -> bool:
    """Does any file below a directory define the fixture?"""
    for path in python_files(directory):
        facts = project.facts_at(path) if project.mentions(path, name.encode()) else None
        if facts is not None and any(_is_named(function, name) for function in facts.functions):
            return True
    return False
