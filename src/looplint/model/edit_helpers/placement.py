"""Where a new import line goes.

Into the first run of imports at the top of the file that has a group of its kind (standard library, others), in sorted
order where the group is sorted as isort or ruff would sort it, at the group's end otherwise. A file without imports
gets its first one below shebang, coding comment, licence, docstring and `__future__`.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.nodes import possible_with_twins, with_newlines
from looplint.model.edit_helpers.rows import BLANKS, next_row, row_end, row_start
from looplint.model.finding import Edit
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from looplint.model.module import Module

_CODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Top-level statements that share rows; `start` is where their first row begins, `end` where the next one does."""

    first: ast.stmt
    start: int
    end: int

    @property
    def is_import(self) -> bool:
        """Whether it begins with an import that is not of `__future__`."""
        return isinstance(self.first, ast.Import | ast.ImportFrom) and not _is_future(self.first)

    @property
    def module(self) -> str:
        """The dotted name that it imports (from)."""
        return imported_module(self.first)

    @property
    def kind(self) -> str:
        """What isort sorts it under."""
        return kind_of(self.module)


def imported_module(stmt: ast.stmt) -> str:
    """The module of an import statement, relative ones with their dots; the first one of a list."""
    if isinstance(stmt, ast.ImportFrom):
        return "." * stmt.level + (stmt.module or "")
    return stmt.names[0].name if isinstance(stmt, ast.Import) else ""


def kind_of(module: str) -> str:
    """`local`, `standard` or `other`."""
    if module.startswith("."):
        return "local"
    return "standard" if module.partition(".")[0] in sys.stdlib_module_names else "other"


