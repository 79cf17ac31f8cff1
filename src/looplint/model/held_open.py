"""Context managers that are open while a generator stands at one of its yields.

Entered by `with` and `async with`, through an exit stack, or by calling `__aenter__` before the yield and `__aexit__`
after it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import BindingKind, dotted_text, settle
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts

EXIT_STACKS = ("contextlib.AsyncExitStack", "contextlib.ExitStack")
_ENTER_ON_STACK = ("enter_async_context", "enter_context")
_CLOSE_STACK = ("aclose", "close", "__aexit__", "__exit__")
_ENTER = ("__aenter__", "__enter__")
_EXIT = ("__aexit__", "__exit__")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOpen:
    """A context manager open at a yield: `context` is the expression that is entered, as written there."""

    context: ast.expr
    at: ast.Yield


def held_open(function: Function) -> Iterator[HeldOpen]:
    """What a generator holds open at its yields, in source order, each context expression once."""
    found: dict[ast.expr, ast.Yield] = {}
    for at in function.yields:
        if isinstance(at, ast.Yield):
            for context in _open_at(function, at):
                found.setdefault(context, at)
    for context in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        yield HeldOpen(context=context, at=found[context])


def value_of(facts: Facts, node: ast.expr) -> ast.expr:
    """The expression that a local or module variable stands for, where it is assigned once; else `node` itself."""
    if not isinstance(node, ast.Name):
        return node
    found = facts.lookup(node.id, node)
    binding = settle(found[1]) if found is not None else None
    if binding is None or binding.kind is not BindingKind.ASSIGNMENT or binding.value is None:
        return node
    return binding.value


def entered_by_call(function: Function) -> Iterator[tuple[ast.expr, ast.Call]]:
    """What a function enters by a call: `context.__aenter__()`, `stack.enter_async_context(context)`; and that call."""
    for call in _method_calls(function.walk()):
        if _attr(call) in _ENTER and not call.args:
            yield _owner(call), call
        elif _attr(call) in _ENTER_ON_STACK and call.args:
            yield call.args[0], call


def left_by_call(function: Function) -> Iterator[ast.Call]:
    """The calls by which a function leaves a context manager or closes an exit stack."""
    return (call for call in _method_calls(function.walk()) if _attr(call) in _CLOSE_STACK)


def _open_at(function: Function, at: ast.Yield) -> Iterator[ast.expr]:
    facts = function.facts
    child: ast.AST = at
    for up in facts.parents(at):
        if up is function.node:
            break
        if isinstance(up, (ast.With, ast.AsyncWith)) and child in up.body:
            for item in up.items:
                if _is_stack(facts, item.context_expr):
                    yield from _on_stack(function, item.optional_vars, at, within=up)
                else:
                    yield item.context_expr
        child = up
    yield from _by_hand(function, at)


def _is_stack(facts: Facts, node: ast.expr) -> bool:
    value = value_of(facts, node)
    return isinstance(value, ast.Call) and facts.resolve(value.func) in EXIT_STACKS


def _on_stack(function: Function, stack: ast.expr | None, at: ast.Yield, within: ast.AST) -> Iterator[ast.expr]:
    """What is put on the stack of a `with` before the yield, unless its content is taken away again."""
    name = stack.id if isinstance(stack, ast.Name) else None
    if name is None:
        return
    calls = [call for call in _method_calls(ast.walk(within)) if _receiver(call) == name]
    if any(_attr(call) in ("pop_all", *_CLOSE_STACK) for call in calls):
        return
    own = set(function.walk())
    for call in calls:
        if _attr(call) in _ENTER_ON_STACK and call.args and call in own and _comes_before(call, at):
            yield call.args[0]


def _by_hand(function: Function, at: ast.Yield) -> Iterator[ast.expr]:
    """What is entered by a call before the yield and left by a call after it."""
    calls = list(_method_calls(function.walk()))
    before = {(_receiver(call), _attr(call)) for call in calls if _comes_before(call, at)}
    after = {(_receiver(call), _attr(call)) for call in calls if not _comes_before(call, at)}
    for context, call in entered_by_call(function):
        name = _receiver(call)
        if name is None or not _comes_before(call, at):
            continue
        ends: tuple[str, ...] = _EXIT
        if _attr(call) in _ENTER_ON_STACK:
            ends = _CLOSE_STACK if _is_stack(function.facts, _owner(call)) else ()
        left = any((name, end) in after for end in ends)
        if left and not any((name, end) in before for end in (*ends, "pop_all")):
            yield context


def _comes_before(call: ast.Call, at: ast.Yield) -> bool:
    """Is the call written before the yield, or inside what it yields?"""
    end = (at.end_lineno or at.lineno, at.end_col_offset or at.col_offset)
    return (call.lineno, call.col_offset) < end


def _method_calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    return (node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))


def _owner(call: ast.Call) -> ast.expr:
    assert isinstance(call.func, ast.Attribute)
    return call.func.value


def _attr(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _receiver(call: ast.Call) -> str | None:
    """The dotted text on which a method is called."""
    return dotted_text(_owner(call))
