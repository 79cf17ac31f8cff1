"""Project: everything outside a file that a rule may ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.model.facts import Facts
from looplint.model.module import Module
from looplint.model.source import Source, SourceError
from looplint.project import definitions, fixtures, infer, runner
from looplint.project.modules import ModuleFinder
from looplint.project.requirements import Versions
from looplint.project.root import find_root
from looplint.project.settings import Settings, read_settings

if TYPE_CHECKING:
    import ast

    from looplint.model.definitions import Class, Fixture, Function
    from looplint.project.values import Value

_TEST_PATTERNS = ("test_*.py", "*_test.py")


class Project:
    """One project root with its settings, versions and files; every answer is computed once, on demand.

    Nothing is imported or run; a file that cannot be read or parsed is one that says nothing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._facts: dict[Path, Facts | None] = {}
        self._runners: dict[Function, runner.Runner] = {}
        self._assignments: dict[Class, dict[str, list[infer.Assigned]]] = {}
        self._families: dict[Class, runner.Family] = {}

    @staticmethod
    def for_path(path: Path) -> Project:
        """The project that governs a file or directory (one object per root and process)."""
        return _project_at(find_root(path))

    # -- configuration -----------------------------------------------------------------------------------------------

    @cached_property
    def versions(self) -> Versions:
        """What is declared, allowed and locked."""
        return Versions(self.root)

    @cached_property
    def settings(self) -> Settings:
        """The pytest settings in force, each with its origin."""
        return read_settings(self.root, self.may_be)

    def may_be(self, name: str, specifier: str) -> bool:
        """May the version in force of a distribution be in a PEP 440 range?"""
        return self.versions.in_force(name).may_be(specifier)

    def must_be(self, name: str, specifier: str) -> bool:
        """Is every version of a distribution that may be in force in a PEP 440 range?"""
        return self.versions.in_force(name).must_be(specifier)

    @cached_property
    def other_runner(self) -> str | None:
        """A plugin of the project that may run unmarked async tests."""
        return runner.other_runner(self)

    def is_test_file(self, path: Path | None) -> bool:
        """Does pytest collect this file (`python_files`), or is it a conftest.py?"""
        if path is None:
            return False
        patterns = self.settings.python_files.value or _TEST_PATTERNS
        return path.name == "conftest.py" or any(path.match(pattern) for pattern in patterns)

    # -- files -------------------------------------------------------------------------------------------------------

    @cached_property
    def finder(self) -> ModuleFinder:
        """Import paths of the project."""
        return ModuleFinder(self.root, self.settings.pythonpath.value or ())

    def open(self, source: Source, path: Path | None) -> Module:
        """The module under check; look-ups that reach its path see this text. Raises SourceError."""
        name, is_package = self.finder.name_of(path) if path is not None else ("", False)
        facts = Facts.parse(source, name, is_package=is_package, file=path)
        if path is not None:
            self._facts[path] = facts
        return Module(facts)

    def facts_at(self, path: Path) -> Facts | None:
        """The facts of a project file; None where it cannot be read or parsed."""
        if path not in self._facts:
            name, is_package = self.finder.name_of(path)
            try:
                source = Source.read(os.path.relpath(path))
                self._facts[path] = Facts.parse(source, name, is_package=is_package, file=path)
            except (SourceError, ValueError):
                self._facts[path] = None
        return self._facts[path]

    def locate(self, dotted: str, near: Path | None) -> tuple[Path, tuple[str, ...]] | None:
        """The file of the longest module prefix of a dotted name, and the names left over."""
        found = self.finder.locate(dotted, near)
        return None if found is None else (found.path, found.rest)

    def conftests(self, path: Path) -> Iterator[Facts]:
        """The conftest.py files that govern a path, innermost first; the file itself is left out by name only."""
        for directory in self.finder.ancestors(path):
            candidate = directory / "conftest.py"
            if candidate in self._facts or self.finder.has(directory, "conftest.py"):
                found = self.facts_at(candidate)
                if found is not None:
                    yield found

    # -- look-ups ----------------------------------------------------------------------------------------------------

    def definition(self, dotted: str | None, facts: Facts | None = None) -> definitions.Definition | None:
        """What a dotted name is in the project, re-exports followed; None where unknown.

        `facts` is the file that uses the name.
        """
        if not dotted:
            return None
        near = facts.file if facts is not None else None
        if facts is not None and facts.module_name and dotted.startswith(f"{facts.module_name}."):
            own = dotted.removeprefix(f"{facts.module_name}.").split(".")
            found = definitions.inside(self, facts, near, tuple(own))
            if found is not None:
                return found
        elif facts is not None and not facts.module_name:
            found = definitions.inside(self, facts, near, tuple(dotted.split(".")))
            if found is not None:
                return found
        return definitions.find_definition(self, dotted, near)

    def member(self, cls: Class, name: str) -> definitions.Definition | None:
        """A method or class attribute through the project's bases; None where a foreign base may define it."""
        return definitions.find_member(self, cls, tuple(name.split(".")))

    def fixture(self, name: str, asking: Function | None, facts: Facts) -> Fixture | None:
        """The fixture that a test, hook or fixture of `facts` gets for a name."""
        return fixtures.find_fixture(self, name, asking, facts)

    def infer(self, facts: Facts, node: ast.expr) -> Value | None:
        """What an expression of `facts` is; None where it may be anything."""
        return infer.infer(self, facts, node)

    def assignments(self, cls: Class, name: str) -> list[infer.Assigned]:
        """What a class, or the nearest project base that does, assigns to `self.name`."""
        for owner in definitions.mro(self, cls):
            if owner is None:
                continue
            table = self._assignments.get(owner)
            if table is None:
                table = self._assignments[owner] = {}
                for attribute, assigned in infer.self_assignments(owner):
                    table.setdefault(attribute, []).append(assigned)
            if name in table:
                return table[name]
        return []

    def runner(self, function: Function) -> runner.Runner:
        """Who runs an async test."""
        found = self._runners.get(function)
        if found is None:
            found = self._runners[function] = runner.runner_of(self, function)
        return found

    def family(self, cls: Class) -> runner.Family:
        """unittest, a framework or pytest."""
        found = self._families.get(cls)
        if found is None:
            found = self._families[cls] = runner.family(self, cls)
        return found


@cache
def _project_at(root: Path) -> Project:
    return Project(root)
