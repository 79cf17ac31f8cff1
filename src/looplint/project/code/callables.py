"""Callables that are handed over uncalled: which of them are coroutine functions, and what they need to be called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.awaited import kind_of_name
from looplint.model.definitions import Colour
from looplint.model.records import dataclass
from looplint.project.code.client_calls import inherited_client
from looplint.project.code.definitions import external_bases
from looplint.project.code.values import ClassValue, ClientValue, FunctionValue, InstanceValue

if TYPE_CHECKING:
    from looplint.knowledge.catalogue import Client
    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_PARTIAL = "functools.partial"
_WITHOUT_ARGUMENTS = frozenset({"wait", "get", "join", "wait_closed", "drain", "acquire", "read", "readline"})
"""Coroutine methods of asyncio's own classes that need no argument."""
_CLOSING = frozenset({"aclose", "close", "disconnect", "wait_closed", "shutdown", "stop"})
"""Names of methods that no library has a property for, and that need no argument."""
_DEPTH = 3


@dataclass(frozen=True, slots=True, eq=False)
class CoroutineFunction:
    """A callable that gives a coroutine.

    `node` is the expression; `inner` the name of the coroutine function itself, which differs for
    `partial(f, …)` and `lambda: f(…)`; `call` the call within such a lambda. `function` is the def, None for a method
    or function of a library, whose class is `client`.
    """

    node: ast.expr
    inner: ast.expr
    call: ast.Call | None = None
    function: Function | None = None
    bound: bool = False
    client: Client | None = None

    @property
    def is_name(self) -> bool:
        """Is it the function itself, not a lambda or partial around it?"""
        return self.inner is self.node

    @property
    def needs_no_argument(self) -> bool:
        """Can it be called with nothing between the parentheses?"""
        if not self.is_name:
            return False
        if self.function is not None:
            return needs_no_argument(self.function, bound=self.bound)
        if self.client is None or not isinstance(self.node, ast.Attribute):
            return False
        is_own = self.client.path.startswith("asyncio.")
        return self.node.attr in (_WITHOUT_ARGUMENTS if is_own else _CLOSING)


def coroutine_function(project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> CoroutineFunction | None:
    """The coroutine function that an expression of `facts` is; None for anything else, or where that is not known."""
    if depth <= 0:
        return None
    if isinstance(node, ast.Lambda):
        return _of_lambda(project, facts, node, depth)
    if isinstance(node, ast.Call):
        if not node.args or isinstance(node.args[0], ast.Starred) or facts.resolve(node.func) != _PARTIAL:
            return None
        found = coroutine_function(project, facts, node.args[0], depth - 1)
        return None if found is None else CoroutineFunction(node, found.inner, found.call, found.function)
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return None
    return _named(project, facts, node)


def _of_lambda(project: Project, facts: Facts, node: ast.Lambda, depth: int) -> CoroutineFunction | None:
    if not isinstance(node.body, ast.Call):
        return None
    found = coroutine_function(project, facts, node.body.func, depth - 1)
    return None if found is None else CoroutineFunction(node, found.inner, node.body, found.function)


def _named(project: Project, facts: Facts, node: ast.Name | ast.Attribute) -> CoroutineFunction | None:
    value = project.infer(facts, node)
    if isinstance(value, FunctionValue):
        function = value.definition.function
        if function is None or project.colour(function).colour is not Colour.ASYNC:
            return None
        return CoroutineFunction(node, node, function=function, bound=_is_bound(project, facts, node, function))
    if value is not None:
        return None
    if _is_catalogued_function(project, facts, node):
        return CoroutineFunction(node, node)
    client = _client_of_method(project, facts, node)
    return None if client is None else CoroutineFunction(node, node, client=client)


def _is_catalogued_function(project: Project, facts: Facts, node: ast.expr) -> bool:
    dotted = facts.resolve(node)
    if dotted is None or not clients.is_client_module(dotted.partition(".")[0]):
        return False
    return clients.function_kind(dotted) == "coroutine" and project.definition(dotted, facts) is None


def _client_of_method(project: Project, facts: Facts, node: ast.expr) -> Client | None:
    """The catalogued client of which an attribute is certainly a coroutine method, not a property."""
    if not isinstance(node, ast.Attribute) or node.attr.startswith("_"):
        return None
    owner = project.infer(facts, node.value)
    if isinstance(owner, ClientValue) and (owner.client.kind == "async" or owner.via != "annotation"):
        method = f"{owner.chain}.{node.attr}" if owner.chain else node.attr
        return owner.client if _is_method(owner.client, method) else None
    if isinstance(owner, InstanceValue):
        inherited = inherited_client(project, owner.cls, node.attr)
        return inherited if inherited is not None and _is_method(inherited, node.attr) else None
    return None


def _is_method(client: Client, name: str) -> bool:
    """The catalogue's default, "every name is a coroutine", holds for calls: an uncalled name may be a property."""
    if client.kind_of(name) != "coroutine":
        return False
    leaf = name.rpartition(".")[2]
    entry = client.entry
    listed = (*entry.get("coroutines", ()), *entry.get("flagged", ()), *entry.get("unflagged", ()))
    return name in (*listed, *entry.get("awaitable", ())) or leaf in _CLOSING or kind_of_name(leaf) == "awaited"


def _is_bound(project: Project, facts: Facts, node: ast.Name | ast.Attribute, function: Function) -> bool:
    """Is the first parameter filled by the object before the dot?"""
    if function.cls is None or function.decorated("builtins.staticmethod"):
        return False
    if function.decorated("builtins.classmethod"):
        return True
    if not isinstance(node, ast.Attribute):
        return True  # a name that stands for a method was taken from an object, or leads nowhere
    return not isinstance(project.infer(facts, node.value), ClassValue)


def needs_no_argument(function: Function, *, bound: bool) -> bool:
    """Has every parameter of a def a default, `self` of a bound method aside?"""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args][bound:]
    required = len(positional) - len(arguments.defaults)
    return required <= 0 and all(default is not None for default in arguments.kw_defaults)


def function_kind(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """In words for a message, what a callable is that certainly is no awaitable itself; None where it may be one."""
    if isinstance(node, ast.Lambda):
        return "lambda"
    if isinstance(node, ast.Call):
        return "partial" if facts.resolve(node.func) == _PARTIAL else None
    value = project.infer(facts, node)
    if isinstance(value, FunctionValue) and value.definition.function is not None:
        function = value.definition.function
        return "function" if project.colour(function).is_known else None
    if isinstance(value, ClassValue) and value.cls is not None:
        return "class" if _is_plain_class(project, value.cls) else None
    return "function" if coroutine_function(project, facts, node) is not None else None


def _is_plain_class(project: Project, cls: Class) -> bool:
    """A class without a metaclass, which alone could make it awaitable itself."""
    return not cls.node.keywords and not cls.decorators and external_bases(project, cls) <= {"builtins.object"}
