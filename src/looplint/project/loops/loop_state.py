"""State and loops: which tests a hook or fixture serves, and what belongs to the loop that they run on.

An object belongs to a loop if it was made or first waited for on it: tasks, futures, streams, servers, sessions and the
connections of clients (measured; asyncio's own queues and locks bind themselves at the first real wait only, so they
count as free). A `self.x` or a variable is *touched* by a coroutine that awaits it, calls it in an await, or passes it.
"""

from __future__ import annotations

import ast
from enum import IntEnum
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant
from looplint.model.names import BindingKind, settle, target_names
from looplint.model.records import dataclass
from looplint.project.code.definitions import mro
from looplint.project.code.self_assignments import own_attribute, self_assignments
from looplint.project.code.values import ClientValue, FunctionValue, InstanceValue, MockValue
from looplint.project.files import python_files
from looplint.project.running.usage import direct_users, is_collected, reaching_tests, subclasses_in_file
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Fixture
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

ON_A_LOOP = frozenset({Who.PYTEST_ASYNCIO, Who.UNITTEST, Who.ANYIO})
_DEPTH = 6
_FILES_AT_MOST = 300
_MAKERS = frozenset(
    {
        "asyncio.open_connection", "asyncio.open_unix_connection", "asyncio.start_server", "asyncio.start_unix_server",
        "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell",
    }
)  # fmt: skip
_TASK_MAKERS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.gather"})
_LOOP_METHODS = frozenset(
    {"create_future", "create_server", "create_connection", "create_datagram_endpoint", "create_unix_server"}
)
_ADDERS = ("append", "add", "put_nowait", "appendleft")
_OFFLINE = frozenset({"transport", "app", "connection_pool", "mounts"})
"""Arguments by which a client is given something other than the network."""


class Belongs(IntEnum):
    """How surely a value belongs to the loop that it was made or used on."""

    NO = 0
    PERHAPS = 1
    ONCE_USED = 2
    """A client: it has no connection before its first request."""
    TASK = 3
    """A task: pytest-asyncio 1.1 and newer cancel it when the loop ends, so that nothing is left to wait for."""
    YES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """A piece of state that lives on two loops: its name in the code, where it meets the test's loop, how surely."""

    name: str
    where: Function
    belongs: Belongs


# -- which tests -----------------------------------------------------------------------------------------------------


def served_on_a_loop(project: Project, function: Function) -> list[Function]:
    """The async tests that a setup or teardown hook or a fixture serves, those that a known runner runs on a loop."""
    return [t for t in _served(project, function) if t.is_async and project.runner(t).who in ON_A_LOOP]


def _served(project: Project, function: Function) -> Iterator[Function]:
    if function.fixture is not None:
        yield from _served_by_fixture(project, function.fixture)
    elif function.cls is not None:
        yield from _tests_of(project, function.cls)
    else:
        only_functions = function.name in ("setup_function", "teardown_function")
        for test in function.facts.functions:
            if test.is_async and not (only_functions and test.cls is not None) and is_collected(project, test):
                yield test


def _tests_of(project: Project, cls: Class) -> Iterator[Function]:
    for method in methods_around(project, cls):
        if method.is_async and is_collected(project, method):
            yield method


def methods_around(project: Project, cls: Class) -> Iterator[Function]:
    """The methods of a class, of its project bases and of the classes of its file that derive from it."""
    seen: set[Class] = set()
    for other in subclasses_in_file(project, cls):
        for owner in mro(project, other):
            if owner is not None and owner not in seen:
                seen.add(owner)
                yield from owner.methods.values()


def _served_by_fixture(project: Project, fixture: Fixture) -> Iterator[Function]:
    yield from reaching_tests(project, fixture)
    file = fixture.function.facts.file
    if not fixture.autouse or file is None or file.name != "conftest.py":
        return
    for count, path in enumerate(python_files(file.parent)):
        if count >= _FILES_AT_MOST:
            return
        facts = project.facts_at(path) if project.is_test_file(path) and project.mentions(path, b"async def") else None
        if facts is not None:
            yield from (f for f in facts.functions if f.is_async and is_collected(project, f))


