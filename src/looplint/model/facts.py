"""Facts: what one file says, indexed from one stdlib `ast` parse.

Everything beyond the definitions is lazy: a file that no rule suspects costs its parse and a walk over its statements.
"""

from __future__ import annotations

import ast
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from looplint.model.bound_names import bound_elsewhere, standing_for_dotted
from looplint.model.definitions import Class, Decorator, Function
from looplint.model.names import (
    BUILTINS,
    COMPREHENSIONS,
    SIMPLE_STATEMENTS,
    Binding,
    BindingKind,
    Scope,
    bound_by,
    build_scope,
    dotted_parts,
    dotted_text,
    last_name,
    settle,
)
from looplint.model.parsing import parse
from looplint.model.walked import Walked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.source import Source

_ALIAS_DEPTH = 8
_BINDERS = frozenset({ast.Lambda, *COMPREHENSIONS})
_RAISES = ("pytest.raises", "pytest.warns", "contextlib.suppress", "pytest.deprecated_call")


class Facts(Walked):
    """The index over one file's `ast`.

    `module_name` is the dotted import name ("tests.app.test_x", "" where unknown); it qualifies own definitions and
    anchors relative imports. `file` is its absolute path, None for text without a file.
    """

    def __init__(
        self,
        source: Source,
        tree: ast.Module,
        module_name: str = "",
        *,
        is_package: bool = False,
        file: Path | None = None,
    ) -> None:
        super().__init__(tree)
        self.source = source
        self.file = file
        self.module_name = module_name
        self.is_package = is_package
        self.inferred: dict[ast.expr, Any] = {}
        """What inference found out about expressions of this file, for the floor above to remember."""
        self.notes: dict[Any, Any] = {}
        """What else the floor above remembers of this file; each note under a key of its own."""
        self._scopes: dict[ast.AST, Scope] = {}
        self._resolved: dict[ast.expr, str | None] = {}
        self._resolved_names: dict[str, str | None] = {}

    @classmethod
    def parse(
        cls, source: Source, module_name: str = "", *, is_package: bool = False, file: Path | None = None
    ) -> Facts:
        """Parse and index a file; raises SourceError where it cannot be parsed."""
        return cls(source, parse(source), module_name, is_package=is_package, file=file)

    def give_up(self) -> None:
        """Let go of everything, because nobody will ask again.

        Definitions and their file refer to each other; once they do not, all memory is free at once, and the garbage
        collector need not look for it.
        """
        for definition in (*self.functions, *self.classes):
            definition.__dict__.clear()
        self.__dict__.clear()

    # -- definitions -------------------------------------------------------------------------------------------------

    @cached_property
    def _definitions(self) -> tuple[list[Function], list[Class], dict[ast.AST, Function | Class]]:
        functions: list[Function] = []
        classes: list[Class] = []
        by_node: dict[ast.AST, Function | Class] = {}
        stack: list[tuple[ast.stmt, str, Class | None, Function | None]] = [
            (stmt, "", None, None) for stmt in _compound(self.tree.body)
        ]
        while stack:
            stmt, prefix, cls, outer = stack.pop()
            if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
                function = Function(self, stmt, f"{prefix}{stmt.name}", cls, outer)
                functions.append(function)
                by_node[stmt] = function
                if cls is not None and not _completes_property(stmt):
                    cls.methods[stmt.name] = function
                inner = f"{function.qualname}.<locals>."
                stack += [(s, inner, None, function) for s in _compound(stmt.body)]
            elif isinstance(stmt, ast.ClassDef):
                found = Class(self, stmt, f"{prefix}{stmt.name}", cls, outer)
                classes.append(found)
                by_node[stmt] = found
                stack += [(s, f"{found.qualname}.", found, outer) for s in _compound(stmt.body)]
            else:
                stack += [(s, prefix, cls, outer) for s in _compound(_substatements(stmt))]
        return functions, classes, by_node

    @property
    def functions(self) -> list[Function]:
        """Every def of the file, nested ones too, in source order."""
        return self._definitions[0]

    @property
    def classes(self) -> list[Class]:
        """Every class of the file, in source order."""
        return self._definitions[1]

    def function(self, qualname: str) -> Function | None:
        """The last def of that qualified name ("helper", "TestA.test_x")."""
        return next((f for f in reversed(self.functions) if f.qualname == qualname), None)

    def cls(self, qualname: str) -> Class | None:
        """The last class of that qualified name."""
        return next((c for c in reversed(self.classes) if c.qualname == qualname), None)

    def definition_at(self, node: ast.AST) -> Function | Class | None:
        """The Function or Class that a def node stands for."""
        return self._definitions[2].get(node)

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost def whose body holds `node`; a def node is held by the function around it."""
        owner: ast.AST = self.scope_owner(node)
        while isinstance(owner, ast.ClassDef):
            owner = self.scope_owner(owner)
        found = self._definitions[2].get(owner)
        return found if isinstance(found, Function) else None

    def class_of(self, node: ast.AST) -> Class | None:
        """The innermost class around `node`: the class of its method, or of its class body."""
        owner: ast.AST = self.scope_owner(node)
        while not isinstance(owner, ast.Module):
            found = self._definitions[2].get(owner)
            if isinstance(found, Class):
                return found
            owner = self.scope_owner(owner)
        return None

    def in_raises(self, node: ast.AST) -> bool:
        """Is `node` inside `pytest.raises`, `assertRaises`, `suppress` or a `try` with handlers?"""
        child = node
        for up in self.parents(node):
            if isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return False
            if self.catches(up, child):
                return True
            child = up
        return False

    def catches(self, up: ast.AST, child: ast.AST) -> bool:
        """Does `up` expect or catch an error of `child`, one of its own parts?"""
        if isinstance(up, (ast.With, ast.AsyncWith)):
            return child in up.body and any(self._expects_error(item.context_expr) for item in up.items)
        if isinstance(up, ast.Call):
            return child in up.args[1:] and self._expects_error(up)
        return isinstance(up, ast.Try) and child in up.body and bool(up.handlers)

    def _expects_error(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assertRaises"):
            return True
        return self.resolve(node.func) in _RAISES

    def calls_to(self, *names: str) -> Iterator[ast.Call]:
        """Calls whose function resolves to one of the dotted names."""
        last = {name.rpartition(".")[2] for name in names}
        aliased = self.aliased_names
        for call in self.calls:
            func = call.func
            leaf = last_name(func)
            if (leaf in last or leaf in aliased) and self.resolve(func) in names:
                yield call

    @cached_property
    def has_yields(self) -> bool:
        """May there be a generator in the file? Judged by its bytes."""
        return b"yield" in self.source.raw

    @cached_property
    def aliased_names(self) -> frozenset[str]:
        """Names bound by `import … as`, and names assigned at module level: their last part says nothing."""
        found: set[str] = set()
        imports: list[ast.Import | ast.ImportFrom] = [*self.nodes(ast.Import), *self.nodes(ast.ImportFrom)]
        for node in imports:
            found.update(alias.asname for alias in node.names if alias.asname)
        module = self.scope(self.tree)
        for name, bindings in module.names.items():
            if any(b.kind is BindingKind.ASSIGNMENT and b.value is not None for b in bindings):
                found.add(name)
        return frozenset(found)

    # -- names -------------------------------------------------------------------------------------------------------

    def scope(self, owner: ast.AST) -> Scope:
        """The bindings of a module, class or def node."""
        scope = self._scopes.get(owner)
        if scope is None:
            assert isinstance(owner, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            scope = self._scopes[owner] = build_scope(owner, self._prefix(owner), self._walrus.get(owner, ()))
        return scope

    @cached_property
    def _walrus(self) -> dict[ast.AST, list[ast.NamedExpr]]:
        """The `:=` of each scope; those in lambdas bind for the lambda alone."""
        found: dict[ast.AST, list[ast.NamedExpr]] = {}
        if ":=" in self.source.text:
            for node in self.nodes(ast.NamedExpr):
                if not self.in_lambda(node):
                    found.setdefault(self.scope_owner(node), []).append(node)
        return found

    def _prefix(self, owner: ast.AST) -> str:
        base = f"{self.module_name}." if self.module_name else "."
        found = self._definitions[2].get(owner)
        if found is None:
            return base
        return f"{base}{found.qualname}{'.<locals>.' if isinstance(found, Function) else '.'}"

    def scopes_at(self, node: ast.AST) -> Iterator[tuple[ast.AST, Scope]]:
        """The def, class and module scopes that code at `node` sees, innermost first."""
        owner: ast.AST = self.scope_owner(node)
        first = True
        while True:
            if first or not isinstance(owner, ast.ClassDef):
                yield owner, self.scope(owner)
            if isinstance(owner, ast.Module):
                return
            first = False
            owner = self.scope_owner(owner)

    def lookup(self, name: str, at: ast.AST) -> tuple[ast.AST, list[Binding]] | None:
        """The scope owner and the bindings that `name` has at `at`; None where nothing in the file binds it.

        A name bound by a comprehension or lambda around `at` gives that node and no bindings.
        """
        if name in self._bound_inside:
            parents = self._index[0]
            up = parents.get(at)
            while up is not None and not isinstance(up, ast.stmt):
                if up.__class__ in _BINDERS and name in bound_by(up):
                    return up, []
                up = parents.get(up)
        owner: ast.AST = self.scope_owner(at)
        scope = self._scopes.get(owner) or self.scope(owner)
        while True:
            if name in scope.globals:
                module = self.scope(self.tree)
                return (self.tree, module.names[name]) if name in module.names else None
            if name in scope.names:
                return owner, scope.names[name]
            if owner is self.tree:
                return None
            owner = self.scope_owner(owner)
            while owner.__class__ is ast.ClassDef:
                owner = self.scope_owner(owner)
            scope = self._scopes.get(owner) or self.scope(owner)

    @cached_property
    def _bound_inside(self) -> frozenset[str]:
        """The names that some lambda or comprehension of the file binds."""
        return frozenset().union(*(bound_by(node) for kind in _BINDERS for node in self._index[1].get(kind, ())))

    def of_module(self, name: str) -> Binding | None:
        """The import or definition of the module that a name is wherever the file reads it; None for any other."""
        if name in self._bound_elsewhere:
            return None
        return settle(self.scope(self.tree).names.get(name, []))

    def resolve(self, node: ast.expr) -> str | None:
        """The full dotted name of a name or attribute chain; None where it may be anything."""
        if node in self._resolved:
            return self._resolved[node]
        parts = dotted_parts(node)
        found = None
        if parts is not None:
            base = self._resolve_name(parts[0].id, parts[0], _ALIAS_DEPTH)
            found = None if base is None else ".".join((base, *parts[1]))
        self._resolved[node] = found
        return found

    def resolve_text(self, text: str, at: ast.AST | None = None) -> str | None:
        """`resolve` for a dotted name given as text, as code at `at` (default: at module level) would see it."""
        base, _, rest = text.partition(".")
        found = self._resolve_name(base, at if at is not None else self.tree, _ALIAS_DEPTH)
        if found is None:
            return None
        return f"{found}.{rest}" if rest else found

    @cached_property
    def _dotted_names(self) -> frozenset[str]:
        return standing_for_dotted(self._index[1])

    @cached_property
    def _bound_elsewhere(self) -> frozenset[str]:
        return bound_elsewhere(self._index[1], self.scope(self.tree))

    def _resolve_name(self, name: str, at: ast.AST, depth: int) -> str | None:
        if name not in self._dotted_names and name not in BUILTINS:
            return None
        if name in self._bound_elsewhere:
            return self._search_name(name, at, depth)
        if name not in self._resolved_names:
            self._resolved_names[name] = self._search_name(name, self.tree, depth)
        return self._resolved_names[name]

    def _search_name(self, name: str, at: ast.AST, depth: int) -> str | None:
        found = self.lookup(name, at)
        if found is None:
            return f"builtins.{name}" if name in BUILTINS and not self.scope(self.tree).stars else None
        binding = settle(found[1])
        if binding is None:
            return None
        if binding.target is not None:
            if binding.kind is BindingKind.IMPORT:
                return self.absolute(binding.target)
            return binding.target.removeprefix(".")
        if binding.kind is BindingKind.ASSIGNMENT and binding.value is not None and depth:
            if dotted_text(binding.value) in (None, name):
                return None
            parts = dotted_parts(binding.value)
            assert parts is not None
            base = self._resolve_name(parts[0].id, binding.value, depth - 1)
            return None if base is None else ".".join((base, *parts[1]))
        return None

    def absolute(self, dotted: str) -> str:
        """A relative import target (leading dots) as an absolute dotted name, anchored at this module.

        Where it leads to the root of the project, a module there that is named like one of the standard library is not
        that one: it stays relative.
        """
        level = len(dotted) - len(dotted.lstrip("."))
        if not level:
            return dotted
        parts = self.module_name.split(".") if self.module_name else []
        drop = level - 1 if self.is_package else level
        is_at_root = drop == len(parts)
        if drop > len(parts) or (is_at_root and dotted[level:].partition(".")[0] in sys.stdlib_module_names):
            return dotted
        return ".".join((*parts[: len(parts) - drop], *filter(None, [dotted[level:]])))

    def decorator(self, node: ast.expr) -> Decorator:
        """A decorator expression with its resolved name."""
        call = node if isinstance(node, ast.Call) else None
        return Decorator(node=node, name=self.resolve(call.func if call else node), call=call)


def _completes_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Is it the setter or deleter of a property, which leaves the getter what reading the attribute calls?"""
    return any(
        isinstance(d, ast.Attribute) and d.attr in ("setter", "deleter") and dotted_text(d.value) == node.name
        for d in node.decorator_list
    )


def _compound(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that may hold others, last one first."""
    found = [stmt for stmt in body if stmt.__class__ not in SIMPLE_STATEMENTS]
    found.reverse()
    return found


def _substatements(stmt: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        for item in getattr(stmt, field, ()):
            if isinstance(item, ast.stmt):
                found.append(item)
            else:
                found += item.body
    return found