def _is_future(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__"


@possible_with_twins
def new_import_line(module: Module, statement: str, at: ast.AST | None) -> tuple[Edit, ...]:
    """The edit that writes the import `statement` on a row of its own, above `at`."""
    new = ast.parse(statement).body[0]
    units = _units(module)
    limit = getattr(at, "lineno", None)
    for run in _runs(units, kind_of(imported_module(new)), limit):
        return (_into_run(module, run, statement, new),)
    return (_into_head(module, units, statement),)


def _units(module: Module) -> list[_Unit]:
    text = module.text
    units: list[_Unit] = []
    done = -1
    for stmt in module.facts.tree.body:
        start, end = module.span(stmt)
        if units and start < done:
            done = max(done, module.cst.row_below(end))
            units[-1] = _Unit(units[-1].first, units[-1].start, done)
            continue
        decorators = getattr(stmt, "decorator_list", ())
        start = min([start, *(module.span(decorator)[0] for decorator in decorators)])
        done = module.cst.row_below(end)
        units.append(_Unit(stmt, row_start(text, start), done))
    return units


def _runs(units: Sequence[_Unit], kind: str, limit: int | None) -> list[list[_Unit]]:
    """The runs of imports above the first definition, those with an import of that kind first."""
    runs: list[list[_Unit]] = []
    open_run = False
    for unit in units:
        if isinstance(unit.first, _DEFINITIONS) or (limit is not None and unit.first.lineno >= limit):
            break
        if unit.is_import:
            if not open_run:
                runs.append([])
            runs[-1].append(unit)
        open_run = unit.is_import
    return sorted(runs, key=lambda run: all(unit.kind != kind for unit in run))


def _groups(module: Module, run: Sequence[_Unit]) -> list[list[_Unit]]:
    """The run split where there are empty rows."""
    groups = [[run[0]]]
    for before, unit in itertools.pairwise(run):
        between = module.text[before.end : unit.start].replace("\r\n", "\n").replace("\r", "\n")
        if any(not row.strip(BLANKS) for row in between.split("\n")[:-1]):
            groups.append([])
        groups[-1].append(unit)
    return groups


def _into_run(module: Module, run: Sequence[_Unit], statement: str, new: ast.stmt) -> Edit:
    groups = _groups(module, run)
    kind = kind_of(imported_module(new))
    own_root = module.facts.module_name.partition(".")[0]
    root = imported_module(new).partition(".")[0]
    matching = [group for group in groups if any(unit.kind == kind for unit in group)]
    foreign = [g for g in matching if not own_root or all(u.module.partition(".")[0] != own_root for u in g)]
    same_root = [group for group in matching if any(u.module.partition(".")[0] == root for u in group)]
    for group in (*same_root, *foreign, *matching):
        return _into_group(module, group, statement, new)
    if kind == "standard" or all(unit.kind == "local" for unit in run):
        return Edit(run[0].start, run[0].start, with_newlines(module, f"{statement}\n\n"))
    standard = [group for group in groups if all(unit.kind == "standard" for unit in group)]
    return _below(module, (standard or groups)[-1][-1], f"\n{statement}\n")


def _into_group(module: Module, group: Sequence[_Unit], statement: str, new: ast.stmt) -> Edit:
    index = len(group)
    for key in _SORT_KEYS:
        keys = [key(unit.first) for unit in group]
        if keys == sorted(keys):
            index = sum(1 for found in keys if found <= key(new))
            break
    if index == 0:
        return Edit(group[0].start, group[0].start, with_newlines(module, f"{statement}\n"))
    return _below(module, group[index - 1], f"{statement}\n")


def _by_style(stmt: ast.stmt) -> tuple[bool, str]:
    return isinstance(stmt, ast.ImportFrom), imported_module(stmt).casefold()


def _by_module(stmt: ast.stmt) -> tuple[str, bool]:
    return imported_module(stmt).casefold(), isinstance(stmt, ast.ImportFrom)


_SORT_KEYS: tuple[Callable[[ast.stmt], tuple[bool, str] | tuple[str, bool]], ...] = (_by_style, _by_module)
"""isort's order, and its order with force_sort_within_sections."""


def _below(module: Module, unit: _Unit, rows: str) -> Edit:
    """The edit that writes rows under a unit, which may end the file without a newline."""
    if not module.text[: unit.end].endswith(("\n", "\r")):
        rows = f"\n{rows.removesuffix(chr(10))}"
    return Edit(unit.end, unit.end, with_newlines(module, rows))


def _into_head(module: Module, units: Sequence[_Unit], statement: str) -> Edit:
    """The edit that writes a file's first import."""
    text = module.text
    has_docstring = ast.get_docstring(module.facts.tree, clean=False) is not None
    head: _Unit | None = None
    for index, unit in enumerate(units):
        if not _is_future(unit.first) and not (index == 0 and has_docstring):
            break
        head = unit
    following = next((unit for unit in units if head is None or unit.start >= head.end), None)
    if head is not None:
        return _below(module, head, f"\n{statement}\n{_space_below(text, head.end, following)}")
    at = _below_header_comments(text)
    rows = f"{statement}\n{_space_below(text, at, following)}"
    if at and not text[:at].endswith(("\n", "\r")):
        rows = f"\n{statement}"
    return Edit(at, at, with_newlines(module, rows))


def _space_below(text: str, at: int, following: _Unit | None) -> str:
    """The empty rows to write between an import and what follows at `at`."""
    if at >= len(text) or following is None or not text[at : row_end(text, at)].strip(BLANKS):
        return ""
    return "\n\n" if isinstance(following.first, _DEFINITIONS) else "\n"


def _below_header_comments(text: str) -> int:
    """The offset below shebang and coding comment, and below a first block of comments that stands for itself."""
    at, row = 0, 1
    keep = 0
    while text.startswith("#", at):
        if (row == 1 and text.startswith("#!")) or (row <= 2 and _CODING.match(text, at)):
            keep = next_row(text, at)
        if next_row(text, at) == row_end(text, at):
            return len(text)
        at, row = next_row(text, at), row + 1
    if at < len(text) and text[at : row_end(text, at)].strip(BLANKS):
        return keep
    while at < len(text) and not text[at : row_end(text, at)].strip(BLANKS) and next_row(text, at) > at:
        at = next_row(text, at)
    return at if text[:at].strip() else keep
