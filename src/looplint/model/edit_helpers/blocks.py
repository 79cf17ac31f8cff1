"""Statements and their rows: delete, insert, replace, wrap in a block."""

from __future__ import annotations

import ast
import tokenize
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.calls import decorator_start
from looplint.model.edit_helpers.gaps import (
    BLANKS,
    has_newline,
    indentation,
    is_first_on_row,
    is_last_on_row,
    next_row,
    row_below,
    row_end,
    row_start,
    skip_blanks,
)
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, with_newlines
from looplint.model.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looplint.model.module import Module

_STRING_STARTS = {getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name)}
_STRING_ENDS = {getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name)}


def statement_span(module: Module, stmt: ast.stmt) -> tuple[int, int]:
    """The span of a statement, its decorators included."""
    start, end = module.span(stmt)
    decorators = getattr(stmt, "decorator_list", ())
    if decorators:
        at = decorator_start(module, decorators[0])
        start = at + len(indentation(module.text, at))
    return start, end


def siblings(module: Module, stmt: ast.stmt) -> list[ast.stmt]:
    """The statements of the block that holds `stmt`."""
    parent = module.facts.parent(stmt)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and stmt in block:
            return block
    return [stmt]


def fills_rows(module: Module, stmt: ast.stmt) -> bool:
    """Whether no other statement stands on the rows of `stmt`."""
    start, end = statement_span(module, stmt)
    return is_first_on_row(module.text, start) and is_last_on_row(module.text, end)


def delete_statement(module: Module, stmt: ast.stmt) -> tuple[Edit, ...]:
    """Delete a statement with its rows and the comment at their end; the last one of a block becomes `pass`."""
    text = module.text
    start, end = statement_span(module, stmt)
    block = siblings(module, stmt)
    if len(block) == 1 and not isinstance(module.facts.parent(stmt), ast.Module):
        return (Edit(start, end, "pass"),)
    semicolon = skip_blanks(text, end)
    if is_first_on_row(text, start):
        if is_last_on_row(text, end):
            return (Edit(row_start(text, start), row_below(text, end), ""),)
        if text.startswith(";", semicolon) and is_last_on_row(text, semicolon + 1):
            return (Edit(row_start(text, start), next_row(text, semicolon), ""),)
    index = block.index(stmt)
    if index + 1 < len(block):
        following = module.span(block[index + 1])[0]
        if not has_newline(text, semicolon, following):
            return (Edit(start, following, ""),)
    if index == 0:
        return IMPOSSIBLE
    return (Edit(module.span(block[index - 1])[1], end, ""),)


def insert_before(module: Module, stmt: ast.stmt, text: str) -> tuple[Edit, ...]:
    """Write `text` (statements without indentation, rows split by `\\n`) on rows of its own above a statement."""
    start = statement_span(module, stmt)[0]
    if not is_first_on_row(module.text, start):
        return IMPOSSIBLE
    indent = indentation(module.text, start)
    rows = "".join(f"{indent}{row}\n" if row else "\n" for row in text.split("\n"))
    at = row_start(module.text, start)
    return (Edit(at, at, with_newlines(module, rows)),)


def replace_rows(module: Module, first: int, last: int, text: str) -> tuple[Edit, ...]:
    """Replace the rows `first` to `last` (1-based, both included) by `text`, whose rows end with `\\n`."""
    source = module.source
    start = source.offset(first, 0)
    return (Edit(start, next_row(source.text, source.offset(last, 0)), with_newlines(module, text)),)


