"""Fixtures by name, along class, file, conftest chain and `pytest_plugins`, as pytest overrides them.

A class sees the fixtures of the classes around it and of its bases; fixtures of plugin modules give way to those of
every conftest.py (run on pytest 9.2).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol

from looplint.model.definitions import Class, Fixture, Function, constant
from looplint.model.names import BindingKind
from looplint.project.code.definitions import Files, find_definition, mro, star_modules, star_source
from looplint.project.running.marks import enclosing_classes, marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from looplint.model.facts import Facts

_IMPLICIT = frozenset({"self", "cls", "request"})
_DEPTH = 8


class Chain(Files, Protocol):
    """What the fixture look-up needs from a project."""

    @property
    def plugins(self) -> Iterable[str]:
        """The names of the modules that the configuration loads as plugins (`-p`)."""

    def conftests(self, path: Path) -> Iterator[Facts]:
        """The conftest.py files that govern `path`, innermost first."""

    def mentions(self, path: Path, word: bytes) -> bool:
        """Do the bytes of a file hold `word`?"""

    def visible_fixtures(self, facts: Facts) -> tuple[tuple[str, Fixture], ...]:
        """`in_module` of a file, remembered."""


def find_fixture(files: Chain, name: str, asking: Function | None, facts: Facts) -> Fixture | None:
    """The fixture that `asking` (a test, hook or fixture of `facts`) gets for `name`; None where none is visible.

    A fixture that asks for its own name gets the one it overrides.
    """
    for fixture in candidates(files, name, asking, facts):
        if asking is None or fixture.function.node is not asking.node:
            return fixture
    return None


def candidates(files: Chain, name: str, asking: Function | None, facts: Facts) -> Iterator[Fixture]:
    """Every visible fixture of that name, nearest first."""
    return (fixture for given, fixture in _visible(files, asking, facts) if given == name)


def _visible(files: Chain, asking: Function | None, facts: Facts) -> Iterator[tuple[str, Fixture]]:
    for cls in enclosing_classes(asking) if asking is not None else ():
        for owner in mro(files, cls):
            if owner is not None:
                yield from ((f.name, f) for f in class_fixtures(owner))
    for holder in _governing(files, facts):
        yield from files.visible_fixtures(holder)
    for plugin in plugin_files(files, facts):
        yield from files.visible_fixtures(plugin)


def _governing(files: Chain, facts: Facts) -> Iterator[Facts]:
    """The file itself and the conftest.py files above it, innermost first."""
    yield facts
    if facts.file is not None:
        yield from (conftest for conftest in files.conftests(facts.file) if conftest.file != facts.file)


def plugin_files(files: Chain, facts: Facts) -> Iterator[Facts]:
    """The project files loaded as plugins by the file, its conftest chain, each other, or the configuration."""
    seen: set[Facts] = set()
    asked = [(holder, name) for holder in _governing(files, facts) for name in plugin_modules(holder)]
    asked += [(facts, name) for name in files.plugins]
    while asked:
        holder, name = asked.pop(0)
        definition = find_definition(files, name, holder.file)
        if definition is not None and definition.facts not in seen and definition.facts is not facts:
            seen.add(definition.facts)
            asked += [(definition.facts, further) for further in plugin_modules(definition.facts)]
            yield definition.facts


def class_fixtures(cls: Class) -> Iterator[Fixture]:
    """The fixtures that are methods of a class."""
    for method in cls.methods.values():
        if method.fixture is not None:
            yield method.fixture


def module_fixtures(facts: Facts) -> Iterator[Fixture]:
    """The fixtures defined at module level of a file."""
    for function in facts.functions:
        if function.cls is None and function.outer is None and function.fixture is not None:
            yield function.fixture


def in_module(files: Chain, facts: Facts, seen: set[Facts] | None = None) -> Iterator[tuple[str, Fixture]]:
    """The fixtures that a file makes visible, each with its name: own ones (the last first), then imported ones.

    `seen` are the files that star imports have led through.
    """
    seen = seen if seen is not None else set()
    seen.add(facts)
    yield from ((fixture.name, fixture) for fixture in reversed(list(module_fixtures(facts))))
    scope = facts.scope(facts.tree)
    for name, bindings in scope.names.items():
        for binding in bindings:
            if binding.kind is BindingKind.IMPORT and isinstance(binding.node, ast.ImportFrom):
                fixture = _behind(files, facts.absolute(binding.target or ""), facts)
                if fixture is not None:
                    yield (fixture.name if _named(fixture) else name), fixture
    for module in reversed(star_modules(files, facts)):
        if module not in seen:
            yield from in_module(files, module, seen)


def _named(fixture: Fixture) -> bool:
    """Does the fixture keep its name wherever it is imported (`name=`)?"""
    return fixture.decorator.keyword("name") is not None


def _behind(files: Chain, dotted: str, facts: Facts, depth: int = _DEPTH) -> Fixture | None:
    """The fixture that an import brings; a file that does not hold the word is not parsed for it."""
    located = files.locate(dotted, facts.file) if depth else None
    if located is None or not located[1]:
        return None
    path, rest = located
    if files.mentions(path, b"fixture"):
        definition = find_definition(files, dotted, facts.file)
        function = definition.function if definition is not None else None
        return function.fixture if function is not None else None
    if path.name != "__init__.py":
        return None
    package = files.facts_at(path)
    if package is not None and rest[0] not in package.scope(package.tree).names:
        package = star_source(files, package, rest[0])
    for binding in package.scope(package.tree).names[rest[0]] if package is not None else ():
        if package is not None and binding.kind is BindingKind.IMPORT:
            return _behind(files, ".".join((package.absolute(binding.target or ""), *rest[1:])), package, depth - 1)
    return None


def plugin_modules(facts: Facts) -> tuple[str, ...]:
    """The literal names in a file's `pytest_plugins`."""
    names: list[str] = []
    for binding in facts.scope(facts.tree).names.get("pytest_plugins", ()):
        value = binding.node.value if isinstance(binding.node, ast.AugAssign) else binding.value
        names += _words(value)
    return tuple(names)


def _words(node: ast.expr | None) -> Iterator[str]:
    """The names in a value of `pytest_plugins`: a text with commas, or a collection of names."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (*_words(node.left), *_words(node.right))
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        yield from (name for name in map(constant, node.elts) if isinstance(name, str))
    elif isinstance(text := constant(node), str):
        yield from filter(None, text.split(","))


def requested(files: Files, function: Function) -> tuple[str, ...]:
    """The fixture names that a test, hook or fixture asks for by parameter or, as a test, by `usefixtures`.

    Parameters filled by `@patch` (from the left after `self`, one for each decorator without `new`) and by
    `parametrize` are left in: a look-up for them finds no fixture. Marks have no effect on fixtures.
    """
    names = [p for p in function.parameters if p not in _IMPLICIT]
    if function.fixture is None:
        for decorator, mark in marks_of(files, function):
            if mark == "usefixtures" and decorator.call is not None:
                names += [n for n in map(constant, decorator.call.args) if isinstance(n, str)]
    return tuple(names)


def autouse(files: Chain, asking: Function, facts: Facts) -> Iterator[Fixture]:
    """The autouse fixtures that run for a test: of its classes, its file, the conftest chain and plugin modules.

    What runs for the name of an autouse fixture is the nearest fixture of that name.
    """
    nearest: dict[str, Fixture] = {}
    used: dict[str, None] = {}
    for name, fixture in _visible(files, asking, facts):
        nearest.setdefault(name, fixture)
        if fixture.autouse:
            used[name] = None
    return (nearest[name] for name in used)
