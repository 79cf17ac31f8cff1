"""Which attributes a class of the project, or an instance of it, certainly lacks."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.module_names import is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_BASES_WITHOUT_NAMES = frozenset({"typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "abc.ABC"})
_DECORATORS = frozenset(
    {
        "dataclasses.dataclass", "functools.total_ordering", "typing.final", "typing.runtime_checkable",
        "typing_extensions.final", "typing_extensions.runtime_checkable",
    }
)  # fmt: skip
"""Decorators of classes that add no attribute but dunder methods, and with `slots=True` the fields."""
_MAKING = frozenset(
    {"__getattr__", "__getattribute__", "__setattr__", "__new__", "__init_subclass__", "__set_name__", "__slots__"}
)
"""Methods by which a class, or one that derives from it, comes to attributes that no reader sees."""


def class_lacks(project: Project, cls: Class, name: str) -> bool:
    """Has the class itself certainly no attribute of that name? What `__init__` sets is an attribute of instances."""
    owners = _readable(project, cls, name)
    return bool(owners) and not any(
        _annotates(owner, name) or _is_set(owner.facts, name, on_self=False) for owner in owners
    )


def instance_lacks(project: Project, cls: Class, name: str) -> bool:
    """Has an instance of just this class certainly no attribute of that name?"""
    owners = _readable(project, cls, name)
    return bool(owners) and not any(
        _annotates(owner, name, plain=True) or _is_set(owner.facts, name, on_self=True) for owner in owners
    )


def class_level_names(project: Project, cls: Class) -> list[str]:
    """The names that the class and its project bases define in their bodies, sorted."""
    owners = (owner for owner in mro(project, cls) if owner is not None)
    return sorted({name for owner in owners for name in owner.facts.scope(owner.node).names})


def set_on_instances(project: Project, cls: Class, name: str) -> tuple[Facts, ast.Attribute] | None:
    """Where a method of the class, or of a project base, assigns to `self.<name>`."""
    for owner in mro(project, cls):
        for method in owner.methods.values() if owner is not None else ():
            for node in method.walk():
                if isinstance(node, ast.Attribute) and node.attr == name and _is_self_store(node):
                    return method.facts, node
    return None


def _readable(project: Project, cls: Class, name: str) -> list[Class]:
    """The class and its bases where all of them can be read and none has the name in its body; else none."""
    if name.startswith("__") or hasattr(object, name):
        return []
    if any(not _brings_not(base, name) for base in external_bases(project, cls)):
        return []
    owners = [owner for owner in mro(project, cls) if owner is not None]
    return owners if all(_is_plain(owner, name) for owner in owners) else []


def _brings_not(base: str | None, name: str) -> bool:
    """Is it known what a base outside the project has, and the name not among it?"""
    if base in _BASES_WITHOUT_NAMES:
        return True
    found = getattr(builtins, base.removeprefix("builtins."), None) if base and base.startswith("builtins.") else None
    return type(found) is type and not hasattr(found, name)


def _is_plain(cls: Class, name: str) -> bool:
    facts = cls.facts
    if facts.file is None or facts.file.suffix != ".py" or is_dynamic(facts.source.raw, name):
        return False
    if any(k.arg != "metaclass" or facts.resolve(k.value) != "abc.ABCMeta" for k in cls.node.keywords):
        return False
    if any(decorator.name not in _DECORATORS for decorator in cls.decorators):
        return False
    own = facts.scope(cls.node)
    around = facts.scope(facts.scope_owner(cls.node)).names.get(cls.name, ())
    return len(around) == 1 and name not in own.names and not own.stars and _MAKING.isdisjoint(own.names)


def _annotates(cls: Class, name: str, *, plain: bool = False) -> bool:
    """Does the body of a decorated class (`plain`: of any class) promise the attribute by an annotation?"""
    if not plain and not cls.decorators:
        return False
    return any(
        isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.target.id == name
        for stmt in ast.walk(cls.node)
    )


def _is_set(facts: Facts, name: str, *, on_self: bool) -> bool:
    """Does the file assign to an attribute of that name, of whatever (without `on_self`: of anything but `self`)?"""
    return any(on_self or not _is_self_store(node) for node in stores(facts, name))


def stores(facts: Facts, name: str) -> Iterator[ast.Attribute]:
    """Where a file assigns to, or deletes, an attribute of that name."""
    for node in facts.nodes(ast.Attribute):
        if node.attr == name and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node


def _is_self_store(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id == "self"


def sets_by_name(facts: Facts, name: str) -> bool:
    """Does a file call `setattr` (or `delattr`) with that name, or with one that is computed?"""
    for call in facts.calls:
        if facts.resolve(call.func) in ("builtins.setattr", "builtins.delattr") and len(call.args) > 1:
            given = constant(call.args[1])
            if not isinstance(given, str) or given == name:
                return True
    return False
