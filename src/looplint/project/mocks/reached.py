"""Does a test come to a place in project code?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.kept import kept_by_part
from looplint.model.names import last_name
from looplint.model.nodes import below
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import is_awaited, names_in
from looplint.project.code.values import FunctionValue, InstanceValue
from looplint.project.mocks.demands import replaced_names, visible_methods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.project.questions import Project

_BRANCHES = (ast.If, ast.IfExp, ast.While)
_ELSEWHERE = (
    ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.Match, ast.comprehension, ast.ListComp, ast.GeneratorExp,
    ast.SetComp, ast.DictComp, ast.ExceptHandler,
)  # fmt: skip
_LISTS = (ast.ListComp, ast.SetComp, ast.DictComp)
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "log", "print", "time", "monotonic", "now"})
_LEVELS = 3
"""Calls between the one that the test makes and the place."""


def comes_to(function: Function, node: ast.AST) -> bool:
    """Does every run of the function come to `node`: no branch, loop, handler before it, no return above it?

    The body of a `try` counts up to its first call of anything else: what goes wrong there is caught.
    """
    facts = function.facts
    child: ast.AST = node
    for up in facts.parents(node):
        if up is function.node:
            break
        if isinstance(up, _BRANCHES) and child is not up.test:
            return False
        if isinstance(up, (ast.For, ast.AsyncFor)) and child is not up.iter:
            return False
        if isinstance(up, ast.BoolOp) and child is not up.values[0]:
            return False
        if isinstance(up, ast.Try) and (child in up.orelse or _may_leave_before(up, child)):
            return False
        if isinstance(up, ast.comprehension) and child is up.iter and _is_first(facts.parent(up), up):
            child = up
            continue
        if isinstance(up, _LISTS) and child is up.generators[0]:
            child = up
            continue
        if isinstance(up, _ELSEWHERE):
            return False
        child = up
    line = getattr(node, "lineno", 0)
    leaves = (n for n in function.walk() if isinstance(n, (ast.Return, ast.Raise, ast.Break, ast.Continue)))
    return not any(leaf.lineno < line for leaf in leaves)


def _may_leave_before(block: ast.Try, child: ast.AST) -> bool:
    """Does the body of a `try` call something before `child`, which may raise and be caught?"""
    before = block.body[: next((i for i, stmt in enumerate(block.body) if stmt is child), 0)]
    calls = (node.func for stmt in before for node in below(stmt) if isinstance(node, ast.Call))
    return any(getattr(func, "attr", getattr(func, "id", "")) not in _LOGGING for func in calls)


def _is_first(holder: ast.AST | None, generator: ast.comprehension) -> bool:
    return isinstance(holder, _LISTS) and holder.generators[0] is generator


def users_of(project: Project, asking: Function) -> Iterator[Function]:
    """The functions of the file that get a fixture, or the tests that a hook prepares."""
    fixture, cls = asking.fixture, asking.cls
    if fixture is not None:
        for function in asking.facts.functions:
            if fixture.name in function.parameters and function is not asking:
                given = project.fixture(fixture.name, function, function.facts)
                if given is not None and given.function is asking:
                    yield function
    elif asking.hook is not None and cls is not None:
        yield from (method for method in cls.methods.values() if method.name.startswith("test"))


@kept_by_part
def called_names(function: Function) -> set[str]:
    """The last names of everything that a function calls."""
    return {last_name(node.func) for node in function.facts.within(function.node, ast.Call)}


def calls_surely(project: Project, asking: Function, function: Function) -> bool:
    """Does a function of the test file call `function`, or a method that surely comes to it, and run it?"""
    replaced = replaced_names(asking)
    if function.name in replaced:
        return False
    reaching = _reaching(project, function, replaced)
    for node in asking.walk():
        if not isinstance(node, ast.Call):
            continue
        leaf = last_name(node.func)
        called = reaching.get(leaf)
        if called is not None and _runs(asking, node, called) and _is(project, asking, node, called):
            return True
    return False


def _runs(asking: Function, call: ast.Call, called: Function) -> bool:
    """Does the body run: awaited where it is a coroutine function?"""
    if called.is_generator:
        return False
    return is_awaited(asking.facts, call) if called.is_async else True


def _is(project: Project, asking: Function, call: ast.Call, called: Function) -> bool:
    """Does a call in a test surely go to that function?"""
    if called.cls is not None and isinstance(call.func, ast.Attribute):
        value = infer(project, asking.facts, call.func.value)
        if isinstance(value, InstanceValue):
            return any(method is called for method in visible_methods(project, value.cls))
    value = infer(project, asking.facts, call.func)
    return isinstance(value, FunctionValue) and value.definition.function is called


def _reaching(project: Project, wanted: Function, replaced: set[str]) -> dict[str, Function]:
    """The functions whose calls surely run `wanted`: itself, other methods of its class or functions of its file."""
    found = {wanted.name: wanted}
    if wanted.cls is not None:
        others = [m for m in visible_methods(project, wanted.cls) if m.name not in replaced]
    else:
        others = [f for f in wanted.facts.functions if f.cls is None and f.outer is None and f.name not in replaced]
    for _ in range(_LEVELS):
        for other in others:
            if other.name not in found and any(_surely_calls(other, called) for called in found.values()):
                found[other.name] = other
    return found


def _surely_calls(function: Function, called: Function) -> bool:
    if called.cls is not None:
        names = names_in(function, function.parameters[0]) if function.parameters else []
    else:
        names = names_in(function, called.name)
    for node in names:
        callee: ast.AST | None = node
        if called.cls is not None:
            callee = function.facts.parent(node)
            if not isinstance(callee, ast.Attribute) or callee.attr != called.name:
                continue
        call = function.facts.parent(callee) if callee is not None else None
        if isinstance(call, ast.Call) and call.func is callee and comes_to(function, call):
            return _runs(function, call, called)
    return False
