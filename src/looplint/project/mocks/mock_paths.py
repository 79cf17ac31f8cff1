"""What is at a path of a mock, where that is certainly no awaitable."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.nodes import below
from looplint.model.records import dataclass
from looplint.project.code.flow import is_none
from looplint.project.code.infer import infer
from looplint.project.code.plain import call_type, plain_type, side_effect_type
from looplint.project.code.values import CALLED, MockValue
from looplint.project.mocks.mocks import PLAIN_KINDS, SIDE_EFFECT, Knowledge, Write, know

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.code.occurrences import Path
    from looplint.project.code.values import MockClass
    from looplint.project.questions import Project

_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Plain:
    """A path where certainly no awaitable is: the type that Python will name, and what was written there last."""

    type: str
    write: Write | None = None
    configured: bool = False
    """Was anything put at this very path, or is it only a child that a mock makes by itself?"""
    given: bool = False
    """Was a value given for it, rather than only a mock put there?"""


def at_path(
    project: Project,
    known: Knowledge,
    path: Path,
    depth: int = _DEPTH,
    *,
    over_spec: bool = False,
    kind: str | None = None,
) -> Plain | None:
    """What is at a path of a mock, if it is certainly no awaitable; None where it is one or may be one.

    Everything that is ever put there must be certain. `over_spec` accepts a mock with a spec: only what is written
    over it counts then. `kind` is the class of mock that the caller knows to be called there, spec or not.
    """
    unsure = known.opaque_by - ({"spec"} if over_spec or kind else set())
    if depth <= 0 or unsure or known.at((*path, "__await__")) or _is_below_async(known, path):
        return None
    if known.root.made is not None and _decides(known.root.made, path):
        return None
    above = [
        _below(project, write, path[length:], depth - 1)
        for length in range(1, len(path))
        for write in known.at(path[:length])
    ]
    if not above and kind is None and (known.root.kind not in PLAIN_KINDS or known.opaque_by):
        return None
    results = [*above, *_effects(project, known, path)]
    for write in known.at(path):
        kind = plain_type(project, write.facts, write.value) if write.value is not None else None
        results.append(None if kind is None else Plain(kind, write, configured=True, given=True))
    return _last(results) if results else Plain(kind or known.root.type)


def _decides(made: MockClass, path: Path) -> bool:
    """Has a class of the project a say in what its mocks give at a path: a method, an attribute, other children?"""
    return not made.own.isdisjoint(path) or (made.child == "AsyncMock" and len(path) > 1)


def _is_below_async(known: Knowledge, path: Path) -> bool:
    """Does the path lead through what `async with` gives, which is an AsyncMock where nothing else is put there?"""
    if "__aenter__" not in path:
        return False
    end = path.index("__aenter__") + 2
    return not any(known.at(path[:length]) for length in range(end - 1, len(path)))


def _effects(project: Project, known: Knowledge, path: Path) -> Iterator[Plain | None]:
    """What the side effects of the calls on the way give."""
    for index, step in enumerate(path):
        for write in known.at((*path[:index], SIDE_EFFECT)) if step == CALLED else ():
            if write.value is None or not is_none(write.value):
                yield _effect(project, write) if index == len(path) - 1 else None


def _last(results: list[Plain | None]) -> Plain | None:
    """The most telling of several answers, if all of them are certain."""
    certain = [result for result in results if result is not None]
    if len(certain) != len(results):
        return None
    return certain[-1]


def _effect(project: Project, write: Write) -> Plain | None:
    kind = side_effect_type(project, write.facts, write.value) if write.value is not None else None
    return None if kind is None else Plain(kind, write, configured=True, given=True)


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
        return Plain(
            found.type, found.write or write, configured=found.configured or rest == (CALLED,), given=found.given
        )
    if rest != (CALLED,):
        return None
    kind = call_type(project, write.facts, write.value)
    return None if kind is None else Plain(kind, write, configured=True, given=True)


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
    return any(
        id(statement) not in own
        and any(_ends_with(target, names[-1]) for target in statement.targets)
        and _elsewhere(project, function.facts, statement, strict=function in given)
        for function in {*functions, *given}
        for statement in below(function.node)
        if isinstance(statement, ast.Assign)
    )


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
        return value.via == "autospec"
    return plain_type(project, facts, statement.value) is None or isinstance(value, MockValue)
