"""Which names of a file may hold a mock at all, told by how they are bound, before inference is asked of each place.

Most arguments in tests are literals, classes, and objects that plain classes make. What is refused here inference would
not call a mock, wherever in the file the name is read; of the rest it has to say.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.kept import kept_by_file
from looplint.model.names import dotted_parts, parameters_of, target_names
from looplint.project.asked import noted
from looplint.project.code.mock_classes import mock_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition
    from looplint.project.questions import Project

_GIVING = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Await, ast.NamedExpr, ast.Subscript})
"""Expressions that may give a mock; what `a or b` and `a if c else b` give is never one for certain."""
_PASSING = frozenset({"unittest", "mock", "typing", "typing_extensions", "asyncio"})
"""Where functions are that make mocks, or whose result may be their argument."""


@noted
def may_be_mock(facts: Facts, project: Project, name: str) -> bool:
    """May a name hold a mock somewhere in a file?"""
    if name in _parameters(facts) or any(_may_give(project, facts, value) for value in _values(facts).get(name, ())):
        return True
    definitions = (project.definition(dotted, facts) for dotted in _imports(facts).get(name, ()))
    return any(found is not None and found.value is not None for found in definitions)


def meaning(project: Project, facts: Facts, node: ast.expr) -> Definition | bool:
    """What a name or dotted name is by the module's imports and definitions alone.

    True where it may be anything, False where it is nothing that the project defines.
    """
    parts = dotted_parts(node)
    dotted = facts.resolve(node) if parts is not None else None
    if parts is None or dotted is None:
        return True
    if facts.of_module(parts[0].id) is None and not dotted.startswith("builtins."):
        return True
    return _meaning(facts, project, dotted)


@noted
def _meaning(facts: Facts, project: Project, dotted: str) -> Definition | bool:
    found = project.definition(dotted, facts)
    if found is not None:
        return found if found.value is None else True
    owner = dotted if project.locate(dotted, facts.file) is not None else ""
    while "." in owner:
        owner = owner.rpartition(".")[0]
        above = project.definition(owner, facts)
        if above is not None and (above.value is not None or above.cls is not None):
            return True
    return False


# -- what names are bound to -----------------------------------------------------------------------------------------


@kept_by_file
def _parameters(facts: Facts) -> frozenset[str]:
    """The parameters that a fixture or `patch` may fill: those of tests, hooks and decorated functions."""
    return frozenset(
        parameter.arg
        for function in facts.functions
        if function.node.decorator_list or function.name.startswith("test") or function.hook is not None
        for parameter in parameters_of(function.node)
    )


@kept_by_file
def _values(facts: Facts) -> dict[str, list[ast.expr]]:
    """What each name is bound to, as far as that may be a mock."""
    found: dict[str, list[ast.expr]] = {}
    for name, value in _assigned(facts):
        if value.__class__ in _GIVING:
            found.setdefault(name, []).append(value)
    return found


def _assigned(facts: Facts) -> Iterator[tuple[str, ast.expr]]:
    """The names that statements bind, each with what it gets, or with what it gets one of."""
    for statement in facts.nodes(ast.Assign):
        value = statement.value
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, value
            elif isinstance(value, (ast.Tuple, ast.List)):
                yield from ((name.id, inner) for name in target_names(target) for inner in _elements(value))
    bound: list[ast.AnnAssign | ast.NamedExpr] = [*facts.nodes(ast.AnnAssign), *facts.nodes(ast.NamedExpr)]
    for other in bound:
        if isinstance(other.target, ast.Name) and other.value is not None:
            yield other.target.id, other.value
    blocks: list[ast.With | ast.AsyncWith] = [*facts.nodes(ast.With), *facts.nodes(ast.AsyncWith)]
    for item in (item for block in blocks for item in block.items):
        if isinstance(item.optional_vars, ast.Name):
            yield item.optional_vars.id, item.context_expr


def _elements(display: ast.Tuple | ast.List) -> Iterator[ast.expr]:
    """What stands in a display, and in those inside it."""
    for element in display.elts:
        if isinstance(element, (ast.Tuple, ast.List)):
            yield from _elements(element)
        else:
            yield element


def _may_give(project: Project, facts: Facts, value: ast.expr) -> bool:
    """May an expression of one of the types that may give a mock give one?"""
    node = value.value if isinstance(value, ast.Await) else value
    if not isinstance(node, ast.Call):
        return True
    found = meaning(project, facts, node.func)
    if found is False:
        return (facts.resolve(node.func) or "").partition(".")[0] in _PASSING
    return found is True or found.cls is None or mock_class(project, found.cls) is not None


@kept_by_file
def _imports(facts: Facts) -> dict[str, list[str]]:
    """The names that a file imports anywhere, and what each may be."""
    found: dict[str, list[str]] = {}
    for node in facts.nodes(ast.Import):
        for alias in node.names:
            target = alias.name if alias.asname else alias.name.partition(".")[0]
            found.setdefault(alias.asname or target, []).append(target)
    for statement in facts.nodes(ast.ImportFrom):
        base = facts.absolute("." * statement.level + (statement.module or ""))
        for alias in statement.names:
            found.setdefault(alias.asname or alias.name, []).append(f"{base}.{alias.name}")
    return found
