"""Repairs of marks that several rules write."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.edits import IMPOSSIBLE, Edit, delete_statement, drop_decorator, remove_element

if TYPE_CHECKING:
    from looplint.model.module import Module
    from looplint.project.running.placed_marks import PlacedMark

_BLANK_ROW = re.compile(r"[ \t]*(\r\n|\r|\n)")


def drop_mark(module: Module, mark: PlacedMark) -> tuple[Edit, ...]:
    """Take a mark away from where it is put: its decorator, its element of `pytestmark`, or the whole assignment.

    IMPOSSIBLE where the expression stands for other marks too, where `pytestmark` is put together from several parts,
    and where the file reads it.
    """
    if not mark.alone:
        return IMPOSSIBLE
    if mark.statement is None:
        return drop_decorator(module, mark.node)
    statement = mark.statement
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or "pytestmark" in module.facts.loaded_names:
        return IMPOSSIBLE
    if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
        return IMPOSSIBLE
    value = statement.value
    if value is mark.node or (isinstance(value, (ast.List, ast.Tuple)) and value.elts == [mark.node]):
        return _with_blank_rows(module, delete_statement(module, statement), statement)
    if isinstance(value, ast.List) and mark.node in value.elts:
        return remove_element(module, value, mark.node)
    return IMPOSSIBLE


def _with_blank_rows(module: Module, edits: tuple[Edit, ...], statement: ast.stmt) -> tuple[Edit, ...]:
    """Blank rows above and below a deleted statement do not add up: the longer run stays.

    Below the row of a class none stays.
    """
    if edits == IMPOSSIBLE or len(edits) != 1 or edits[0].text:
        return edits
    text, start, end = module.text, edits[0].start, edits[0].end
    row = module.source.position(start).row
    around = module.facts.parent(statement)
    heads = isinstance(around, ast.ClassDef) and around.body[0] is statement
    while heads or (row > 1 and not module.source.line(row - 1).strip()):
        blank = _BLANK_ROW.match(text, end)
        if blank is None:
            break
        row, end = row - 1, blank.end()
    return (Edit(start, end, ""),)
