"""Which dotted name an expression has: imports, aliases, shadowing.

One resolver serves every rule and the CST side alike (`Facts.resolve`, `Facts.resolve_text`). It answers with the full
dotted name, or None where the name may mean anything else. Follows Python's scopes: comprehension, lambda, function,
(class body only for code directly in it), module, builtins.
"""

from __future__ import annotations

import ast
import builtins
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from looplint.model.nodes import node_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BUILTINS = frozenset(dir(builtins))
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_INNER_SCOPES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda})
_BINDING_NOTHING = frozenset({ast.Expr, ast.Return, ast.Pass, ast.Raise, ast.Assert, ast.Break, ast.Continue})
"""Statements that bind no name by themselves: more than half of all."""
_SIMPLE = frozenset({ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete})
"""Statements without statements in them that bind names."""
SIMPLE_STATEMENTS = frozenset({*_BINDING_NOTHING, *_SIMPLE, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal})
"""Statements without statements in them; not all of them, since new ones may come with new versions of Python."""
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class BindingKind(Enum):
    """How a name came to be bound."""

    IMPORT = "import"
    DEFINITION = "definition"
    ASSIGNMENT = "assignment"
    PARAMETER = "parameter"


class Binding(NamedTuple):
    """One binding of one name in one scope (a tuple, because very many are made).

    `target` is the dotted name for imports (relative ones start with dots, as written), the qualified name for
    definitions, None otherwise; `value` is the assigned expression where there is exactly one.
    """

    kind: BindingKind
    node: ast.AST
    target: str | None = None
    value: ast.expr | None = None
    conditional: bool = False
    type_checking: bool = False


class Scope:
    """The names that a module, class or function binds itself, and star imports."""

    __slots__ = ("globals", "names", "stars")

    def __init__(self) -> None:
        self.names: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        self.globals: set[str] = set()

    def bind(self, name: str, binding: Binding) -> None:
        """Record one more binding of `name`."""
        known = self.names.get(name)
        if known is None:
            self.names[name] = [binding]
        else:
            known.append(binding)


def dotted_parts(node: ast.expr) -> tuple[ast.Name, list[str]] | None:
    """The base name and the attributes of `a.b.c`; None for anything else."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        attributes.reverse()
        return node, attributes
    return None


def last_name(node: ast.AST) -> str:
    """`c` of `a.b.c`, of `f().c` and of `c`; "" where the expression has no name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def dotted_text(node: ast.expr) -> str | None:
    """`a.b.c` as written, None for anything but a dotted name."""
    parts = dotted_parts(node)
    return None if parts is None else ".".join((parts[0].id, *parts[1]))