# -- what is touched -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Code:
    """A function with the class and the name of `self` that hold in it: for a nested def those of its method."""

    function: Function
    cls: Class | None
    receiver: str


def _code(function: Function) -> _Code:
    method = function
    while method.cls is None and method.outer is not None:
        method = method.outer
    return _Code(function, method.cls, method.parameters[0] if method.cls is not None and method.parameters else "")


def awaited(project: Project, function: Function, depth: int = _DEPTH) -> Iterator[str]:
    """The state ("self.x", or a variable's name) that a coroutine function touches, its own methods followed."""
    for node in function.walk():
        if isinstance(node, ast.Await):
            yield from touched(project, function, node.value, depth)
        elif isinstance(node, ast.AsyncWith):
            for item in node.items:
                yield from touched(project, function, item.context_expr, depth)
        elif isinstance(node, ast.AsyncFor):
            yield from touched(project, function, node.iter, depth)


def touched(project: Project, function: Function, node: ast.expr, depth: int = _DEPTH) -> Iterator[str]:
    """The state that awaiting an expression of `function` touches; of a loop variable, what the loop runs over."""
    if isinstance(node, ast.Call):
        yield from _touched_by_call(project, function, node, depth)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for element in node.elts:
            yield from touched(project, function, element, depth)
    elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        own = own_attribute(node, _code(function).receiver)
        if own is not None:
            yield f"self.{own}"
        else:
            yield from touched(project, function, node.value, depth)
    elif isinstance(node, ast.Name):
        over = _looped_over(function, node)
        if over is None:
            yield node.id
        elif depth > 0:
            yield from touched(project, function, over, depth - 1)


def _touched_by_call(project: Project, function: Function, node: ast.Call, depth: int) -> Iterator[str]:
    called = own_function(project, function, node.func)
    if called is None:
        yield from touched(project, function, node.func, depth)
    elif called.is_async and depth > 0:
        yield from awaited(project, called, depth - 1)
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        yield from touched(project, function, argument, depth)


def _looped_over(function: Function, name: ast.Name) -> ast.expr | None:
    """What the `for` around a name takes it from (of `zip` and the like: their call)."""
    for up in function.facts.parents(name):
        if isinstance(up, ast.For) and any(node.id == name.id for node in target_names(up.target)):
            return up.iter
        if up is function.node:
            return None
    return None


def own_function(project: Project, function: Function, node: ast.expr) -> Function | None:
    """The method that `self.name` is, or the nested def that a name is; None for anything else."""
    if isinstance(node, ast.Name):
        found = function.facts.lookup(node.id, node)
        inner = function.facts.definition_at(found[1][0].node) if found is not None and len(found[1]) == 1 else None
        return inner if isinstance(inner, Function) and inner.outer is not None else None
    code = _code(function)
    name = own_attribute(node, code.receiver)
    if name is None or code.cls is None:
        return None
    member = project.member(code.cls, name)
    return None if member is None else member.function


# -- what belongs to a loop ------------------------------------------------------------------------------------------


def belongs(project: Project, facts: Facts, node: ast.expr, depth: int = _DEPTH) -> Belongs:
    """Does the value of an expression belong to the loop that it is evaluated on?"""
    if depth <= 0:
        return Belongs.NO
    if isinstance(node, ast.Await):
        return _made_by(project, facts, node.value, depth, infer=node)
    if isinstance(node, ast.Call):
        return _made_by(project, facts, node, depth, infer=node)
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        binding = settle(found[1]) if found is not None else None
        if binding is None or binding.kind is not BindingKind.ASSIGNMENT or binding.value is None:
            return Belongs.NO
        return belongs(project, facts, binding.value, depth - 1)
    elements: list[ast.expr | None] = []
    if isinstance(node, ast.Dict):
        elements = [*node.values]
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        elements = [*node.elts]
    return max((belongs(project, facts, e, depth - 1) for e in elements if e is not None), default=Belongs.NO)


