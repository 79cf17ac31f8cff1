"""Awaits on what is nothing to await: plain results, literals, functions not called, the wrong end of a chain."""

from __future__ import annotations

import ast
from enum import Enum
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.decorators import KEEPS_COLOUR
from looplint.model.definitions import Colour
from looplint.model.records import dataclass
from looplint.project.code.annotations import contradicts, names_in_annotation
from looplint.project.code.client_calls import expects_type_error
from looplint.project.code.coloured import Coloured, Gives
from looplint.project.code.infer import awaited
from looplint.project.code.occurrences import is_guarded
from looplint.project.code.plain import fixture_type, plain_type, result_type
from looplint.project.code.replaced_names import replaced_names
from looplint.project.code.values import ClassValue, ClientValue, FunctionValue, InstanceValue, MockValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_LITERALS = (
    ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp,
    ast.Compare, ast.Lambda,
)  # fmt: skip
_TYPE_OF = {
    Gives.GENERATOR: "generator",
    Gives.ASYNC_GENERATOR: "async_generator",
    Gives.CONTEXT: "_GeneratorContextManager",
    Gives.ASYNC_CONTEXT: "_AsyncGeneratorContextManager",
}
_BUILTINS = frozenset(
    {
        "print", "len", "str", "int", "float", "bool", "list", "dict", "set", "tuple", "sorted", "sum", "min", "max",
        "isinstance", "open", "repr", "range", "enumerate", "zip", "any", "all", "abs", "round", "setattr", "hasattr",
    }
)  # fmt: skip
_STDLIB = (
    "time.",
    "json.",
    "datetime.",
    "re.",
    "math.",
    "random.",
    "uuid.",
    "os.path.",
    "copy.",
    "base64.",
    "hashlib.",
)
_OF_LOOPS = ("asyncio.", "time.", "contextlib.")
"""Modules whose plain functions LPL501 leaves alone, though the catalogue knows them."""
_RUNS = frozenset({"asyncio.run"})
"""Reported as what it is, a loop started in a loop."""


class Mistake(Enum):
    """What is wrong with an await."""

    PLAIN = "the call gives a plain value"
    LITERAL = "it is a literal"
    UNCALLED = "the function is not called"
    CHAIN = "the await belongs to the call within"
    HANDED_OUT = "it is what a fixture hands out"


@dataclass(frozen=True, slots=True, eq=False)
class MisplacedAwait:
    """An `await`, what is wrong with it, the type that Python's error names, the proof.

    `inner` is the call to which the await of a chain belongs; `again` tells whether what the chain ends with must be
    awaited as well, None where that is unknown. `function` is what is awaited uncalled, or the fixture.
    """

    node: ast.Await
    mistake: Mistake
    type: str = ""
    proof: str = ""
    inner: ast.Call | None = None
    again: bool | None = None
    function: Function | None = None


def misplaced_awaits(project: Project, facts: Facts) -> Iterator[MisplacedAwait]:
    """Every such await, in source order."""
    for node in facts.awaits:
        found = _found(project, facts, node)
        if found is None or expects_type_error(facts, node) or is_guarded(facts, node.value):
            continue
        names = {n.attr if isinstance(n, ast.Attribute) else n.id for n in _chain(node.value)}
        if names.isdisjoint(replaced_names(facts, project)):
            yield found


