"""Project: everything outside a file that a rule may ask."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from looplint.model.facts import Facts
from looplint.model.module import Module
from looplint.model.source import MAX_BYTES, Source, SourceError
from looplint.project import asked, files
from looplint.project.asked import Answer, remember, remembered
from looplint.project.code import colour_calls, colour_index, colours, definitions, infer
from looplint.project.code.defined_names import ColourIndex
from looplint.project.code.infer import DEPTH
from looplint.project.code.modules import ModuleFinder
from looplint.project.code.self_assignments import Assigned, self_assignments
from looplint.project.configured.requirements import Versions
from looplint.project.configured.root import find_root, forget_roots, governing_directories
from looplint.project.configured.settings import Settings, read_settings
from looplint.project.contents import Contents
from looplint.project.running import async_fixtures, collection, fixtures, other_runners, runner, usage

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.definitions import Class, Colour, Fixture, Function
    from looplint.project.code.coloured import Coloured
    from looplint.project.code.values import PatcherValue, Value
    from looplint.project.running.who import Family, Runner


class Project:
    """One project root with its settings, versions and files; every answer is computed once, on demand.

    Nothing is imported or run; a file that cannot be read or parsed is one that says nothing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        files.begin(root)
        self.notes: dict[Any, Any] = {}
        """Answers that concern the whole project, each with what it rests on (`asked.noted`)."""
        self._facts: dict[Path, Facts | None] = {}
        self._asked: set[Path] = set()
        self._contents = Contents(self._facts)
        self._names: dict[Path, Answer[tuple[str, bool]]] = {}
        self._conftests: dict[str, Answer[tuple[Path, ...]]] = {}
        self._runners: dict[Function, Answer[Runner]] = {}
        self._assignments: dict[Class, dict[str, list[Assigned]]] = {}
        self._fixtures: dict[Facts, Answer[tuple[tuple[str, Fixture], ...]]] = {}
        self._families: dict[Class, Answer[Family]] = {}
        self._passed_by: dict[Facts, Answer[bool]] = {}
        self._test_code: dict[Path, Answer[bool]] = {}
        self._test_files: dict[Path, Answer[bool]] = {}
        self.imports: dict[Facts, Answer[tuple[Path, ...]]] = {}
        """Project files that a file imports, found on demand."""

    @staticmethod
    def for_path(path: Path) -> Project:
        """The project that governs a file or directory (one object per root and process)."""
        return _projects.at(_own_root(path))

    def give_up(self) -> None:
        """Let go of all files, because nobody will ask this object again."""
        for facts in self._facts.values():
            if facts is not None:
                facts.give_up()
        self._facts.clear()

    @property
    def size(self) -> int:
        """Bytes of source of which it holds the facts."""
        return sum(len(facts.source.raw) for facts in self._facts.values() if facts is not None)

    # -- configuration -----------------------------------------------------------------------------------------------

    @remembered
    def versions(self) -> Versions:
        """What is declared, allowed and locked."""
        return Versions(self.root)

    @remembered
    def settings(self) -> Settings:
        """The pytest settings in force, each with its origin."""
        return read_settings(self.root, self.versions)

    def may_be(self, name: str, specifier: str) -> bool:
        """May the version in force of a distribution be in a PEP 440 range?"""
        return self.versions.may_be(name, specifier)

    def must_be(self, name: str, specifier: str) -> bool:
        """Is every version of a distribution that may be in force in a PEP 440 range?"""
        return self.versions.must_be(name, specifier)

    @remembered
    def other_runner(self) -> str | None:
        """A plugin of the project that may run unmarked async tests."""
        return other_runners.other_runner(self)

    @remembered
    def may_have_anyio_tests(self) -> bool:
        """May anyio run tests of this project? Reads every Python file, once."""
        return async_fixtures.mentions_anyio_tests(self)

    def is_test_file(self, path: Path | None) -> bool:
        """Does pytest collect this file (`python_files`), or is it a conftest.py?"""
        if path is None:
            return False
        return remember(self._test_files, path, lambda: collection.is_test_file(self, path))

    def is_passed_by(self, facts: Facts) -> bool:
        """Does pytest pass by a file, when it is run as the configuration says?"""
        return remember(self._passed_by, facts, lambda: collection.is_passed_by(self, facts))

    def is_test_code(self, path: Path | None) -> bool:
        """Is this a test file, or a module that stands among the tests (shared fixtures, helpers)?"""
        if path is None:
            return True
        return remember(self._test_code, path, lambda: collection.is_test_code(self, path))

    def unhandled_fixtures(self, facts: Facts, colour: Colour) -> Iterator[Fixture]:
        """The plain fixtures of a colour in a file that no runner sets up."""
        return usage.unhandled_fixtures(self, facts, colour)

    def leads_to_tests(self, cls: Class) -> bool:
        """Is a class collected by pytest, or a class of its file that derives from it?"""
        return usage.leads_to_tests(self, cls)

    def called_on_self(self, method: Function) -> bool:
        """Does a method of the class or its project bases call `self.<method>`?"""
        return method.cls is not None and usage.called_on_self(self, method.cls, method.name)

    def overrides_in_file(self, method: Function) -> Iterator[Function]:
        """The methods of that name in subclasses of the same file."""
        if method.cls is not None:
            for cls in usage.subclasses_in_file(self, method.cls):
                if cls is not method.cls and method.name in cls.methods:
                    yield cls.methods[method.name]

    def async_tests_of(self, cls: Class) -> Iterator[Function]:
        """The async tests of a class and of its subclasses in the file."""
        return usage.async_tests_of(self, cls)

    def consumed_raw(self, fixture: Fixture) -> bool:
        """Do the users of an async fixture await or iterate it themselves?"""
        return usage.consumed_raw(self, fixture)

    def tests_run_by_nobody(self, facts: Facts) -> Iterator[Function]:
        """The async pytest tests of a file that no runner takes."""
        return usage.tests_run_by_nobody(self, facts)

    # -- files -------------------------------------------------------------------------------------------------------

    @remembered
    def finder(self) -> ModuleFinder:
        """Import paths of the project."""
        return ModuleFinder(self.root, [str(self.pytest_directory / path) for path in self.settings.pythonpath])

    @remembered
    def pytest_directory(self) -> Path:
        """Where the pytest configuration lies: relative paths in it start there, and conftest.py files count below."""
        config = self.settings.config_file
        return config.parent if config is not None else governing_directories(self.root)[-1]

    def open(self, source: Source, path: Path | None) -> Module:
        """The module under check; look-ups that reach its path see this text. Raises SourceError."""
        name, is_package = self._name_of(path) if path is not None else ("", False)
        known = self._facts.get(path) if path is not None else None
        if known is not None and known.source.text == source.text:
            known.source = source  # a finding shows the path that the user wrote
            return Module(known)
        facts = Facts.parse(source, name, is_package=is_package, file=path)
        if path is not None:
            if path in self._facts or self._contents.has_read(path):
                self._fixtures.clear()
            if path.name == "conftest.py":
                self._conftests.clear()
            self._facts[path] = facts
            self._contents.drop(path)
        return Module(facts)

    def knows(self, source: Source, path: Path) -> bool:
        """Are the facts of this very text known, because other files asked for them?"""
        known = self._facts.get(path)
        return known is not None and known.source.text == source.text

    def close(self, module: Module) -> None:
        """Forget a module that was checked, unless other files have asked for it: most test files nobody imports."""
        facts = module.facts
        if facts.file is None or facts.file in self._asked:
            return
        self._facts.pop(facts.file, None)
        self._contents.drop(facts.file)
        self.imports.pop(facts, None)
        self._fixtures.pop(facts, None)
        self._passed_by.pop(facts, None)
        for function in facts.functions:
            self._runners.pop(function, None)
        for cls in facts.classes:
            self._families.pop(cls, None)
            self._assignments.pop(cls, None)
        facts.give_up()

    def facts_at(self, path: Path) -> Facts | None:
        """The facts of a project file; None where it cannot be read or parsed."""
        self._asked.add(path)
        raw = self._contents.raw(path)
        name, is_package = self._name_of(path)
        if path not in self._facts:
            self._facts[path] = None
            if raw is not None and len(raw) <= MAX_BYTES:
                with suppress(SourceError, OSError, ValueError):
                    source = Source.from_bytes(raw, os.path.relpath(path))
                    self._facts[path] = Facts.parse(source, name, is_package=is_package, file=path)
        return self._facts[path]

    def _name_of(self, path: Path) -> tuple[str, bool]:
        return remember(self._names, path, lambda: self.finder.name_of(path))

    def mentions(self, path: Path, word: bytes) -> bool:
        """Do the bytes of a file hold `word`? False where it cannot be read."""
        return self._contents.mentions(path, word)

    def raw(self, path: Path) -> bytes:
        """The bytes of a project file; b"" where it cannot be read."""
        return self._contents.raw(path) or b""

    def locate(self, dotted: str, near: Path | None) -> tuple[Path, tuple[str, ...]] | None:
        """The file of the longest module prefix of a dotted name, and the names left over."""
        found = self.finder.locate(dotted, near)
        return None if found is None else (found.path, found.rest)

    def conftests(self, path: Path) -> Iterator[Facts]:
        """The conftest.py files that govern a path, innermost first; those that cannot be parsed are left out.

        A conftest.py governs itself too.
        """
        return filter(None, map(self.facts_at, self.conftest_paths(path)))

    def conftest_paths(self, path: Path) -> tuple[Path, ...]:
        """The conftest.py files from a path upward to pytest's own root (`confcutdir`)."""
        directory = os.path.dirname(path)  # noqa: PTH120 - asked for every look-up: hashing a Path costs too much
        return remember(self._conftests, directory, lambda: tuple(self._find_conftests(path)))

    def _find_conftests(self, path: Path) -> Iterator[Path]:
        top = self.pytest_directory
        for directory in path.parents if path.is_relative_to(top) else (path.parent,):
            candidate = directory / "conftest.py"
            if self.finder.has(directory, "conftest.py") or self._facts.get(candidate) is not None:
                yield candidate
            if directory == top:
                return

    @property
    def plugins(self) -> frozenset[str]:
        """The modules that the configuration loads as plugins (`-p` in addopts)."""
        return self.settings.enabled_plugins

    def visible_fixtures(self, facts: Facts) -> tuple[tuple[str, Fixture], ...]:
        """The fixtures that a file makes visible by itself or by imports, each with its name."""
        return remember(self._fixtures, facts, lambda: tuple(fixtures.in_module(self, facts)))

    # -- look-ups ----------------------------------------------------------------------------------------------------

    def definition(self, dotted: str | None, facts: Facts | None = None) -> definitions.Definition | None:
        """What a dotted name is in the project, re-exports followed; None where unknown.

        `facts` is the file that uses the name.
        """
        if not dotted or (facts is not None and definitions.is_foreign(dotted, facts)):
            return None
        if facts is None:
            return definitions.find_definition(self, dotted)
        notes: dict[object, Answer[definitions.Definition | None]] = facts.notes
        return remember(notes, (definitions.seen_from, dotted), lambda: definitions.seen_from(self, dotted, facts))

    def member(self, cls: Class, name: str) -> definitions.Definition | None:
        """A method or class attribute through the project's bases; None where a foreign base may define it."""
        return definitions.find_member(self, cls, tuple(name.split(".")))

    def member_of_bases(self, cls: Class, name: str) -> definitions.Definition | None:
        """What `super().name` is, as far as project classes tell."""
        return definitions.find_in_bases(self, cls, name)

    def fixture(self, name: str, asking: Function | None, facts: Facts) -> Fixture | None:
        """The fixture that a test, hook or fixture of `facts` gets for a name."""
        return fixtures.find_fixture(self, name, asking, facts)

    def infer(self, facts: Facts, node: ast.expr, depth: int = DEPTH) -> Value | None:
        """What an expression of `facts` is, found in at most `depth` steps; None where it may be anything."""
        return infer.infer(self, facts, node, depth)

    def instance_attribute(self, cls: Class, name: str) -> Value | None:
        """What an attribute of the instances of a class is; None where it may be anything."""
        return infer.instance_attribute(self, cls, name)

    def started(self, patcher: PatcherValue, depth: int = DEPTH) -> Value | None:
        """What a patcher puts in place; None where that is unknown."""
        return infer.started(self, patcher, depth)

    def colour(self, function: Function) -> Coloured:
        """What calling a def gives, its decorators applied, with the proof."""
        return colours.function_colour(self, function)

    def colour_of_call(self, facts: Facts, call: ast.Call, *among: Colour) -> Coloured:
        """The colour of what a call of `facts` calls; with `among`, UNKNOWN for all others, which is cheaper."""
        return colour_calls.call_colour(self, facts, call, among)

    def colour_of_name(self, name: str, *among: Colour) -> Coloured:
        """The one colour of all functions of that name in the project: evidence of the second rank; reads all files."""
        return colour_index.colour_of_name(self, name, *among)

    @property
    def defined_names(self) -> ColourIndex:
        """Which names are defined as plain and as async functions. Reads every Python file, once.

        Where the tests have a configuration of their own, what they test lies in the project above.
        """
        has_code = self.root.name not in collection.TEST_DIRECTORIES
        return ColourIndex(self.root if has_code else find_root(self.root.parent))

    def assignments(self, cls: Class, name: str) -> list[Assigned]:
        """What a class, or the nearest project base that does, assigns to `self.name`."""
        for owner in definitions.mro(self, cls):
            if owner is None:
                continue
            table = self._assignments.get(owner)
            if table is None:
                table = self._assignments[owner] = {}
                for attribute, assigned in self_assignments(owner):
                    table.setdefault(attribute, []).append(assigned)
            if name in table:
                return table[name]
        return []

    def runner(self, function: Function) -> Runner:
        """Who runs an async test."""
        return remember(self._runners, function, lambda: runner.runner_of(self, function))

    def family(self, cls: Class) -> Family:
        """unittest, a framework or pytest."""
        return remember(self._families, cls, lambda: runner.family(self, cls))


