"""What is known of one mock: everything that is written to it, called on it or done with it, through all its spellings.

The order of statements is not followed: whatever is written anywhere the mock is reachable from may hold.
"""

from __future__ import annotations

import ast
from dataclasses import field
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant, keyword
from looplint.model.names import dotted_text, last_name
from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember
from looplint.project.code.arguments import Handed, parameter_for
from looplint.project.code.flow import is_none
from looplint.project.code.occurrences import Path, Station, is_awaited, occurrences, stations
from looplint.project.code.parameters import parameter_value
from looplint.project.code.patching import has_spec, mock_keywords, patch_form
from looplint.project.code.self_assignments import own_attribute, paired
from looplint.project.code.values import CALLED, MockValue, Name
from looplint.project.mocks.denials import denies_call
from looplint.project.running import fixtures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

SIDE_EFFECT = "side_effect"
PLAIN_KINDS = frozenset({"Mock", "MagicMock", "NonCallableMock", "NonCallableMagicMock", "ThreadingMock"})
"""Mock classes whose children and results are no awaitables."""
_SPECS = ("spec", "spec_set", "wraps", "autospec")
_NOT_CHILDREN = frozenset({*_SPECS, "name", "unsafe", "parent"})
_DEPTH = 6
"""Steps that inference may take to find what a parameter is."""
_SETTING_UP = ("setup", "set_up", "configure", "prepare", "mock", "wire", "stub", "fake", "patch", "arrange", "attach")
"""Words in the names of callables that may well complete a mock that is handed to them."""
_HARMLESS = (
    "builtins.", "unittest.mock.", "mock.", "asyncio.", "pytest.", "typing.", "inspect.", "contextlib.", "json.",
)  # fmt: skip
"""Modules whose functions write nothing to a mock that they get."""


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """Something that is put at a path of a mock; `value` None where that is no expression of its own.

    `node` is the statement or keyword that does it, `target` the expression that is assigned to, if it is an
    assignment.
    """

    path: Path
    facts: Facts
    node: ast.AST
    value: ast.expr | None
    target: ast.expr | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A call that goes through a path of a mock."""

    path: Path
    facts: Facts
    node: ast.expr
    awaited: bool


@dataclass(slots=True, eq=False)
class Knowledge:
    """All that happens to a mock."""

    root: MockValue
    writes: list[Write] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    called: set[Path] = field(default_factory=set)
    """Paths of which the test says that they are called."""
    never_called: set[Path] = field(default_factory=set)
    """Paths of which it says that they are not."""
    names: list[Name] = field(default_factory=list)
    leaves: bool = False
    """Is it returned or yielded, so that code elsewhere may go on with it?"""
    opaque_by: set[str] = field(default_factory=set)
    """Why something may be there that cannot be followed: "spec" (or wraps), "setattr", "helper" ..."""

    @property
    def opaque(self) -> bool:
        """May something be written to it that cannot be followed?"""
        return bool(self.opaque_by)

    def at(self, path: Path) -> list[Write]:
        """What is written exactly there."""
        return [write for write in self.writes if write.path == path]


def know(project: Project, value: MockValue, asking: Function | None = None) -> Knowledge:
    """Everything that happens to the mock that `value` is, or is reached from."""
    spelled = tuple((name.facts, name.owner, name.text, name.path) for name in value.names)
    holder = asking.facts if asking is not None else spelled[-1][0] if spelled else value.origin.facts
    notes: dict[object, Answer[Knowledge]] = holder.notes
    key = (know, value.origin.node, value.via, spelled, asking)
    return remember(notes, key, lambda: _know(project, value, asking))


def _know(project: Project, value: MockValue, asking: Function | None) -> Knowledge:
    known = Knowledge(value.root)
    _constructor(value, known)
    queue = [*value.names, *_made_names(value), *_sharers(project, value)]
    seen: set[tuple[int, str, Path]] = set()
    visited: set[tuple[ast.expr, Path]] = set()
    while queue:
        name = queue.pop()
        key = (id(name.owner or name.facts), name.text, name.path)
        if key in seen or len(seen) > 40:
            continue
        seen.add(key)
        known.names.append(name)
        for facts, node in occurrences(project, name, asking):
            if (node, name.path) not in visited:
                visited.add((node, name.path))
                queue += _occurrence(project, known, facts, node, name.path)
    return known


def _made_names(value: MockValue) -> Iterator[Name]:
    """The names that the statement which makes a mock gives to it."""
    facts, node = value.origin.facts, value.origin.node
    up = facts.parent(node)
    targets: list[ast.expr] = []
    if isinstance(up, ast.Assign):
        targets = up.targets
    elif isinstance(up, (ast.AnnAssign, ast.NamedExpr)):
        targets = [up.target]
    elif isinstance(up, ast.withitem) and up.optional_vars is not None and value.via == "patch":
        targets = [up.optional_vars]
    for target in targets:
        text = dotted_text(target)
        function = facts.function_of(target)
        cls = function.cls if function is not None else None
        if text is None:
            continue
        if (
            cls is not None
            and function is not None
            and function.parameters
            and own_attribute(target, function.parameters[0])
        ):
            yield Name(facts, cls, f"self.{text.partition('.')[2]}")
        else:
            yield Name(facts, function, text)


def _constructor(value: MockValue, known: Knowledge) -> None:
    """The writes that the call which makes a mock does itself."""
    call = value.origin.node
    if not isinstance(call, ast.Call):
        return
    keywords = mock_keywords(call) if value.via == "patch" else call.keywords
    if value.made is not None:
        keywords = [item for item in keywords if item.arg not in value.made.parameters]
    if value.via == "constructor" and call.args:
        known.opaque_by |= set() if is_none(call.args[0]) else {"spec"}
    if value.via == "autospec":
        known.opaque_by.add("spec")
        keywords = [item for item in keywords if item.arg not in ("instance", "spec", "spec_set")]
    elif value.via == "patch" and has_spec(call):
        known.opaque_by.add("spec")
    _keywords(value.origin.facts, keywords, known, ())


def _keywords(facts: Facts, keywords: Iterator[ast.keyword] | list[ast.keyword], known: Knowledge, path: Path) -> None:
    for item in keywords:
        if item.arg is None:
            _dictionary(facts, item.value, known, path)
        elif item.arg in _SPECS:
            known.opaque_by |= set() if is_none(item.value) else {"spec"}
        elif item.arg not in _NOT_CHILDREN:
            known.writes.append(Write((*path, *normal(item.arg)), facts, item, item.value))


def _dictionary(facts: Facts, node: ast.expr, known: Knowledge, path: Path) -> None:
    if not isinstance(node, ast.Dict):
        known.opaque_by.add("keywords")
        return
    for key, value in zip(node.keys, node.values, strict=True):
        text = constant(key)
        if isinstance(text, str):
            known.writes.append(Write((*path, *normal(text)), facts, value, value))
        else:
            known.opaque_by.add("keywords")


def normal(dotted: str) -> Path:
    """The steps of a dotted attribute path; `return_value` is what a call gives."""
    return tuple(CALLED if part == "return_value" else part for part in dotted.split("."))


# -- spellings -------------------------------------------------------------------------------------------------------


def _sharers(project: Project, value: MockValue) -> Iterator[Name]:
    """The same fixture's value in the other fixtures that the asking function gets."""
    for name in value.names:
        if not isinstance(name.owner, Function) or name.text not in name.owner.parameters:
            continue
        function = name.owner
        given = project.fixture(name.text, function, function.facts)
        if given is None:
            continue
        for other in _reachable(project, function):
            for parameter in other.parameters:
                again = project.fixture(parameter, other, other.facts) if other is not given.function else None
                if again is not None and again.function is given.function:
                    yield Name(other.facts, other, parameter, name.path)


