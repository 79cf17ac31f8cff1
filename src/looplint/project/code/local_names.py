"""What names stand for that needs no inference: local defs, spellings of mocks, coroutines kept for later."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Function
from looplint.model.names import Binding, BindingKind, dotted_parts, dotted_text
from looplint.project.code.coloured import Gives
from looplint.project.code.definitions import Definition
from looplint.project.code.values import ClassValue, FunctionValue, InstanceValue, MockValue, Name, Origin, Value

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.questions import Project


def attribute_name(facts: Facts, node: ast.Attribute, base: InstanceValue) -> Name:
    """How an attribute of an instance is spelled here: for the whole class where the instance is `self`."""
    text = dotted_text(node) or ""
    parts = dotted_parts(node)
    owner: Function | Class | None = None
    if base.via == "self" and isinstance(node.value, ast.Name):
        owner = facts.class_of(node) or base.cls
        text = f"self.{node.attr}"
    elif parts is not None:
        found = facts.lookup(parts[0].id, parts[0])
        owner = facts.definition_at(found[0]) if found is not None else None
    return Name(facts, owner, text)


def local_definition(facts: Facts, binding: Binding) -> Value | None:
    """The def or class that a binding within a function makes."""
    found = facts.definition_at(binding.node)
    origin = Origin(facts, binding.node)
    if isinstance(found, Function):
        return FunctionValue(origin, "name", Definition(facts, function=found))
    if isinstance(found, Class):
        return ClassValue(origin, "name", found.dotted, found)
    return None


def kept_coroutine(facts: Facts, node: ast.Name) -> ast.expr:
    """The call that a local name stands for, which is awaited later (`task = create_task(f())`)."""
    found = facts.lookup(node.id, node)
    bindings = found[1] if found is not None else []
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGNMENT else None
    return value if isinstance(value, ast.Call) else node


def gives_its_result(project: Project, function: Function) -> bool:
    """Does calling the decorated function give what the function itself returns?"""
    if not function.decorators:
        return True
    return project.colour(function).gives in (Gives.VALUE, Gives.COROUTINE) and project.colour(function).is_known


def spelled(value: Value | None, name: Name) -> Value | None:
    """A value with one more spelling, where it is a mock."""
    return value.known_as(name) if isinstance(value, MockValue) else value


def spelled_here(facts: Facts, holder: Function | Class | None, text: str, value: Value | None) -> Value | None:
    """The same, with the spelling that a function or class of this file has for it; most values are no mocks."""
    return value.known_as(Name(facts, holder, text)) if isinstance(value, MockValue) else value
