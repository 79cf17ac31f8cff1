"""Which parameter of which project function an argument becomes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.code.infer import infer
from looplint.project.code.values import ClassValue, FunctionValue

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.code.occurrences import Path
    from looplint.project.questions import Project


@dataclass(frozen=True, slots=True, eq=False)
class Handed:
    """What stands at a path of a mock is an argument of a call."""

    path: Path
    facts: Facts
    call: ast.Call
    node: ast.expr


def parameter_for(project: Project, handed: Handed) -> tuple[Function, str] | None:
    """The project function (for a class: its `__init__`) and the parameter that an argument becomes."""
    called = infer(project, handed.facts, handed.call.func)
    function: Function | None = None
    bound = False
    if isinstance(called, FunctionValue):
        function = called.definition.function
        bound = called.definition.owner is not None and isinstance(handed.call.func, ast.Attribute)
    elif isinstance(called, ClassValue) and called.cls is not None:
        member = project.member(called.cls, "__init__")
        function, bound = (member.function if member is not None else None), True
    if function is None:
        return None
    name = parameter_name(function, handed.call, handed.node, bound=bound)
    return None if name is None else (function, name)


def parameter_name(function: Function, call: ast.Call, node: ast.expr, *, bound: bool) -> str | None:
    """The parameter that the argument `node` of a call fills."""
    a = function.node.args
    for item in call.keywords:
        if item.value is node:
            names = {p.arg for p in (*a.args, *a.kwonlyargs)}
            return item.arg if item.arg in names else None
    if node not in call.args or any(isinstance(arg, ast.Starred) for arg in call.args[: call.args.index(node)]):
        return None
    positional = [p.arg for p in (*a.posonlyargs, *a.args)]
    if bound and function.decorated("builtins.staticmethod") is None:
        positional = positional[1:]
    index = call.args.index(node)
    return positional[index] if index < len(positional) else None
