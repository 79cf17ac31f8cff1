"""Repairs of tasks that nobody awaits: a name for the task, and its end at the end of the block."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.blocks import fills_rows, siblings
from looplint.model.edit_helpers.rows import indentation, is_last_on_row
from looplint.model.edits import IMPOSSIBLE, Edit, Fix, import_edits, settle
from looplint.model.finding import Applicability

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.module import Module
    from looplint.project.running.spawned_tasks import SpawnedTask

_MESSAGE = "keep the task, and await it (or cancel it) before the test ends"
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def end_task(module: Module, spawner: Function, task: SpawnedTask) -> Fix:
    """`task = create_task(...)` … `await task` at the end; only told where the coroutine may never end by itself."""
    edits = _edits(module, spawner, task)
    if not edits:
        return Fix(message=_MESSAGE, applicability=Applicability.DISPLAY)
    how = "cancel the task after the yield" if spawner.is_generator else "await the task at the end"
    return settle(Fix(message=how, applicability=Applicability.UNSAFE, edits=edits))


def _edits(module: Module, spawner: Function, task: SpawnedTask) -> tuple[Edit, ...]:
    if task.kept == "attribute" or (not spawner.is_generator and not _ends_by_itself(task.function)):
        return ()
    name = task.name
    edits: tuple[Edit, ...] = ()
    if task.kept == "dropped":
        if not isinstance(task.statement, ast.Expr) or task.statement.value is not task.call:
            return ()
        name = _free_name(spawner)
        start = module.span(task.call)[0]
        edits = (Edit(start, start, f"{name} = "),)
    elif task.kept == "name" and len(module.facts.scope(spawner.node).names[name]) > 1:
        return ()
    if task.kept == "list":
        if spawner.is_generator:
            return ()
        package, imported = import_edits(module, "asyncio", at=task.call)
        text, edits = f"await {package}.gather(*{name})", edits + imported
    else:
        text = f"{name}.cancel()" if spawner.is_generator else f"await {name}"
    return edits + append_to_block(module, _block_end(module, spawner, task), text)


def _ends_by_itself(function: Function | None) -> bool:
    """Is the coroutine known, and without a loop that goes on for ever?"""
    return function is not None and not any(isinstance(node, ast.While) for node in function.walk())


def _free_name(spawner: Function) -> str:
    taken = {node.id for node in ast.walk(spawner.node) if isinstance(node, ast.Name)} | set(spawner.parameters)
    taken |= {node.name for node in ast.walk(spawner.node) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    taken |= set(spawner.facts.scope(spawner.facts.tree).names)
    return next(name for name in ("task", *(f"task_{n}" for n in range(2, len(taken) + 4))) if name not in taken)


def _block_end(module: Module, spawner: Function, task: SpawnedTask) -> ast.stmt | None:
    """The last statement of the block that starts the task; for a list, of the function. None where neither will do."""
    statement = task.statement
    block = spawner.node.body if task.kept == "list" else siblings(module, statement)
    if task.kept != "list" and isinstance(module.facts.parent(statement), (ast.For, ast.AsyncFor, ast.While, ast.If)):
        return None
    if task.kept == "list" and statement not in spawner.node.body and not _is_local_to(spawner, task.name):
        return None
    last = block[-1]
    leaves = any(isinstance(node, ast.Return) and node.lineno > statement.lineno for node in spawner.walk())
    return None if isinstance(last, _ENDS) or leaves else last


def _is_local_to(spawner: Function, name: str) -> bool:
    """Is the list made in the body of the function itself?"""
    bindings = spawner.facts.scope(spawner.node).names.get(name, ())
    return len(bindings) == 1 and bindings[0].node in spawner.node.body


def append_to_block(module: Module, last: ast.stmt | None, text: str) -> tuple[Edit, ...]:
    """Write a statement on a row of its own below the last one of a block."""
    if last is None or not fills_rows(module, last):
        return IMPOSSIBLE
    start, end = module.span(last)
    newline = module.source.newline
    row_end = end
    while row_end < len(module.text) and module.text[row_end] not in "\r\n":
        row_end += 1
    rest = module.text[end:row_end].strip()
    if rest and not rest.startswith("#") and not is_last_on_row(module.text, end):
        return IMPOSSIBLE
    indent = indentation(module.text, start)
    if isinstance(last, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and last.decorator_list:
        indent = indentation(module.text, module.span(last.decorator_list[0])[0] - 1)
    return (Edit(row_end, row_end, f"{newline}{indent}{text}"),)
