"""The libcst tree of a file with offsets and parents, from one code-generation pass."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import libcst
from libcst._nodes.internal import CodegenState  # the hook that PositionProvider itself uses; no public name exists

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = {"AsyncFunctionDef": "FunctionDef", "AsyncFor": "For", "AsyncWith": "With", "alias": "ImportAlias"}


class _Recorder(CodegenState):
    """Generates the code once and writes down where each node starts and ends, in characters."""

    def __init__(self, module: libcst.Module, spans: dict[Any, tuple[int, int]], parents: dict[Any, Any]) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.offset = 0
        self.spans = spans
        self.parents = parents
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
        start = self.stack.pop()[1]
        self.spans.setdefault(node, (start, self.offset))

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
    """Parents, spans and look-up by place for one libcst module. Nodes hash by identity."""

    def __init__(self, text: str) -> None:
        self.module = libcst.parse_module(text)
        self.spans: dict[libcst.CSTNode, tuple[int, int]] = {}
        self.parents: dict[libcst.CSTNode, libcst.CSTNode] = {}
        state = _Recorder(self.module, self.spans, self.parents)
        self.module._codegen(state)  # noqa: SLF001  # as libcst's own position provider does
        self.round_trips = "".join(state.tokens) == text
        self._by_end: dict[tuple[str, int, int], libcst.CSTNode] | None = None
        self._by_start: dict[tuple[str, int], libcst.CSTNode] = {}

    def at(self, kind: str, start: int, end: int) -> libcst.CSTNode:
        """The node of an `ast` kind at that span; definitions are found by their start. KeyError where none is."""
        if self._by_end is None:
            self._by_end = {}
            for node, (first, last) in self.spans.items():
                name = type(node).__name__
                self._by_end.setdefault((name, first, last), node)
                self._by_start.setdefault((name, first), node)
        kind = _NAMES.get(kind, kind)
        if kind in ("FunctionDef", "ClassDef", "With", "For", "If", "Try", "While"):
            return self._by_start[kind, start]
        return self._by_end[kind, start, end]

    def ancestors(self, node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
        """From the parent of `node` up to the module."""
        up = self.parents.get(node)
        while up is not None:
            yield up
            up = self.parents.get(up)
