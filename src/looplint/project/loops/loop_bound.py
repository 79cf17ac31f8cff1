"""The value that a fixture hands out, where it belongs to the fixture's loop, and who uses it.

`looplint.knowledge.loop_bound` says what belongs to a loop; here it is found in the code: what the fixture yields or
returns, directly, by a variable, by `async with ... as`, or by a function of the project that makes it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.knowledge.loop_bound import LOOP_METHODS, NO_NETWORK, SERVERS, Bond, LoopBound, loop_bound
from looplint.model.definitions import Function, constant
from looplint.model.names import BindingKind
from looplint.model.records import dataclass
from looplint.project.code.definitions import outside_name
from looplint.project.loops.loop_state import awaited, touched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Fixture
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_DEPTH = 4
_ENGINE = "sqlalchemy.ext.asyncio.AsyncEngine"
_CLOSERS = frozenset({"aclose", "close", "dispose", "disconnect", "wait_closed", "cancel", "terminate"})
_MOCKING_FILES = ("respx", "aioresponses", "httpx_mock", "pytest_httpx", "vcr", "mocket", "fakeredis")
"""Words by which a file says that requests of its tests go nowhere."""
_MOCKING = ("Mock", "mocker", "monkeypatch", "patch(", "patch.")
"""Words by which a test says so."""
_RESOLVED = frozenset({"set_result", "set_exception", "cancel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A value of a fixture that belongs to its loop.

    `name` is the variable that holds it in the fixture ("" for none), `used` whether the fixture makes requests with it
    before it hands it out, `closed` whether it closes it afterwards.
    """

    kind: LoopBound
    node: ast.expr
    name: str = ""
    used: bool = False
    closed: bool = False


def held_by(project: Project, fixture: Fixture) -> Held | None:
    """What the fixture hands out that belongs to its loop; None where it is anything else, or not known."""
    function = fixture.function
    given = [
        node.value for node in function.walk() if isinstance(node, (ast.Yield, ast.Return)) and node.value is not None
    ]
    given = [node for node in given if not (isinstance(node, ast.Constant) and node.value is None)]
    found = [_value(project, function, node) for node in given]
    if len(found) == 1 and found[0] is not None:
        return found[0]
    return _server(project, function)


def _value(project: Project, function: Function, node: ast.expr) -> Held | None:
    """What a yielded or returned expression is."""
    if isinstance(node, ast.Tuple):
        parts = [_value(project, function, element) for element in node.elts]
        return next((part for part in parts if part is not None and part.kind.bond is Bond.MADE), None)
    if not isinstance(node, ast.Name):
        kind = _made(project, function.facts, node, _DEPTH)
        return Held(kind=kind, node=node) if kind is not None and kind.bond is not Bond.SERVES else None
    source = _source(function, node.id)
    if source is None:
        return None
    made, entered = source
    kind = _made(project, function.facts, made, _DEPTH, entered=entered)
    if kind is None or kind.bond is Bond.SERVES:
        return None
    used, closed = _uses(project, function, node.id, made)
    if kind.awaited is False and (used or _is_resolved(function, node.id, before=_handed(function))):
        return None  # done, perhaps, and a task that is done may be awaited anywhere
    return Held(kind=kind, node=made, name=node.id, used=used, closed=closed or entered)


def _source(function: Function, name: str) -> tuple[ast.expr, bool] | None:
    """The expression that a local variable comes from, and whether `async with` enters it; None if there are more."""
    bindings = function.facts.scope(function.node).names.get(name, [])
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNMENT:
        return None
    binding = bindings[0]
    if binding.value is not None:
        return binding.value, False
    if isinstance(binding.node, ast.AsyncWith):
        for item in binding.node.items:
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                return item.context_expr, True
    if isinstance(binding.node, ast.Assign) and _unpacks(binding.node, name):
        return binding.node.value, False
    return None


def _unpacks(node: ast.Assign, name: str) -> bool:
    """`reader, writer = await asyncio.open_connection(...)`"""
    target = node.targets[0]
    names = [getattr(element, "id", "") for element in target.elts] if isinstance(target, ast.Tuple) else []
    return name in names and isinstance(node.value, ast.Await)


