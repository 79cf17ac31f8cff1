"""Mocks that `async with` enters or `async for` iterates, though what they give cannot be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from looplint.model.definitions import constant
from looplint.model.names import COMPREHENSIONS
from looplint.model.records import dataclass
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import is_guarded
from looplint.project.code.plain import call_type, plain_type
from looplint.project.code.values import CALLED, MockValue
from looplint.project.mocks.called_plainly import is_wholly_plain
from looplint.project.mocks.child_kinds import Child, child_at, each_child_once
from looplint.project.mocks.meant import expects_failure
from looplint.project.mocks.met_calls import Met, configured, met_calls, place_of, shown
from looplint.project.mocks.mock_paths import plain_at
from looplint.project.mocks.mocks import know

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

How = Literal["entered", "iterated"]
_PROTOCOL = ("__aenter__", "__aexit__")
_WITHOUT_PROTOCOL = ("Mock", "NonCallableMock", "ThreadingMock")


@dataclass(frozen=True, slots=True, eq=False)
class Entered:
    """A mock whose result is entered or iterated: where that is told, how the code names it, where it is entered."""

    node: ast.expr
    name: str
    how: How
    child: Child
    facts: Facts
    call: ast.Call
    whole: bool = False
    """Does nothing await what the whole mock gives?"""

    @property
    def place(self) -> str:
        """`path:line` of the `async with` or `async for`."""
        return f"{self.facts.source.path}:{self.call.lineno}"


@dataclass(frozen=True, slots=True, eq=False)
class PlainProtocol:
    """`__aenter__` or `__aexit__` that gives no awaitable: the value that is put there, its name, what a call gives."""

    node: ast.expr
    method: str
    type: str


def entered_mocks(project: Project, facts: Facts) -> Iterator[Entered]:
    """Calls of AsyncMocks (or of mocks without the protocol) that are entered or iterated, each mock once."""
    yield from each_child_once((*_in_tests(project, facts), *_in_project(project, facts)))


def _suspects(facts: Facts) -> Iterator[tuple[ast.expr, How]]:
    for block in facts.nodes(ast.AsyncWith):
        yield from ((item.context_expr, "entered") for item in block.items)
    for loop in facts.nodes(ast.AsyncFor):
        yield loop.iter, "iterated"
    for holder in facts.nodes(*COMPREHENSIONS):
        if isinstance(holder, COMPREHENSIONS):
            yield from ((generator.iter, "iterated") for generator in holder.generators if generator.is_async)


def _in_tests(project: Project, facts: Facts) -> Iterator[Entered]:
    if not project.is_test_code(facts.file):
        return
    for node, how in _suspects(facts):
        value = infer(project, facts, node.func) if isinstance(node, ast.Call) else None
        function = facts.function_of(node)
        if not isinstance(node, ast.Call) or not isinstance(value, MockValue) or function is None:
            continue
        if facts.in_raises(node) or is_guarded(facts, node) or expects_failure(function):
            continue
        child = child_at(project, know(project, value, function), value.path)
        if child is not None and child.kind == "AsyncMock":
            yield Entered(node, ast.unparse(node.func), how, child, facts, node)


def _in_project(project: Project, facts: Facts) -> Iterator[Entered]:
    met_all = met_calls(project, facts)
    for met in met_all:
        how = met.call.how
        if (how != "entered" and how != "iterated") or not _fails(met, how):
            continue
        node = None if _is_awaited_elsewhere(met) else place_of(project, met, facts)
        if node is not None:
            whole = is_wholly_plain(met, met_all)
            yield Entered(node, shown(met), how, met.child, met.call.facts, met.call.node, whole=whole)


def _fails(met: Met, how: How) -> bool:
    child = met.child
    if child.kind == "AsyncMock":
        return True
    if child.kind not in _WITHOUT_PROTOCOL or configured(child):
        return False
    method = "__aenter__" if how == "entered" else "__aiter__"
    if child.known.root.class_has(method):
        return False
    return not any(method in write.path for write in child.known.writes)


def _is_awaited_elsewhere(met: Met) -> bool:
    """Does the same code also await what it gives, so that a parameter may decide (`run(stream=True)`)?"""
    others = (call for call in met.given.calls if call.path == met.call.path)
    return any(call.how == "awaited" for call in others)


# -- __aenter__ and __aexit__ ----------------------------------------------------------------------------------------


def plain_protocols(project: Project, facts: Facts) -> Iterator[PlainProtocol]:
    """`m.__aenter__ = MagicMock(return_value=…)`, and the same as keyword of a mock."""
    if not project.is_test_code(facts.file):
        return
    for method, node in _protocol_writes(facts):
        kind = _given_by(project, facts, node)
        function = facts.function_of(node)
        if kind is not None and (function is None or not expects_failure(function)):
            yield PlainProtocol(node, method, kind)


def _protocol_writes(facts: Facts) -> Iterator[tuple[str, ast.expr]]:
    for statement in facts.nodes(ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Attribute) and target.attr in _PROTOCOL:
                yield target.attr, statement.value
    for call in facts.calls:
        for item in call.keywords:
            if item.arg in _PROTOCOL:
                yield item.arg, item.value
            elif item.arg is None and isinstance(item.value, ast.Dict):
                for key, value in zip(item.value.keys, item.value.values, strict=True):
                    name = constant(key)
                    if name in _PROTOCOL and isinstance(name, str):
                        yield name, value


def _given_by(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """The type of what calling it gives, where that is certainly no awaitable."""
    value = infer(project, facts, node)
    if isinstance(value, MockValue):
        if value.path or value.kind == "AsyncMock":
            return None
        found = plain_at(project, value.child(CALLED), facts.function_of(node))
        return found[0].type if found is not None else None
    if isinstance(node, ast.Lambda):
        return plain_type(project, facts, node.body)
    return call_type(project, facts, node) if isinstance(node, ast.Name) else None
