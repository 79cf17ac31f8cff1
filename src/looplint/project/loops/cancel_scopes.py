"""Which context managers hold a cancel scope of anyio while they are open: known ones, and those of the project.

Of the project: functions under `contextlib.asynccontextmanager` that hold one open across their yield, classes whose
`__aenter__` enters one and leaves it open.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge.cancel_scopes import CLIENTS_WITH_TRANSPORT, FREE_BEFORE, MANAGERS, SCOPES
from looplint.model.catching import lets_go
from looplint.model.definitions import keyword
from looplint.model.held_open import HeldOpen, entered_by_call, held_open, left_by_call, value_of
from looplint.model.records import dataclass
from looplint.project.code.definitions import outside_name
from looplint.project.code.values import ClassValue, FunctionValue, InstanceValue

if TYPE_CHECKING:
    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

CONTEXT_MANAGERS = ("contextlib.asynccontextmanager", "contextlib.contextmanager")
_ERRORS = ("builtins.RuntimeError", "builtins.Exception", "builtins.BaseException")
"""By what an error of a cancel scope is caught."""
_DEPTH = 4


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A cancel scope behind a context expression: the call that makes it, and the file of that call.

    `shown` is the call's function as written there. It is the context expression itself, or lies in a context manager
    of the project.
    """

    facts: Facts
    call: ast.Call
    shown: str


def open_scope(project: Project, function: Function, depth: int = _DEPTH) -> tuple[HeldOpen, Scope] | None:
    """The first cancel scope that a generator holds open at a yield; None where it lets the error of leaving it go."""
    for held in held_open(function):
        scope = cancel_scope(project, function.facts, held.context, depth)
        if scope is not None:
            places = [held.context, *left_by_call(function)]
            return None if any(lets_go(function.facts, place, _ERRORS) for place in places) else (held, scope)
    return None


def cancel_scope(project: Project, facts: Facts, context: ast.expr, depth: int = _DEPTH) -> Scope | None:
    """The cancel scope that a context expression of `facts` enters; None where it enters none, or that is unknown."""
    call = value_of(facts, context)
    if depth <= 0 or not isinstance(call, ast.Call):
        return None
    name = facts.resolve(call.func)
    outside = outside_name(project, name, facts) if name is not None else None
    if (outside in SCOPES and not _is_free(project, outside)) or _is_manager_run(project, facts, call.func):
        return Scope(facts, call, ast.unparse(call.func))
    if outside in CLIENTS_WITH_TRANSPORT:
        transport = keyword(call, "transport")
        return cancel_scope(project, facts, transport, depth - 1) if transport is not None else None
    return _of_project(project, facts, call, depth - 1)


def _is_free(project: Project, name: str) -> bool:
    """Is the version in force one that enters no scope yet?"""
    return name in FREE_BEFORE and project.must_be(*FREE_BEFORE[name])


def _is_manager_run(project: Project, facts: Facts, function: ast.expr) -> bool:
    """Is it `run` of an MCP session manager?"""
    if not isinstance(function, ast.Attribute) or function.attr != "run":
        return False
    owner, attribute = function.value, ""
    if isinstance(owner, ast.Attribute) and owner.attr == "session_manager":
        owner, attribute = owner.value, ".session_manager"
    made = value_of(facts, owner)
    name = facts.resolve(made.func) if isinstance(made, ast.Call) else None
    outside = outside_name(project, name, facts) if name is not None else None
    return outside is not None and f"{outside}{attribute}" in MANAGERS


def _of_project(project: Project, facts: Facts, call: ast.Call, depth: int) -> Scope | None:
    """The scope that a context manager of the project holds."""
    called = project.infer(facts, call.func)
    if isinstance(called, FunctionValue) and called.definition.function is not None:
        function = called.definition.function
        if function.is_generator and len(function.decorators) == 1 and function.decorated(*CONTEXT_MANAGERS):
            found = open_scope(project, function, depth)
            return found[1] if found is not None else None
    if isinstance(called, ClassValue) and called.cls is not None:
        return _entered_by_class(project, called.cls, depth)
    value = project.infer(facts, call)
    return _entered_by_class(project, value.cls, depth) if isinstance(value, InstanceValue) else None


def _entered_by_class(project: Project, cls: Class, depth: int) -> Scope | None:
    """What `__aenter__` of a class enters by a call, and therefore leaves open."""
    for name in ("__aenter__", "__enter__"):
        member = project.member(cls, name)
        if member is None or member.function is None or member.function.decorators:
            continue
        method = member.function
        for context, _ in entered_by_call(method):
            scope = _of_attribute(project, cls, method, context, depth)
            if scope is not None:
                return scope
    return None


def _of_attribute(project: Project, cls: Class, method: Function, context: ast.expr, depth: int) -> Scope | None:
    """The scope of what `__aenter__` enters: an expression, or `self.x` as the class assigns it."""
    receiver = method.parameters[0] if method.parameters else None
    if not (
        isinstance(context, ast.Attribute) and isinstance(context.value, ast.Name) and context.value.id == receiver
    ):
        return cancel_scope(project, method.facts, context, depth)
    assigned = [
        (function.facts if function is not None else cls.facts, value)
        for function, value, _ in project.assignments(cls, context.attr)
        if value is not None and not (isinstance(value, ast.Constant) and value.value is None)
    ]
    scopes = [cancel_scope(project, facts, value, depth) for facts, value in assigned]
    return scopes[0] if scopes and all(scope is not None for scope in scopes) else None