def target_names(target: ast.expr) -> Iterator[ast.Name]:
    """The names that an assignment target binds."""
    if isinstance(target, ast.Name):
        yield target
    elif isinstance(target, ast.Starred):
        yield from target_names(target.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from target_names(element)


def parameters_of(node: FunctionNode | ast.Lambda) -> list[ast.arg]:
    """All parameters in source order."""
    a = node.args
    found = [*a.posonlyargs, *a.args]
    if a.vararg:
        found.append(a.vararg)
    found += a.kwonlyargs
    if a.kwarg:
        found.append(a.kwarg)
    return found


def is_type_checking(test: ast.expr) -> bool:
    """`TYPE_CHECKING` or `typing.TYPE_CHECKING`."""
    return (dotted_text(test) or "").split(".")[-1] == "TYPE_CHECKING"


def import_bindings(
    node: ast.Import | ast.ImportFrom, *, conditional: bool, type_checking: bool
) -> Iterator[tuple[str, Binding]]:
    """What an import statement binds; a star import yields the name `*`."""
    is_from = isinstance(node, ast.ImportFrom)
    base = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
    before = base if not base or base.endswith(".") else f"{base}."
    for alias in node.names:
        name = alias.name
        if is_from:
            target = base if name == "*" else f"{before}{name}"
        elif alias.asname:
            target = name
        else:
            target = name = name.partition(".")[0]
        yield alias.asname or name, Binding(BindingKind.IMPORT, node, target, None, conditional, type_checking)


def build_scope(
    owner: ast.Module | ast.ClassDef | FunctionNode, prefix: str, walrus: Iterable[ast.NamedExpr] = ()
) -> Scope:
    """Collect the bindings of a scope from its own statements.

    `prefix` qualifies its definitions; `walrus` are its own `:=`.
    """
    scope = Scope()
    if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for parameter in parameters_of(owner):
            scope.bind(parameter.arg, Binding(BindingKind.PARAMETER, parameter))
    _collect(scope, owner.body, prefix, conditional=False, type_checking=False)
    for expression in walrus:
        scope.bind(expression.target.id, Binding(BindingKind.ASSIGNMENT, expression, value=expression.value))
    return scope


def own_expressions(owner: ast.Module | ast.ClassDef | FunctionNode) -> Iterator[ast.AST]:
    """Every node of a scope's own code: nested functions, classes and lambdas are left out."""
    stack: list[ast.AST] = list(reversed(owner.body))
    fields = node_fields
    while stack:
        node = stack.pop()
        yield node
        if node.__class__ in _INNER_SCOPES:
            continue
        for field in reversed(fields[node.__class__]):
            value = getattr(node, field)
            if value.__class__ is list:
                stack += [child for child in reversed(value) if child is not None]
            elif value is not None:
                stack.append(value)


def _collect(scope: Scope, body: Iterable[ast.stmt], prefix: str, *, conditional: bool, type_checking: bool) -> None:
    for stmt in body:
        if stmt.__class__ in _BINDING_NOTHING:
            continue
        if isinstance(stmt, (ast.Import, ast.ImportFrom)):
            for name, binding in import_bindings(stmt, conditional=conditional, type_checking=type_checking):
                if name == "*":
                    scope.stars.append(binding.target or "")
                else:
                    scope.bind(name, binding)
        elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            scope.bind(
                stmt.name,
                Binding(BindingKind.DEFINITION, stmt, f"{prefix}{stmt.name}", conditional=conditional),
            )
        elif isinstance(stmt, (ast.Global, ast.Nonlocal)):
            scope.globals.update(stmt.names)
        else:
            _collect_assignments(scope, stmt, conditional=conditional)
            if stmt.__class__ in _SIMPLE:
                continue
            for nested, certain in _nested_bodies(stmt):
                checking = type_checking or (isinstance(stmt, ast.If) and is_type_checking(stmt.test))
                _collect(scope, nested, prefix, conditional=conditional or not certain, type_checking=checking)


def _nested_bodies(stmt: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    """The statement lists inside a compound statement, and whether they certainly run."""
    certain = isinstance(stmt, (ast.With, ast.AsyncWith))
    for field in ("body", "orelse", "finalbody"):
        nested = getattr(stmt, field, None)
        if isinstance(nested, list) and nested and isinstance(nested[0], ast.stmt):
            yield nested, certain or field == "finalbody"
    for handler in getattr(stmt, "handlers", ()):
        yield handler.body, False
    for case in getattr(stmt, "cases", ()):
        yield case.body, False


def _collect_assignments(scope: Scope, stmt: ast.stmt, *, conditional: bool) -> None:
    """Record what a statement itself binds, with the value where it has one of its own."""
    if isinstance(stmt, ast.Assign):
        for target in stmt.targets:
            if isinstance(target, ast.Name):
                scope.bind(target.id, Binding(BindingKind.ASSIGNMENT, stmt, None, stmt.value, conditional))
            else:
                _bind_target(scope, stmt, target, conditional=conditional)
    elif isinstance(stmt, ast.AnnAssign):
        if isinstance(stmt.target, ast.Name) and stmt.value is not None:
            scope.bind(stmt.target.id, Binding(BindingKind.ASSIGNMENT, stmt, None, stmt.value, conditional))
    elif isinstance(stmt, ast.Match):
        for name, node in _captured(stmt):
            scope.bind(name, Binding(BindingKind.ASSIGNMENT, node, conditional=conditional))
    else:
        _collect_others(scope, stmt, conditional=conditional)


def _collect_others(scope: Scope, stmt: ast.stmt, *, conditional: bool) -> None:
    for target in _other_targets(stmt):
        _bind_target(scope, stmt, target, conditional=conditional)
    for handler in getattr(stmt, "handlers", ()):
        if handler.name:
            scope.bind(handler.name, Binding(BindingKind.ASSIGNMENT, handler, conditional=conditional))


def _bind_target(scope: Scope, stmt: ast.stmt, target: ast.expr, *, conditional: bool) -> None:
    for name in target_names(target):
        scope.bind(name.id, Binding(BindingKind.ASSIGNMENT, stmt, None, None, conditional))


def _other_targets(stmt: ast.stmt) -> list[ast.expr]:
    if isinstance(stmt, (ast.AugAssign, ast.For, ast.AsyncFor)):
        return [stmt.target]
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in stmt.items if item.optional_vars is not None]
    return stmt.targets if isinstance(stmt, ast.Delete) else []


def _captured(stmt: ast.Match) -> Iterator[tuple[str, ast.AST]]:
    for case in stmt.cases:
        for node in ast.walk(case.pattern):
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(name, str):
                yield name, node


def bound_by(node: ast.AST) -> set[str]:
    """Names bound by a lambda's parameters or a comprehension's targets."""
    if isinstance(node, ast.Lambda):
        return {p.arg for p in parameters_of(node)}
    if isinstance(node, COMPREHENSIONS):
        return {name.id for generator in node.generators for name in target_names(generator.target)}
    return set()


def settle(bindings: list[Binding]) -> Binding | None:
    """The one binding that decides; an import wins over what `except ImportError` puts in its place."""
    if len(bindings) == 1:
        return bindings[0]
    imports = [b for b in bindings if b.kind is BindingKind.IMPORT]
    if imports and all(b.kind is BindingKind.IMPORT or b.conditional for b in bindings):
        return next((b for b in imports if not b.type_checking), imports[0])
    if bindings and all(b.kind is BindingKind.DEFINITION for b in bindings):
        return bindings[-1]
    return None
