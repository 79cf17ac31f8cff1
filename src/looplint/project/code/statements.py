"""Which of the statements `with` and `async with`, `for` and `async for` take a value, and how that is known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients, context_managers
from looplint.model.definitions import Colour
from looplint.model.kept import kept_by_file
from looplint.model.names import BindingKind
from looplint.model.records import dataclass
from looplint.project.code.client_calls import client_call, is_doubtful, is_set_elsewhere
from looplint.project.code.coloured import Coloured, Gives
from looplint.project.code.colours import is_stub, place_of
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.plain import plain_type
from looplint.project.code.replaced_names import overwritten_names
from looplint.project.code.values import ClientValue, InstanceValue, Origin, PatcherValue, Value

if TYPE_CHECKING:
    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

NEITHER: frozenset[str] = frozenset()
_WITH, _ASYNC_WITH = frozenset({"with"}), frozenset({"async with"})
_FOR, _ASYNC_FOR = frozenset({"for"}), frozenset({"async for"})
_PLAIN_BASES = frozenset(
    {
        "abc.ABC", "builtins.Exception", "builtins.dict", "builtins.list", "builtins.object", "builtins.str",
        "enum.Enum", "enum.IntEnum", "enum.StrEnum", "pydantic.BaseModel", "threading.Thread", "typing.Generic",
        "typing.NamedTuple", "typing.Protocol", "typing.TypedDict", "typing_extensions.Protocol",
    }
)  # fmt: skip
"""Bases that no statement enters."""
_PLAIN_DECORATORS = frozenset(
    {
        "attr.define", "attr.s", "attrs.define", "attrs.frozen", "dataclasses.dataclass", "functools.total_ordering",
        "typing.final", "typing.runtime_checkable", "typing_extensions.final", "typing_extensions.runtime_checkable",
    }
)  # fmt: skip
"""Decorators of classes that add none of the methods that are asked for here."""
_ITERABLES = frozenset({"bytes", "dict", "dict_items", "dict_keys", "dict_values", "list", "set", "str", "tuple"})
_ITERABLE_BUILTINS = frozenset(
    {"dict", "enumerate", "filter", "frozenset", "list", "map", "range", "reversed", "set", "sorted", "tuple", "zip"}
)
_DISPLAYS = (ast.List, ast.ListComp, ast.Tuple, ast.Set, ast.SetComp, ast.Dict, ast.DictComp, ast.JoinedStr)
_OTHER_PROTOCOLS = ("aiomysql.", "aiopg.")
"""Libraries whose objects had `__enter__` beside `__aenter__` in releases that are in use."""
_DEPTH = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """The statements that take a value; none of them for a coroutine, and for what nothing enters or iterates.

    `what` names the value in a message, or the call that gives `result`. `awaited` is what awaiting the value
    gives, `function` the def of the project that decides. What `patch` puts in the place of one of `names` is another
    thing: ask `may_be_replaced` before it is reported.
    """

    by: frozenset[str]
    what: str
    result: str = ""
    gives: Gives = Gives.VALUE
    awaited: Taken | None = None
    function: Function | None = None
    names: tuple[str, ...] = ()
    made_in: Facts | None = None


def may_be_replaced(project: Project, facts: Facts, node: ast.expr, taken: Taken) -> bool:
    """May something else stand there: set by `global` or from outside, or put there by a `patch` of the file?"""
    files = {facts} if taken.made_in is None else {facts, taken.made_in}
    if any(name in overwritten_names(seen) for seen in files for name in taken.names):
        return True
    if isinstance(node, ast.Call) and taken.result and taken.function is None:
        found = client_call(project, facts, node)
        return found is not None and is_doubtful(project, facts, found)
    return isinstance(node, (ast.Name, ast.Attribute)) and is_set_elsewhere(project, facts, node)


# -- with and async with ---------------------------------------------------------------------------------------------


def entered_by(project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> Taken | None:
    """The statements that enter the value of an expression; None where that is not known."""
    if depth <= 0:
        return None
    if isinstance(node, ast.Call):
        dotted = facts.resolve(node.func) or ""
        words = context_managers.entered_by(dotted)
        if words is not None:
            if project.definition(dotted, facts) is not None:
                return None
            name = dotted.removeprefix("builtins.")
            return Taken(by=words, what=f"`{name}()`", names=(dotted.rpartition(".")[2],))
    value = project.infer(facts, node)
    if value is not None:
        return _value_entered_by(project, node, value)
    if isinstance(node, ast.Name):
        made = _made(facts, node)
        return entered_by(project, facts, made, depth - 1) if made is not None else None
    return _result_entered_by(project, facts, node, depth) if isinstance(node, ast.Call) else None


def _value_entered_by(project: Project, node: ast.expr, value: Value) -> Taken | None:
    if isinstance(value, PatcherValue):
        return None if value.starts else Taken(by=_WITH, what="a patcher of `unittest.mock`")
    if value.via == "annotation" or (value.via == "self" and isinstance(node, ast.Name)):
        return None  # the object may be of a subclass
    if _is_made_by_class_attribute(value.origin):
        return None
    if isinstance(value, ClientValue):
        client = value.client
        if value.chain or client.enters is None or client.path.startswith(_OTHER_PROTOCOLS):
            return None
        names = (client.name, *(alias.rpartition(".")[2] for alias in client.aliases))
        return Taken(by=client.enters, what=f"`{client.path}`", names=names, made_in=value.origin.facts)
    if isinstance(value, InstanceValue) and isinstance(value.origin.node, ast.Call):
        words = class_entered_by(project, value.cls)
        if words is None:
            return None
        what = f"`{value.cls.name}` ({_place(value.cls)})"
        return Taken(by=words, what=what, names=(value.cls.name,), made_in=value.origin.facts)
    return None


def _is_made_by_class_attribute(origin: Origin) -> bool:
    """Is it made by `self.factory()`, where a subclass may put another class?"""
    func = origin.node.func if isinstance(origin.node, ast.Call) else None
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
        return False
    function = origin.facts.function_of(origin.node)
    return function is not None and function.cls is not None and func.value.id in function.parameters[:1]


def class_entered_by(project: Project, cls: Class) -> frozenset[str] | None:
    """The statements that enter an instance of a project class; None where that is not known."""
    found: set[str] = set()
    for base in external_bases(project, cls):
        words = NEITHER if base in _PLAIN_BASES else context_managers.BASES.get(base or "")
        if words is None and base and clients.is_client_module(base.partition(".")[0]):
            client = clients.client(base)
            words = client.enters if client is not None else None
        if words is None:
            return None
        found |= words
    names = _names(project, cls)
    if names is None:
        return None
    found |= {word for word, name in (("with", "__enter__"), ("async with", "__aenter__")) if name in names}
    return frozenset(found)


def _names(project: Project, cls: Class) -> set[str] | None:
    """The methods and attributes of a class and its project bases; None where something else may add to them."""
    names: set[str] = set()
    for owner in mro(project, cls):
        if owner is None:
            continue
        if any(decorator.name not in _PLAIN_DECORATORS for decorator in owner.decorators):
            return None
        if any(k.arg == "metaclass" and owner.facts.resolve(k.value) != "abc.ABCMeta" for k in owner.node.keywords):
            return None
        if _sets_special(owner.facts):
            return None
        names |= {*owner.methods, *owner.attributes}
    return names


@kept_by_file
def _sets_special(facts: Facts) -> bool:
    """Does the file anywhere set an attribute like `__aenter__`?"""
    return any(
        n.attr.startswith("__") and n.attr.endswith("__") and isinstance(n.ctx, ast.Store)
        for n in facts.nodes(ast.Attribute)
    )


def _result_entered_by(project: Project, facts: Facts, call: ast.Call, depth: int) -> Taken | None:
    """For what a function gives that makes no known object."""
    coloured = project.colour_of_call(facts, call)
    shown = f"`{ast.unparse(call.func)}()`"
    if coloured.by_name or (coloured.function is not None and is_stub(coloured.function)):
        return None  # a stub is there to be overridden
    if coloured.gives is Gives.ASYNC_CONTEXT:
        return _taken(_ASYNC_WITH, shown, "an async context manager", coloured)
    if coloured.gives is Gives.CONTEXT:
        return _taken(_WITH, shown, "a context manager", coloured)
    if coloured.function is not None and coloured.gives in (Gives.ASYNC_GENERATOR, Gives.GENERATOR):
        return _taken(NEITHER, shown, coloured.gives.value, coloured)
    if coloured.function is not None and _is_coroutine(coloured):
        awaited = _awaited_entered_by(project, coloured.function, depth)
        return _taken(NEITHER, shown, "a coroutine", coloured, awaited)
    found = client_call(project, facts, call) if coloured.gives is Gives.AWAITABLE else None
    if found is None or found.client is None or found.path.startswith(_OTHER_PROTOCOLS):
        return None
    if found.client.kind_of(found.method) != "await_or_with":
        return None
    return Taken(by=_ASYNC_WITH, what=shown, result="an async context manager")


def _awaited_entered_by(project: Project, function: Function, depth: int) -> Taken | None:
    """What awaiting a coroutine of the project gives, where all its returns agree."""
    found = [entered_by(project, function.facts, value, depth - 2) for value in _returned(function)]
    return found[0] if found and found[0] is not None and all(f and f.by == found[0].by for f in found) else None


# -- for and async for -----------------------------------------------------------------------------------------------


def iterated_by(
    project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH, *, among: tuple[Colour, ...] = ()
) -> Taken | None:
    """The statements that iterate over the value of an expression; None where that is not known.

    With `among` nothing is told of what calls of functions of other colours give, which is cheaper.
    """
    if depth <= 0:
        return None
    if isinstance(node, _DISPLAYS) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))):
        return Taken(by=_FOR, what=f"a {_kind(node)}")
    if isinstance(node, ast.Call):
        return _result_iterated_by(project, facts, node, depth, among)
    if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
        coroutine = iterated_by(project, facts, node.value, depth - 1)
        return coroutine.awaited if coroutine is not None else None
    if isinstance(node, ast.Name):
        made = _made(facts, node)
        if made is not None:
            return iterated_by(project, facts, made, depth - 1, among=among)
    return None


def _kind(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    return "str" if isinstance(node, ast.JoinedStr) else type(node).__name__.removesuffix("Comp").lower()


def _result_iterated_by(
    project: Project, facts: Facts, call: ast.Call, depth: int, among: tuple[Colour, ...]
) -> Taken | None:
    dotted = facts.resolve(call.func) or ""
    if dotted.startswith("builtins."):
        name = dotted.removeprefix("builtins.")
        return Taken(by=_FOR, what=f"`{name}()`") if name in _ITERABLE_BUILTINS else None
    value = project.infer(facts, call)
    if (
        isinstance(value, InstanceValue)
        and value.via == "constructor"
        and not _is_made_by_class_attribute(value.origin)
    ):
        return _instance_iterated_by(project, value.cls)
    if value is not None:
        return None
    coloured = project.colour_of_call(facts, call, *among)
    shown = f"`{ast.unparse(call.func)}()`"
    if coloured.by_name or (coloured.function is not None and is_stub(coloured.function)):
        return None  # a stub is there to be overridden
    if coloured.gives is Gives.ASYNC_GENERATOR:
        return _taken(_ASYNC_FOR, shown, "an async generator", coloured)
    if coloured.gives is Gives.GENERATOR and coloured.colour is Colour.SYNC:
        return _taken(_FOR, shown, "a generator", coloured)
    if _is_coroutine(coloured):
        awaited = _awaited_iterated_by(project, coloured.function, depth) if coloured.function is not None else None
        return _taken(NEITHER, shown, "a coroutine", coloured, awaited)
    if coloured.colour is Colour.SYNC and coloured.gives is Gives.VALUE and coloured.function is not None:
        kind = _result_kind(project, coloured.function)
        return _taken(_FOR, shown, f"a {kind}", coloured) if kind is not None else None
    return None


def _instance_iterated_by(project: Project, cls: Class) -> Taken | None:
    names = _names(project, cls)
    if names is None or external_bases(project, cls) - _PLAIN_BASES:
        return None
    by_for = not names.isdisjoint(("__iter__", "__getitem__"))
    by_async_for = "__aiter__" in names
    if by_for is by_async_for or not external_bases(project, cls).isdisjoint(("builtins.dict", "builtins.list")):
        return None
    return Taken(by=_FOR if by_for else _ASYNC_FOR, what=f"`{cls.name}` ({_place(cls)})", names=(cls.name,))


def _awaited_iterated_by(project: Project, function: Function, depth: int) -> Taken | None:
    if function.decorators:
        return None
    kind = _result_kind(project, function)
    if kind is not None:
        return Taken(by=_FOR, what=f"`await {function.name}()`", result=f"a {kind}", function=function)
    found = [iterated_by(project, function.facts, value, depth - 2) for value in _returned(function)]
    return found[0] if found and found[0] is not None and all(f and f.by == found[0].by for f in found) else None


def _result_kind(project: Project, function: Function) -> str | None:
    """The type of the iterable that all returns of a function give."""
    if function.is_generator:
        return None
    kinds = [plain_type(project, function.facts, value) for value in _returned(function)]
    return kinds[0] if kinds and all(kind in _ITERABLES for kind in kinds) else None


# -- both ------------------------------------------------------------------------------------------------------------


def _taken(by: frozenset[str], what: str, result: str, coloured: Coloured, awaited: Taken | None = None) -> Taken:
    if coloured.function is not None:
        result = f"{result} ({place_of(coloured.function)})"
    function = coloured.function
    names = (function.name,) if function is not None else ()
    return Taken(by=by, what=what, result=result, gives=coloured.gives, awaited=awaited, function=function, names=names)


def _is_coroutine(coloured: Coloured) -> bool:
    return coloured.gives is Gives.COROUTINE and coloured.colour is Colour.ASYNC


def _returned(function: Function) -> list[ast.expr]:
    """What a function returns; nothing where it may also return None."""
    returns = [node for node in function.walk() if isinstance(node, ast.Return)]
    return [n.value for n in returns if n.value is not None] if all(n.value is not None for n in returns) else []


def _made(facts: Facts, node: ast.Name) -> ast.expr | None:
    """The one expression that a local name is bound to."""
    found = facts.lookup(node.id, node)
    if found is None or len(found[1]) != 1 or facts.function_of(node) is None:
        return None
    binding = found[1][0]
    if binding.kind is not BindingKind.ASSIGNMENT or found[0] is not facts.scope_owner(node):
        return None
    return binding.value


def _place(cls: Class) -> str:
    return f"{cls.facts.source.path}:{cls.node.lineno}"
