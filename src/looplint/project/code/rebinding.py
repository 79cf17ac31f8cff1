"""What functions give, by `global` and `nonlocal`, to the names of the scopes around them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.asked import noted

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.model.names import Binding


def rebound(facts: Facts, owner: ast.AST, name: str) -> tuple[Binding, ...]:
    """The bindings that other functions give to a name of this module or function."""
    return tuple(
        binding
        for kind, names, function in _declared(facts)
        if name in names and (isinstance(owner, ast.Module) if kind is ast.Global else owner in facts.parents(function))
        for binding in facts.scope(function).names.get(name, ())
    )


@noted
def _declared(facts: Facts) -> tuple[tuple[type[ast.AST], list[str], ast.AST], ...]:
    """Every `global` and `nonlocal` of a function."""
    declared: list[ast.Global | ast.Nonlocal] = [*facts.nodes(ast.Global), *facts.nodes(ast.Nonlocal)]
    owners = [facts.scope_owner(node) for node in declared]
    return tuple(
        (type(node), node.names, owner)
        for node, owner in zip(declared, owners, strict=True)
        if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef))
    )
