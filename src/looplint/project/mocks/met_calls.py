"""The calls of project code that come to a mock of a test, seen from each test that gets it."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.model.definitions import keyword
from looplint.model.kept import kept_by_part
from looplint.model.records import dataclass
from looplint.project.asked import Answer, remember
from looplint.project.code.flow import is_none
from looplint.project.code.infer import infer
from looplint.project.code.values import CALLED, MockValue
from looplint.project.mocks.awaiting_code import may_lead_to
from looplint.project.mocks.child_kinds import Child, child_at, may_give_coroutines
from looplint.project.mocks.demands import replaced_names
from looplint.project.mocks.handed_mocks import Given, handed_mocks
from looplint.project.mocks.mattering import needs_awaitable
from looplint.project.mocks.meant import expects_failure, replaces_runner
from looplint.project.mocks.mocks import SIDE_EFFECT, Knowledge, Write, know, shared_names
from looplint.project.mocks.own_calls import own_calls
from looplint.project.mocks.reached import called_names, calls_surely, users_of
from looplint.project.mocks.rebinding import is_still_there
from looplint.project.mocks.untouched import is_denied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.code.occurrences import Path
    from looplint.project.mocks.calls_on import CallOn
    from looplint.project.questions import Project


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """A call in project code that a mock of the test meets.

    `child` is the mock that is called there. `test` is the function that hands the mock over, or a test that gets what
    a fixture or hook has made of it.
    """

    given: Given
    call: CallOn
    child: Child
    test: Function


def met_calls(project: Project, facts: Facts) -> list[Met]:
    """Every call in project code that comes to a mock of this file, first those in what the test calls itself."""
    notes: dict[object, Answer[list[Met]]] = facts.notes
    return remember(notes, met_calls, lambda: _all(project, facts))


def _all(project: Project, facts: Facts) -> list[Met]:
    found = [met for given in handed_mocks(project, facts) for met in _of(project, given)]
    return sorted(found, key=lambda met: met.call.function.name not in called_names(met.test))


def own_met_calls(project: Project, facts: Facts) -> Iterator[Met]:
    """The calls by which tests of this file themselves come to the mocks that they patch in for the project."""
    for given in handed_mocks(project, facts):
        calls = own_calls(project, given)
        if calls:
            yield from _of(project, replace(given, calls=calls, runs=True))


def _of(project: Project, given: Given) -> Iterator[Met]:
    asking = given.asking
    prepares = asking.fixture is not None or asking.hook is not None
    for test in users_of(project, asking) if prepares else (asking,):
        if expects_failure(test) or expects_failure(asking) or replaces_runner(test):
            continue
        replaced = replaced_names(test) | replaced_names(asking)
        if given.attribute is not None and any(
            _sets_attribute(function, given.attribute) for function in (test, asking)
        ):
            continue  # something else is put there afterwards
        calls = [call for call in given.calls if call.how and not replaced & {call.function.name, *call.through}]
        known = _known(project, given, test) if calls else None
        if known is None or known.opaque_by - {"spec"}:
            continue
        if not may_give_coroutines(project, known):
            calls = [call for call in calls if needs_awaitable(call)]
        for call in calls:
            stays = is_still_there(known, given.value.path, call.questions)
            if stays and not _is_changed_otherwise(project, test, known, call.path):
                child = _called(project, given, known, call)
                if child is not None and not _is_cut_short(project, given, known, call):
                    yield Met(given, call, child, test)


def _sets_attribute(function: Function, name: str) -> bool:
    """Does a function of the test file set an attribute of that name on another object than its own?"""
    own = function.parameters[0] if function.cls is not None and function.parameters else None
    stores = (n for n in _stored(function) if n.attr == name)
    return any(not (isinstance(n.value, ast.Name) and n.value.id == own) for n in stores)


@kept_by_part
def _stored(function: Function) -> list[ast.Attribute]:
    """The attributes that a function assigns to, the functions inside it included."""
    attributes = function.facts.within(function.node, ast.Attribute)
    return [node for node in attributes if isinstance(node.ctx, ast.Store)]


def _is_cut_short(project: Project, given: Given, known: Knowledge, call: CallOn) -> bool:
    """May a call of the same mock, earlier in the same function, raise what the test gave it as side effect?"""
    start = given.value.path
    for other in given.calls:
        is_before = other.function is call.function and other.node.lineno < call.node.lineno
        if is_before and other.path != call.path:
            child = child_at(project, known, (*start, *other.path[:-1]))
            if child is not None and _has_side_effect(child):
                return True
    return False


def _has_side_effect(child: Child) -> bool:
    """Is a side effect given to a mock, after it was made or where it is?"""
    if any(write.value is None or not is_none(write.value) for write in child.known.at((*child.path, SIDE_EFFECT))):
        return True
    made = child.known.root.origin.node if not child.path else None
    return isinstance(made, ast.Call) and keyword(made, SIDE_EFFECT) is not None


def _known(project: Project, given: Given, test: Function) -> Knowledge:
    """What is known of a mock where a test gets it from a fixture or hook."""
    known = know(project, given.value, test)
    if test is given.asking:
        return known
    names = [name for name in shared_names(project, known, test) if name not in known.names]
    return know(project, replace(known.root, names=(*known.names, *names)), test) if names else known


def _is_changed_otherwise(project: Project, test: Function, known: Knowledge, path: Path) -> bool:
    """Does a test set something of these names on an object of which it is not known what it is?

    It may be the mock, reached through the object that got it: `service.repo.get = AsyncMock()`.
    """
    steps = {step for step in path if step != CALLED}
    own = {id(write.node) for write in known.writes}
    for target, statement in _assigned(test):
        if id(statement) not in own and _changes(project, test, target, steps):
            return True
    return any(text in steps and id(call) not in own for text, call in _second_texts(test))


@kept_by_part
def _assigned(test: Function) -> list[tuple[ast.Attribute, ast.Assign]]:
    """The attributes that the assignments of a test bind, each with its assignment."""
    statements = test.facts.within(test.node, ast.Assign)
    return [(t, statement) for statement in statements for t in statement.targets if isinstance(t, ast.Attribute)]


@kept_by_part
def _second_texts(test: Function) -> list[tuple[str, ast.Call]]:
    """The texts that are second arguments in a test: `setattr(service, "repo", mock)`."""
    return [
        (argument.value, call)
        for call in test.facts.within(test.node, ast.Call)
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _changes(project: Project, test: Function, target: ast.Attribute, steps: set[str]) -> bool:
    if not steps & _attributes(target):
        return False
    return not isinstance(infer(project, test.facts, target.value), MockValue)


def _attributes(node: ast.expr) -> set[str]:
    """The names of an attribute chain."""
    found: set[str] = set()
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return found


def _called(project: Project, given: Given, known: Knowledge, call: CallOn) -> Child | None:
    """The mock that a call calls; None where the calls before it on the way do not work, or nothing is certain."""
    start = given.value.path
    for index, step in enumerate(call.path[:-1]):
        if step == CALLED:
            child = child_at(project, known, (*start, *call.path[:index]))
            if child is None or (child.kind == "AsyncMock") != (call.path[: index + 1] in call.awaited):
                return None
    return child_at(project, known, (*start, *call.path[:-1]))


# -- where to tell it ------------------------------------------------------------------------------------------------


def place_of(project: Project, met: Met, facts: Facts) -> ast.expr | None:
    """Where to tell of the mock that is called.

    Where the file sets it up, if the test may come to the call; else where it makes it, if the test surely does.
    """
    if is_denied(met.child.known, met.child.path):
        return None
    here = next(set_up_at(met.child, facts), None)
    if here is not None and _may_be_met(project, met):
        return here
    if not _surely_met(project, met):
        return None
    origin = met.child.known.root.origin
    return origin.node if origin.facts is facts and isinstance(origin.node, ast.expr) else met.given.node


def _may_be_met(project: Project, met: Met) -> bool:
    if met.given.runs or met.child.path in met.child.known.called:
        return True
    telling = any(write.value is None or not is_none(write.value) for write in configured(met.child))
    own = {call.node for call in own_calls(project, met.given)} if telling else ()
    return may_lead_to(project, met.test, {met.call.function.name}, telling=telling, own=own)


def _surely_met(project: Project, met: Met) -> bool:
    if not met.call.certain:
        return False
    return (met.given.runs and met.test is met.given.asking) or calls_surely(project, met.test, met.call.function)


def set_up_at(child: Child, facts: Facts) -> Iterator[ast.expr]:
    """Where a file replaces a mock, or says what it gives."""
    if child.write is not None and child.write.facts is facts and child.write.value is not None:
        yield child.write.value
    for write in configured(child):
        node = write.target if isinstance(write.target, ast.expr) else write.value
        if write.facts is facts and node is not None:
            yield node


def configured(child: Child) -> list[Write]:
    """What is put at, or below, the result of a mock, and its side effects."""
    path = (*child.path, CALLED)
    known = child.known
    own = [*known.at((*child.path, SIDE_EFFECT)), *known.at(path)]
    return own or [write for write in known.writes if write.path[: len(path)] == path]


def shown(met: Met) -> str:
    """How a message names the mock that is called: by the mock that is handed over, and the attributes from there."""
    node, value = met.given.node, met.given.value
    known = met.child.known
    if known.names and known.root.origin.node is not value.origin.node:
        return ".".join((known.names[-1].text, *_steps(met.child.path)))  # what the patched function returns
    text = f"{value.type}()"
    if isinstance(node, (ast.Name, ast.Attribute)):
        text = ast.unparse(node)
    elif value.names and value.via == "patch":
        text = value.names[-1].text
    elif met.given.replaces is not None:
        text = met.given.replaces
    return ".".join((text, *_steps(met.call.path[:-1])))


def _steps(path: Path) -> Iterator[str]:
    """The attributes of a path."""
    return (step for step in path if step != CALLED and not step.startswith("__"))
