"""What is known of one mock: everything written to it through all its spellings, and what is at a path of it.

The order of statements is not followed: whatever is written anywhere the mock is reachable from may hold. So a path
is certainly no awaitable only if everything that is ever put there is none.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from looplint.model.definitions import Class, Function, constant, keyword
from looplint.model.names import dotted_text
from looplint.project import fixtures
from looplint.project.infer import infer
from looplint.project.occurrences import Path, Station, is_awaited, occurrences, stations
from looplint.project.parameters import parameter_value
from looplint.project.patching import mock_keywords, patch_form
from looplint.project.plain import call_type, mock_type, plain_type, side_effect_type
from looplint.project.self_assignments import own_attribute, paired
from looplint.project.values import CALLED, ClassValue, FunctionValue, MockValue, Name, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.project import Project

SIDE_EFFECT = "side_effect"
PLAIN_KINDS = frozenset({"Mock", "MagicMock", "NonCallableMock", "NonCallableMagicMock", "ThreadingMock"})
"""Mock classes whose children and results are no awaitables."""
OBJECT = "object"
"""The kind of a root that is no mock, but a real object whose attributes are replaced."""
_SPECS = ("spec", "spec_set", "wraps", "autospec")
_NOT_CHILDREN = frozenset({*_SPECS, "name", "unsafe", "parent"})
_DEPTH = 6
_SETTING_UP = ("setup", "set_up", "configure", "prepare", "mock", "wire", "stub", "fake", "patch", "arrange", "attach")
"""Words in the names of callables that may well complete a mock that is handed to them."""
_HARMLESS = (
    "builtins.",
    "unittest.mock.",
    "mock.",
    "asyncio.",
    "pytest.",
    "typing.",
    "inspect.",
    "contextlib.",
    "json.",
)


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


@dataclass(frozen=True, slots=True, eq=False)
class Handed:
    """What stands at a path of a mock is an argument of a call."""

    path: Path
    facts: Facts
    call: ast.Call
    node: ast.expr


@dataclass(slots=True, eq=False)
class Knowledge:
    """All that happens to a mock."""

    root: MockValue
    writes: list[Write] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    never_called: set[Path] = field(default_factory=set)
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


@dataclass(frozen=True, slots=True)
class Plain:
    """A path where certainly no awaitable is: the type that Python will name, and what was written there last."""

    type: str
    write: Write | None = None
    configured: bool = False
    """Was anything said about this very path, or is it only a child that a mock makes by itself?"""


def object_root(facts: Facts, node: ast.expr, name: Name) -> MockValue:
    """A stand-in for an object that is no mock, so that what is written to it can be asked in the same way."""
    return MockValue(Origin(facts, node), "object", OBJECT, names=(name,))


def know(project: Project, value: MockValue, asking: Function | None = None) -> Knowledge:
    """Everything that happens to the mock that `value` is, or is reached from."""
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
    if value.via == "constructor" and call.args:
        known.opaque_by |= set() if _is_none(call.args[0]) else {"spec"}
    _keywords(value.origin.facts, keywords, known, ())


def _keywords(facts: Facts, keywords: Iterator[ast.keyword] | list[ast.keyword], known: Knowledge, path: Path) -> None:
    for item in keywords:
        if item.arg is None:
            _dictionary(facts, item.value, known, path)
        elif item.arg in _SPECS:
            known.opaque_by |= set() if _is_none(item.value) else {"spec"}
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


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


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
    makers = {name.owner: name for name in known.names if isinstance(name.owner, Function) and name.owner.fixture}
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
        new = [project.fixture(name, current, current.facts) for name in fixtures.requested(current)]
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
    elif (
        station.api in ("assert_not_called", "assert_not_awaited")
        or (station.api == "called" and _is_denied(facts, attribute))
        or (station.api in ("call_count", "await_count") and _is_zero(up))
    ):
        known.never_called.add(station.path)


def _is_denied(facts: Facts, node: ast.AST) -> bool:
    up = facts.parent(node)
    if isinstance(up, ast.UnaryOp) and isinstance(up.op, ast.Not):
        return True
    if isinstance(up, ast.Compare):
        return any(isinstance(c, ast.Constant) and c.value is False for c in up.comparators)
    return isinstance(up, ast.Call) and isinstance(up.func, ast.Attribute) and up.func.attr == "assertFalse"


def _is_zero(up: ast.AST | None) -> bool:
    operands = [up.left, *up.comparators] if isinstance(up, ast.Compare) else getattr(up, "args", ())
    return any(isinstance(c, ast.Constant) and c.value == 0 for c in operands)


def _context(project: Project, known: Knowledge, station: Station) -> list[Name]:
    facts, node, path = station.facts, station.node, station.path
    up = facts.parent(node)
    if isinstance(up, (ast.Tuple, ast.List)) and isinstance(getattr(up, "ctx", None), ast.Store):
        assign = facts.parent(up)
        value = (
            next((v for t, v in paired(up, assign.value) if t is node), None)
            if isinstance(assign, ast.Assign)
            else None
        )
        _write(known, path, facts, assign or up, value, node)
    elif isinstance(up, ast.Assign) and node in up.targets:
        _write(known, path, facts, up, up.value, node)
    elif isinstance(up, ast.AnnAssign) and up.target is node:
        if up.value is not None:
            _write(known, path, facts, up, up.value, node)
    elif isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
        _write(known, path, facts, up or node, None, node)
    elif isinstance(up, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and up.value is node:
        return _aliases(facts, up, path)
    elif isinstance(up, (ast.Return, ast.Yield, ast.Tuple, ast.List, ast.Dict)):
        known.leaves = known.leaves or CALLED not in path
    elif isinstance(up, ast.keyword):
        call = facts.parent(up)
        if isinstance(call, ast.Call):
            return _argument(project, known, Handed(path, facts, call, node))
    elif isinstance(up, ast.Call) and up.func is not node:
        return _argument(project, known, Handed(path, facts, up, node))
    return []


def _write(known: Knowledge, path: Path, facts: Facts, node: ast.AST, value: ast.expr | None, target: ast.expr) -> None:
    if path and isinstance(target, (ast.Attribute, ast.Subscript)):
        known.writes.append(Write(path, facts, node, value, target))


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
    leaf = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if any(word in leaf.lower() for word in _SETTING_UP):
        known.opaque_by.add("helper")
    return []


def parameter_for(project: Project, handed: Handed) -> tuple[Function, str] | None:
    """The project function (for a class: its `__init__`) and the parameter that an argument becomes."""
    called = infer(project, handed.facts, handed.call.func)
    function: Function | None = None
    bound = False
    if isinstance(called, FunctionValue):
        function = called.definition.function
        bound = called.definition.owner is not None and isinstance(handed.call.func, ast.Attribute)
    elif isinstance(called, ClassValue) and called.cls is not None:
        member = project.member(called.cls, "__init__")
        function, bound = (member.function if member is not None else None), True
    if function is None:
        return None
    name = parameter_name(function, handed.call, handed.node, bound=bound)
    return None if name is None else (function, name)


def parameter_name(function: Function, call: ast.Call, node: ast.expr, *, bound: bool) -> str | None:
    """The parameter that the argument `node` of a call fills."""
    a = function.node.args
    for item in call.keywords:
        if item.value is node:
            names = {p.arg for p in (*a.args, *a.kwonlyargs)}
            return item.arg if item.arg in names else None
    if node not in call.args or any(isinstance(arg, ast.Starred) for arg in call.args[: call.args.index(node)]):
        return None
    positional = [p.arg for p in (*a.posonlyargs, *a.args)]
    if bound and function.decorated("builtins.staticmethod") is None:
        positional = positional[1:]
    index = call.args.index(node)
    return positional[index] if index < len(positional) else None


# -- what is at a path -----------------------------------------------------------------------------------------------


def at_path(
    project: Project, known: Knowledge, path: Path, depth: int = _DEPTH, *, over_spec: bool = False
) -> Plain | None:
    """What is at a path of a mock, if it is certainly no awaitable; None where it is one or may be one.

    `over_spec` accepts a mock with a spec: only what is written over it counts then.
    """
    unsure = known.opaque_by - ({"spec"} if over_spec else set())
    if depth <= 0 or unsure or known.at((*path, "__await__")):
        return None
    results: list[Plain | None] = []
    replaced = False
    for length in range(1, len(path)):
        for write in known.at(path[:length]):
            replaced = True
            results.append(_below(project, write, path[length:], depth - 1))
    for index, step in enumerate(path):
        if step == CALLED:
            for write in known.at((*path[:index], SIDE_EFFECT)):
                if write.value is None or not _is_none(write.value):
                    results.append(_effect(project, write) if index == len(path) - 1 else None)
    for write in known.at(path):
        kind = plain_type(project, write.facts, write.value) if write.value is not None else None
        results.append(None if kind is None else Plain(kind, write, configured=True))
    if not replaced:
        if known.root.kind not in PLAIN_KINDS or known.opaque:
            return None
        if not results:
            return Plain(known.root.kind)
    return _last(results)


def _last(results: list[Plain | None]) -> Plain | None:
    """The most telling of several answers, if all of them are certain."""
    certain = [result for result in results if result is not None]
    if len(certain) != len(results):
        return None
    return certain[-1]


def _effect(project: Project, write: Write) -> Plain | None:
    kind = side_effect_type(project, write.facts, write.value) if write.value is not None else None
    return None if kind is None else Plain(kind, write, configured=True)


def _below(project: Project, write: Write, rest: Path, depth: int) -> Plain | None:
    """What is at path `rest` of what was written."""
    if write.value is None:
        return None
    value = infer(project, write.facts, write.value)
    if isinstance(value, MockValue):
        inner = know(project, value)
        found = at_path(project, inner, (*value.path, *rest), depth)
        if found is None:
            return None
        return Plain(found.type, found.write or write, configured=found.configured or rest == (CALLED,))
    if rest != (CALLED,):
        return None
    kind = call_type(project, write.facts, write.value)
    return None if kind is None else Plain(kind, write, configured=True)


def plain_at(project: Project, value: MockValue, asking: Function | None = None) -> tuple[Plain, Knowledge] | None:
    """What `value` is, if it is certainly no awaitable, with all that is known of its mock."""
    known = know(project, value, asking)
    found = at_path(project, known, value.path)
    if found is None or may_be_completed(project, known, value.path):
        return None
    return found, known


def may_be_completed(project: Project, known: Knowledge, path: Path, given: tuple[Function, ...] = ()) -> bool:
    """Is something awaitable written to the same attribute of an object that may be, or hold, this mock?

    `service.repo.get = AsyncMock()` after `service = Service(repo)`; `for mock in (repo, cache): mock.get = …`. Looked
    for in the functions that the mock is spelled in, if it is handed on there, and in those it is `given` to.
    """
    names = [step for step in path if step not in (CALLED, SIDE_EFFECT, "__getitem__")]
    if not names:
        return False
    own = {id(write.node) for write in known.writes}
    functions = [name.owner for name in known.names if isinstance(name.owner, Function)] if known.handed else []
    for function in {*functions, *given}:
        for statement in ast.walk(function.node):
            if isinstance(statement, ast.Assign) and id(statement) not in own:
                if any(_ends_with(target, names[-1]) for target in statement.targets):
                    if _elsewhere(project, function.facts, statement, strict=function in given):
                        return True
    return False


def _ends_with(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Attribute) and target.attr in ("return_value", SIDE_EFFECT):
        target = target.value
    return isinstance(target, ast.Attribute) and target.attr == name


def _elsewhere(project: Project, facts: Facts, statement: ast.Assign, *, strict: bool) -> bool:
    """Is the value not certainly plain, and the object not certainly another mock (`strict`: whatever the object)?"""
    target = statement.targets[0]
    base = target.value if isinstance(target, ast.Attribute) else target
    if not strict and isinstance(infer(project, facts, base), MockValue):
        return False
    value = infer(project, facts, statement.value)
    if isinstance(value, MockValue) and value.kind in PLAIN_KINDS and not value.path:
        return False
    return plain_type(project, facts, statement.value) is None or mock_type_of(value) == "AsyncMock"


def mock_type_of(value: object) -> str | None:
    """The kind of a mock that was made."""
    return mock_type(value) if isinstance(value, MockValue) else None


def owner_text(name: Name) -> str:
    """How a spelling reads in a message."""
    return name.text if not isinstance(name.owner, Class) else name.text
