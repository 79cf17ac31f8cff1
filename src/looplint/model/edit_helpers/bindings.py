"""Which expression already means a module or one of its attributes, and which names are free."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.names import BUILTINS, Binding, BindingKind, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts

_WORD = re.compile(r"[^\W\d]\w*")


def module_expression(facts: Facts, dotted: str, at: ast.AST | None) -> str | None:
    """How code at `at` can already write the module `dotted`."""
    for name, binding in usable_imports(facts, at):
        if facts.absolute(binding.target or "") == dotted:
            return name
        if isinstance(binding.node, ast.Import) and any(
            alias.asname is None and f"{alias.name}.".startswith(f"{dotted}.") for alias in binding.node.names
        ):
            return dotted
    return None


def attribute_expression(facts: Facts, module: str, name: str, at: ast.AST | None) -> str | None:
    """How code at `at` can already write the attribute `name` of `module`."""
    for local, binding in usable_imports(facts, at):
        if isinstance(binding.node, ast.ImportFrom) and facts.absolute(binding.target or "") == f"{module}.{name}":
            return local
    base = module_expression(facts, module, at)
    return f"{base}.{name}" if base else None


def usable_imports(facts: Facts, at: ast.AST | None) -> Iterator[tuple[str, Binding]]:
    """Local name and binding of each import that surely holds where `at` runs (None: anywhere below the imports)."""
    place = facts.tree if at is None else at
    for owner, scope in facts.scopes_at(place):
        for name, bindings in scope.names.items():
            for binding in bindings:
                if binding.kind is BindingKind.IMPORT and _holds(facts, name, binding, owner, at):
                    yield name, binding


def _holds(facts: Facts, name: str, binding: Binding, owner: ast.AST, at: ast.AST | None) -> bool:
    if binding.type_checking or not _is_reached(facts, binding.node, owner):
        return False
    found = facts.lookup(name, facts.tree if at is None else at)
    if found is None or found[0] is not owner or (isinstance(owner, ast.Module) and name in _rebound(facts)):
        return False
    settled = settle(found[1])
    if settled is None or settled.kind is not BindingKind.IMPORT or settled.target != binding.target:
        return False
    in_order = not isinstance(owner, ast.Module) or (at is not None and runs_at_import(facts, at))
    return at is None or not in_order or _row(binding.node) < _row(at)


def _is_reached(facts: Facts, node: ast.AST, owner: ast.AST) -> bool:
    """Whether the import runs whenever its scope does, or at least is tried."""
    child = node
    for up in facts.parents(node):
        if up is owner:
            return True
        tried = isinstance(up, ast.Try) and child in up.body
        if not tried and not isinstance(up, ast.With):
            return False
        child = up
    return False


def _row(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def runs_at_import(facts: Facts, at: ast.AST) -> bool:
    """Whether code at `at` runs while the module is imported, so that only what stands above it is bound."""
    return facts.function_of(at) is None and not facts.in_lambda(at)


def _rebound(facts: Facts) -> set[str]:
    """Names that some function declares global and so may bind again."""
    if "global" not in facts.source.text:
        return set()
    return {name for node in facts.nodes(ast.Global) for name in node.names}


def is_free(facts: Facts, name: str, dotted: str, at: ast.AST | None) -> bool:
    """Whether a module-level import may bind `name` to `dotted`: it means nothing else there, nor at `at`."""
    if name in BUILTINS or name in _rebound(facts):
        return False
    found = facts.lookup(name, at) if at is not None else None
    if found is not None and found[0] is not facts.tree:
        return False
    bindings = facts.scope(facts.tree).names.get(name, [])
    return all(b.kind is BindingKind.IMPORT and facts.absolute(b.target or "") == dotted for b in bindings)


def unused_name(facts: Facts, wish: str) -> str:
    """A name made of `wish` that no word of the file is."""
    words = set(_WORD.findall(facts.source.text))
    name, number = f"{wish}_", 2
    while name in words or name in BUILTINS:
        name, number = f"{wish}_{number}", number + 1
    return name
