"""The libcst tree of a file with offsets and parents, from one code-generation pass."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import libcst
from libcst._nodes.internal import CodegenState  # the hook that PositionProvider itself uses; no public name exists

from looplint.model.nodes import NoTwin

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = {"AsyncFunctionDef": "FunctionDef", "AsyncFor": "For", "AsyncWith": "With", "alias": "ImportAlias"}


class _Recorder(CodegenState):
    """Generates the code once and writes down where each node starts and ends, in characters."""

    def __init__(self, module: libcst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.offset = 0
        self.spans: dict[Any, tuple[int, int]] = {}
        self.outer: dict[Any, tuple[int, int]] = {}
        self.parents: dict[Any, Any] = {}
        self.stack: list[tuple[Any, int]] = []

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)
        self.offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.offset += len(value)

    def before_codegen(self, node: libcst.CSTNode) -> None:
        if self.stack:
            self.parents[node] = self.stack[-1][0]
        self.stack.append((node, self.offset))

    def after_codegen(self, node: libcst.CSTNode) -> None:
        outer = self.stack.pop()[1], self.offset
        self.outer[node] = outer
        self.spans.setdefault(node, outer)

    @contextmanager
    def record_syntactic_position(
        self,
        node: libcst.CSTNode,
        *,
        start_node: libcst.CSTNode | None = None,
        end_node: libcst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = self.offset
        yield
        end = self.offset
        if start_node is not None:
            start = self.spans[start_node][0]
        if end_node is not None:
            end = self.spans[end_node][1]
        self.spans[node] = (start, end)


class Index:
    """Parents, spans and look-up by place for one libcst module. Nodes hash by identity.

    `spans` are those that `ast` counts; `outer` adds what else belongs to a node: parentheses around an expression, the
    blanks and comments before a bracket or behind a comma, leading rows and the newline of a statement (also where the
    file ends without it).
    """

    def __init__(self, text: str) -> None:
        # libcst drops a lone carriage return that ends a file. Given one more, it drops that one.
        self.module = libcst.parse_module(f"{text}\r" if text.endswith("\r") else text)
        state = _Recorder(self.module)
        self.module._codegen(state)  # noqa: SLF001  # as libcst's own position provider does
        self.spans: dict[libcst.CSTNode, tuple[int, int]] = state.spans
        self.outer: dict[libcst.CSTNode, tuple[int, int]] = state.outer
        self.parents: dict[libcst.CSTNode, libcst.CSTNode] = state.parents
        code = "".join(state.tokens)
        self._length = len(text)
        self.round_trips = code == text
        self.is_placed = self.round_trips or self._make_room_for_form_feeds(code, text)
        self._by_end: dict[tuple[str, int, int], libcst.CSTNode] | None = None
        self._by_start: dict[tuple[str, int], libcst.CSTNode] = {}
        self._statements: dict[int, libcst.BaseSmallStatement | libcst.BaseCompoundStatement] = {}
        self._expressions: dict[tuple[int, int], libcst.BaseExpression] = {}
        self._row_ends: list[tuple[int, int]] = []

    def _make_room_for_form_feeds(self, code: str, text: str) -> bool:
        """Move spans behind the form feeds that libcst left out; False where the code differs in more than those."""
        dropped: list[int] = []
        done = 0
        for character in text:
            if code.startswith(character, done):
                done += 1
            elif character == "\f":
                dropped.append(done)
            else:
                return False
        for table in (self.spans, self.outer):
            for node, (start, end) in table.items():
                first = start + bisect_right(dropped, start)
                table[node] = first, max(first, end + bisect_left(dropped, end))
        return done == len(code)

    def at(self, kind: str, start: int, end: int) -> libcst.CSTNode:
        """The node of an `ast` kind at that span; definitions are found by their start. NoTwin where none is."""
        if self._by_end is None:
            self._by_end = {}
            for node, (first, last) in self.spans.items():
                name = type(node).__name__
                self._by_end.setdefault((name, first, last), node)
                self._by_start.setdefault((name, first), node)
        kind = _NAMES.get(kind, kind)
        by_start = kind in ("FunctionDef", "ClassDef", "With", "For", "If", "Try", "While")
        found = self._by_start.get((kind, start)) if by_start else self._by_end.get((kind, start, end))
        if found is None:
            raise NoTwin(kind, start, end)
        return found

    def statement_at(self, start: int) -> libcst.BaseSmallStatement | libcst.BaseCompoundStatement:
        """The statement that begins there, decorators not counted. NoTwin where none does."""
        if not self._statements:
            kinds = (libcst.BaseSmallStatement, libcst.BaseCompoundStatement)
            self._statements = {self.spans[node][0]: node for node in self.spans if isinstance(node, kinds)}
        if start not in self._statements:
            raise NoTwin("statement", start)
        return self._statements[start]

    def expression_at(self, start: int, end: int) -> libcst.BaseExpression:
        """The expression there; parentheses of its own are outside of that span. NoTwin where none is."""
        if not self._expressions:
            nodes = (node for node in self.spans if isinstance(node, libcst.BaseExpression))
            self._expressions = {self.spans[node]: node for node in nodes}
        if (start, end) not in self._expressions:
            raise NoTwin("expression", start, end)
        return self._expressions[start, end]

    def row_below(self, end: int) -> int:
        """The offset of the row below a statement that ends at `end`."""
        if not self._row_ends:
            ends = (self.outer[node] for node in self.outer if isinstance(node, libcst.TrailingWhitespace))
            self._row_ends = sorted(ends)
        return min(self._row_ends[bisect_left(self._row_ends, (end, end))][1], self._length)

    def ancestors(self, node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
        """From the parent of `node` up to the module."""
        up = self.parents.get(node)
        while up is not None:
            yield up
            up = self.parents.get(up)
