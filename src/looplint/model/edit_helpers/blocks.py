"""Statements and their rows: delete, insert, replace, wrap in a block."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.calls import decorator_twins
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, possible_with_twins, with_newlines
from looplint.model.edit_helpers.rows import (
    BLANKS,
    has_newline,
    indentation,
    is_first_on_row,
    next_row,
    row_end,
    row_start,
)
from looplint.model.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst

    from looplint.model.module import Module

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def statement_span(module: Module, stmt: ast.stmt) -> tuple[int, int]:
    """The span of a statement, its decorators included."""
    start, end = module.span(stmt)
    if isinstance(stmt, _DEFINITIONS):
        start = min([start, *(module.cst_span(twin)[0] for twin in decorator_twins(module, stmt).values())])
    return start, end


def _simple_statements(module: Module, stmt: ast.stmt) -> Sequence[libcst.BaseSmallStatement]:
    """The simple statements between semicolons that `stmt` is one of; none for a compound statement."""
    twin = module.cst.statement_at(module.span(stmt)[0])
    if not hasattr(twin, "semicolon"):
        return ()
    return cast("libcst.SimpleStatementLine | libcst.SimpleStatementSuite", module.cst.parents[twin]).body


def siblings(module: Module, stmt: ast.stmt) -> list[ast.stmt]:
    """The statements of the block that holds `stmt`."""
    parent = module.facts.parent(stmt)
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and stmt in block:
            return block
    return [stmt]


def fills_rows(module: Module, stmt: ast.stmt) -> bool:
    """Whether no other statement and no semicolon stands on the rows of `stmt`."""
    line = _simple_statements(module, stmt)
    alone = not line or (len(line) == 1 and line[0].semicolon not in module.cst.outer)
    return alone and is_first_on_row(module.text, statement_span(module, stmt)[0])


@possible_with_twins
def delete_statement(module: Module, stmt: ast.stmt) -> tuple[Edit, ...]:
    """Delete a statement with its rows and the comment at their end; the last one of a block becomes `pass`."""
    start, end = statement_span(module, stmt)
    if len(siblings(module, stmt)) == 1 and not isinstance(module.facts.parent(stmt), ast.Module):
        return (Edit(start, end, "pass"),)
    line = _simple_statements(module, stmt)
    if len(line) < 2:
        return (Edit(row_start(module.text, start), module.cst.row_below(end), ""),)
    spans = [module.cst_span(statement) for statement in line]
    index = spans.index((start, end))
    if index + 1 < len(spans):
        return (Edit(start, spans[index + 1][0], ""),)
    return (Edit(spans[index - 1][1], end, ""),)


@possible_with_twins
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


@possible_with_twins
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
    unit = indentation_unit(module, whole[0])
    step = f"{module.source.newline}{indentation(module.text, start)}{unit}"
    rows = _rows_to_indent(module, replacing, body, dropping)
    edits = [edit for stmt in body if stmt in dropping for edit in _whole_rows(module, stmt)]
    if replacing is not None:
        lonely = all(stmt in dropping for stmt in body)
        edits.append(Edit(start, end, f"{header}{step}pass" if lonely else header))
    elif rows:
        first, *rows = rows
        edits.append(Edit(first, first, f"{header}{step}"))
    else:
        return IMPOSSIBLE
    return tuple(sorted([*edits, *(Edit(row, row, unit) for row in rows)]))


def _whole_rows(module: Module, stmt: ast.stmt) -> tuple[Edit, ...]:
    start, end = statement_span(module, stmt)
    return (Edit(row_start(module.text, start), module.cst.row_below(end), ""),)


def _last_row(module: Module, stmt: ast.stmt) -> int:
    return module.source.position(module.span(stmt)[1]).row


def _rows_to_indent(
    module: Module,
    before: ast.stmt | None,
    body: Sequence[ast.stmt],
    dropping: Sequence[ast.stmt],
) -> list[int]:
    """Where to indent each row of `body`, comments between statements included: behind what the block has already."""
    source, text = module.source, module.text
    if not body:
        return []
    position = source.position
    indent = indentation(text, statement_span(module, body[0])[0])
    first = _last_row(module, before) + 1 if before else position(statement_span(module, body[0])[0]).row
    skipped = _string_rows(module)
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
    """One step of indentation as the block of `stmt` has it; at module level as the file has it mostly."""
    twin = module.cst.statement_at(module.span(stmt)[0])
    block = next((up for up in module.cst.ancestors(twin) if hasattr(up, "indent")), None)
    return (getattr(block, "indent", None) or module.tree.default_indent).replace("\f", "")


def _string_rows(module: Module) -> set[int]:
    """The rows that begin inside a multi-line string."""
    import libcst

    found: set[int] = set()
    for node, (start, end) in module.cst.spans.items():
        is_string = isinstance(node, libcst.SimpleString | libcst.FormattedString | libcst.TemplatedString)
        if is_string and has_newline(module.text, start, end):
            found.update(range(module.source.position(start).row + 1, module.source.position(end).row + 1))
    return found
