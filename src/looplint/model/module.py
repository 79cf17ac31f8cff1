"""Module: what a rule is handed. The source and its facts at once, the libcst tree on demand.

libcst is imported and the tree parsed only when a rule asks for `tree`, `node` or `editable`. One code-generation pass
then gives positions and parents for all nodes (no metadata wrapper: it costs a copy and several rebuilds of the tree).
"""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from looplint.model.facts import Facts
from looplint.model.nodes import NoTwin

if TYPE_CHECKING:
    import libcst

    from looplint.model.cst import Index
    from looplint.model.source import Source

_OPERANDS = 1000
"""Operands of one `and` or `or` that libcst certainly parses."""
_WORD = re.compile(r"\w+")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Module:
    """One Python file under check."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @classmethod
    def parse(cls, source: Source, module_name: str = "") -> Module:
        """A module outside any project; raises SourceError where it does not parse."""
        return cls(Facts.parse(source, module_name))

    @property
    def source(self) -> Source:
        """The file."""
        return self.facts.source

    @property
    def text(self) -> str:
        """The decoded original, on which offsets count."""
        return self.facts.source.text

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Start and end offset of an `ast` node (parentheses around an expression are outside, as in `ast`)."""
        source = self.source
        start = source.offset_of(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        end = source.offset_of(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        return start, end

    def text_of(self, node: ast.AST) -> str:
        """The original text of an `ast` node."""
        start, end = self.span(node)
        return self.text[start:end]

    def report_span(self, node: ast.AST) -> tuple[int, int]:
        """What to underline: the name of a def or class, the whole of any other node.

        The place is that of the libcst twin, so that a finding stands where the tree that fixes are made on has it;
        in a file that libcst does not reproduce exactly, and where there is no twin, the place that `ast` gives.
        """
        if isinstance(node, ast.Module):
            return 0, 0
        if self.editable:
            with suppress(NoTwin):
                twin = self.node(node)
                name = getattr(twin, "name", None)
                return self.cst_span(name if isinstance(node, _DEFINITIONS) and name is not None else twin)
        start, end = self.span(node)
        if isinstance(node, _DEFINITIONS):
            keyword = "class" if isinstance(node, ast.ClassDef) else "def"
            name = _WORD.search(self.text, self.text.index(keyword, start) + len(keyword))
            return name.span() if name is not None else (start, end)
        return start, end

    # -- libcst ------------------------------------------------------------------------------------------------------

    @property
    def cst(self) -> Index:
        """The libcst tree with positions and parents; raises NoTwin where its places are not those of the text."""
        if self._index is None or not self._index.is_placed:
            raise NoTwin(self.source.path)
        return self._index

    @property
    def tree(self) -> libcst.Module:
        """The libcst tree."""
        return self.cst.module

    @property
    def editable(self) -> bool:
        """Does libcst reproduce the file exactly? If not (a form feed before a statement …), no fix is offered."""
        return self._index is not None and self._index.round_trips

    @cached_property
    def _index(self) -> Index | None:
        """None where libcst refuses what CPython accepts, or might end the process.

        Its parser does not know `(x): int = 1`; its checks of nodes refuse `return(a if b else c)` with a validation
        error and trip over `return((lambda: a))` with a TypeError; its recursion has limits of its own.
        """
        if self._overflows_libcst:
            return None
        from libcst import CSTValidationError, ParserSyntaxError

        from looplint.model.cst import Index

        try:
            return Index(self.text)
        except (ParserSyntaxError, CSTValidationError, RecursionError, TypeError):
            return None

    @cached_property
    def _overflows_libcst(self) -> bool:
        """Would libcst's parser end the process? It nests what `ast` keeps flat: 8,000 operands overflow its stack."""
        return any(len(node.values) > _OPERANDS for node in self.facts.nodes(ast.BoolOp))

    def node(self, node: ast.AST) -> libcst.CSTNode:
        """The libcst twin of an `ast` node; raises NoTwin where there is none."""
        start, end = self.span(node)
        return self.cst.at(type(node).__name__, start, end)

    def cst_span(self, node: libcst.CSTNode) -> tuple[int, int]:
        """Start and end offset of a libcst node."""
        return self.cst.spans[node]
