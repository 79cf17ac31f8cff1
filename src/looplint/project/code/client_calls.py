"""Which catalogued client a call goes to, and how well that is known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.awaited import kind_of_name
from looplint.knowledge.catalogue import matches
from looplint.model.names import last_name
from looplint.model.records import dataclass
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.occurrences import GUARDS
from looplint.project.code.replaced_names import PATCHING
from looplint.project.code.values import ClassValue, ClientValue, InstanceValue, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.knowledge.catalogue import Client
    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

CARRIERS = (
    "*.Future.result",
    "asyncio.*Queue.get_nowait",
    "*Stack.enter_context",
    "asyncio.AbstractEventLoop.run_until_complete",
    "asyncio.Runner.run",
    "asyncio.Task.result",
    "anyio.from_thread.BlockingPortal.call",
    "anyio.streams.memory.*.receive_nowait",
    "trio.Memory*.receive_nowait",
    "tenacity.*",
)
"""Methods that give back whatever somebody put in, which may be an awaitable."""


@dataclass(frozen=True, slots=True)
class ClientCall:
    """A call of a method of a catalogued class, or of a catalogued function of a module (`client` is None).

    `method` is the name, with the namespaces before it ("chat.completions.create"); `path` the dotted path of what is
    called. `annotated` says that only an annotation tells the class. `origin` is where the client comes from.
    """

    call: ast.Call
    client: Client | None
    method: str
    path: str
    annotated: bool = False
    on_class: bool = False
    origin: Origin | None = None


def client_call(project: Project, facts: Facts, call: ast.Call) -> ClientCall | None:
    """The method of a catalogued client, or catalogued function, that a call goes to; None where that is not known."""
    func = call.func
    if isinstance(func, ast.Name):
        return _function(project, facts, call)
    if not isinstance(func, ast.Attribute) or func.attr.startswith("_") or _is_own_method(facts, func):
        return None
    return _function(project, facts, call) or _method(project, facts, call, func)


def _is_own_method(facts: Facts, func: ast.Attribute) -> bool:
    """Is it `self.name` where the class around has a method of that name? Most awaited calls are."""
    if not isinstance(func.value, ast.Name) or func.value.id != "self":
        return False
    cls = facts.class_of(func)
    return cls is not None and func.attr in cls.methods


def _function(project: Project, facts: Facts, call: ast.Call) -> ClientCall | None:
    dotted = facts.resolve(call.func)
    if dotted is None or not clients.is_client_module(dotted.partition(".")[0]):
        return None
    if clients.function_kind(dotted) is None or project.definition(dotted, facts) is not None:
        return None
    return ClientCall(call, None, dotted.rpartition(".")[2], dotted)


def _method(project: Project, facts: Facts, call: ast.Call, func: ast.Attribute) -> ClientCall | None:
    value = project.infer(facts, func.value)
    if isinstance(value, ClientValue):
        method = f"{value.chain}.{func.attr}" if value.chain else func.attr
        annotated = value.via == "annotation" or _through_annotation(project, facts, func.value)
        path = f"{value.client.path}.{method}"
        return ClientCall(call, value.client, method, path, annotated, origin=value.origin)
    if isinstance(value, InstanceValue):
        inherited = inherited_client(project, value.cls, func.attr)
        annotated = value.via == "annotation" or _through_annotation(project, facts, func.value)
        if inherited is not None:
            path = f"{inherited.path}.{func.attr}"
            return ClientCall(call, inherited, func.attr, path, annotated, origin=value.origin)
    if isinstance(value, ClassValue) and value.cls is None:
        found = clients.client(value.dotted)
        if found is not None:
            path = f"{found.path}.{func.attr}"
            return ClientCall(call, found, func.attr, path, on_class=True, origin=value.origin)
    return None


def _through_annotation(project: Project, facts: Facts, node: ast.expr) -> bool:
    """Does only an annotation tell what one of the objects on the way is?"""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
        value = project.infer(facts, node)
        if isinstance(value, (InstanceValue, ClientValue)) and value.via == "annotation":
            return True
    return False


def inherited_client(project: Project, cls: Class, name: str) -> Client | None:
    """The catalogued class from which a project class has a method; None where another base may define it."""
    if name in cls.methods:
        return None
    client = _client_base(project, cls)
    if client is None or project.assignments(cls, name):
        return None
    for owner in mro(project, cls):
        if owner is not None and not owner.methods.keys().isdisjoint((name, "__getattr__", "__getattribute__")):
            return None
        if owner is not None and name in owner.attributes:
            return None
    return client


def _client_base(project: Project, cls: Class) -> Client | None:
    """The one catalogued class from which a project class derives, if all else that it derives from is known."""
    found: Client | None = None
    for base in external_bases(project, cls):
        if base in _EMPTY:
            continue
        client = clients.client(base) if base and clients.is_client_module(base.partition(".")[0]) else None
        if client is None or (found is not None and client.path != found.path):
            return None
        found = client
    return found


_EMPTY = frozenset({"builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC", "typing_extensions.Protocol"})


def gives_a_value(project: Project, call: ClientCall) -> bool:
    """Is it certain that the call gives something that cannot be awaited?

    The catalogue must say "sync". Not certain for what gives back whatever was put in (a queue, a future), for
    factories of async clients (some of which may be awaited), and for a name that is a coroutine in other libraries and
    that the catalogue does not list for this class.
    """
    if matches(CARRIERS, call.path) or (call.path.startswith("anyio.") and project.may_be("anyio", "<4")):
        return False  # before anyio 4, `await event.set()` and the like was allowed
    if call.client is None:
        return clients.function_kind(call.path) == "sync" and not _makes_async(call.path)
    if call.client.kind_of(call.method) != "sync" or (call.on_class and call.client.kind == "async"):
        return False
    if call.client.kind == "async":
        return not _makes_async(call.path)
    return not (_sounds_async(call.method) and not _is_listed(call.client, call.method))


def _makes_async(dotted: str) -> bool:
    products = [clients.factory(dotted, prefix) for prefix in ("", "await", "async with")]
    return any(product is not None and product.client.kind == "async" for product in products)


def _sounds_async(method: str) -> bool:
    leaf = method.rpartition(".")[2]
    return leaf == "aclose" or "async" in leaf or kind_of_name(leaf) == "awaited"


def _is_listed(client: Client, method: str) -> bool:
    return any(isinstance(names, list) and method in names for names in client.entry.values())


# -- doubts ----------------------------------------------------------------------------------------------------------


def is_doubtful(project: Project, facts: Facts, call: ClientCall) -> bool:
    """May something else than the client stand there when the call is made?

    The method is replaced on the object, the class is patched or imported under one name from two places, the variable
    is set again by `global` or from outside its class, code around the call asks what it has.
    """
    func = call.call.func
    leaf = call.method.rpartition(".")[2]
    if leaf in _stored_attributes(facts) or _asks_first(facts, call.call) or _may_hold_awaitables(facts, call):
        return True
    owner = call.origin.facts if call.origin is not None else facts
    return (
        _is_patched(project, facts, call)
        or _has_two_sources(owner, call.origin)
        or is_set_elsewhere(project, facts, func)
    )


def _stored_attributes(facts: Facts) -> set[str]:
    """The attributes that code of the file sets, other than on `self` in a class body's methods."""
    return {n.attr for n in facts.nodes(ast.Attribute) if isinstance(n.ctx, ast.Store)}


