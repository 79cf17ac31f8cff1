"""One step through a helper: what a sync function of the project does whenever a call reaches it.

Which files could hold such a helper is judged by bytes, so that only suspects are parsed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from looplint.model.names import BindingKind, last_name
from looplint.project import files
from looplint.project.asked import noted
from looplint.project.code.values import MOCK_API, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition
    from looplint.project.questions import Project

Words = tuple[bytes, ...]
"""One of these stands in every file whose helpers could matter."""
_T = TypeVar("_T")
_GUARDS = ("get_running_loop", "_get_running_loop", "is_running", "current_async_library", "current_task", "apply")


def may_reach(project: Project, facts: Facts, words: Words) -> bool:
    """Could code of a file reach such a helper, itself or through its imports? Most files could not."""
    near = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    if any(_says(seen, words) for seen in near):
        return True
    bindings = (b for bs in facts.scope(facts.tree).names.values() for b in bs if b.kind is BindingKind.IMPORT)
    located = (project.locate(facts.absolute(b.target or ""), facts.file) for b in bindings)
    return any(_mentions(project, path, words) for path in {place[0] for place in located if place is not None})


@noted
def _says(facts: Facts, words: Words) -> bool:
    """Does a file hold one of the words? Of a conftest.py every file below it wants to know."""
    return any(word in facts.source.raw for word in words)


@noted
def _mentions(project: Project, path: Path, words: Words) -> bool:
    """Does a file, or for a package that may re-export a file beside it, hold one of the words?"""
    beside = files.names(path.parent, r"\.py$") if path.name == "__init__.py" else ()
    paths = [path.parent / name for name in beside] or [path]
    return any(project.mentions(seen, word) for seen in paths for word in words)


def reached_helper(project: Project, facts: Facts, call: ast.Call, words: Words) -> tuple[Definition, Function] | None:
    """The plain sync function that a call reaches; None for any other, or where it is not known."""
    if not _worth_following(project, facts, call.func, words):
        return None
    value = project.infer(facts, call.func)
    if not isinstance(value, FunctionValue) or value.definition.function is None:
        return None
    function = value.definition.function
    if function.is_async or function.is_generator or not _plain(function):
        return None
    return value.definition, function


def _worth_following(project: Project, facts: Facts, func: ast.expr, words: Words) -> bool:
    """Could a call lead to such a helper? Judged by bytes, so that files without such calls are not parsed."""
    if isinstance(func, ast.Attribute) and (func.attr in MOCK_API or not _defines_helper(project, func.attr, words)):
        return False
    base = func
    while isinstance(base, (ast.Attribute, ast.Call)):
        base = base.value if isinstance(base, ast.Attribute) else base.func
    if not isinstance(base, ast.Name):
        return False
    dotted = facts.resolve(base)
    if dotted is None or dotted.startswith(f"{facts.module_name}."):
        return True
    located = project.locate(dotted, facts.file)
    if located is None:
        return False
    return _mentions(project, located[0], words)


@noted
def _defines_helper(project: Project, name: str, words: Words) -> bool:
    """Is there a plain def of that name in a file that holds one of the words? Most methods are of other files."""
    paths = project.defined_names.files(name, is_async=False)
    return any(project.mentions(path, word) for path in paths for word in words)


def _plain(function: Function) -> bool:
    return all(d.name in ("builtins.staticmethod", "builtins.classmethod") for d in function.decorators)


def first_unguarded(function: Function, what: Callable[[ast.Call], _T | None]) -> _T | None:
    """The first call of a kind that a function makes whenever it is called, without looking whether a loop runs.

    `what` says of a call what it is; None for those that do not matter.
    """
    facts = function.facts
    found: _T | None = None
    for node in function.walk():
        if isinstance(node, ast.Call):
            leaf = last_name(node.func)
            if leaf in _GUARDS:
                return None
            if found is None and not facts.in_raises(node) and is_certain(facts, node, function):
                found = what(node)
                if found is not None and _may_return_before(function, node):
                    return None
    return found


def _may_return_before(function: Function, call: ast.Call) -> bool:
    """Does a `return` stand above the call? Then it may be for other arguments only."""
    returns = (node for node in function.walk() if isinstance(node, ast.Return))
    return any((node.end_lineno or 0, node.end_col_offset or 0) < (call.lineno, call.col_offset) for node in returns)


def is_certain(facts: Facts, node: ast.AST, function: Function) -> bool:
    """Is the node reached on every way through the function (no branch, loop or handler around it)?"""
    child: ast.AST = node
    for up in facts.parents(node):
        if up is function.node:
            return True
        if isinstance(
            up, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.BoolOp, ast.Match)
        ):
            return False
        if isinstance(up, (ast.Lambda, ast.ClassDef, ast.GeneratorExp)):
            return False
        if isinstance(up, ast.Try) and child in up.orelse:
            return False
        child = up
    return False
