"""Which names of a file may stand for a dotted name at all, and which only the module itself binds.

Most questions of rules are about names that a look at the whole file answers: a local variable stands for no dotted
name, and `pytest` is what the module imports wherever it is read. Only for the others are scopes searched.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from looplint.model.names import dotted_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.names import Scope

Nodes = dict[type[ast.AST], list[Any]]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CAPTURES = (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)


def standing_for_dotted(nodes: Nodes) -> frozenset[str]:
    """The names that some import, definition or alias (`name = a.b`) in the file binds.

    No other name can resolve, but for builtins.
    """
    found: set[str] = {name for _, name in _imported_and_defined(nodes)}
    for node in nodes.get(ast.Assign, ()):
        if dotted_parts(node.value) is not None:
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    for kind in (ast.AnnAssign, ast.NamedExpr):
        for node in nodes.get(kind, ()):
            if isinstance(node.target, ast.Name) and node.value is not None and dotted_parts(node.value) is not None:
                found.add(node.target.id)
    return frozenset(found)


def bound_elsewhere(nodes: Nodes, module: Scope) -> frozenset[str]:
    """The names that something else than an import or definition of the module may bind: a parameter, an assignment …

    A name that is not among them is what the module's imports and definitions say, wherever in the file it is read.
    """
    of_module = {binding.node for bindings in module.names.values() for binding in bindings}
    found = {name for node, name in _imported_and_defined(nodes) if node not in of_module}
    found.update(node.arg for node in nodes.get(ast.arg, ()))
    load = ast.Load  # a third of all nodes are asked
    found |= {node.id for node in nodes.get(ast.Name, ()) if node.ctx.__class__ is not load}
    for kind in _CAPTURES:
        found.update(node.name for node in nodes.get(kind, ()) if node.name is not None)
    found.update(node.rest for node in nodes.get(ast.MatchMapping, ()) if node.rest is not None)
    return frozenset(found)


def _imported_and_defined(nodes: Nodes) -> Iterator[tuple[ast.AST, str]]:
    for node in nodes.get(ast.Import, ()):
        for alias in node.names:
            yield node, alias.asname or alias.name.partition(".")[0]
    for node in nodes.get(ast.ImportFrom, ()):
        for alias in node.names:
            yield node, alias.asname or alias.name
    for kind in _DEFINITIONS:
        for node in nodes.get(kind, ()):
            yield node, node.name
