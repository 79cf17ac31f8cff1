"""Children of mocks with a spec that are plain mocks, because the spec does not know that they must be awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import handed, is_guarded
from looplint.project.code.values import CALLED, MockValue, Nature
from looplint.project.mocks.awaiting_code import may_reach
from looplint.project.mocks.child_kinds import Child, child_at, each_child_once
from looplint.project.mocks.meant import is_meant
from looplint.project.mocks.met_calls import Met, met_calls, place_of, set_up_at, shown
from looplint.project.mocks.mock_paths import Plain, at_path
from looplint.project.mocks.mocks import PLAIN_KINDS, SIDE_EFFECT, know
from looplint.project.mocks.untouched import is_untouched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_CONFIGURED = ("return_value", SIDE_EFFECT)


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """A child that is awaited, or must be: where that is told, how the code names it, the mock it is, what it gives.

    `awaited_at` is the place of the await, if one is known.
    """

    node: ast.expr
    name: str
    child: Child
    plain: Plain
    awaited_at: tuple[Facts, ast.expr] | None = None


def hidden_coroutines(project: Project, facts: Facts) -> Iterator[Hidden]:
    """Every such child of the mocks of a file, once."""
    if not project.is_test_code(facts.file):
        return
    yield from each_child_once(_all(project, facts), one_a_place=False)


def _all(project: Project, facts: Facts) -> Iterator[Hidden]:
    for call in _awaited(facts):
        if not facts.in_raises(call) and not is_guarded(facts, call):
            yield from _at(project, facts, call, call.func, awaited=True)
    for met in met_calls(project, facts):
        if met.call.how == "awaited":
            yield from _in_project(project, facts, met)
    for statement in facts.nodes(ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Attribute) and target.attr in _CONFIGURED and not is_meant(facts, target):
                yield from _at(project, facts, target, target.value, awaited=False)


def _in_project(project: Project, facts: Facts, met: Met) -> Iterator[Hidden]:
    """A child that the code which gets the mock awaits, and never uses as it is."""
    meant = met.child.meant
    if meant is not None and meant.nature is Nature.SYNC:
        return  # what the spec stands for cannot be awaited either
    if any(other.path == met.call.path and other.how != "awaited" for other in met.given.calls):
        return
    found = hidden_child(project, met.child)
    place = place_of(project, met, facts) if found is not None else None
    if found is not None and place is not None:
        yield Hidden(place, shown(met), *found, (met.call.facts, met.call.node))


def _awaited(facts: Facts) -> Iterator[ast.Call]:
    nodes = [awaited.value for awaited in facts.awaits]
    nodes += [argument for call in facts.calls for argument in handed(facts, call)]
    yield from (node for node in nodes if isinstance(node, ast.Call))


def _at(project: Project, facts: Facts, node: ast.expr, callee: ast.expr, *, awaited: bool) -> Iterator[Hidden]:
    """The child that is called (or set up) by `callee`, if a spec hides that it must be awaited."""
    if not isinstance(callee, ast.Attribute):
        return
    value = infer(project, facts, callee)
    if not isinstance(value, MockValue) or not value.path:
        return
    asking = facts.function_of(node)
    known = know(project, value, asking)
    found = hidden_child(project, child_at(project, known, value.path))
    if found is None:
        return
    child, plain = found
    if not awaited and (not _must_be_awaited(child) or is_untouched(child.known, child.path) or _is_called(child)):
        return
    if not awaited and not may_reach(project, facts, node, callee.attr, telling=True):
        return
    place = node if not awaited else next(set_up_at(child, facts), node)
    yield Hidden(place, ast.unparse(callee), child, plain, (facts, node) if awaited else _first_await(child))


def hidden_child(project: Project, child: Child | None) -> tuple[Child, Plain] | None:
    """A plain mock of which a spec is the reason, with what it certainly gives; None for any other child."""
    if child is None or child.spec is None or child.kind not in PLAIN_KINDS or child.write is not None:
        return None
    plain = at_path(project, child.known, (*child.path, CALLED), kind=child.type)
    return None if plain is None else (child, plain)


def _must_be_awaited(child: Child) -> bool:
    meant = child.meant
    return meant is not None and meant.must_be_awaited and not meant.presumed and _is_hidden(child)


def _is_hidden(child: Child) -> bool:
    """Is it a plain function that returns an awaitable, or below a namespace that the spec does not look into?"""
    assert child.meant is not None
    steps = [step for step in child.path if step != CALLED]
    return child.meant.nature is Nature.AWAITABLE or len(steps) > 1


def _is_called(child: Child) -> bool:
    """Does code that is known call it without awaiting it?"""
    path = (*child.path, CALLED)
    return any(use.path == path and not use.awaited for use in child.known.uses)


def _first_await(child: Child) -> tuple[Facts, ast.expr] | None:
    path = (*child.path, CALLED)
    return next(((use.facts, use.node) for use in child.known.uses if use.path == path and use.awaited), None)
