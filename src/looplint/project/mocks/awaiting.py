"""Mocks that a file awaits, enters, iterates or hands to asyncio, though they are certainly nothing of that kind."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import COMPREHENSIONS
from looplint.model.records import dataclass
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import handed, is_guarded
from looplint.project.code.values import MockValue
from looplint.project.mocks.mock_paths import Plain, plain_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.mocks.mocks import Knowledge
    from looplint.project.questions import Project

_ENTERED = frozenset({"Mock", "NonCallableMock"})
"""Mocks without `__aenter__` and `__aiter__` (MagicMock has both; measured)."""
_SHOWN = 60
"""Characters of an expression that a message shows."""
_ITERATED = _ENTERED | {"list", "tuple", "dict", "str", "set"}


@dataclass(frozen=True, slots=True, eq=False)
class AwaitedMock:
    """A mock where asyncio needs something else: the place, how it is used there, and what it is."""

    node: ast.expr
    how: str
    value: MockValue
    plain: Plain
    known: Knowledge

    @property
    def message(self) -> str:
        """What happens here, and where the mock was made."""
        text = ast.unparse(self.node)
        shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
        consequence = _CONSEQUENCE[self.how].format(type=self.plain.type)
        return f"`{shown}` {consequence}; the {self.value.type} is made at {self.value.origin.place}"


_CONSEQUENCE = {
    "await": "is awaited: TypeError: object {type} can't be used in 'await' expression",
    "handed": "is handed to asyncio: it is a {type}, and asyncio wants a coroutine or future",
    "async with": "is entered by `async with`: a {type} has no __aenter__",
    "async for": "is iterated by `async for`: a {type} has no __aiter__",
}


def awaited_mocks(project: Project, facts: Facts) -> Iterator[AwaitedMock]:
    """Every such place, in source order."""
    seen: set[ast.expr] = set()
    if not project.is_test_code(facts.file):
        return
    for node, how in sorted(_suspects(facts), key=lambda found: (found[0].lineno, found[0].col_offset)):
        if node in seen:
            continue
        value = infer(project, facts, node)
        if not isinstance(value, MockValue) or (value.kind == "AsyncMock" and not value.path):
            continue
        if facts.in_raises(node) or is_guarded(facts, node):
            continue
        found = plain_at(project, value, _outermost(facts, node))
        if found is None or not _wrong(found[0], found[1], value, how) or _runs_later(facts, node, found[1]):
            continue
        seen.add(node)
        yield AwaitedMock(node, how, value, *found)


def _suspects(facts: Facts) -> Iterator[tuple[ast.expr, str]]:
    for awaited in facts.awaits:
        yield awaited.value, "await"
    for call in facts.calls:
        yield from ((argument, "handed") for argument in handed(facts, call) if not isinstance(argument, ast.Starred))
    for block in facts.nodes(ast.AsyncWith):
        yield from ((item.context_expr, "async with") for item in block.items)
    for loop in facts.nodes(ast.AsyncFor):
        yield loop.iter, "async for"
    for holder in facts.nodes(*COMPREHENSIONS):
        if isinstance(holder, COMPREHENSIONS):
            yield from ((generator.iter, "async for") for generator in holder.generators if generator.is_async)


def _wrong(plain: Plain, known: Knowledge, value: MockValue, how: str) -> bool:
    if how == "async with":
        return (
            _has_no(plain, value, "__aenter__", _ENTERED)
            and not known.at((*value.path, "__aenter__"))
            and not _deep(known, value, "__aenter__")
        )
    if how == "async for":
        return (
            _has_no(plain, value, "__aiter__", _ITERATED)
            and not known.at((*value.path, "__aiter__"))
            and not _deep(known, value, "__aiter__")
        )
    return True


def _has_no(plain: Plain, value: MockValue, method: str, kinds: frozenset[str]) -> bool:
    """Is it of a type without that method?"""
    made = value.made
    if made is not None and plain.type == made.cls.name:
        return made.kind in kinds and method not in made.own
    return plain.type in kinds


def _deep(known: Knowledge, value: MockValue, method: str) -> bool:
    path = (*value.path, method)
    return any(write.path[: len(path)] == path for write in known.writes)


def _runs_later(facts: Facts, node: ast.expr, known: Knowledge) -> bool:
    """Is the place in an inner function of a fixture or helper that gives the mock away before it can run?"""
    function = facts.function_of(node)
    return known.leaves and function is not None and function.outer is not None


def _outermost(facts: Facts, node: ast.AST) -> Function | None:
    function = facts.function_of(node)
    while function is not None and function.outer is not None:
        function = function.outer
    return function
