"""The colour of a function of the project: what calling it gives, after its decorators, and where that is written.

The def decides first (`async`, a yield), for plain ones the annotation and what is returned; then each decorator from
the innermost outward keeps, turns or hides it. Two definitions of one name that differ are unknown, and so is what a
decorator makes that nobody knows.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.knowledge.decorators import (
    GENERATOR_COROUTINES,
    HIDES_COLOUR,
    KEEPS_COLOUR,
    REGISTRARS,
    TO_ASYNC,
    TO_SYNC,
)
from looplint.model.definitions import ASYNCIO_FIXTURES, PLAIN_FIXTURES, Colour, Function
from looplint.model.names import BindingKind, dotted_text, last_name
from looplint.model.nodes import below
from looplint.project.asked import Answer, remember
from looplint.project.code.annotations import contradicts, names_in_annotation, promised
from looplint.project.code.coloured import UNKNOWN, Coloured, Gives
from looplint.project.code.decorating import what_it_makes
from looplint.project.code.definitions import outside_name
from looplint.project.code.mark_expressions import is_mark
from looplint.project.code.wrapping import Makes

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from looplint.model.definitions import Class, Decorator
    from looplint.model.facts import Facts
    from looplint.project.code.decorating import Made
    from looplint.project.questions import Project

_DEPTH = 8
"""How far functions are followed that return what others return."""
_TASKS = frozenset({"run_in_executor", "create_future"})
"""Methods that loops alone have: what they return is a future, whatever the receiver is called."""
_TASK_MAKERS = frozenset({"create_task", "ensure_future", "gather", "shield", "run_coroutine_threadsafe"})
_ITERATORS = frozenset({"AsyncIterator", "AsyncGenerator", "AsyncIterable"})


def function_colour(project: Project, function: Function) -> Coloured:
    """The colour of a def with its decorators; UNKNOWN where it may be more than one. Remembered."""
    notes: dict[object, Answer[Coloured]] = function.facts.notes
    under_way: list[Function] = project.notes.setdefault(function_colour, [])
    if function in under_way or len(under_way) > _DEPTH:
        return UNKNOWN  # it returns what it returns itself

    def look() -> Coloured:
        under_way.append(function)
        try:
            return _function_colour(project, function)
        finally:
            under_way.pop()

    return remember(notes, (function_colour, function), look)


def _function_colour(project: Project, function: Function) -> Coloured:
    if _is_defined_otherwise(function) or _is_in_turned_class(function):
        return UNKNOWN
    found = _undecorated(project, function)
    for decorator in reversed(function.decorators):
        if not found.is_known:
            break
        found = _under(project, function, decorator, found)
    return found


def place_of(function: Function) -> str:
    """`path:line` of a def, for messages."""
    return f"{function.facts.source.path}:{function.node.lineno}"


# -- the def ---------------------------------------------------------------------------------------------------------


def _is_defined_otherwise(function: Function) -> bool:
    """Has the name another value in its scope: a def of another colour in a branch, an assignment, an import?"""
    facts = function.facts
    if function.cls is not None and _is_replaced(function.cls):
        return True
    bindings = facts.scope(facts.scope_owner(function.node)).names.get(function.name, [])
    if len(bindings) <= 1:
        return False
    if any(b.kind is not BindingKind.DEFINITION for b in bindings):
        return True
    for binding in bindings:
        other = facts.definition_at(binding.node)
        if other is function or (isinstance(other, Function) and _stands_aside(other)):
            continue
        if not isinstance(other, Function) or other.colour is not function.colour:
            return True
    return False


def _is_replaced(cls: Class) -> bool:
    """Is there another thing of a class's name in its scope, in another branch or after `except ImportError`?"""
    facts = cls.facts
    bindings = facts.scope(facts.scope_owner(cls.node)).names.get(cls.name, [])
    return len(bindings) > 1 and any(not b.type_checking for b in bindings if b.node is not cls.node)


def _stands_aside(function: Function) -> bool:
    """An overload, or a part of a property or of a single dispatch."""
    leaves = ((dotted_text(d.call.func if d.call else d.node) or "").rpartition(".")[2] for d in function.decorators)
    return any(leaf in ("overload", "setter", "deleter", "getter", "register") for leaf in leaves)


def _is_in_turned_class(function: Function) -> bool:
    """Is the class decorated by something that speaks of colours (`@synchronize_api`)?"""
    cls = function.cls
    names = [dotted_text(d.call.func if d.call else d.node) or "" for d in cls.decorators] if cls is not None else []
    return any("sync" in name.rpartition(".")[2].lower() for name in names)


