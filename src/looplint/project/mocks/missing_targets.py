"""Attributes that a test replaces, though the module, class or object of the project does not have them.

Follows `pkgutil.resolve_name`, with which `unittest.mock` finds a target: submodules are imported first, then
attributes are read. Only what is sure counts; what may be made at run time, or is there in another way, is passed by.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.records import dataclass
from looplint.project.code.class_names import (
    class_lacks,
    class_level_names,
    instance_lacks,
    set_on_instances,
    sets_by_name,
    stores,
)
from looplint.project.code.module_names import is_for_type_checkers, surely_lacks
from looplint.project.code.module_places import Place, descend, has_entry, is_built, place_of
from looplint.project.code.values import ClassValue, InstanceValue
from looplint.project.mocks.patch_calls import PatchedName, patched_names
from looplint.project.running.missing_imports import is_read_as_it_stands, lies_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition
    from looplint.project.questions import Project

_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
"""`patch` makes these in any module, `monkeypatch` does not."""
_PASSES_BY = re.compile(r"\bskip|xfail|hasattr|getattr|importorskip|AttributeError|ImportError|ModuleNotFoundError")
"""Words of a test that does not run everywhere, or knows that the attribute may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """What is not there: `name`, in the module of `place` or in `cls`.

    `is_module` says that it is a module on the way to the target. `elsewhere` is where the name does occur and why that
    does not help: an import for type checkers, an attribute of instances. `names` are those that are there.
    """

    name: str
    owner: str
    facts: Facts
    node: ast.AST
    below: Place | None = None
    cls: Class | None = None
    is_module: bool = False
    on_instances: tuple[Facts, ast.AST] | None = None
    for_type_checkers: ast.AST | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MissingTarget:
    """A patch of something that is absent."""

    patched: PatchedName
    absent: Absent


def missing_targets(project: Project, facts: Facts) -> Iterator[MissingTarget]:
    """Every such patch of a test file."""
    if facts.file is None or not project.is_test_code(facts.file):
        return
    for patched in patched_names(facts):
        absent = None if patched.optional else _absent(project, facts, patched)
        if absent is not None and is_certain_here(project, facts, absent, patched.node):
            yield MissingTarget(patched, absent)


def is_certain_here(project: Project, facts: Facts, absent: Absent, node: ast.AST) -> bool:
    """Is the file run as it stands, the attribute not made by the tests themselves, and `node` always reached?"""
    if may_be_made(project, facts, absent) or passes_by(facts, node):
        return False
    return is_read_as_it_stands(project, facts) and not project.is_passed_by(facts)


def _absent(project: Project, facts: Facts, patched: PatchedName) -> Absent | None:
    if patched.path is not None:
        top = patched.path.partition(".")[0]
        place = place_of(project, facts, top)
        if place is None:
            return None
        found = _on_the_way(project, facts, place, [*patched.path.split(".")[1:], patched.name], patched)
        return found if found is not None and lies_once(project, facts, top) else None
    owner = patched.owner
    dotted = facts.resolve(owner) if owner is not None else None
    definition = project.definition(dotted, facts) if dotted is not None else None
    if dotted is not None and definition is not None:
        found = _in_definition(project, facts, definition, patched)
        top = dotted.partition(".")[0]
        own = not top or definition.facts is facts
        return found if found is not None and (own or lies_once(project, facts, top)) else None
    value = project.infer(facts, owner) if owner is not None else None
    return in_value(project, value, patched.name)


def _in_definition(project: Project, facts: Facts, definition: Definition, patched: PatchedName) -> Absent | None:
    """What is missed in a class, module or value that has a name."""
    if definition.cls is not None:
        return in_class(project, definition.cls, patched.name)
    if definition.value is not None:
        return in_value(project, project.infer(definition.facts, definition.value), patched.name)
    place = _place_of_module(definition) if definition.facts is not facts else None
    return None if place is None else _on_the_way(project, facts, place, [patched.name], patched)


def _place_of_module(definition: Definition) -> Place | None:
    file = definition.facts.file
    if file is None or definition.function is not None:
        return None
    directory = file.parent if definition.facts.is_package else None
    return Place(dotted=definition.facts.module_name, top=file.parent, directory=directory, file=file)


# -- modules ---------------------------------------------------------------------------------------------------------


def _on_the_way(project: Project, facts: Facts, place: Place, parts: list[str], patched: PatchedName) -> Absent | None:
    """From a module along a path: the first part that is not there."""
    while parts:
        name, *rest = parts
        inner = descend(project, place, [name]) if place.directory is not None else None
        if place.directory is not None and (inner is None or (not inner.lacks and not rest)):
            return None
        if inner is not None and not inner.lacks:
            if _is_hidden(project, place, inner, name):
                return None
            place, parts = inner, rest
            continue
        assert place.file is not None
        if not rest and name in _BUILTINS and not patched.is_monkeypatch:
            return None
        if surely_lacks(project, place.file, name):
            return None if _is_extension(project, place) else _missed(project, place, name, is_module=bool(rest))
        definition = project.definition(f"{place.dotted}.{name}", facts) if rest else None
        module = _place_of_module(definition) if definition is not None and _is_module(definition) else None
        if definition is None or module is None:
            return None if definition is None else _behind(project, definition, rest)
        place, parts = module, rest
    return None


