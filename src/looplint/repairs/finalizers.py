"""Repairs of clean-ups whose coroutine nobody awaits."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.nodes import is_parenthesised
from looplint.model.edit_helpers.rows import indentation, is_first_on_row
from looplint.model.edits import Edit, delete_statement, drop_parameter, import_edits, replace_node, settle
from looplint.model.finding import Applicability, Fix

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project.code.callables import CoroutineFunction
    from looplint.project.running.cleanups import Cleanup


def run_it(module: Module, found: Cleanup, function: CoroutineFunction, applicability: Applicability) -> Fix | None:
    """`addCleanup(f, a)` -> `addCleanup(lambda: asyncio.run(f(a)))`; None where `a` may be another by then."""
    text = _call_text(module, found, function)
    if text is None or "#" in module.text_of(found.call) or "\n" in module.text_of(found.call):
        return None
    package, edits = import_edits(module, "asyncio")
    callee = found.callee
    if isinstance(callee, ast.Lambda):
        edits += replace_node(module, callee.body, f"{package}.run({text})")
    else:
        last = [*found.call.args, *(keyword.value for keyword in found.call.keywords)][-1]
        edits += (Edit(module.span(callee)[0], module.span(last)[1], f"lambda: {package}.run({text})"),)
    if isinstance(found.call.func, ast.Attribute) and found.call.func.attr == "addAsyncCleanup":
        edits += replace_node(module, found.call.func, f"{module.text_of(found.call.func.value)}.addCleanup")
    return settle(Fix(message=f"run it: `lambda: asyncio.run({text})`", applicability=applicability, edits=edits))


def _call_text(module: Module, found: Cleanup, function: CoroutineFunction) -> str | None:
    """The call that gives the coroutine, as it is written in a lambda."""
    callee, arguments = found.callee, found.arguments
    if isinstance(callee, ast.Lambda):
        return module.text_of(callee.body) if not arguments else None
    if any(is_parenthesised(module, argument) for argument in found.call.args):
        return None
    inner: list[ast.expr | ast.keyword] = [*arguments]
    if isinstance(callee, ast.Call):
        if arguments or not function.is_name:
            return None
        inner = [*callee.args, *callee.keywords]
        text = module.text_of(callee)
    elif function.is_name:
        text = f"{module.text_of(callee)}({', '.join(module.text_of(argument) for argument in inner)})"
    else:
        return None
    values = [a.value if isinstance(a, ast.keyword) else a for a in inner]
    return text if all(_stays(module, value, found.call) for value in [function.inner, *values]) else None


def _stays(module: Module, node: ast.expr, at: ast.AST) -> bool:
    """Is an expression made of literals and of names that are set once, before this place and outside of loops?"""
    facts = module.facts
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Call, ast.Subscript, ast.Await, ast.NamedExpr, ast.Lambda, ast.Starred)):
            return False
        if isinstance(inner, ast.Name):
            found = facts.lookup(inner.id, inner)
            if found is None:
                continue
            if len(found[1]) != 1 or getattr(found[1][0].node, "lineno", 0) > getattr(at, "lineno", 0):
                return isinstance(found[0], ast.Module) and len(found[1]) == 1
            if any(isinstance(up, (ast.For, ast.While, ast.AsyncFor)) for up in facts.parents(at)):
                return isinstance(found[0], ast.Module)
    return True


def hand_over(module: Module, found: Cleanup, call: ast.Call, applicability: Applicability | None) -> Fix | None:
    """`addCleanup(lambda: f(a))`, `addAsyncCleanup(f(a))` -> `addAsyncCleanup(f, a)`.

    Without an applicability it is that of a lambda: safe where `f` and `a` are the same now as at the end.
    """
    func, callee = found.call.func, found.callee
    if found.arguments or "#" in module.text_of(found.call) or is_parenthesised(module, callee):
        return None
    if isinstance(callee, ast.Lambda) and (ast.unparse(callee.args) or any(_starred(a) for a in call.args)):
        return None
    parts: list[ast.expr | ast.keyword] = [call.func, *call.args, *call.keywords]
    start, end = module.span(callee)
    edits: tuple[Edit, ...] = (Edit(start, end, ", ".join(module.text_of(part) for part in parts)),)
    if isinstance(func, ast.Attribute) and func.attr != "addAsyncCleanup":
        edits += replace_node(module, func, f"{module.text_of(func.value)}.addAsyncCleanup")
    if applicability is None:
        is_method = isinstance(call.func, ast.Attribute)
        values = [*call.args, *(k.value for k in call.keywords)]
        same = all(_stays(module, value, found.call) and not _reads_attribute(value) for value in values)
        known = not is_method or _is_method_of_self(module, call.func)
        applicability = Applicability.SAFE if same and known else Applicability.UNSAFE
    return settle(Fix(message="add the coroutine function itself", applicability=applicability, edits=edits))


def _starred(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred)


def _reads_attribute(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Attribute) for inner in ast.walk(node))


def _is_method_of_self(module: Module, node: ast.expr) -> bool:
    cls = module.facts.class_of(node)
    on_self = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return on_self and cls is not None and isinstance(node, ast.Attribute) and node.attr in cls.methods


def await_after_yield(module: Module, fixture: Function, found: Cleanup, function: CoroutineFunction) -> Fix | None:
    """`request.addfinalizer(f)` … `return x` of an async fixture -> `yield x` and `await f()`.

    None where the fixture has another finalizer, other ways out, or an annotation that would no longer be true.
    """
    body = fixture.node.body
    statement, last = module.facts.parent(found.call), body[-1]
    text = _call_text(module, found, function)
    if text is None or statement not in body or fixture.is_generator or fixture.node.returns is not None:
        return None
    returns = [node for node in fixture.walk() if isinstance(node, ast.Return)]
    finalizers = [n for n in fixture.walk() if isinstance(n, ast.Attribute) and n.attr == "addfinalizer"]
    if returns != [last] or len(finalizers) != 1 or not isinstance(last, ast.Return):
        return None
    assert isinstance(statement, ast.stmt)
    edits = delete_statement(module, statement) + _yield_and_await(module, last, text)
    if sum(isinstance(node, ast.Name) and node.id == "request" for node in ast.walk(fixture.node)) == 1:
        edits += drop_parameter(module, fixture, "request")
    return settle(Fix(message="await it behind a `yield`", applicability=Applicability.UNSAFE, edits=edits))


def _yield_and_await(module: Module, last: ast.Return, text: str) -> tuple[Edit, ...]:
    """`return x  # why` -> `yield x  # why`, and a row that awaits."""
    start, end = module.span(last)
    source = module.source
    indent = indentation(module.text, start)
    if not is_first_on_row(module.text, start):
        indent = " " * last.col_offset
    row_end = module.text.find("\n", end)
    row_end = len(module.text) if row_end < 0 else row_end
    if module.text[row_end - 1 : row_end] == "\r":
        row_end -= 1
    keyword = Edit(start, start + len("return"), "yield")
    return keyword, Edit(row_end, row_end, f"{source.newline}{indent}await {text}")
