"""Methods of subclasses elsewhere in the project that override one with another colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.code.colours import is_stub
from looplint.project.code.definitions import mro

if TYPE_CHECKING:
    from looplint.model.definitions import Class, Function
    from looplint.project.questions import Project

_FILES_AT_MOST = 30
_PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")


def overridden_otherwise(project: Project, cls: Class, function: Function) -> bool:
    """May an object of a class, or of a subclass of it, have another colour under that name?

    True also where too many files would have to be read, and for protocols and methods without a body (abstract ones,
    those of interfaces), which any class may fulfil.
    """
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


def _may_derive(other: Class, cls: Class) -> bool:
    """Is a base of the same name written, though it cannot be followed?"""
    return any(base is None or base.rpartition(".")[2] == cls.name for base in other.bases)
