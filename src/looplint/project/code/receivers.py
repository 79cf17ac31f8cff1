"""What methods give of the object or class that they are called on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.code.definitions import mro
from looplint.project.code.values import ClassValue, InstanceValue

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.code.values import Value
    from looplint.project.questions import Project


def made_by(called: ClassValue) -> str:
    """How well the class of what calling a class gives is known: `cls(...)` makes an object of a subclass as well."""
    return "self" if called.via == "self" else "constructor"


def seen_from(project: Project, facts: Facts, call: ast.Call, value: Value | None, depth: int) -> Value | None:
    """The result of a call: `self` and `cls(...)` in a method are of the class that it was called on."""
    if not isinstance(value, InstanceValue) or value.via != "self" or not isinstance(call.func, ast.Attribute):
        return value
    receiver = project.infer(facts, call.func.value, depth - 1)
    if not isinstance(receiver, (InstanceValue, ClassValue)) or receiver.cls is None:
        return value
    if value.cls not in mro(project, receiver.cls):
        return value
    via = made_by(receiver) if isinstance(receiver, ClassValue) else receiver.via
    return InstanceValue(value.origin, via, receiver.cls)