def _uses(project: Project, function: Function, name: str, made: ast.expr) -> tuple[bool, bool]:
    """Does the fixture make requests with the value before it hands it out, and does it close it afterwards?"""
    handed = _handed(function)
    used = closed = False
    for node in function.walk():
        for waited in _waited(node):
            if waited is made or name not in set(touched(project, function, waited)):
                continue
            closing = _is_closing(waited)
            if waited.lineno < handed:
                used = not closing
            elif closing:
                closed = True
    return used, closed


def _handed(function: Function) -> int:
    """The row (1-based) of the first `yield`, or the one below the fixture."""
    rows = [node.lineno for node in function.yields]
    return rows[0] if rows else (function.node.end_lineno or function.node.lineno) + 1


def _waited(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Await):
        yield node.value
    elif isinstance(node, ast.AsyncWith):
        yield from (item.context_expr for item in node.items)
    elif isinstance(node, ast.AsyncFor):
        yield node.iter


def _is_closing(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CLOSERS


def kind_of(project: Project, facts: Facts, node: ast.expr) -> LoopBound | None:
    """What the value of an expression is, where it belongs to the loop that it is made or first used on."""
    return _made(project, facts, node, _DEPTH)


# -- what a call makes -----------------------------------------------------------------------------------------------


def _made(project: Project, facts: Facts, node: ast.expr, depth: int, *, entered: bool = False) -> LoopBound | None:
    """What an expression makes: a call, awaited or entered."""
    is_awaited = isinstance(node, ast.Await)
    call = node.value if isinstance(node, ast.Await) else node
    if not isinstance(call, ast.Call) or depth <= 0:
        return None
    if isinstance(call.func, ast.Attribute) and call.func.attr in LOOP_METHODS:
        method = loop_bound(call.func.attr)
        return method if method is not None and method.awaited in (None, is_awaited) else None
    name = facts.resolve(call.func)
    if name is None:
        return None
    definition = project.definition(name, facts)
    if definition is not None:
        return _by_function(project, definition.function, depth, is_awaited=is_awaited) if not entered else None
    name = outside_name(project, name, facts) or name
    prefix: clients.Prefix = "await" if is_awaited or entered else ""
    known = loop_bound(name) or _client(name, prefix) or (_client(name, "") if entered else None)
    if known is None or known.awaited not in (None, is_awaited):
        return None
    return known if _on_the_network(project, facts, call, known) else None


def _client(name: str, prefix: clients.Prefix) -> LoopBound | None:
    """What is known of a class of the catalogue, by its constructor or a factory."""
    if not clients.is_client_module(name.partition(".")[0]):
        return None
    found = clients.client(name) if not prefix else None
    if found is None:
        product = clients.factory(name, prefix)
        found = product.client if product is not None else None
    return loop_bound(found.path) if found is not None else None


def _by_function(project: Project, function: Function | None, depth: int, *, is_awaited: bool) -> LoopBound | None:
    """What a function of the project returns."""
    if function is None or function.decorators or function.is_generator or function.is_async is not is_awaited:
        return None
    values = [node.value for node in function.walk() if isinstance(node, ast.Return)]
    if len(values) != 1 or values[0] is None:
        return None
    value = values[0]
    if isinstance(value, ast.Name):
        source = _source(function, value.id)
        if source is None or source[1]:
            return None
        value = source[0]
    return _made(project, function.facts, value, depth - 1)


def _on_the_network(project: Project, facts: Facts, call: ast.Call, kind: LoopBound) -> bool:
    """Does a client connect by itself: no transport, pool or unknown options given, an engine of asyncpg?"""
    if any(k.arg is None or k.arg in NO_NETWORK for k in call.keywords):
        return False
    if any(isinstance(constant(a), str) and "memory" in str(constant(a)) for a in call.args):
        return False
    return kind is not loop_bound(_ENGINE) or any("asyncpg" in text for text in _texts(project, facts, call.args))


def _texts(project: Project, facts: Facts, arguments: list[ast.expr]) -> Iterator[str]:
    """How the URL is written: the argument itself, and the value of the variable that it names."""
    for argument in arguments[:1]:
        yield ast.unparse(argument)
        for name in (n for n in ast.walk(argument) if isinstance(n, ast.Name)):
            found = facts.lookup(name.id, name)
            values = [b.value for b in found[1] if b.value is not None] if found is not None else []
            yield from map(ast.unparse, values)
            definition = project.definition(facts.resolve(name), facts)
            if definition is not None and definition.value is not None:
                yield ast.unparse(definition.value)


# -- servers ---------------------------------------------------------------------------------------------------------


def _server(project: Project, function: Function) -> Held | None:
    """A server that the fixture starts and leaves running while it is in use."""
    if not function.yields:
        return None
    handed = function.yields[0]
    around = set(function.facts.parents(handed))
    for node in function.walk():
        for waited in _waited(node):
            kind = _made(project, function.facts, waited, 1)
            if kind is None or kind not in SERVERS.values():
                continue
            entered = isinstance(node, ast.AsyncWith)
            started = waited.lineno < handed.lineno and not _closed_before(function, handed)
            runs = node in around if entered else started
            if runs:
                return Held(kind=kind, node=waited)
    return None


def _closed_before(function: Function, handed: ast.expr) -> bool:
    """Is anything closed before the fixture hands out: a server that was to find a free port?"""
    functions = (node.func for node in function.walk() if isinstance(node, ast.Call))
    return any(isinstance(f, ast.Attribute) and f.attr == "close" and f.lineno < handed.lineno for f in functions)


# -- who uses it -----------------------------------------------------------------------------------------------------


def uses_value(project: Project, user: Function, name: str, held: Held) -> bool:
    """Does an async test or fixture surely use the value that it gets as `name` on its own loop?"""
    if held.kind.bond is Bond.SERVES:
        named = name not in user.parameters or any(isinstance(n, ast.Name) and n.id == name for n in user.walk())
        return named and any(True for node in user.walk() for _ in _waited(node))
    if held.kind is loop_bound(_ENGINE):
        return any(isinstance(n, ast.Name) and n.id == name and not _is_looked_at(user, n) for n in user.walk())
    if held.kind.awaited is not None:
        return not _is_resolved(user, name) and (name in set(awaited(project, user)) or _read_later(user, name))
    return _requests(user, name) and not is_mocked(user)


def _is_looked_at(user: Function, node: ast.Name) -> bool:
    parent = user.facts.parent(node)
    return isinstance(parent, ast.Attribute) and parent.attr in ("dispose", "sync_engine", "url", "dialect", "pool")


def _is_resolved(user: Function, name: str, before: int | None = None) -> bool:
    """Does the code (above a row) settle the future or task itself? One that is done may be awaited anywhere."""
    found = (n for n in user.walk() if isinstance(n, ast.Attribute) and n.attr in _RESOLVED)
    return any(
        isinstance(n.value, ast.Name) and n.value.id == name and (before is None or n.lineno < before) for n in found
    )


def _read_later(user: Function, name: str) -> bool:
    """`reader, writer = stream` and an await of a part."""
    parts = {
        part.id
        for node in user.walk()
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == name
        for target in node.targets
        for part in ast.walk(target)
        if isinstance(part, ast.Name)
    }
    return any(
        isinstance(n, ast.Name) and n.id in parts for node in user.walk() for w in _waited(node) for n in ast.walk(w)
    )


def _requests(user: Function, name: str) -> bool:
    """`await client.get(...)`, `async with session.get(...)`: a method of the value itself, other than closing it."""
    calls = [call for node in user.walk() for waited in _waited(node) for call in ast.walk(waited)]
    functions = (call.func for call in calls if isinstance(call, ast.Call))
    return any(
        isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.value.id == name and f.attr not in _CLOSERS
        for f in functions
    )


def is_mocked(user: Function) -> bool:
    """May the requests of a test go nowhere, since it or its file mocks them?"""
    source = user.facts.source
    if any(word in source.text for word in _MOCKING_FILES):
        return True
    first = min((node.lineno for node in user.node.decorator_list), default=user.node.lineno)
    own = "\n".join(source.line(row) for row in range(first, (user.node.end_lineno or first) + 1))
    return any(word in own for word in _MOCKING)