def wrap_in_block(
    module: Module,
    header: str,
    body: Sequence[ast.stmt],
    *,
    replacing: ast.stmt | None = None,
    dropping: Sequence[ast.stmt] = (),
) -> tuple[Edit, ...]:
    """Put `header` ("async with Client() as client:") over `body`, whose rows are indented one step further.

    `body` are neighbours in one block, in order. `replacing` is the statement before them that the header takes the
    place of; `dropping` those of `body` that go away (`await client.close()`). Rows inside multi-line strings are not
    touched. IMPOSSIBLE where statements share a row.
    """
    whole = [*([replacing] if replacing else []), *body]
    block = siblings(module, whole[0])
    at = block.index(whole[0])
    if block[at : at + len(whole)] != whole or not all(fills_rows(module, stmt) for stmt in whole):
        return IMPOSSIBLE
    start, end = statement_span(module, whole[0])
    strings = _string_rows(module, module.source.position(start).row, _last_row(module, whole[-1]))
    if strings is None:
        return IMPOSSIBLE
    step = f"{module.source.newline}{indentation(module.text, start)}{indentation_unit(module, whole[0])}"
    rows = _rows_to_indent(module, replacing, body, dropping, strings)
    edits = [edit for stmt in body if stmt in dropping for edit in _whole_rows(module, stmt)]
    if replacing is not None:
        lonely = all(stmt in dropping for stmt in body)
        edits.append(Edit(start, end, f"{header}{step}pass" if lonely else header))
    elif rows:
        first, *rows = rows
        edits.append(Edit(first, first, f"{header}{step}"))
    else:
        return IMPOSSIBLE
    unit = indentation_unit(module, whole[0])
    return tuple(sorted([*edits, *(Edit(row, row, unit) for row in rows)]))


def _whole_rows(module: Module, stmt: ast.stmt) -> tuple[Edit, ...]:
    start, end = statement_span(module, stmt)
    return (Edit(row_start(module.text, start), row_below(module.text, end), ""),)


def _last_row(module: Module, stmt: ast.stmt) -> int:
    return module.source.position(module.span(stmt)[1]).row


def _rows_to_indent(
    module: Module,
    before: ast.stmt | None,
    body: Sequence[ast.stmt],
    dropping: Sequence[ast.stmt],
    strings: set[int],
) -> list[int]:
    """Where to indent each row of `body`, comments between statements included: behind what the block has already."""
    source, text = module.source, module.text
    if not body:
        return []
    position = source.position
    indent = indentation(text, statement_span(module, body[0])[0])
    first = _last_row(module, before) + 1 if before else position(statement_span(module, body[0])[0]).row
    skipped = set(strings)
    for stmt in dropping:
        skipped.update(range(position(statement_span(module, stmt)[0]).row, _last_row(module, stmt) + 1))
    found: list[int] = []
    for row in range(first, _last_row(module, body[-1]) + 1):
        at = source.offset(row, 0)
        letters = text[at : row_end(text, at)].lstrip(BLANKS)
        if letters and row not in skipped:
            found.append(at + len(indent) if text.startswith(indent, at) else row_end(text, at) - len(letters))
    return found


def indentation_unit(module: Module, stmt: ast.stmt) -> str:
    """One step of indentation as the block of `stmt` has it; at module level as the file's first block has it."""
    indent = indentation(module.text, statement_span(module, stmt)[0])
    parent = module.facts.parent(stmt)
    if indent and isinstance(parent, ast.stmt):
        outer = indentation(module.text, module.span(parent)[0])
        if indent.startswith(outer) and indent != outer:
            return indent[len(outer) :].replace("\f", "")
    for node in module.facts.tree.body:
        for inner in getattr(node, "body", ()):
            start = module.span(inner)[0]
            if isinstance(inner, ast.stmt) and is_first_on_row(module.text, start):
                return indentation(module.text, start).replace("\f", "")
    return "    "


def _string_rows(module: Module, first: int, last: int) -> set[int] | None:
    """The rows that begin inside a multi-line string; None where they cannot be told."""
    lines = module.source.universal_lines[first - 1 : last]
    found: set[int] = set()
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type in _STRING_STARTS:
                opened.append(token.start[0])
            begin = token.start[0]
            if token.type in _STRING_ENDS:
                begin = opened.pop()
            elif token.type != tokenize.STRING:
                continue
            found.update(range(first + begin, first + token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        return None
    return found
