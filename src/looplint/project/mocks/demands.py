"""Where a class of the project keeps what its constructor gets, and which of its methods run for an instance."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.kept import kept_by_part
from looplint.project.code.arguments import parameter_name
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.occurrences import names_in
from looplint.project.mocks.rebinding import fills_only_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.project.questions import Project

_DATACLASSES = frozenset(
    {
        "dataclasses.dataclass",
        "attr.s",
        "attr.define",
        "attrs.define",
        "attr.dataclass",
        "pydantic.dataclasses.dataclass",
    }
)
_MODEL_BASES = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})


def is_certain(function: Function, node: ast.AST) -> bool:
    """Does every call of the function come to `node`: no branch, loop, handler or return before it?"""
    facts = function.facts
    child: ast.AST = node
    for up in facts.parents(node):
        if up is function.node:
            break
        if isinstance(up, (ast.If, ast.IfExp, ast.While)) and child is not up.test:
            return False
        if isinstance(up, (ast.For, ast.AsyncFor)) and child is not up.iter:
            return False
        if isinstance(up, ast.BoolOp) and child is not up.values[0]:
            return False
        if isinstance(up, (ast.Try, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.Match, ast.comprehension)):
            return False
        if isinstance(up, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)):
            return False
        child = up
    line = getattr(node, "lineno", 0)
    leaves = (n for n in function.walk() if isinstance(n, (ast.Return, ast.Raise)))
    return not any(leaf.lineno < line for leaf in leaves)


# -- classes ---------------------------------------------------------------------------------------------------------


def visible_methods(project: Project, cls: Class) -> Iterator[Function]:
    """The methods that run for an instance: overridden ones of a base only where `super()` calls them."""
    seen: set[str] = set()
    for owner in mro(project, cls):
        for name, method in owner.methods.items() if owner is not None else ():
            if name not in seen:
                yield method
        if owner is not None:
            seen.update(n for n, m in owner.methods.items() if not _calls_super(m))


@kept_by_part
def _calls_super(method: Function) -> bool:
    """Does a method call what it overrides?"""
    for node in names_in(method, "super"):
        up = method.facts.parent(method.facts.parent(node) or node)
        if isinstance(up, ast.Attribute) and up.attr == method.name:
            return True
    return False


def attributes_of(project: Project, cls: Class, parameter: str) -> list[str]:
    """The attributes of `self` in which a class keeps an argument of its constructor as it is."""
    member = project.member(cls, "__init__")
    if member is None or member.function is None:
        return [parameter] if parameter in fields(project, cls) else []
    return _stored(project, cls, member.function, parameter, 4)


def _stored(project: Project, cls: Class, init: Function, parameter: str, depth: int) -> list[str]:
    if depth <= 0 or not init.parameters or len(init.facts.scope(init.node).names.get(parameter, ())) != 1:
        return []
    found: list[str] = []
    for node in names_in(init, parameter):
        up = init.facts.parent(node)
        if isinstance(up, ast.BoolOp) and up.values[0] is node and isinstance(up.op, ast.Or):
            node_up: ast.AST | None = init.facts.parent(up)
            value: ast.expr = up
        else:
            node_up, value = up, node
        if isinstance(node_up, (ast.Assign, ast.AnnAssign)) and node_up.value is value:
            targets = node_up.targets if isinstance(node_up, ast.Assign) else [node_up.target]
            found += [t.attr for t in targets if _is_own(t, init) and isinstance(t, ast.Attribute)]
        elif isinstance(up, (ast.Call, ast.keyword)):
            found += _given_to_base(project, cls, init, node, depth)
    return [name for name in found if _kept_once(project, cls, name)]


def _is_own(target: ast.expr, init: Function) -> bool:
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == init.parameters[0]
    )


def _kept_once(project: Project, cls: Class, name: str) -> bool:
    """Is the attribute assigned nowhere else in the class, but for None and what fills it where it is None?"""
    assigned = [
        a
        for a in project.assignments(cls, name)
        if not (isinstance(a[1], ast.Constant) and a[1].value is None)
        and not (a[0] is not None and a[0].name != "__init__" and fills_only_gaps(a[0], name))
    ]
    return len(assigned) == 1


def _given_to_base(project: Project, cls: Class, init: Function, node: ast.Name, depth: int) -> list[str]:
    """`super().__init__(repo)`: what the next class makes of it."""
    up = init.facts.parent(node)
    call = init.facts.parent(up) if isinstance(up, ast.keyword) else up
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "super().__init__":
        return []
    bases = [owner for owner in mro(project, cls) if owner is not None and "__init__" in owner.methods]
    base = next((b.methods["__init__"] for b in bases if b.methods["__init__"] is not init), None)
    if base is None:
        return []
    name = parameter_name(base, call, node, bound=True)
    return [] if name is None else _stored(project, cls, base, name, depth - 1)


def fields(project: Project, cls: Class) -> list[str]:
    """The fields of a dataclass (or pydantic model), in the order of its constructor; none for any other class."""
    owners = [owner for owner in mro(project, cls) if owner is not None]
    is_data = any(d.name in _DATACLASSES for owner in owners for d in owner.decorators)
    if not is_data and not external_bases(project, cls) & _MODEL_BASES:
        return []
    found: list[str] = []
    for owner in reversed(owners):
        for stmt in owner.node.body:
            if isinstance(stmt, ast.AnnAssign) and isinstance(stmt.target, ast.Name) and stmt.target.id not in found:
                found.append(stmt.target.id)
    return found


# -- is it called? ---------------------------------------------------------------------------------------------------


@kept_by_part
def replaced_names(function: Function) -> set[str]:
    """The attributes that a function assigns, or replaces by `patch.object` and the like, on whatever object."""
    found: set[str] = set()
    facts = function.facts
    for attribute in facts.within(function.node, ast.Attribute):
        if isinstance(attribute.ctx, ast.Store):
            found.add(attribute.attr)
    for call in facts.within(function.node, ast.Call):
        for argument in call.args[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value.rpartition(".")[2])
    return found