def result_belongs(project: Project, facts: Facts, coroutine: ast.expr, depth: int = _DEPTH) -> Belongs:
    """Does what a coroutine returns belong to the loop that runs it?"""
    return _made_by(project, facts, coroutine, depth, infer=None)


def _made_by(project: Project, facts: Facts, node: ast.expr, depth: int, infer: ast.expr | None) -> Belongs:
    """What the call `node` (awaited or not) makes; `infer` is the whole expression where inference may be asked."""
    if not isinstance(node, ast.Call):
        return Belongs.NO
    name = facts.resolve(node.func)
    if name in _TASK_MAKERS or (isinstance(node.func, ast.Attribute) and node.func.attr == "create_task"):
        return Belongs.TASK
    if name in _MAKERS or (isinstance(node.func, ast.Attribute) and node.func.attr in _LOOP_METHODS):
        return Belongs.YES
    value = project.infer(facts, infer) if infer is not None else None
    if isinstance(value, ClientValue):
        return _client(value, node, is_awaited=isinstance(infer, ast.Await))
    if isinstance(value, InstanceValue):
        return Belongs.PERHAPS if _holds_more(project, value.cls, depth - 1) else Belongs.NO
    called = project.infer(facts, node.func)
    if isinstance(called, MockValue) or isinstance(value, MockValue):
        return Belongs.NO
    if isinstance(called, FunctionValue) and called.definition.function is not None:
        return _returned(project, called.definition.function, depth - 1)
    return Belongs.NO


def _holds_more(project: Project, cls: Class, depth: int) -> bool:
    """Does an instance of a project class keep something that belongs to a loop?"""
    return depth > 0 and any(
        value is not None and belongs(project, method.facts if method is not None else cls.facts, value, depth - 1)
        for _, (method, value, _) in self_assignments(cls)
    )


def _client(value: ClientValue, call: ast.Call, *, is_awaited: bool) -> Belongs:
    client = value.client
    if client.kind != "async" or client.distribution == "stdlib":
        return Belongs.NO
    offline = any(keyword.arg in _OFFLINE or keyword.arg is None for keyword in call.keywords)
    in_memory = any(constant(argument) == ":memory:" for argument in call.args)
    if offline or in_memory or client.path.startswith("aiohttp."):
        return Belongs.PERHAPS  # aiohttp 3.8 and newer closes a session of another loop without complaint
    return Belongs.YES if is_awaited else Belongs.ONCE_USED


def _returned(project: Project, function: Function, depth: int) -> Belongs:
    values = [n.value for n in function.walk() if isinstance(n, ast.Return) and n.value is not None]
    return max((belongs(project, function.facts, value, depth) for value in values), default=Belongs.NO)


# -- state on two loops ----------------------------------------------------------------------------------------------


def on_two_loops(project: Project, function: Function, call: ast.Call, coroutine: ast.expr) -> Touched | None:
    """The state that the blocking run `call` of a hook or fixture shares with its tests' loop; the surest one."""
    found = list(_shared_names(project, function, call, coroutine))
    return max(found, key=lambda one: one.belongs, default=None)


def _shared_names(project: Project, function: Function, call: ast.Call, coroutine: ast.expr) -> Iterator[Touched]:
    here = dict.fromkeys(touched(project, function, coroutine))
    if function.cls is not None:
        methods = [m for m in methods_around(project, function.cls) if m.is_async]
        yield from _consumed(project, function, coroutine, here, methods)
        yield from _prepared(project, function, call, coroutine, methods)
    if function.fixture is not None:
        yield from _handed_out(project, function, call, coroutine, here)