def shared_names(project: Project, known: Knowledge, function: Function) -> Iterator[Name]:
    """The names that a function, or a fixture that it gets, has for a mock that fixtures make or pass on."""
    makers = {name.owner for name in known.names if isinstance(name.owner, Function) and name.owner.fixture}
    origin = known.root.origin
    made_in = origin.facts.function_of(origin.node)
    if made_in is not None:
        makers.add(made_in)
    for other in (function, *_reachable(project, function)):
        for parameter in other.parameters:
            given = project.fixture(parameter, other, other.facts)
            if given is not None and given.function in makers:
                value = parameter_value(project, other, parameter, _DEPTH)
                if isinstance(value, MockValue) and value.origin.node is known.root.origin.node:
                    yield Name(other.facts, other, parameter, value.path)


def _reachable(project: Project, function: Function) -> list[Function]:
    """The fixture functions that run for a function: requested ones, theirs, and autouse ones."""
    found: list[Function] = []
    queue: list[Function] = [function]
    while queue and len(found) < 60:
        current = queue.pop()
        new = [project.fixture(name, current, current.facts) for name in fixtures.requested(project, current)]
        if current is function:
            new += fixtures.autouse(project, function, function.facts)
        for fixture in new:
            if fixture is not None and fixture.function not in found:
                found.append(fixture.function)
                queue.append(fixture.function)
    return found


# -- one occurrence --------------------------------------------------------------------------------------------------


def _occurrence(project: Project, known: Knowledge, facts: Facts, node: ast.expr, path: Path) -> list[Name]:
    """Write down what happens where a spelling occurs; gives further spellings that arise there."""
    last: Station | None = None
    for station in stations(facts, node, path):
        last = station
        if isinstance(station.node, ast.Call) and station.path[-1:] == (CALLED,):
            known.uses.append(Use(station.path, facts, station.node, is_awaited(facts, station.node)))
    assert last is not None
    if last.api is not None:
        _api(known, last)
        return []
    return _context(project, known, last)