def _asks_first(facts: Facts, call: ast.Call) -> bool:
    """Does the function ask what the client, or its method, is (`hasattr`, `isinstance`, `iscoroutinefunction`)?"""
    function = facts.function_of(call)
    if function is None:
        return False
    chain: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, (ast.Attribute, ast.Name)):
        chain.append(ast.unparse(node))
        if isinstance(node, ast.Name):
            break
        node = node.value
    for inner in function.walk():
        if isinstance(inner, ast.Call) and inner.args and ast.unparse(inner.args[0]) in chain:
            name = last_name(inner.func)
            if name in GUARDS:
                return True
    return False


def _may_hold_awaitables(facts: Facts, call: ClientCall) -> bool:
    """Does the call take from a queue, into which the file does not put literals only?"""
    if not call.path.startswith(("queue.", "multiprocessing.")) or not call.method.startswith("get"):
        return False
    puts = [c for c in facts.calls if isinstance(c.func, ast.Attribute) and c.func.attr in ("put", "put_nowait")]
    return any(not isinstance(argument, _LITERALS) for put in puts for argument in put.args[:1])


_LITERALS = (ast.Constant, ast.JoinedStr, ast.Dict)


def _is_patched(project: Project, facts: Facts, call: ClientCall) -> bool:
    """Does the file, or a conftest.py above it, name the class or the method in a call that replaces things?"""
    owners = {call.path.rpartition(".")[2]} if call.client is None else {call.client.name}
    if call.client is not None:
        owners |= {alias.rpartition(".")[2] for alias in call.client.aliases}
    files = [facts]
    if facts.file is not None and project.is_test_code(facts.file):
        files += list(project.conftests(facts.file))
    return any(_patches(seen, owners, call.method.partition(".")[0]) for seen in files)