def _consumed(
    project: Project, function: Function, coroutine: ast.expr, here: dict[str, None], methods: list[Function]
) -> Iterator[Touched]:
    """`self.x` made on the test's loop, or a client used there, that the coroutine run here touches."""
    assert function.cls is not None
    ran = own_function(project, function, coroutine.func) if isinstance(coroutine, ast.Call) else None
    for name in here:
        attribute = name.removeprefix("self.")
        if attribute == name:
            continue
        for cls in subclasses_in_file(project, function.cls):
            for method, value in _values(project, cls, attribute, methods):
                if method is None or value is None or method is ran:
                    continue
                sure = belongs(project, method.facts, value)
                users = [m for m in methods if m is not ran and _touches(project, m, name)]
                if sure is Belongs.ONCE_USED:
                    yield from (Touched(name, m, Belongs.YES) for m in users)
                elif sure and method.is_async:
                    yield Touched(name, method, sure)


def _values(
    project: Project, cls: Class, attribute: str, methods: list[Function]
) -> Iterator[tuple[Function | None, ast.expr | None]]:
    """What is assigned to `self.x`, and what async methods put into it (`self.x.append(...)`, `self.x[key] = ...`)."""
    for method, value, _ in project.assignments(cls, attribute):
        yield method, value
    for method in methods:
        for node in method.walk():
            place, value = _put(node)
            if place is not None and own_attribute(place, _code(method).receiver) == attribute:
                yield method, value


def _put(node: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    """The container and the value of `container.append(value)` and `container[key] = value`."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return node.targets[0].value, node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDERS and node.args:
        return node.func.value, node.args[0]
    return None, None


def _prepared(
    project: Project, function: Function, call: ast.Call, coroutine: ast.expr, methods: list[Function]
) -> Iterator[Touched]:
    """`self.x` that the coroutine run here makes, and that a coroutine of the tests touches."""
    assert function.cls is not None
    made: dict[str, Belongs] = {}
    parent = function.facts.parent(call)
    for target in parent.targets if isinstance(parent, ast.Assign) and parent.value is call else ():
        name = own_attribute(target, _code(function).receiver)
        if name is not None:
            made[name] = result_belongs(project, function.facts, coroutine)
    ran = own_function(project, function, coroutine.func) if isinstance(coroutine, ast.Call) else None
    if ran is not None and ran.parameters:
        for node in ran.walk():
            for target in node.targets if isinstance(node, ast.Assign) else ():
                name = own_attribute(target, ran.parameters[0])
                if name is not None:
                    assert isinstance(node, ast.Assign)
                    made[name] = belongs(project, ran.facts, node.value)
    for name, sure in made.items():
        users = [m for m in methods if sure and m is not ran and _touches(project, m, f"self.{name}")]
        yield from (Touched(f"self.{name}", m, sure) for m in users)


def _handed_out(
    project: Project, function: Function, call: ast.Call, coroutine: ast.expr, here: dict[str, None]
) -> Iterator[Touched]:
    """The value of a fixture, made by the coroutine or touched by it, that the tests touch."""
    fixture = function.fixture
    assert fixture is not None
    for node in function.walk():
        if not isinstance(node, (ast.Return, ast.Yield)) or node.value is None:
            continue
        given = node.value
        sure = Belongs.NO
        if given is call or (isinstance(given, ast.Name) and _is_bound_to(function, given, call)):
            sure = result_belongs(project, function.facts, coroutine)
        elif isinstance(given, ast.Name) and given.id in here:
            sure = belongs(project, function.facts, given)
            sure = Belongs.YES if sure is Belongs.ONCE_USED else sure
        if sure:
            for user in direct_users(project, fixture):
                if user.is_async and _touches(project, user, fixture.name):
                    yield Touched(fixture.name, user, sure)


def _is_bound_to(function: Function, name: ast.Name, call: ast.Call) -> bool:
    found = function.facts.lookup(name.id, name)
    binding = settle(found[1]) if found is not None else None
    return binding is not None and binding.value is call


def _touches(project: Project, function: Function, name: str) -> bool:
    return any(one == name for one in awaited(project, function))
