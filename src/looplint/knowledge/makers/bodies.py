"""What the source of a plain function says about what it returns. Runs inside a library's environment."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING, Any

from looplint.knowledge.makers.look_up import attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_VALUES = (
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.Constant,
    ast.Dict,
    ast.DictComp,
    ast.JoinedStr,
    ast.List,
    ast.ListComp,
    ast.Tuple,
    ast.UnaryOp,
)


def delegate(function: Any, owner: Any, is_coroutine: Callable[[Any], bool]) -> str | None:
    """X where every return is `return self.X(...)` or `super().X(...)` and X is a coroutine function of `owner`."""
    definition = _definition(inspect.unwrap(function))
    if definition is None:
        return None
    returned = [node.value for node in _own_nodes(definition, ast.Return) if isinstance(node, ast.Return)]
    names = [_method_of_self(value) for value in returned]
    if not names:
        return None
    for name in names:
        if name is None or name == definition.name:
            return None
        if not is_coroutine(attempt(getattr, owner, name, default=None)):
            return None
    return names[0]


def hands_on_a_result(function: Any) -> bool:
    """Does it return something that only another object's method, or an attribute, could tell us about?"""
    definition = _definition(function)
    if definition is None:
        return True
    if any(_own_nodes(definition, ast.Yield, ast.YieldFrom)):
        return False
    return any(
        isinstance(node, ast.Return) and node.value is not None and not _is_value(node.value)
        for node in _own_nodes(definition, ast.Return)
    )


def _definition(function: Any) -> ast.FunctionDef | None:
    source = attempt(inspect.getsource, function, default="")
    tree = attempt(ast.parse, textwrap.dedent(source), default=ast.Module([], []))
    return tree.body[0] if tree.body and isinstance(tree.body[0], ast.FunctionDef) else None


def _own_nodes(definition: ast.FunctionDef, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    todo: list[ast.AST] = list(definition.body)
    while todo:
        node = todo.pop()
        if isinstance(node, _INNER):
            continue
        if isinstance(node, kinds):
            yield node
        todo.extend(ast.iter_child_nodes(node))


def _method_of_self(value: ast.expr | None) -> str | None:
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return None
    match value.func.value:
        case ast.Name(id="self") | ast.Call(func=ast.Name(id="super")):
            return value.func.attr
    return None


def _is_value(node: ast.expr) -> bool:
    return isinstance(node, _VALUES) or (isinstance(node, ast.Name) and node.id == "self")
