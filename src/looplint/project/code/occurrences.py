"""Where a name occurs, what is reached from it there, and what happens to that: called, awaited, handed on."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Function
from looplint.model.kept import kept_by_file
from looplint.model.names import last_name
from looplint.model.nodes import below
from looplint.model.records import dataclass
from looplint.project.code.definitions import mro
from looplint.project.code.values import CALLED, MOCK_API

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.code.values import Name
    from looplint.project.questions import Project

Path = tuple[str, ...]

HANDED_ONE = frozenset(
    f"asyncio.{name}"
    for name in ("wait_for", "create_task", "ensure_future", "shield", "run", "run_coroutine_threadsafe")
)
HANDED_ALL = frozenset({"asyncio.gather"})
HANDED = HANDED_ONE | HANDED_ALL
"""Functions of asyncio that want an awaitable: as first argument, or as every one."""
_HANDED_LEAVES = frozenset(name.rpartition(".")[2] for name in HANDED)


GUARDS = ("isawaitable", "iscoroutine", "iscoroutinefunction", "hasattr", "getattr", "isinstance", "callable")
"""Functions that ask what a value is: code behind them knows what it does."""
_OF_COLOUR = re.compile(
    r"_*(is|has|uses?|runs?|in|supports?|needs?|wants?)_?(\w+_)?(async(?!io)\w*|sync(_\w+)?|corou?tine\w*|awaitable\w*)"
    r"|_*a?sync(_mode)?"
)
"""In the names of functions and flags that tell asynchronous things from plain ones (`_is_async_client`)."""


@dataclass(frozen=True, slots=True)
class Station:
    """One node of a chain such as `repo.get(1).first`, and what it is relative to the value.

    `api` names the attribute of the mock itself (`assert_called_once`) that is taken from it next, if one is.
    """

    facts: Facts
    node: ast.expr
    path: Path
    api: str | None = None

    @property
    def is_call(self) -> bool:
        """Does the chain call something here (`return_value` does not)?"""
        return isinstance(self.node, ast.Call)


def names_in(function: Function, name: str) -> list[ast.Name]:
    """The uses of a name in a def, the functions inside it included."""
    return function.facts.named_within(function.node, name)


def names_in_module(facts: Facts, name: str) -> list[ast.Name]:
    """The uses of a name in a file."""
    return facts.named(name)


def occurrences(project: Project, name: Name, asking: Function | None = None) -> Iterator[tuple[Facts, ast.expr]]:
    """Every node that spells a value by `name`.

    For an attribute of `self`, the methods of the class and its project bases; tests other than `asking` are left
    out, since each has a fresh object.
    """
    base, *attributes = name.text.split(".")
    if isinstance(name.owner, Class):
        for owner in mro(project, name.owner):
            for method in owner.methods.values() if owner is not None else ():
                if method.parameters and (method is asking or not _is_other_test(method, asking)):
                    yield from _spelled(method.facts, names_in(method, method.parameters[0]), method.node, attributes)
    elif isinstance(name.owner, Function):
        yield from _spelled(name.facts, names_in(name.owner, base), name.owner.node, attributes)
    else:
        yield from _spelled(name.facts, names_in_module(name.facts, base), name.facts.tree, attributes)


def _is_other_test(method: Function, asking: Function | None) -> bool:
    return asking is not None and asking.name.startswith("test") and method.name.startswith("test")


def _spelled(
    facts: Facts, names: list[ast.Name], scope: ast.AST, attributes: list[str]
) -> Iterator[tuple[Facts, ast.expr]]:
    for node in names:
        found = facts.lookup(node.id, node)
        if found is None or not (found[0] is scope or _is_outer(facts, found[0], scope, node.id)):
            continue
        top: ast.expr = node
        for attribute in attributes:
            up = facts.parent(top)
            if not isinstance(up, ast.Attribute) or up.value is not top or up.attr != attribute:
                break
            top = up
        else:
            yield facts, top


def _is_outer(facts: Facts, found: ast.AST, scope: ast.AST, name: str) -> bool:
    """Is the name one of the module that the function uses without binding it?"""
    return isinstance(found, ast.Module) and not isinstance(scope, ast.Module) and name not in facts.scope(scope).names


def stations(facts: Facts, node: ast.expr, path: Path = ()) -> Iterator[Station]:
    """The chain upward from a node: attributes, calls, items, awaits."""
    while True:
        up = facts.parent(node)
        api = up.attr if isinstance(up, ast.Attribute) and up.value is node and up.attr in MOCK_API else None
        yield Station(facts, node, path, api)
        if api is not None:
            return
        if isinstance(up, ast.Attribute) and up.value is node:
            path = (*path, CALLED if up.attr == "return_value" else up.attr)
        elif isinstance(up, ast.Call) and up.func is node:
            path = (*path, CALLED)
        elif isinstance(up, ast.Subscript) and up.value is node:
            path = (*path, "__getitem__", CALLED)
        elif not (isinstance(up, ast.Await) and up.value is node):
            return
        assert isinstance(up, ast.expr)
        node = up


def is_awaited(facts: Facts, node: ast.expr) -> bool:
    """Is the value of `node` awaited, entered with `async with`, or handed to asyncio?"""
    up = facts.parent(node)
    if isinstance(up, (ast.Await, ast.Starred)):
        return isinstance(up, ast.Await) or is_awaited(facts, up)
    if isinstance(up, ast.Call):
        return node in handed(facts, up)
    if isinstance(up, (ast.ListComp, ast.GeneratorExp)) and up.elt is node:
        return is_awaited(facts, up)
    if isinstance(up, ast.withitem):
        return isinstance(facts.parent(up), ast.AsyncWith)
    return False


def handed(facts: Facts, call: ast.Call) -> list[ast.expr]:
    """The arguments of a call of asyncio that must be awaitables."""
    func = call.func
    leaf = last_name(func)
    if leaf in ("create_task", "run_until_complete", "start_soon") and isinstance(func, ast.Attribute):
        return call.args[:1] if leaf != "start_soon" else []
    if leaf not in _HANDED_LEAVES and leaf not in facts.aliased_names:
        return []
    dotted = facts.resolve(func)
    if dotted in HANDED_ALL:
        return call.args
    return call.args[:1] if dotted in HANDED_ONE else []


def is_guarded(facts: Facts, node: ast.expr) -> bool:
    """Is there an `if` around the place that asks what the value is?"""
    child: ast.AST = node
    for up in facts.parents(node):
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        test = up.test if isinstance(up, (ast.If, ast.IfExp, ast.While)) and child is not up.test else None
        if test is not None and (any(name in GUARDS for name in _last_names(test)) or asks_for_colour(test)):
            return True
        child = up
    return False


def asks_for_colour(test: ast.expr) -> bool:
    """Does a condition ask whether something is asynchronous, by the names in it?"""
    return any(_OF_COLOUR.fullmatch(name) for name in _last_names(test))


def _last_names(node: ast.AST) -> Iterator[str]:
    for inner in below(node):
        if isinstance(inner, (ast.Attribute, ast.Name)):
            yield inner.attr if isinstance(inner, ast.Attribute) else inner.id


@kept_by_file
def awaited_names(facts: Facts) -> frozenset[str]:
    """The last names of everything that a file awaits, or hands to asyncio, as the result of a call."""
    nodes = [node.value for node in facts.awaits]
    for call in facts.calls:
        nodes += handed(facts, call) if facts.resolve(call.func) in HANDED else []
    return frozenset(last_name(node.func) for node in nodes if isinstance(node, ast.Call))