def _chain(node: ast.expr) -> Iterator[ast.Attribute | ast.Name]:
    """The names of a chain of attributes, calls and items, from the right."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            yield node
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        yield node


def _found(project: Project, facts: Facts, node: ast.Await) -> MisplacedAwait | None:
    value = node.value
    if isinstance(value, _LITERALS):
        kind = "function" if isinstance(value, ast.Lambda) else plain_type(project, facts, value)
        return None if kind is None else MisplacedAwait(node, Mistake.LITERAL, kind)
    if isinstance(value, (ast.Name, ast.Attribute)):
        found = _in_chain(project, facts, node) or _uncalled(project, facts, node)
        return found or (_handed_out(project, facts, node, value) if isinstance(value, ast.Name) else None)
    if isinstance(value, ast.Subscript):
        return _in_chain(project, facts, node)
    return _call(project, facts, node, value) if isinstance(value, ast.Call) else None


# -- plain results ---------------------------------------------------------------------------------------------------


def _call(project: Project, facts: Facts, node: ast.Await, call: ast.Call) -> MisplacedAwait | None:
    dotted = facts.resolve(call.func)
    known = _known_function(project, facts, dotted) if dotted is not None else None
    if known is not None:
        return MisplacedAwait(node, Mistake.PLAIN, known, f"`{dotted}` is a plain function")
    chain = _in_chain(project, facts, node)
    if chain is not None:
        return chain
    coloured = project.colour_of_call(facts, call, Colour.SYNC, Colour.ASYNC_GENERATOR)
    if not coloured.is_known or (coloured.function is None and coloured.gives is not Gives.INSTANCE):
        return None
    kind = _type(project, facts, call, coloured)
    return None if kind is None else MisplacedAwait(node, Mistake.PLAIN, kind, coloured.proof)


def _known_function(project: Project, facts: Facts, dotted: str) -> str | None:
    """The type that a plain function of the standard library gives, "" where it differs; None for other functions."""
    module, _, name = dotted.rpartition(".")
    if module == "builtins":
        return "" if name in _BUILTINS else None
    if not dotted.startswith((*_OF_LOOPS, *_STDLIB)) or project.definition(dotted, facts) is not None:
        return None
    if dotted == "time.sleep":
        return "NoneType"
    if dotted.startswith(_OF_LOOPS) and clients.is_client_module(dotted.partition(".")[0]):
        plain = clients.function_kind(dotted) == "sync" and dotted not in _RUNS
        return "" if plain else None
    return "" if dotted.startswith(_STDLIB) and name[:1].islower() else None


def _type(project: Project, facts: Facts, call: ast.Call, coloured: Coloured) -> str | None:
    if coloured.gives in _TYPE_OF:
        return _TYPE_OF[coloured.gives]
    if coloured.gives is Gives.INSTANCE:
        value = project.infer(facts, call.func)
        return value.cls.name if isinstance(value, ClassValue) and value.cls is not None else None
    function = coloured.function
    if function is None or coloured.gives is not Gives.VALUE or function.is_async or _is_hook(function):
        return None
    if any(d.name not in KEEPS_COLOUR for d in function.decorators) or function.decorated("abc.abstractmethod"):
        return None
    return result_type(project, function) or _by_annotation(project, function)


def _is_hook(function: Function) -> bool:
    """Is there nothing in a method, so that it is there to be overridden?"""
    return function.cls is not None and all(
        isinstance(stmt, ast.Pass) or (isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant))
        for stmt in function.node.body
    )


def _by_annotation(project: Project, function: Function) -> str | None:
    """The plain type that a function promises, where it returns no call that could give something else."""
    if not contradicts(function.node.returns):
        return None
    values = [n.value for n in function.walk() if isinstance(n, ast.Return) and n.value is not None]
    for value in values:
        if plain_type(project, function.facts, value) is None and not isinstance(value, (ast.Attribute, ast.Subscript)):
            return None
    return next(iter(sorted(names_in_annotation(function.node.returns) - {"", "None"})), "NoneType") if values else None


def _handed_out(project: Project, facts: Facts, node: ast.Await, name: ast.Name) -> MisplacedAwait | None:
    """`await store` in a test whose fixture `store` hands out the store itself; of mocks LPL401 tells."""
    function = facts.function_of(node)
    if function is None or name.id not in function.parameters or len(facts.scope(function.node).names[name.id]) > 1:
        return None
    kind = fixture_type(project, function, name.id)
    fixture = project.fixture(name.id, function, facts) if kind is not None else None
    if kind is None or fixture is None or isinstance(project.infer(facts, name), MockValue):
        return None
    place = f"{fixture.function.facts.source.path}:{fixture.function.node.lineno}"
    return MisplacedAwait(node, Mistake.HANDED_OUT, kind, f"fixture at {place}", function=fixture.function)


# -- functions that are not called ------------------------------------------------------------------------------------


def _uncalled(project: Project, facts: Facts, node: ast.Await) -> MisplacedAwait | None:
    value = project.infer(facts, node.value)
    if isinstance(value, FunctionValue) and value.definition.function is not None:
        function = value.definition.function
        coloured = project.colour(function)
        if not coloured.is_known or _is_set_on_object(project, facts, node.value):
            return None
        kind = "method" if function.cls is not None else "function"
        return MisplacedAwait(node, Mistake.UNCALLED, kind, coloured.proof, function=function)
    if value is None and isinstance(node.value, ast.Attribute):
        dotted = facts.resolve(node.value)
        if dotted is not None and dotted.startswith("asyncio.") and clients.function_kind(dotted) == "coroutine":
            return MisplacedAwait(node, Mistake.UNCALLED, "function", f"`{dotted}` is a coroutine function")
    return None


def _is_set_on_object(project: Project, facts: Facts, node: ast.expr) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    owner = project.infer(facts, node.value)
    return isinstance(owner, InstanceValue) and bool(project.assignments(owner.cls, node.attr))


# -- chains ----------------------------------------------------------------------------------------------------------


def awaited_chain(facts: Facts, call: ast.Call) -> ast.Await | None:
    """The `await` at the end of the chain that a call begins: `await call().x()`, `await call()["k"]`."""
    node: ast.expr = call
    up = facts.parent(node)
    while _goes_on(up, node):
        assert isinstance(up, ast.expr)
        node, up = up, facts.parent(up)
    return up if isinstance(up, ast.Await) and node is not call else None


def _goes_on(up: ast.AST | None, node: ast.expr) -> bool:
    if isinstance(up, ast.Attribute):
        return True
    return (isinstance(up, ast.Subscript) and up.value is node) or (isinstance(up, ast.Call) and up.func is node)


def _in_chain(project: Project, facts: Facts, node: ast.Await) -> MisplacedAwait | None:
    """`await f().x()` where f is a coroutine function: the await gets what `.x()` gives, and that never happens."""
    part = node.value
    after: list[ast.expr] = []
    while isinstance(part, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(part, ast.Call) and after:
            found = _chain_from(project, facts, node, part, after)
            if found is not None:
                return found
        after.append(part)
        part = part.func if isinstance(part, ast.Call) else part.value
    return None


def _chain_from(
    project: Project, facts: Facts, node: ast.Await, call: ast.Call, after: list[ast.expr]
) -> MisplacedAwait | None:
    first = after[-1]
    if isinstance(first, ast.Attribute) and (first.attr.startswith("__") or first.attr in ("close", "send", "throw")):
        return None
    coloured = project.colour_of_call(facts, call, Colour.ASYNC)
    if coloured.gives is not Gives.COROUTINE:
        return None
    again = _must_be_awaited(project, facts, call, after)
    if again is None and coloured.function is not None and _gives_plain(coloured.function):
        again = False
    return MisplacedAwait(node, Mistake.CHAIN, "coroutine", coloured.proof, inner=call, again=again)


def _gives_plain(function: Function) -> bool:
    """Is the result of a coroutine function of a builtin type, which has no coroutine methods?"""
    if contradicts(function.node.returns):
        return True
    values = [n.value for n in function.walk() if isinstance(n, ast.Return) and n.value is not None]
    return bool(values) and all(isinstance(value, _LITERALS) or _is_builtin(function, value) for value in values)


def _is_builtin(function: Function, node: ast.expr) -> bool:
    dotted = function.facts.resolve(node.func) if isinstance(node, ast.Call) else None
    return dotted is not None and dotted.startswith("builtins.") and dotted[9:] in _BUILTINS


def _must_be_awaited(project: Project, facts: Facts, call: ast.Call, after: list[ast.expr]) -> bool | None:
    """Is the end of the chain something to await too, once the beginning was awaited? None where that is unknown."""
    value = awaited(project, facts, call)
    end = after[0]
    if not isinstance(end, ast.Call):
        return False if len(after) == 1 and isinstance(end, ast.Subscript) else None
    if len(after) != 2 or not isinstance(end.func, ast.Attribute):
        return None
    name = end.func.attr
    if isinstance(value, InstanceValue):
        member = project.member(value.cls, name)
        coloured = project.colour(member.function) if member is not None and member.function is not None else None
        return None if coloured is None or not coloured.is_known else coloured.must_be_awaited
    if isinstance(value, ClientValue):
        label = value.client.kind_of(f"{value.chain}.{name}" if value.chain else name)
        return True if label == "coroutine" else False if label == "sync" else None
    return None
