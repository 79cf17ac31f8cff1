"""Which class of mock stands at a path of a mock: AsyncMock, MagicMock, Mock.

Children and results are of the kind of their mock, but for what a spec says and for the magic methods: `__aenter__` and
`__aexit__` of a MagicMock or AsyncMock are AsyncMocks, all other magic methods MagicMocks (measured on Python 3.10 to
3.13).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol, TypeVar

from looplint.model.definitions import Function
from looplint.model.kept import kept_by_part
from looplint.model.records import dataclass
from looplint.project.code.flow import is_none
from looplint.project.code.infer import infer
from looplint.project.code.values import CALLED, MockValue, Nature
from looplint.project.mocks import specs
from looplint.project.mocks.mocks import SIDE_EFFECT, Knowledge, Write, know

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.project.code.occurrences import Path
    from looplint.project.code.values import MockClass, Target
    from looplint.project.mocks.specs import Spec
    from looplint.project.questions import Project

_DEPTH = 6
_OF_NON_CALLABLE = {"NonCallableMock": "Mock", "NonCallableMagicMock": "MagicMock"}
_KINDS = frozenset({"Mock", "MagicMock", "AsyncMock", "ThreadingMock", *_OF_NON_CALLABLE})
_MAGIC = frozenset({"MagicMock", "AsyncMock", "NonCallableMagicMock"})
ASYNC_MAGIC = frozenset({"__aenter__", "__aexit__", "__anext__"})
"""Magic methods that are AsyncMocks wherever a mock has them by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """The mock at a path: its class, the root of the mock that it belongs to, and why it is of that class.

    `write` put it there, if anything did. `spec` is the spec that decided, `meant` what the spec has there.
    """

    kind: str
    known: Knowledge
    path: Path
    write: Write | None = None
    spec: Spec | None = None
    meant: Target | None = None

    @property
    def is_own(self) -> bool:
        """Was this very mock made by the test, rather than by its parent?"""
        return not self.path

    @property
    def type(self) -> str:
        """The name of its class."""
        made = self.known.root.made
        return self.kind if made is None else made.name_of(self.kind, self.path)

    @property
    def is_home_made(self) -> bool:
        """Is it like an AsyncMock, but knows no awaits and is no coroutine function?"""
        return self.known.root.made is not None and self.known.root.made.home_made


class Told(Protocol):
    """What is told of a child, and where."""

    @property
    def node(self) -> ast.expr:
        """Where it is told."""

    @property
    def child(self) -> Child:
        """The child."""


_Told = TypeVar("_Told", bound=Told)


def each_child_once(told: Iterable[_Told], *, one_a_place: bool = True) -> Iterator[_Told]:
    """The first that is told of each child, and of each place if `one_a_place`."""
    seen: set[tuple[ast.AST, Path]] = set()
    places: set[ast.expr] = set()
    for found in told:
        key = found.child.known.root.origin.node, found.child.path
        if key not in seen and not (one_a_place and found.node in places):
            seen.add(key)
            places.add(found.node)
            yield found


def child_at(project: Project, known: Knowledge, path: Path, depth: int = _DEPTH) -> Child | None:
    """The mock at a path; None where something else may be there, or nothing is certain."""
    if depth <= 0 or known.opaque_by - {"spec"} or _is_set_elsewhere(project, known, path):
        return None
    for length in range(len(path), -1, -1):
        writes = known.at(path[:length]) if length else []
        if writes:
            return _written(project, writes, path[length:], depth - 1)
        if length and path[length - 1] == CALLED and _has_effect(known, path[: length - 1]):
            return None
    return _derived(project, known, path)


def may_give_coroutines(project: Project, known: Knowledge, depth: int = 2) -> bool:
    """May an AsyncMock stand anywhere below a mock, but for what `ASYNC_MAGIC` gives? Asked before `child_at` is."""
    if depth <= 0 or known.root.kind == "AsyncMock" or known.root.made is not None or "spec" in known.opaque_by:
        return True
    values = (infer(project, write.facts, write.value) for write in known.writes if write.value is not None)
    mocks = (value for value in values if isinstance(value, MockValue))
    return any(may_give_coroutines(project, know(project, value), depth - 1) for value in mocks)


def _has_effect(known: Knowledge, path: Path) -> bool:
    return any(write.value is None or not is_none(write.value) for write in known.at((*path, SIDE_EFFECT)))


