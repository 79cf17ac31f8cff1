"""Fixtures by name, along class, file, conftest chain and `pytest_plugins`, as pytest overrides them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol

from looplint.model.definitions import Class, Fixture, Function, constant
from looplint.model.names import BindingKind, settle
from looplint.project.definitions import Definition, Files, find_definition, mro

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts

_IMPLICIT = frozenset({"self", "cls", "request"})


class Chain(Files, Protocol):
    """What the fixture look-up needs from a project."""

    def conftests(self, path: Path) -> Iterator[Facts]:
        """The conftest.py files that govern `path`, innermost first."""


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
    if asking is not None and asking.cls is not None:
        for owner in mro(files, asking.cls):
            if owner is not None:
                yield from (f for f in class_fixtures(owner) if f.name == name)
    yield from _in_module(files, name, facts)
    if facts.file is not None:
        for conftest in files.conftests(facts.file):
            if conftest.file != facts.file:
                yield from _in_module(files, name, conftest)


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


def _in_module(files: Chain, name: str, facts: Facts) -> Iterator[Fixture]:
    found = [fixture for fixture in module_fixtures(facts) if fixture.name == name]
    yield from reversed(found)
    imported = _imported(files, name, facts)
    if imported is not None and imported.function is not None and imported.function.fixture is not None:
        yield imported.function.fixture
    for plugin in plugin_modules(facts):
        definition = find_definition(files, plugin, facts.file)
        if definition is not None and definition.facts is not facts:
            yield from _in_module(files, name, definition.facts)


def _imported(files: Chain, name: str, facts: Facts) -> Definition | None:
    scope = facts.scope(facts.tree)
    bindings = scope.names.get(name)
    if bindings:
        binding = settle(bindings)
        if binding is None or binding.kind is not BindingKind.IMPORT or binding.target is None:
            return None
        return find_definition(files, facts.absolute(binding.target), facts.file)
    for star in scope.stars:
        found = find_definition(files, f"{facts.absolute(star)}.{name}", facts.file)
        if found is not None:
            return found
    return None


def plugin_modules(facts: Facts) -> tuple[str, ...]:
    """The literal names in a file's `pytest_plugins`."""
    for binding in facts.scope(facts.tree).names.get("pytest_plugins", ()):
        value = binding.value
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else [value]
        names = [constant(element) for element in elements]
        return tuple(name for name in names if isinstance(name, str))
    return ()


def requested(function: Function) -> tuple[str, ...]:
    """The fixture names that a test, hook or fixture asks for by parameter or `usefixtures`.

    Parameters filled by `@patch` (from the left after `self`, one for each decorator without `new`) and by
    `parametrize` are left in: a look-up for them finds no fixture.
    """
    names = [p for p in function.parameters if p not in _IMPLICIT]
    decorators = [*function.decorators, *(function.cls.decorators if function.cls else ())]
    for decorator in decorators:
        if decorator.name == "pytest.mark.usefixtures" and decorator.call is not None:
            names += [n for n in map(constant, decorator.call.args) if isinstance(n, str)]
    return tuple(names)


def autouse(files: Chain, asking: Function, facts: Facts) -> Iterator[Fixture]:
    """The autouse fixtures that run for a test: of its class, its file and the conftest chain."""
    if asking.cls is not None:
        for owner in mro(files, asking.cls):
            if owner is not None:
                yield from (f for f in class_fixtures(owner) if f.autouse)
    yield from (f for f in module_fixtures(facts) if f.autouse)
    if facts.file is not None:
        for conftest in files.conftests(facts.file):
            if conftest.file != facts.file:
                yield from (f for f in module_fixtures(conftest) if f.autouse)
