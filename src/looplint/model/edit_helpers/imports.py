"""Make a module or one of its attributes usable: reuse what is imported, extend an import, or write a new one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.bindings import (
    attribute_expression,
    is_free,
    module_expression,
    runs_at_import,
    unused_name,
)
from looplint.model.edit_helpers.items import Items, insert_item, items_of
from looplint.model.edit_helpers.nodes import possible_with_twins
from looplint.model.edit_helpers.placement import new_import_line

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst

    from looplint.model.finding import Edit
    from looplint.model.module import Module


def import_edits(
    module: Module, dotted: str, *, alias: str | None = None, at: ast.AST | None = None
) -> tuple[str, tuple[Edit, ...]]:
    """How to write the module `dotted` in code at `at`, and the edits that make it so.

    An import that is there already is reused under its own name. A new one is written as `import dotted`, or
    `import dotted as alias`; where that name means something else in the file (or, given `at`, in the functions
    around it), under a name that the file does not use.
    """
    facts = module.facts
    found = module_expression(facts, dotted, at)
    if found is not None:
        return found, ()
    local = alias or dotted.partition(".")[0]
    bound_to = dotted if alias else local
    if not is_free(facts, local, bound_to, at):
        alias = unused_name(facts, alias or dotted.rpartition(".")[2])
    statement = f"import {dotted} as {alias}" if alias else f"import {dotted}"
    return alias or dotted, new_import_line(module, statement, at)


def import_from_edits(
    module: Module, from_module: str, name: str, *, at: ast.AST | None = None
) -> tuple[str, tuple[Edit, ...]]:
    """How to write the attribute `name` of `from_module` in code at `at`, and the edits that make it so.

    Reused are `from m import name [as x]`, `import m [as x]` and `from pkg import m`; else a `from m import …` at the
    top of the file is extended in its own layout, in sorted order where its names are sorted; else a line is added.
    """
    facts = module.facts
    found = attribute_expression(facts, from_module, name, at)
    if found is not None:
        return found, ()
    local, wanted = name, name
    if not is_free(facts, name, f"{from_module}.{name}", at):
        local = unused_name(facts, name)
        wanted = f"{name} as {local}"
    for stmt in module.facts.tree.body:
        if _can_be_extended(module, stmt, from_module, at):
            assert isinstance(stmt, ast.ImportFrom)
            return local, _extend(module, stmt, name, wanted)
    return local, new_import_line(module, f"from {from_module} import {wanted}", at)


def _can_be_extended(module: Module, stmt: ast.stmt, from_module: str, at: ast.AST | None) -> bool:
    if not isinstance(stmt, ast.ImportFrom) or stmt.level or stmt.module != from_module or stmt.names[0].name == "*":
        return False
    if at is None or not runs_at_import(module.facts, at):
        return True
    return stmt.lineno < getattr(at, "lineno", 0)


def imported_names(module: Module, stmt: ast.Import | ast.ImportFrom) -> Items:
    """The names of an import statement as they stand in the text."""
    twin, outer = module.node(stmt), module.cst.outer
    opening, closing = getattr(twin, "lpar", None), getattr(twin, "rpar", None)
    brackets = (outer[opening][0] + 1, outer[closing][1] - 1) if opening and closing else None
    names = cast("libcst.Import", twin).names
    return items_of(module, [(alias, alias.asname or alias.name) for alias in names], brackets)


@possible_with_twins
def _extend(module: Module, stmt: ast.ImportFrom, name: str, wanted: str) -> tuple[Edit, ...]:
    index = len(stmt.names)
    for key in _NAME_KEYS:
        keys = [key(alias.name) for alias in stmt.names]
        if keys == sorted(keys):
            index = sum(1 for found in keys if found <= key(name))
            break
    return insert_item(imported_names(module, stmt), index, wanted, module.source.newline)


def _by_type(name: str) -> tuple[int, str]:
    """isort's and ruff's order: constants, classes, the rest."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.casefold()


def _by_letters(name: str) -> tuple[int, str]:
    return 0, name.casefold()


def _by_code(name: str) -> tuple[int, str]:
    return 0, name


_NAME_KEYS: tuple[Callable[[str], tuple[int, str]], ...] = (_by_type, _by_letters, _by_code)
