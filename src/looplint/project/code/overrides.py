"""Methods that are not as their def says: of subclasses that override them, of classes that code turns over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.kept import kept_by_file
from looplint.project.code.colours import is_stub
from looplint.project.code.defined_names import files_with_base
from looplint.project.code.definitions import mro

if TYPE_CHECKING:
    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_FILES_AT_MOST = 30
_TURNS = re.compile(
    r"\biscoroutinefunction\b[\s\S]{0,300}?\bsetattr\(|\bsetattr\([\s\S]{0,300}?\biscoroutinefunction\b"
)
"""What asks whether methods are coroutine functions, and puts others in their place."""
_TURNING_WORDS = ("iscoroutinefunction", "setattr(")
_PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")


def overridden_otherwise(project: Project, cls: Class, function: Function) -> bool:
    """May an object of a class, or of a subclass of it, have another colour under that name?

    True also where too many files would have to be read, and for protocols and methods without a body (abstract ones,
    those of interfaces), which any class may fulfil.
    """
    if _is_mixed_in(project, cls, function):
        return True
    others = project.defined_names.files(function.name, is_async=not function.is_async)
    if not others:
        return False
    if len(others) > _FILES_AT_MOST or is_stub(function) or any(base in _PROTOCOLS for base in cls.bases):
        return True
    for path in others:
        facts = project.facts_at(path)
        for other in facts.classes if facts is not None else ():
            method = other.methods.get(function.name)
            if method is None or method.is_async is function.is_async or other is cls:
                continue
            for owner in mro(project, other):
                if owner is cls or (owner is None and _may_derive(other, cls)):
                    return True
    return False


def _is_mixed_in(project: Project, cls: Class, function: Function) -> bool:
    """May a base that stands before the class, where it is one of several, have another colour under that name?"""
    for path in sorted(files_with_base(project.root, cls.name))[:_FILES_AT_MOST]:
        facts = project.facts_at(path)
        for other in facts.classes if facts is not None else ():
            order = list(mro(project, other)) if len(other.bases) > 1 else []
            for owner in order[: order.index(cls)] if cls in order else ():
                method = owner.methods.get(function.name) if owner is not None else None
                if owner is None or (method is not None and method.is_async is not function.is_async):
                    return True
    return False


def is_turned_over(project: Project, cls: Class) -> bool:
    """Does the module of a class, of a base or of its metaclass put others in the place of coroutine functions?"""
    owners = [owner for owner in mro(project, cls) if owner is not None]
    if any(_turns_methods(owner.facts) for owner in owners):
        return True
    for owner in owners:
        for keyword in owner.node.keywords:
            dotted = owner.facts.resolve(keyword.value) if keyword.arg == "metaclass" else None
            found = project.definition(dotted, owner.facts) if dotted is not None else None
            if found is not None and "iscoroutinefunction" in found.facts.source.text:
                return True
    return False


@kept_by_file
def _turns_methods(facts: Facts) -> bool:
    """Does a file hold such code? Most do not even hold its words, which are found much faster."""
    text = facts.source.text
    return all(word in text for word in _TURNING_WORDS) and _TURNS.search(text) is not None


def _may_derive(other: Class, cls: Class) -> bool:
    """Is a base of the same name written, though it cannot be followed?"""
    return any(base is None or base.rpartition(".")[2] == cls.name for base in other.bases)
