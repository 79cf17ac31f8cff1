"""Name that asyncio does not have.

## What it does
Reports `asyncio.X` and `from asyncio import X` where no supported Python's asyncio has an `X`: methods of the loop taken for functions
(`asyncio.run_in_executor`), misspelt names, and names that are gone (`asyncio.coroutine`).

## Why it is bad
The line fails when it is reached, which a test with mocks, or an error path, may never do before production does.

## What really happens
On every version: `AttributeError: module 'asyncio' has no attribute 'run_in_executor'`, or `ImportError: cannot import name …`. A removed name
fails from the Python that removed it.

## Fix
Safe for methods of the loop, in a coroutine: `asyncio.run_in_executor(...)` becomes `asyncio.get_running_loop().run_in_executor(...)`;
and for `asyncio.Task.all_tasks`, `asyncio.Task.current_task`, whose functions have the same name. Unsafe for a misspelt name, since the
nearest one is a guess.

## Exceptions
Names behind `hasattr`, `getattr`, `sys.version_info` or a `try` with handlers; names that the file sets or patches on asyncio itself.

## References
* <https://docs.python.org/3/library/asyncio-api-index.html>
* <https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.run_in_executor>
"""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_names import REMOVED, asyncio_names, loop_methods
from looplint.model.edits import replace_node, settle
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_TASK_METHODS = ("all_tasks", "current_task")
_AFTER_ASYNCIO = re.compile(r"asyncio\s*\.\s*(\w+)")


def check(module: Module, _: Project) -> Iterator[Finding]:
    """Attributes and imports of asyncio that it does not have."""
    facts = module.facts
    if _all_known(module.text):
        return
    written = _written(facts)
    for imported in facts.nodes(ast.ImportFrom):
        yield from _imports(module, imported)
    for node in facts.nodes(ast.Attribute):
        if isinstance(node.value, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from _attributes(module, node, written)


def _imports(module: Module, node: ast.ImportFrom) -> Iterator[Finding]:
    if node.module != "asyncio" or node.level:
        return
    for alias in node.names:
        if not _is_known(alias.name) and alias.name != "*" and not _is_guarded(module.facts, node, alias.name):
            yield _finding(module, alias, alias.name, f"`asyncio` has no `{alias.name}` to import")


def _attributes(module: Module, node: ast.Attribute, written: set[str]) -> Iterator[Finding]:
    facts = module.facts
    if node.attr in _TASK_METHODS:
        if facts.resolve(node.value) == "asyncio.Task" and not _is_guarded(facts, node, node.attr):
            yield _task_method(module, node)
        return
    if not isinstance(node.value, ast.Name) or _is_known(node.attr) or node.attr in written:
        return
    if facts.resolve(node.value) == "asyncio" and not _is_guarded(facts, node, node.attr):
        yield _finding(module, node, node.attr, f"`asyncio.{node.attr}` does not exist")


def _all_known(text: str) -> bool:
    """A look at the text that clears most files: no alias, no import from asyncio, no unknown name after `asyncio.`."""
    if "asyncio as" in text or "from asyncio" in text or any(name in text for name in _TASK_METHODS):
        return False
    return all(_is_known(name) for name in _AFTER_ASYNCIO.findall(text))


def _is_known(name: str) -> bool:
    return name in asyncio_names() or name.startswith("_")


def _written(facts: Facts) -> set[str]:
    """Attributes that the file itself sets on something called asyncio."""
    return {node.attr for node in facts.nodes(ast.Attribute) if isinstance(node.ctx, ast.Store | ast.Del)}


def _is_guarded(facts: Facts, node: ast.AST, name: str) -> bool:
    """Is the name asked for first (`hasattr`, the Python version, a `try` with handlers), or set or patched by the file?"""
    if re.search(rf"""["'](?:asyncio\.)?{name}["']""", facts.source.text):
        return True
    child = node
    for up in facts.parents(node):
        if isinstance(up, ast.Try) and child in up.body and up.handlers:
            return True
        if isinstance(up, (ast.If, ast.IfExp, ast.BoolOp)) and _asks(up, name):
            return True
        child = up
    return facts.in_raises(node)


def _asks(node: ast.AST, name: str) -> bool:
    test = getattr(node, "test", node)
    return any(
        (isinstance(inner, ast.Constant) and inner.value == name)
        or (isinstance(inner, ast.Attribute) and inner.attr in ("version_info", "platform"))
        for inner in ast.walk(test)
    )


def _finding(module: Module, node: ast.AST, name: str, problem: str) -> Finding:
    facts = module.facts
    if name in REMOVED:
        return RULE.finding(module, node, f"{problem} from Python {REMOVED[name]} on")
    if name in loop_methods():
        function = facts.function_of(node)
        in_coroutine = function is not None and function.is_async and isinstance(node, ast.Attribute)
        fix = partial(_on_loop, module, node) if in_coroutine else None
        return RULE.finding(module, node, f"{problem}: `{name}` is a method of the event loop", fix=fix)
    near = get_close_matches(name, asyncio_names(), 1, 0.8)
    hint = f"; the nearest name is `{near[0]}`" if near else ""
    renaming = near and isinstance(node, ast.Attribute)
    return RULE.finding(
        module, node, f"{problem}{hint}", fix=partial(_rename, module, node, near[0]) if renaming else None
    )


def _rename(module: Module, node: ast.AST, name: str) -> Fix:
    assert isinstance(node, ast.Attribute)
    edits = replace_node(module, node, f"{module.text_of(node.value)}.{name}")
    return settle(Fix(message=f"write `{name}`", applicability=Applicability.UNSAFE, edits=edits))


def _task_method(module: Module, node: ast.Attribute) -> Finding:
    def fix() -> Fix | None:
        assert isinstance(node.value, ast.expr)
        package = node.value.value if isinstance(node.value, ast.Attribute) else None
        if package is None:
            return None
        edits = replace_node(module, node, f"{module.text_of(package)}.{node.attr}")
        return settle(Fix(message=f"use the function `{node.attr}`", applicability=Applicability.SAFE, edits=edits))

    return RULE.finding(module, node, f"`asyncio.Task.{node.attr}` does not exist from Python 3.9 on", fix=fix)


def _on_loop(module: Module, node: ast.AST) -> Fix:
    assert isinstance(node, ast.Attribute)
    base = module.text_of(node.value)
    edits = replace_node(module, node, f"{base}.get_running_loop().{node.attr}")
    return settle(Fix(message="call it on the running loop", applicability=Applicability.SAFE, edits=edits))


RULE = Rule(
    code="LPL109",
    name="unknown-asyncio-function",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"asyncio",),
    overlaps=("E1101", "attr-defined"),
    check=check,
)