def _undecorated(project: Project, function: Function) -> Coloured:
    colour = function.colour
    place = place_of(function)
    if colour is Colour.ASYNC_GENERATOR:
        return Coloured(
            colour=colour, gives=Gives.ASYNC_GENERATOR, proof=f"async generator at {place}", function=function
        )
    if colour is Colour.ASYNC:
        if is_stub(function) and names_in_annotation(function.node.returns) & _ITERATORS:
            return UNKNOWN  # `async def stream(self) -> AsyncIterator[str]: ...` means a generator to most who write it
        return Coloured(colour=colour, gives=Gives.COROUTINE, proof=f"async def at {place}", function=function)
    if function.is_generator:
        return Coloured(
            colour=Colour.SYNC, gives=Gives.GENERATOR, proof=f"generator function at {place}", function=function
        )
    return _plain(project, function)


def is_stub(function: Function) -> bool:
    """Is there nothing in it: a docstring, `...`, `pass`, `raise`?"""
    return all(
        isinstance(stmt, (ast.Pass, ast.Raise)) or (isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant))
        for stmt in function.node.body
    )


def _plain(project: Project, function: Function) -> Coloured:
    """A plain def: sync, unless what it returns, or is annotated to return, is something to await."""
    place = place_of(function)
    results = [*_results(project, function)]
    awaitable = [found for found in results if found.must_be_awaited]
    if awaitable:
        if contradicts(function.node.returns):
            return UNKNOWN
        gives = awaitable[0].gives if len({found.gives for found in awaitable}) == 1 else Gives.AWAITABLE
        always = len(awaitable) == len(results)
        colour = Colour.AWAITABLE if always else Colour.DUAL
        return Coloured(colour=colour, gives=gives, proof=f"def at {place} returns {gives.value}", function=function)
    annotated = promised(function.node.returns)
    if annotated is None:
        colour = Colour.DUAL if any(found.colour is Colour.DUAL for found in results) else Colour.SYNC
        return Coloured(colour=colour, proof=f"def at {place}", function=function)
    colour, gives = annotated
    return Coloured(colour=colour, gives=gives, proof=f"def at {place} returns {gives.value}", function=function)


def _results(project: Project, function: Function) -> Iterator[Coloured]:
    """The colour of each thing returned; a plain value is UNKNOWN."""
    for node in function.walk():
        if isinstance(node, ast.Return):
            for value in _alternatives(node.value):
                yield _result(project, function.facts, value)


def _alternatives(node: ast.expr | None) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.IfExp):
        yield from _alternatives(node.body)
        yield from _alternatives(node.orelse)
    else:
        yield node


def _result(project: Project, facts: Facts, node: ast.expr | None) -> Coloured:
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        bindings = found[1] if found is not None else []
        node = bindings[0].value if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGNMENT else None
    if not isinstance(node, ast.Call):
        return UNKNOWN
    if isinstance(node.func, ast.Attribute) and node.func.attr in _TASKS:
        return Coloured(colour=Colour.AWAITABLE, gives=Gives.FUTURE, proof=f"`{node.func.attr}` of a loop")
    return project.colour_of_call(facts, node, Colour.ASYNC, Colour.AWAITABLE, Colour.DUAL)


def may_be_of(function: Function, colours: Container[Colour]) -> bool:
    """May a def be of one of these colours? Judged without looking at what it calls; most plain functions may not."""
    if Colour.SYNC in colours or function.is_async or function.node.decorator_list:
        return True
    if Colour.DUAL not in colours and (Colour.AWAITABLE not in colours or contradicts(function.node.returns)):
        return False
    returned = (node.value for node in function.facts.within(function.node, ast.Return))
    if any(isinstance(value, (ast.Call, ast.Name, ast.IfExp)) for value in returned):
        return True
    return promised(function.node.returns) is not None


# -- decorators ------------------------------------------------------------------------------------------------------