def _written(project: Project, writes: list[Write], rest: Path, depth: int) -> Child | None:
    """What is at path `rest` of what was written, if all that was written agrees."""
    found: Child | None = None
    for write in writes:
        value = infer(project, write.facts, write.value) if write.value is not None else None
        inner = know(project, value) if isinstance(value, MockValue) else None
        if inner is None or not isinstance(value, MockValue):
            return None
        child = child_at(project, inner, (*value.path, *rest), depth)
        if child is None or (found is not None and found.kind != child.kind):
            return None
        found = child if rest else _put(child, write)
    return found


def _put(child: Child, write: Write) -> Child:
    return Child(child.kind, child.known, child.path, write, child.spec, child.meant)


def _derived(project: Project, known: Knowledge, path: Path) -> Child | None:
    """What a mock makes there by itself."""
    kind, root, made = known.root.kind, known.root, known.root.made
    if kind not in _KINDS or root.via not in ("constructor", "patch", "autospec") or root.class_has(*path):
        return None
    spec = specs.spec_of(project, root) if "spec" in known.opaque_by else None
    if spec is None and "spec" in known.opaque_by:
        return None
    reason, meant, space = None, None, spec
    for index, step in enumerate(path):
        kind = _of_parent(kind, made)
        if step == CALLED:
            spec = spec.called if spec is not None else None
            space = spec
        elif step.startswith("__") and step.endswith("__"):
            if kind not in _MAGIC or _makes_children(made):
                return None
            kind, spec, space = ("AsyncMock" if step in ASYNC_MAGIC else "MagicMock"), None, None
        elif spec is not None:
            meant = specs.member(project, spec, step)
            is_called = path[index + 1 : index + 2] in ((), (CALLED,))
            if meant is None or (spec.auto and meant.nature is Nature.OTHER) or (meant.presumed and not is_called):
                return None
            kind = _specified(kind, meant, is_home_made=made is not None and made.home_made)
            reason, space = spec, specs.below(spec, step)
            spec = None
        elif space is not None:
            meant = specs.member(project, space, step)
            space = specs.below(space, step)
    return Child(kind, known, path, None, reason, meant)


def _of_parent(kind: str, made: MockClass | None) -> str:
    """The kind of what a mock makes, all told the same of magic methods and specs."""
    return made.child if made is not None and made.child is not None else _OF_NON_CALLABLE.get(kind, kind)


def _makes_children(made: MockClass | None) -> bool:
    """Does a class of the project decide about magic methods as well, unlike those of `unittest.mock`?"""
    return made is not None and (made.child is not None or made.home_made)


def _specified(kind: str, meant: Target, *, is_home_made: bool) -> str:
    """The kind of a child for which the spec has something."""
    if meant.nature is Nature.COROUTINE:
        return "AsyncMock"
    return "MagicMock" if kind == "AsyncMock" and not is_home_made else kind


def _is_set_elsewhere(project: Project, known: Knowledge, path: Path) -> bool:
    """Is an attribute of that name set on an unknown object in the functions that the mock is spelled in?

    It may be the same mock, reached in a way that is not followed.
    """
    names = {step for step in path if step not in (CALLED, "__getitem__")}
    if not names or not known.handed:
        return False
    own = {write.node for write in known.writes}
    functions = {name.owner for name in known.names if isinstance(name.owner, Function)}
    return any(
        node not in own and _sets(project, function, node, names)
        for function in functions
        for node in _setting(function, names)
    )


def _sets(project: Project, function: Function, node: ast.Assign, names: set[str]) -> bool:
    for target in node.targets:
        attribute = _set_attribute(target)
        if attribute is not None and attribute.attr in names:
            return not isinstance(infer(project, function.facts, attribute.value), MockValue)
    return False


def _setting(function: Function, names: set[str]) -> Iterator[ast.Assign]:
    """The assignments in a function that set an attribute of one of the names, or what a call of it gives."""
    table = _assignments(function)
    return (node for name in names for node in table.get(name, ()))


@kept_by_part
def _assignments(function: Function) -> dict[str, list[ast.Assign]]:
    """The assignments in a function to attributes, or to what a call of one gives, by the attribute's name."""
    table: dict[str, list[ast.Assign]] = {}
    for node in function.facts.within(function.node, ast.Assign):
        for attribute in filter(None, map(_set_attribute, node.targets)):
            table.setdefault(attribute.attr, []).append(node)
    return table


def _set_attribute(target: ast.expr) -> ast.Attribute | None:
    while isinstance(target, ast.Attribute) and target.attr in ("return_value", SIDE_EFFECT):
        target = target.value
    return target if isinstance(target, ast.Attribute) else None