def _patches(facts: Facts, owners: set[str], method: str) -> bool:
    for call in facts.calls:
        leaf = last_name(call.func)
        if leaf not in PATCHING or not call.args:
            continue
        replaced = _named(call.args[0])
        if not isinstance(call.args[0], ast.Constant) and len(call.args) > 1:
            replaced = f"{replaced}.{_named(call.args[1])}"
        owner, _, name = replaced.rpartition(".")
        if name in owners or name == method:
            return True
        if owner.rpartition(".")[2] in owners and not _is_plain(facts, call.args[-1]):
            return True
    return False


def _is_plain(facts: Facts, node: ast.expr) -> bool:
    """Is what is put there certainly no coroutine function?"""
    if isinstance(node, ast.Name):
        return any(f.name == node.id and not f.is_async for f in facts.functions)
    return isinstance(node, ast.Lambda)


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return last_name(node)


def _has_two_sources(facts: Facts, origin: Origin | None) -> bool:
    """Is the name that the client is made with imported from two places?"""
    if origin is None:
        return False
    node: ast.AST = origin.node.func if isinstance(origin.node, ast.Call) else origin.node
    while isinstance(node, ast.Attribute):
        node = node.value
    found = facts.lookup(node.id, node) if isinstance(node, ast.Name) else None
    return found is not None and len({b.target or id(b) for b in found[1]}) > 1


def is_set_elsewhere(project: Project, facts: Facts, node: ast.expr) -> bool:
    """Is a name of the chain set by `global`, or an attribute of `self` set by a subclass or from outside?"""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            value = project.infer(facts, node.value)
            if isinstance(value, InstanceValue) and _is_set_by_others(project, facts, value, node.attr):
                return True
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, ast.Name):
        return False
    found = facts.lookup(node.id, node)
    if found is None or not isinstance(found[0], ast.Module):
        return False
    return any(node.id in n.names for n in facts.nodes(ast.Global))


def _is_set_by_others(project: Project, facts: Facts, value: InstanceValue, name: str) -> bool:
    own = {owner.node for owner in mro(project, value.cls) if owner is not None}
    for seen in {facts, value.cls.facts}:
        for node in seen.nodes(ast.Attribute):
            if node.attr == name and isinstance(node.ctx, ast.Store):
                cls = seen.class_of(node)
                function = seen.function_of(node)
                receiver = function.parameters[0] if function is not None and function.parameters else ""
                on_self = isinstance(node.value, ast.Name) and node.value.id == receiver
                if cls is None or not on_self or (cls.node not in own and _derives(project, cls, own)):
                    return True
    return False


def _derives(project: Project, cls: Class, own: set[ast.ClassDef]) -> bool:
    return any(owner is not None and owner.node in own for owner in mro(project, cls))


_ASYNC_PACKAGES = {
    "pymongo": ("motor", "beanie", "odmantic"),
    "redis": ("aioredis", "coredis", "fakeredis"),
    "sqlalchemy": ("sqlalchemy.ext.asyncio", "databases"),
    "sqlmodel": ("sqlalchemy.ext.asyncio", "sqlmodel.ext.asyncio"),
}
"""Packages whose asynchronous classes are annotated with the synchronous ones of another."""


def names_the_twin(facts: Facts, client: Client) -> bool:
    """Does the file name an async twin of a class, as code that may be handed either does?"""
    twin = client.twin or ""
    module, _, name = twin.rpartition(".")
    if name and name != client.name and name in facts.source.text:
        return True
    modules = (*_ASYNC_PACKAGES.get(client.path.partition(".")[0], ()), *([module] if module else ()))
    return any(target == m or target.startswith(f"{m}.") for target in _imported(facts) for m in modules)


def _imported(facts: Facts) -> Iterator[str]:
    for node in facts.nodes(ast.Import):
        yield from (alias.name for alias in node.names)
    for imported in facts.nodes(ast.ImportFrom):
        if not imported.level:
            yield from (f"{imported.module}.{alias.name}" for alias in imported.names)


def expects_type_error(facts: Facts, node: ast.AST) -> bool:
    """Is the failure the point: inside `pytest.raises` or the like, or under `except TypeError`?"""
    child = node
    for up in facts.parents(node):
        if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(up, (ast.With, ast.AsyncWith)) and child in up.body:
            if any(_expects_error(facts, item.context_expr) for item in up.items):
                return True
        elif isinstance(up, ast.Try) and child in up.body:
            caught = {getattr(n, "id", "") for h in up.handlers if h.type is not None for n in ast.walk(h.type)}
            if "TypeError" in caught:
                return True
        child = up
    return False


def _expects_error(facts: Facts, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assertRaises"):
        return True
    return facts.resolve(node.func) in ("pytest.raises", "pytest.warns", "contextlib.suppress")