def _api(known: Knowledge, station: Station) -> None:
    """The mock's own methods: `configure_mock`, `attach_mock`, assertions that it is never called."""
    facts = station.facts
    attribute = facts.parent(station.node)
    assert attribute is not None
    up = facts.parent(attribute)
    if station.api == "configure_mock" and isinstance(up, ast.Call):
        _keywords(facts, up.keywords, known, station.path)
    elif station.api == "attach_mock" and isinstance(up, ast.Call) and len(up.args) == 2:
        name = constant(up.args[1])
        steps = normal(name) if isinstance(name, str) else ()
        known.writes.append(Write((*station.path, *steps), facts, up, up.args[0]))
        known.opaque_by |= set() if steps else {"attach_mock"}
    elif station.api == "mock_add_spec":
        known.opaque_by.add("mock_add_spec")
    elif station.api is not None and denies_call(facts, station.api, attribute):
        known.never_called.add(station.path)
    elif station.api is not None and station.api.startswith(("assert_", "await_args", "call_args")):
        known.called.add(station.path)


def _context(project: Project, known: Knowledge, station: Station) -> list[Name]:
    """What the end of a chain stands in: an assignment to it or of it, a return, a call."""
    facts, node, path = station.facts, station.node, station.path
    up = facts.parent(node)
    if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
        declared = isinstance(up, ast.AnnAssign) and up.value is None
        if path and isinstance(node, (ast.Attribute, ast.Subscript)) and not declared:
            statement, value = _assigned(facts, node)
            known.writes.append(Write(path, facts, statement, value, node))
    elif isinstance(up, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return _aliases(facts, up, path)
    elif isinstance(up, (ast.Return, ast.Yield, ast.Tuple, ast.List, ast.Dict)):
        known.leaves = known.leaves or CALLED not in path
    elif isinstance(up, (ast.Call, ast.keyword)):
        call = facts.parent(up) if isinstance(up, ast.keyword) else up
        if isinstance(call, ast.Call):
            return _argument(project, known, Handed(path, facts, call, node))
    return []


def _assigned(facts: Facts, target: ast.expr) -> tuple[ast.AST, ast.expr | None]:
    """The statement that binds a target, and the value it gets; None where that is no expression of its own."""
    up = facts.parent(target)
    if isinstance(up, (ast.Assign, ast.AnnAssign)):
        return up, up.value
    if isinstance(up, (ast.Tuple, ast.List)):
        statement = facts.parent(up)
        if isinstance(statement, ast.Assign):
            return statement, next((value for element, value in paired(up, statement.value) if element is target), None)
    return up or target, None


def _aliases(facts: Facts, statement: ast.Assign | ast.AnnAssign | ast.NamedExpr, path: Path) -> list[Name]:
    """The plain names that an assignment gives to what is at a path."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    found = []
    for target in targets:
        if isinstance(target, ast.Name):
            lookup = facts.lookup(target.id, target)
            owner = facts.definition_at(lookup[0]) if lookup is not None else None
            if lookup is not None and (owner is not None or isinstance(lookup[0], ast.Module)):
                found.append(Name(facts, owner, target.id, path))
    return found


def _argument(project: Project, known: Knowledge, handed: Handed) -> list[Name]:
    """The mock is an argument: perhaps of something that completes it, perhaps of a function that can be read."""
    known.handed.append(handed)
    facts, call = handed.facts, handed.call
    dotted = facts.resolve(call.func) or ""
    if dotted == "builtins.setattr" and call.args and call.args[0] is handed.node:
        _setattr(known, handed)
    elif dotted in ("builtins.vars", "builtins.delattr", "builtins.type") or dotted.endswith(".seal"):
        if dotted != "builtins.type" or _assigns_to(facts, call):
            known.opaque_by.add(dotted)
    elif patch_form(facts, call.func) == "object" or _is_monkeypatch(call):
        name = constant(call.args[1]) if len(call.args) > 1 else None
        if call.args and call.args[0] is handed.node and isinstance(name, str):
            new = call.args[2] if len(call.args) > 2 else keyword(call, "new") or keyword(call, "new_callable")
            is_factory = keyword(call, "new_callable") is not None
            known.writes.append(Write((*handed.path, name), facts, call, None if is_factory else new))
    elif not dotted.startswith(_HARMLESS):
        return _given(project, known, handed)
    return []


def _setattr(known: Knowledge, handed: Handed) -> None:
    name = constant(handed.call.args[1]) if len(handed.call.args) == 3 else None
    if isinstance(name, str):
        path = (*handed.path, *normal(name))
        known.writes.append(Write(path, handed.facts, handed.call, handed.call.args[2]))
    else:
        known.opaque_by.add("setattr")


def _assigns_to(facts: Facts, node: ast.AST) -> bool:
    """Is an attribute of this expression assigned (`type(mock).name = PropertyMock()`)?"""
    return isinstance(getattr(facts.parent(node), "ctx", None), ast.Store)


def _is_monkeypatch(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "setattr"
        and isinstance(call.func.value, ast.Name)
        and "monkeypatch" in call.func.value.id
    )


def _given(project: Project, known: Knowledge, handed: Handed) -> list[Name]:
    """The parameter that the mock becomes, where the callee is a function or class of the project."""
    found = parameter_for(project, handed)
    if found is not None:
        return [Name(found[0].facts, found[0], found[1], handed.path)]
    func = handed.call.func
    leaf = last_name(func)
    if any(word in leaf.lower() for word in _SETTING_UP):
        known.opaque_by.add("helper")
    return []
