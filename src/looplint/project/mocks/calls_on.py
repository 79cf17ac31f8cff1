"""The calls that project code makes on an object it is given, and what it does with the result of each.

The object is followed through attributes, items, awaits, local names, `with … as`, and into functions of the project.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.model.names import BindingKind, last_name
from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember
from looplint.project.code.arguments import Handed, parameter_for
from looplint.project.code.call_uses import How, use_of
from looplint.project.code.occurrences import Path, is_awaited, names_in, stations
from looplint.project.code.values import CALLED
from looplint.project.mocks.demands import visible_methods
from looplint.project.mocks.givers import given_places, givers
from looplint.project.mocks.reached import comes_to
from looplint.project.mocks.rebinding import questions_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.code.occurrences import Station
    from looplint.project.mocks.rebinding import Question
    from looplint.project.questions import Project

_DEPTH = 3
"""Functions deep that an object is followed into."""
_MOST = 60
"""Names that one object is followed through."""
_IN_THREAD = {"to_thread": 0, "run_in_executor": 1, "run_sync": 0, "run_in_threadpool": 0, "submit": 0}
"""Functions that call what they get in a thread or process, and where among their arguments that is."""


@dataclass(frozen=True, slots=True, eq=False)
class CallOn:
    """A call of what is at `path` of the object (its last step is the call).

    `how` is what becomes of the result, None where that is unknown. `awaited` are the paths of the calls on the way
    whose results were awaited. `function` runs it; `certain` says that every run of that function comes to it, and
    `through` are the names of the functions on the way to it. `questions` are what the code asks of the object before,
    to put another in its place.
    """

    path: Path
    facts: Facts
    node: ast.Call
    how: How | None
    awaited: frozenset[Path]
    function: Function
    certain: bool
    through: frozenset[str] = frozenset()
    questions: frozenset[Question] = frozenset()

    @property
    def place(self) -> str:
        """`path:line` for messages."""
        return f"{self.facts.source.path}:{self.node.lineno}"


@dataclass(frozen=True, slots=True, eq=False)
class _Spot:
    """An expression that spells the object, or what is at a path of it, within a function."""

    function: Function
    node: ast.expr
    path: Path
    awaited: frozenset[Path]
    outer: Function
    certain: bool
    depth: int
    through: frozenset[str] = frozenset()


def calls_on_parameter(project: Project, function: Function, name: str) -> list[CallOn]:
    """The calls that a function makes on a parameter which it never binds again."""
    if len(function.facts.scope(function.node).names.get(name, ())) != 1:
        return []
    notes: dict[object, Answer[list[CallOn]]] = function.facts.notes
    spelled = ((function, node) for node in names_in(function, name))
    return remember(notes, (calls_on_parameter, function, name), lambda: list(calls_on(project, spelled)))


def calls_on_attribute(project: Project, cls: Class, name: str) -> list[CallOn]:
    """The calls that the methods of a class make on `self.name`, as long as it is what was put there from outside."""
    notes: dict[object, Answer[list[CallOn]]] = cls.facts.notes
    return remember(notes, (calls_on_attribute, cls, name), lambda: _calls_on_attribute(project, cls, name))


def _calls_on_attribute(project: Project, cls: Class, name: str) -> list[CallOn]:
    methods = tuple(visible_methods(project, cls))
    places = list(_attributes(methods, name))
    spelled: dict[tuple[frozenset[Question], frozenset[str]], list[tuple[Function, ast.expr]]] = {}
    for method, node in places:
        asked = questions_before(methods, method, node, name)
        if asked is not None:
            spelled.setdefault((frozenset(asked), frozenset()), []).append((method, node))
    for giver in givers(methods, places, name):
        for method, node in given_places(methods, giver):
            asked = questions_before(methods, method, node, name)
            if asked is not None:
                key = (giver.questions | asked, frozenset({giver.method.name}))
                spelled.setdefault(key, []).append((method, node))
    return [
        replace(call, questions=questions, through=call.through | through) if questions or through else call
        for (questions, through), nodes in spelled.items()
        for call in calls_on(project, nodes)
    ]


def _attributes(methods: Iterable[Function], name: str) -> Iterator[tuple[Function, ast.expr]]:
    for method in methods:
        for node in names_in(method, method.parameters[0]) if method.parameters else ():
            up = method.facts.parent(node)
            if isinstance(up, ast.Attribute) and up.attr == name and isinstance(up.ctx, ast.Load):
                yield method, up


def calls_on(project: Project, spelled: Iterable[tuple[Function, ast.expr]]) -> Iterator[CallOn]:
    """The calls made on what expressions spell, each in its function, as far as can be in source order."""
    spots = [_Spot(function, node, (), frozenset(), function, True, _DEPTH) for function, node in spelled]  # noqa: FBT003
    spots.reverse()
    seen: set[ast.expr] = set()
    while spots and len(seen) < _MOST:
        spot = spots.pop()
        if spot.node in seen:
            continue
        seen.add(spot.node)
        awaited = spot.awaited
        last: Station | None = None
        for station in stations(spot.function.facts, spot.node, spot.path):
            last = station
            if isinstance(station.node, ast.Await):
                awaited |= {station.path}
            elif isinstance(station.node, ast.Call) and station.path[-1:] == (CALLED,):
                yield _call(spot, station, awaited)
        if last is not None and last.api is None:
            yield from _handed_over(spot, last, awaited)
            spots += reversed([*_further(project, spot, last, awaited)])


def _call(spot: _Spot, station: Station, awaited: frozenset[Path]) -> CallOn:
    assert isinstance(station.node, ast.Call)
    facts = station.facts
    certain = spot.certain and comes_to(spot.function, station.node)
    return CallOn(
        station.path, facts, station.node, use_of(facts, station.node), awaited, spot.outer, certain, spot.through
    )


def _handed_over(spot: _Spot, last: Station, awaited: frozenset[Path]) -> Iterator[CallOn]:
    """The call that something else makes of a method which it gets: plainly in a thread, or nobody knows how."""
    facts, node = last.facts, last.node
    up = facts.parent(node)
    call = facts.parent(up) if isinstance(up, ast.keyword) else up
    if not isinstance(call, ast.Call) or call.func is node or last.path[-1:] == (CALLED,):
        return
    runs = _calls_in_thread(call, node)
    if runs or last.path:
        result = facts.parent(call)
        how = use_of(facts, result) if runs and isinstance(result, ast.Await) else None
        certain = spot.certain and runs and comes_to(spot.function, call)
        yield CallOn((*last.path, CALLED), facts, call, how, awaited, spot.outer, certain, spot.through)


def _calls_in_thread(call: ast.Call, node: ast.expr) -> bool:
    """Is `node` the function that `call` runs in a thread, or another place where nothing is awaited?"""
    leaf = last_name(call.func)
    index = _IN_THREAD.get(leaf)
    return index is not None and call.args[index : index + 1] == [node]


def _further(project: Project, spot: _Spot, last: Station, awaited: frozenset[Path]) -> Iterator[_Spot]:
    """Where the value at the end of a chain goes on: under a local name, in another function."""
    facts = last.facts
    up = facts.parent(last.node)
    if isinstance(up, ast.Assign) and up.value is last.node and len(up.targets) == 1:
        yield from _named(spot, up.targets[0], last.path, awaited)
    elif isinstance(up, ast.withitem) and up.optional_vars is not None:
        method = "__aenter__" if isinstance(facts.parent(up), ast.AsyncWith) else "__enter__"
        path = (*last.path, method, CALLED)
        yield from _named(spot, up.optional_vars, path, awaited | {path} if method == "__aenter__" else awaited)
    elif isinstance(up, (ast.Call, ast.keyword)) and spot.depth:
        call = facts.parent(up) if isinstance(up, ast.keyword) else up
        if isinstance(call, ast.Call) and call.func is not last.node:
            yield from _handed(project, spot, Handed(last.path, facts, call, last.node), awaited)


def _named(spot: _Spot, target: ast.expr, path: Path, awaited: frozenset[Path]) -> Iterator[_Spot]:
    if not isinstance(target, ast.Name):
        return
    facts = spot.function.facts
    found = facts.lookup(target.id, target)
    if found is None or len(found[1]) != 1 or found[1][0].kind is not BindingKind.ASSIGNMENT:
        return
    for node in names_in(spot.function, target.id):
        if isinstance(node.ctx, ast.Load):
            yield _Spot(spot.function, node, path, awaited, spot.outer, spot.certain, spot.depth, spot.through)


def _handed(project: Project, spot: _Spot, handed: Handed, awaited: frozenset[Path]) -> Iterator[_Spot]:
    """The uses of the parameter that the value becomes, where the callee is a function of the project that runs.

    Methods of other objects are left out: tests replace those objects.
    """
    func = handed.call.func
    own = spot.function.parameters[0] if spot.function.cls is not None and spot.function.parameters else None
    on_self = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == own
    found = parameter_for(project, handed) if on_self or isinstance(func, ast.Name) else None
    if found is None:
        return
    function, name = found
    if len(function.facts.scope(function.node).names.get(name, ())) != 1:
        return
    runs = is_awaited(handed.facts, handed.call) if function.is_async else not function.is_generator
    certain = spot.certain and runs and comes_to(spot.function, handed.call)
    for node in names_in(function, name):
        through = spot.through | {function.name}
        yield _Spot(function, node, handed.path, awaited, spot.outer, certain, spot.depth - 1, through)
