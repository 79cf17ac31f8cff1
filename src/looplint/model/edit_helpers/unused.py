"""Imports that a fix leaves without use."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.blocks import delete_statement, fills_rows
from looplint.model.edit_helpers.imports import imported_names
from looplint.model.edit_helpers.items import remove_items
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, possible_with_twins
from looplint.model.edit_helpers.rows import BLANKS, next_row, row_end, row_start
from looplint.model.finding import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module

Import = ast.Import | ast.ImportFrom


@possible_with_twins
def remove_import_if_unused(module: Module, name: str, gone: Iterable[ast.AST]) -> tuple[Edit, ...]:
    """Remove the import that binds `name` if all its uses lie inside the nodes `gone`, which the same fix deletes.

    Nothing where it is not imported at the top of the file by one statement without `# noqa`, was never used, or
    where a string (`__all__`, an annotation, a `patch` target) has the word.
    """
    removed = {id(inner) for node in gone for inner in ast.walk(node)}
    uses = [id(node) for node in module.facts.nodes(ast.Name) if node.id == name]
    if not uses or not removed.issuperset(uses):
        return ()
    return _remove(module, {name}, removed)


@possible_with_twins
def newly_unused_imports(before: Facts, module: Module) -> tuple[Edit, ...]:
    """Remove the imports of `module` that were used in `before`, the same file before fixes, and are so no more.

    Applied once after the last round, it spares each fix from asking whether it takes the last use away.
    """
    used_before, used = _used_names(before), _used_names(module.facts)
    return _remove(module, used_before - used, set())


def _used_names(facts: Facts) -> set[str]:
    return {node.id for node in facts.nodes(ast.Name)}


def _remove(module: Module, names: set[str], removed: set[int]) -> tuple[Edit, ...]:
    facts = module.facts
    if facts.is_package or not names:
        return ()
    kept = _mentioned(facts, removed)
    edits: list[Edit] = []
    for stmt in facts.tree.body:
        if isinstance(stmt, Import) and not _is_guarded(module, stmt):
            doomed = [
                index
                for index, alias in enumerate(stmt.names)
                if (name := _local(stmt, alias)) in names - kept and len(facts.scope(facts.tree).names[name]) == 1
            ]
            edits += _without(module, stmt, doomed)
    return tuple(edits)


def _local(stmt: Import, alias: ast.alias) -> str:
    """The name that an alias binds."""
    return alias.asname or (alias.name.partition(".")[0] if isinstance(stmt, ast.Import) else alias.name)


def _is_guarded(module: Module, stmt: Import) -> bool:
    """Whether the author said that an import is wanted though it seems unused, or re-exports it (`x as x`)."""
    first, last = stmt.lineno, stmt.end_lineno or stmt.lineno
    if any(module.source.noqa.comment(row) for row in range(first, last + 1)):
        return True
    return any(alias.asname == alias.name for alias in stmt.names) or imported_future(stmt)


def imported_future(stmt: Import) -> bool:
    """Whether it is `from __future__ import …`, which binds names that nobody uses."""
    return isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__"


def _mentioned(facts: Facts, removed: set[int]) -> set[str]:
    """The words of all strings but docstrings, and of type comments."""
    ignored = set(removed)
    words: set[str] = set()
    ignored.update(id(node.value) for node in facts.nodes(ast.Expr))
    for node in facts.nodes(ast.Constant):
        if isinstance(node.value, str) and id(node) not in ignored:
            words.update(re.findall(r"\w+", node.value))
    for comment in re.findall(r"#\s*type:\s*(.*)", facts.source.text):
        words.update(re.findall(r"\w+", comment))
    return words


def _without(module: Module, stmt: Import, doomed: list[int]) -> tuple[Edit, ...]:
    if not doomed:
        return ()
    if len(doomed) == len(stmt.names):
        return _without_statement(module, stmt)
    items = imported_names(module, stmt)
    return tuple(remove_items(items, first, last) for first, last in _ranges(doomed))


def _ranges(indices: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of each row of neighbours."""
    first = last = indices[0]
    for index in indices[1:]:
        if index != last + 1:
            yield first, last
            first = index
        last = index
    yield first, last


def _without_statement(module: Module, stmt: Import) -> tuple[Edit, ...]:
    """Delete the statement, and the empty row that stood between it and its neighbours of another group."""
    (edit,) = delete_statement(module, stmt)
    text = module.text
    if edit in IMPOSSIBLE or edit.text or not fills_rows(module, stmt):
        return (edit,)
    blank_below = edit.end < len(text) and not text[edit.end : row_end(text, edit.end)].strip(BLANKS)
    if not blank_below:
        return (edit,)
    if edit.start == 0:
        return (Edit(0, next_row(text, edit.end), ""),)
    above = row_start(text, edit.start - (2 if text[: edit.start].endswith("\r\n") else 1))
    if not text[above : edit.start].strip(BLANKS + "\r\n"):
        return (Edit(above, edit.end, ""),)
    return (edit,)