def _under(project: Project, function: Function, decorator: Decorator, found: Coloured) -> Coloured:
    """What one decorator makes of a function of that colour."""
    facts = function.facts
    name = decorator.name or ""
    if name and name not in KEEPS_COLOUR:
        name = outside_name(project, name, facts) or name
    if name in KEEPS_COLOUR or _registers(project, facts, decorator) or is_mark(project, facts, decorator.node):
        return found
    if name in PLAIN_FIXTURES or name in ASYNCIO_FIXTURES:
        return UNKNOWN  # pytest refuses that it is called
    known = _by_table(name, found)
    if known is not None:
        return known
    made = what_it_makes(project, facts, decorator)
    if found.gives is Gives.COROUTINE and found.colour is Colour.ASYNC:
        return _coroutine_under(found, made)
    if found.colour is not Colour.SYNC or _speaks_of_coroutines(project, facts, decorator, made):
        return UNKNOWN
    if made.makes in (Makes.SAME, Makes.HIDDEN):
        return found
    return replace(found, colour=Colour.ASYNC, gives=Gives.COROUTINE) if made.makes is Makes.COROUTINE else UNKNOWN


def _by_table(name: str, found: Coloured) -> Coloured | None:
    if name in HIDES_COLOUR:
        return _hidden(found, name) if found.colour is Colour.ASYNC else found
    if name in TO_SYNC:
        return replace(found, colour=Colour.SYNC, gives=Gives.VALUE)
    if name in TO_ASYNC:
        return replace(found, colour=Colour.ASYNC, gives=Gives.COROUTINE)
    if name == "contextlib.asynccontextmanager":
        turned = replace(found, colour=Colour.SYNC, gives=Gives.ASYNC_CONTEXT)
        return turned if found.gives is Gives.ASYNC_GENERATOR else UNKNOWN
    if name == "contextlib.contextmanager":
        return replace(found, gives=Gives.CONTEXT) if found.gives is Gives.GENERATOR else UNKNOWN
    if name in GENERATOR_COROUTINES:
        turned = replace(found, colour=Colour.AWAITABLE, gives=Gives.COROUTINE)
        return turned if found.gives is Gives.GENERATOR else UNKNOWN
    return None


def _coroutine_under(found: Coloured, made: Made) -> Coloured:
    decorator = made.decorator
    node = None if decorator is None else decorator.call.func if decorator.call else decorator.node
    shown = (node and dotted_text(node)) or "its decorator"
    if made.makes.is_coroutine_function:
        return found
    if made.makes is Makes.HIDDEN:
        hidden = _hidden(found, shown)
        return (
            replace(hidden, gives=Gives.FUTURE) if made.wrapper is not None and _starts_task(made.wrapper) else hidden
        )
    if made.makes is Makes.RUN:
        proof = f"{found.proof}, run by @{shown}"
        return replace(found, colour=Colour.SYNC, gives=Gives.VALUE, proof=proof)
    return replace(found, colour=Colour.DUAL) if made.makes is Makes.EITHER else UNKNOWN


def _starts_task(wrapper: Function) -> bool:
    """Does a wrapper make a task, which runs whether or not anybody awaits it?"""
    names = (last_name(n) for n in below(wrapper.node))
    return any(name in _TASK_MAKERS for name in names)


def _hidden(found: Coloured, shown: str) -> Coloured:
    return replace(found, colour=Colour.AWAITABLE, proof=f"{found.proof} behind @{shown}")


def _registers(project: Project, facts: Facts, decorator: Decorator) -> bool:
    """Is it `@router.get(...)`: a decorator that notes the function and hands it back?"""
    if decorator.call is None or not isinstance(decorator.call.func, ast.Attribute):
        return False
    owner, method = decorator.call.func.value, decorator.call.func.attr
    if not any(method in methods for methods in REGISTRARS.values()):
        return False
    return method in REGISTRARS.get(_made_with(project, facts, owner) or "", ())


def _made_with(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """The name of the class that a variable of a module is made with."""
    value: ast.expr | None = None
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        bindings = found[1] if found is not None else []
        value = bindings[0].value if len(bindings) == 1 else None
    if value is None:
        definition = project.definition(facts.resolve(node), facts)
        if definition is None or definition.value is None:
            return None
        facts, value = definition.facts, definition.value
    return facts.resolve(value.func) if isinstance(value, ast.Call) else None


def _speaks_of_coroutines(project: Project, facts: Facts, decorator: Decorator, made: Made) -> bool:
    """Does a decorator of the project, or the one to which it leaves its work, ask what it is given?"""
    definition = project.definition(decorator.name, facts)
    if definition is None:
        return True
    around = made.wrapper
    while around is not None and around.outer is not None:
        around = around.outer
    return any(
        "coroutine" in last_name(node)
        for place in (definition.node, *([around.node] if around is not None else []))
        for node in below(place)
    )
