"""The colour of what a call calls: a def of the project, a class, an instance, a method of a catalogued client."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.knowledge.async_since import ASYNC_SINCE, PLAIN_ONLY
from looplint.knowledge.clients import function_kind
from looplint.model.definitions import Colour
from looplint.project.code.awaitable_classes import has_await, never_awaitable
from looplint.project.code.client_calls import client_call, gives_a_value
from looplint.project.code.coloured import UNKNOWN, Coloured, Gives
from looplint.project.code.colours import may_be_of
from looplint.project.code.definitions import mro
from looplint.project.code.overrides import is_turned_over, overridden_otherwise
from looplint.project.code.values import ClassValue, FunctionValue, InstanceValue

if TYPE_CHECKING:
    from collections.abc import Container

    from looplint.knowledge.catalogue import Label
    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.code.client_calls import ClientCall
    from looplint.project.questions import Project

_OF_LABEL: dict[Label, tuple[Colour, Gives]] = {
    "coroutine": (Colour.ASYNC, Gives.COROUTINE),
    "future": (Colour.AWAITABLE, Gives.FUTURE),
    "async_for": (Colour.ASYNC_GENERATOR, Gives.ASYNC_GENERATOR),
    "async_with": (Colour.SYNC, Gives.ASYNC_CONTEXT),
    "await_or_with": (Colour.AWAITABLE, Gives.AWAITABLE),
    "await_or_for": (Colour.AWAITABLE, Gives.AWAITABLE),
}


def call_colour(project: Project, facts: Facts, call: ast.Call, among: Container[Colour] = ()) -> Coloured:
    """The colour of what a call of `facts` calls; UNKNOWN where it may be more than one thing.

    With `among` all other colours are answered by UNKNOWN too, which spares many looks.
    """
    func = call.func
    found = _of_super(project, facts, func)
    if found is None:
        value = project.infer(facts, func)
        if isinstance(value, FunctionValue):
            function = value.definition.function
            if function is None or (among and not may_be_of(function, among)):
                return UNKNOWN
            found = project.colour(function)
        elif isinstance(value, ClassValue) and value.cls is not None:
            found = _constructed(project, value.cls, among)
        elif isinstance(value, InstanceValue):
            found = _member(project, value.cls, "__call__")
        elif value is None or isinstance(value, ClassValue):
            found = _catalogued(project, facts, call, among)
    if found is None or (among and found.colour not in among):
        return UNKNOWN
    if found.function is None or not isinstance(func, ast.Attribute):
        return found
    return UNKNOWN if _may_be_another(project, facts, func, found.function) else found


def _of_super(project: Project, facts: Facts, func: ast.expr) -> Coloured | None:
    """`super().method`, as far as the project's bases tell; None for anything else."""
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Call):
        return None
    if facts.resolve(func.value.func) != "builtins.super" or func.value.args:
        return None
    cls = facts.class_of(func)
    definition = project.member_of_bases(cls, func.attr) if cls is not None else None
    function = definition.function if definition is not None else None
    return project.colour(function) if function is not None else UNKNOWN


def _member(project: Project, cls: Class, name: str) -> Coloured | None:
    member = project.member(cls, name)
    return project.colour(member.function) if member is not None and member.function is not None else None


def _constructed(project: Project, cls: Class, among: Container[Colour]) -> Coloured | None:
    """What calling a class gives: an instance, which may be something to await."""
    place = f"{cls.facts.source.path}:{cls.node.lineno}"
    if has_await(project, cls):
        proof = f"class with __await__ at {place}"
        return Coloured(colour=Colour.AWAITABLE, gives=Gives.AWAITABLE, proof=proof)
    if among and Colour.SYNC not in among:
        return None
    known = all(owner is not None and "__new__" not in owner.methods for owner in mro(project, cls))
    if not known or not never_awaitable(project, cls):
        return None
    return Coloured(colour=Colour.SYNC, gives=Gives.INSTANCE, proof=f"class at {place}")


def _may_be_another(project: Project, facts: Facts, func: ast.Attribute, function: Function) -> bool:
    """May the object have another method of that name: set on it, made by `__getattribute__`, overriding this one?"""
    owner = project.infer(facts, func.value)
    if not isinstance(owner, (InstanceValue, ClassValue)) or owner.cls is None:
        return False
    if project.assignments(owner.cls, func.attr):
        return True
    if any(base is not None and "__getattribute__" in base.methods for base in mro(project, owner.cls)):
        return True
    if function.is_async and is_turned_over(project, owner.cls):
        return True
    if isinstance(owner, ClassValue) and owner.via != "self":
        return False
    return owner.via != "constructor" and overridden_otherwise(project, owner.cls, function)


# -- the catalogue ---------------------------------------------------------------------------------------------------


def _catalogued(project: Project, facts: Facts, call: ast.Call, among: Container[Colour]) -> Coloured | None:
    found = client_call(project, facts, call)
    if found is None or _may_be_older(project, facts, found):
        return None
    label = _label(found)
    if label == "sync":
        if among and Colour.SYNC not in among:
            return None
        sure = gives_a_value(project, found)
        return Coloured(colour=Colour.SYNC, proof=_proof(found, "a plain call")) if sure else None
    colour = _OF_LABEL.get(label) if label is not None else None
    if colour is None or found.annotated:
        return None
    of = Coloured(colour=colour[0], gives=colour[1])
    return replace(of, proof=_proof(found, "a coroutine" if of.colour is Colour.ASYNC else of.gives.value))


def _may_be_older(project: Project, facts: Facts, found: ClientCall) -> bool:
    """May the file be used with a release of the library in which everything was a plain function still?"""
    distribution = found.client.distribution if found.client is not None else ""
    if distribution not in ASYNC_SINCE:
        return False
    return not project.must_be(distribution, ASYNC_SINCE[distribution]) or _is_written_for_older(facts, distribution)


def _is_written_for_older(facts: Facts, distribution: str) -> bool:
    """Does the file import what only those releases have? Other programs of the project may require the newer ones."""
    names = PLAIN_ONLY.get(distribution, frozenset())
    return any(f"{node.module}.{alias.name}" in names for node in facts.nodes(ast.ImportFrom) for alias in node.names)


def _label(found: ClientCall) -> Label | None:
    if found.client is None:
        return function_kind(found.path)
    return None if found.on_class else found.client.kind_of(found.method)


def _proof(found: ClientCall, what: str) -> str:
    return f"`{found.path}` gives {what}" if found.client is None else f"`{found.path}` of the library is {what}"