def _is_module(definition: Definition) -> bool:
    return definition.function is None and definition.cls is None and definition.value is None


def _is_hidden(project: Project, package: Place, inner: Place, name: str) -> bool:
    """Has the package something else under the name of its submodule?"""
    assert package.file is not None
    if name.encode() not in project.raw(package.file):
        return False
    found = project.facts_at(package.file)
    if found is None:
        return True
    bindings = found.scope(found.tree).names.get(name, ())
    return any(binding.target is None or found.absolute(binding.target) != inner.dotted for binding in bindings)


def _is_extension(project: Project, place: Place) -> bool:
    """May a compiled or built module stand in the place of the file?"""
    file = place.file
    assert file is not None
    suffixes = {e.partition(".")[2] for e in project.finder.names_in(file.parent) if e.partition(".")[0] == file.stem}
    return bool(suffixes - {"py", "pyi", ""}) or (file.stem != "__init__" and is_built(project, file.stem))


def _missed(project: Project, place: Place, name: str, *, is_module: bool) -> Absent | None:
    assert place.file is not None
    found = project.facts_at(place.file)
    if found is None or (place.directory is not None and has_entry(project, place.directory, name)):
        return None
    bindings = found.scope(found.tree).names.get(name, ())
    checked = next((binding.node for binding in bindings if is_for_type_checkers(found, binding)), None)
    return Absent(
        name=name,
        owner=place.dotted,
        facts=found,
        node=checked if checked is not None else found.tree,
        below=place,
        is_module=is_module and place.directory is not None,
        for_type_checkers=checked,
    )


def _behind(project: Project, definition: Definition, rest: list[str]) -> Absent | None:
    """What is missed in a class or object that a module defines or imports."""
    if definition.cls is not None and len(rest) <= 2:
        cls = definition.cls
        if len(rest) == 1:
            return in_class(project, cls, rest[0])
        inner = project.member(cls, rest[0])
        return in_class(project, inner.cls, rest[1]) if inner is not None and inner.cls is not None else None
    if definition.value is not None and len(rest) == 1:
        return in_value(project, project.infer(definition.facts, definition.value), rest[0])
    return None


# -- classes and objects ---------------------------------------------------------------------------------------------


def in_value(project: Project, value: object, name: str) -> Absent | None:
    """The attribute that a class, or an object whose construction is known, lacks."""
    if isinstance(value, ClassValue) and value.cls is not None and value.via != "self":
        return in_class(project, value.cls, name)
    if isinstance(value, InstanceValue) and value.via not in ("self", "annotation"):
        cls = value.cls
        made_in = value.origin.facts
        if instance_lacks(project, cls, name) and not any(stores(made_in, name)) and not sets_by_name(made_in, name):
            return Absent(name=name, owner=cls.name, facts=cls.facts, node=cls.node, cls=cls)
    return None


def in_class(project: Project, cls: Class, name: str) -> Absent | None:
    """The attribute that a class lacks."""
    if not class_lacks(project, cls, name):
        return None
    there = set_on_instances(project, cls, name)
    return Absent(name=name, owner=cls.name, facts=cls.facts, node=cls.node, cls=cls, on_instances=there)


def names_of(project: Project, absent: Absent) -> list[str]:
    """The names that are there instead."""
    if absent.cls is not None:
        return class_level_names(project, absent.cls)
    names = set(absent.facts.scope(absent.facts.tree).names)
    place = absent.below
    if place is not None and place.directory is not None:
        names.update(entry.partition(".")[0] for entry in project.finder.names_in(place.directory))
    return sorted(name for name in names if name.isidentifier() and name != absent.name)


# -- how sure it is --------------------------------------------------------------------------------------------------


def may_be_made(project: Project, facts: Facts, absent: Absent) -> bool:
    """Does the test file or a conftest.py make the attribute itself, or expect it to be made?"""
    name = absent.name
    near = (facts, *(project.conftests(facts.file) if facts.file is not None else ()))
    return any(any(True for _ in stores(seen, name)) or sets_by_name(seen, name) or _makes(seen, name) for seen in near)


def _makes(facts: Facts, name: str) -> bool:
    """Does a patch of the file make an attribute of that name?"""
    return any(patched.optional and patched.name == name for patched in patched_names(facts))


def passes_by(facts: Facts, node: ast.AST) -> bool:
    """Does the code around a place run only sometimes, or does it expect that the attribute is missing?"""
    if facts.in_raises(node):
        return True
    child = node
    for up in facts.parents(node):
        if isinstance(up, (ast.If, ast.IfExp, ast.Match, ast.ExceptHandler)) and child is not getattr(up, "test", None):
            return True
        if isinstance(up, (ast.Try, ast.BoolOp)) or (isinstance(up, ast.Lambda) and child is up.body):
            return True
        found = facts.definition_at(up)
        if isinstance(found, Function) and _PASSES_BY.search(_text(facts, up)):
            return True
        if found is not None and any(_PASSES_BY.search(ast.unparse(d.node)) for d in found.decorators):
            return True
        child = up
    marks = facts.scope(facts.tree).names.get("pytestmark", ())
    return any(_PASSES_BY.search(_text(facts, binding.node)) for binding in marks)


def _text(facts: Facts, node: ast.AST) -> str:
    first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", None) or 1
    return "\n".join(facts.source.line(row) for row in range(first, last + 1))
