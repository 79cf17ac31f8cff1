"""What the rooms of `project/` may ask of the project.

The facade, `looplint.project.Project`, answers by calling the rooms. They know it by this protocol alone, so that no
room imports what stands above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.definitions import Class, Colour, Fixture, Function
    from looplint.model.facts import Facts
    from looplint.project.asked import Answer
    from looplint.project.code.coloured import Coloured
    from looplint.project.code.defined_names import ColourIndex
    from looplint.project.code.definitions import Definition
    from looplint.project.code.modules import ModuleFinder
    from looplint.project.code.self_assignments import Assigned
    from looplint.project.code.values import PatcherValue, Value
    from looplint.project.configured.requirements import Versions
    from looplint.project.configured.settings import Settings
    from looplint.project.running.who import Family, Runner


class Project(Protocol):
    """One project root; `looplint.project.Project` says what each answer means."""

    root: Path
    notes: dict[Any, Any]
    imports: dict[Facts, Answer[tuple[Path, ...]]]

    @property
    def versions(self) -> Versions:
        """What is declared, allowed and locked."""

    @property
    def settings(self) -> Settings:
        """The pytest settings in force, each with its origin."""

    def may_be(self, name: str, specifier: str) -> bool:
        """May the version in force of a distribution be in a PEP 440 range?"""

    def must_be(self, name: str, specifier: str) -> bool:
        """Is every version of a distribution that may be in force in a PEP 440 range?"""

    @property
    def other_runner(self) -> str | None:
        """A plugin of the project that may run unmarked async tests."""

    @property
    def may_have_anyio_tests(self) -> bool:
        """May anyio run tests of this project? Reads every Python file, once."""

    def is_test_file(self, path: Path | None) -> bool:
        """Does pytest collect this file (`python_files`), or is it a conftest.py?"""

    def is_passed_by(self, facts: Facts) -> bool:
        """Does pytest pass by a file, when it is run as the configuration says?"""

    def is_test_code(self, path: Path | None) -> bool:
        """Is this a test file, or a module that stands among the tests (shared fixtures, helpers)?"""

    def leads_to_tests(self, cls: Class) -> bool:
        """Is a class collected by pytest, or a class of its file that derives from it?"""

    @property
    def finder(self) -> ModuleFinder:
        """Import paths of the project."""

    @property
    def pytest_directory(self) -> Path:
        """Where the pytest configuration lies: relative paths in it start there, and conftest.py files count below."""

    def facts_at(self, path: Path) -> Facts | None:
        """The facts of a project file; None where it cannot be read or parsed."""

    def mentions(self, path: Path, word: bytes) -> bool:
        """Do the bytes of a file hold `word`? False where it cannot be read."""

    def raw(self, path: Path) -> bytes:
        """The bytes of a project file; b"" where it cannot be read."""

    def locate(self, dotted: str, near: Path | None) -> tuple[Path, tuple[str, ...]] | None:
        """The file of the longest module prefix of a dotted name, and the names left over."""

    def conftests(self, path: Path) -> Iterator[Facts]:
        """The conftest.py files that govern a path, innermost first; those that cannot be parsed are left out."""

    def conftest_paths(self, path: Path) -> tuple[Path, ...]:
        """The conftest.py files from a path upward to pytest's own root (`confcutdir`)."""

    @property
    def plugins(self) -> frozenset[str]:
        """The modules that the configuration loads as plugins (`-p` in addopts)."""

    def visible_fixtures(self, facts: Facts) -> tuple[tuple[str, Fixture], ...]:
        """The fixtures that a file makes visible by itself or by imports, each with its name."""

    def definition(self, dotted: str | None, facts: Facts | None = None) -> Definition | None:
        """What a dotted name is in the project, re-exports followed; None where unknown."""

    def member(self, cls: Class, name: str) -> Definition | None:
        """A method or class attribute through the project's bases; None where a foreign base may define it."""

    def member_of_bases(self, cls: Class, name: str) -> Definition | None:
        """What `super().name` is, as far as project classes tell."""

    def fixture(self, name: str, asking: Function | None, facts: Facts) -> Fixture | None:
        """The fixture that a test, hook or fixture of `facts` gets for a name."""

    def infer(self, facts: Facts, node: ast.expr, depth: int = ...) -> Value | None:
        """What an expression of `facts` is, found in at most `depth` steps; None where it may be anything."""

    def instance_attribute(self, cls: Class, name: str) -> Value | None:
        """What an attribute of the instances of a class is; None where it may be anything."""

    def started(self, patcher: PatcherValue, depth: int = ...) -> Value | None:
        """What a patcher puts in place; None where that is unknown."""

    def colour(self, function: Function) -> Coloured:
        """What calling a def gives, its decorators applied, with the proof."""

    def colour_of_call(self, facts: Facts, call: ast.Call, *among: Colour) -> Coloured:
        """The colour of what a call of `facts` calls; with `among`, UNKNOWN for all others, which is cheaper."""

    def colour_of_name(self, name: str, *among: Colour) -> Coloured:
        """The one colour of all functions of that name in the project: evidence of the second rank; reads all files."""

    @property
    def defined_names(self) -> ColourIndex:
        """Which names are defined as plain and as async functions. Reads every Python file, once."""

    def assignments(self, cls: Class, name: str) -> list[Assigned]:
        """What a class, or the nearest project base that does, assigns to `self.name`."""

    def runner(self, function: Function) -> Runner:
        """Who runs an async test."""

    def family(self, cls: Class) -> Family:
        """unittest, a framework or pytest."""