def _own_root(path: Path) -> Path:
    """The root of a file under check. No finding rests on it: the cache lies there, so each run finds it anew."""
    with asked.recording():
        return find_root(path)


_HELD = 2_000_000
"""Bytes of source: the facts of more than this are kept for the project at hand only. They take 80 times as much."""


class _Projects:
    """The projects by root; those that are not at hand are given up when they take too much memory."""

    def __init__(self) -> None:
        self.by_root: dict[Path, Project] = {}
        self._last: Path | None = None

    def at(self, root: Path) -> Project:
        if root != self._last:
            self._make_room(root)
            self._last = root
        found = self.by_root.get(root)
        if found is None:
            found = self.by_root[root] = Project(root)
        return found

    def _make_room(self, root: Path) -> None:
        """Files are checked project by project: what came before is seldom asked again."""
        sizes = {other: project.size for other, project in self.by_root.items() if other != root}
        for other in [*sizes]:
            if sum(sizes.values()) <= _HELD:
                break
            self.by_root.pop(other).give_up()
            sizes[other] = 0


_projects = _Projects()


def is_parsed(source: Source, path: Path) -> bool:
    """Was this very text parsed already, because other files of its project asked for it?"""
    project = _projects.by_root.get(_own_root(path))
    return project is not None and project.knows(source, path)


def forget_projects() -> None:
    """Drop all that is remembered about projects, because files changed."""
    _projects.by_root.clear()
    forget_roots()
    files.forget()
    asked.forget()
