"""Repairs of how code gets its loop: `asyncio.run(X)`, and `get_running_loop()` in the place of a parameter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.edits import delete_statement, drop_parameter, import_edits, insert_before, replace_node, settle
from looplint.model.finding import Applicability, Fix, Related
from looplint.model.names import BindingKind, last_name
from looplint.project.code.values import FunctionValue
from looplint.project.files import python_files
from looplint.project.loops.current_loop import sets_no_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.model.finding import Edit
    from looplint.model.module import Module
    from looplint.project import Project

_COROUTINES = frozenset({"asyncio.sleep", "asyncio.wait_for", "asyncio.wait"})
_RUNS = ("run_until_complete", "run_forever", "run")


def running_loop_instead(module: Module, function: Function, name: str) -> tuple[str | None, tuple[Edit, ...]]:
    """Drop the parameter `name` of a coroutine function; where it is used, the body begins with the running loop.

    Gives the expression for asyncio (None: the parameter is not used) and the edits.
    """
    edits = drop_parameter(module, function, name)
    if not _uses(function, name):
        return None, edits
    first = function.node.body[ast.get_docstring(function.node, clean=False) is not None]
    asyncio, imports = import_edits(module, "asyncio", at=first)
    return asyncio, edits + imports + insert_before(module, first, f"{name} = {asyncio}.get_running_loop()")


def in_a_thread(module: Module, call: ast.Call) -> Fix:
    """What is to be done with the call of a sync helper that needs a thread without a loop."""
    given = "".join(f", {module.text_of(argument)}" for argument in (*call.args, *call.keywords))
    return Fix(
        message=f"run it in a thread, `await asyncio.to_thread({module.text_of(call.func)}{given})`, or make it async",
        applicability=Applicability.DISPLAY,
    )


def call_related(facts: Facts, call: ast.Call, message: str) -> Related:
    """A call in another function, perhaps of another file, that belongs to the story."""
    place = facts.source.position(facts.source.offset_of(call.lineno, call.col_offset))
    return Related(path=facts.source.path, row=place.row, column=place.column, message=message)


def _uses(function: Function, name: str) -> bool:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Name) and node.id == name:
            found = function.facts.lookup(name, node)
            if found is not None and found[0] is function.node:
                return True
    return False


def run_instead(module: Module, project: Project, test: Function, call: ast.Call, *, breaks_others: bool) -> Fix | None:
    """`asyncio.run(X)` for the loop that `call` gets, where it runs one known coroutine and is used for nothing else.

    `breaks_others`: sync code elsewhere still works by the loop that `asyncio.run` takes away. Unsafe then, and
    where the test runs more than one thing or `X` holds what may belong to the old loop. None where it cannot be
    written.
    """
    facts = module.facts
    name, assignment = _assigned(facts, test, call)
    run = _only_run(facts, test, name) if name is not None else _run_of(facts, call)
    if run is None or len(run.args) != 1 or run.keywords or not _is_coroutine(project, facts, run.args[0]):
        return None
    asyncio, edits = import_edits(module, "asyncio", at=run)
    edits += replace_node(module, run.func, f"{asyncio}.run")
    if assignment is not None:
        edits += delete_statement(module, assignment)
    unsafe = (
        _runs_more(test, run)
        or not all(_is_free(project, test, node) for node in _names(facts, run.args[0]))
        or (breaks_others and _others_ask(project, facts, call))
    )
    applicability = Applicability.UNSAFE if unsafe else Applicability.SAFE
    return settle(Fix(message=f"use `{asyncio}.run(...)`", applicability=applicability, edits=edits))


def _assigned(facts: Facts, test: Function, call: ast.Call) -> tuple[str | None, ast.stmt | None]:
    """The local name that holds the loop, and the statement that gives it nothing else."""
    up = facts.parent(call)
    if isinstance(up, ast.Assign) and len(up.targets) == 1:
        target: ast.expr = up.targets[0]
    elif isinstance(up, ast.AnnAssign) and up.simple:
        target = up.target
    else:
        return None, None
    bound = facts.scope(test.node).names.get(target.id, []) if isinstance(target, ast.Name) else []
    return (target.id, up) if isinstance(target, ast.Name) and len(bound) == 1 else ("", up)


def _only_run(facts: Facts, test: Function, name: str) -> ast.Call | None:
    """The call of `run_until_complete` that is the only use of a local loop."""
    uses = [n for n in ast.walk(test.node) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
    return _run_of(facts, uses[0]) if len(uses) == 1 and facts.function_of(uses[0]) is test else None


def _run_of(facts: Facts, loop: ast.expr) -> ast.Call | None:
    method = facts.parent(loop)
    if not isinstance(method, ast.Attribute) or method.attr != "run_until_complete" or facts.in_lambda(loop):
        return None
    run = facts.parent(method)
    return run if isinstance(run, ast.Call) and run.func is method else None


def _is_coroutine(project: Project, facts: Facts, node: ast.expr) -> bool:
    """Is it a call of a coroutine function? `asyncio.run` takes nothing else that can be awaited."""
    if not isinstance(node, ast.Call):
        return False
    if facts.resolve(node.func) in _COROUTINES:
        return True
    called = _called(project, facts, node.func)
    return called is not None and called.is_async and not called.is_generator and not called.decorators


def _called(project: Project, facts: Facts, func: ast.expr) -> Function | None:
    if isinstance(func, ast.Name):
        found = facts.lookup(func.id, func)
        inner = facts.definition_at(found[1][0].node) if found is not None and len(found[1]) == 1 else None
        if isinstance(inner, Function):
            return inner
    value = project.infer(facts, func)
    return value.definition.function if isinstance(value, FunctionValue) else None


def _runs_more(test: Function, run: ast.Call) -> bool:
    """Does the test run anything else on a loop? What it made there would stay behind."""
    others = (n for n in test.walk() if isinstance(n, ast.Call) and n is not run)
    return any(isinstance(other.func, ast.Attribute) and other.func.attr in _RUNS for other in others)


def _names(facts: Facts, node: ast.expr) -> Iterator[ast.Name]:
    """The names in an expression, and those in the local coroutine functions that it calls."""
    seen: set[ast.AST] = set()
    stack: list[ast.AST] = [node]
    while stack:
        for inner in ast.walk(stack.pop()):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                yield inner
                found = facts.lookup(inner.id, inner)
                local = facts.definition_at(found[1][0].node) if found is not None and found[1] else None
                if isinstance(local, Function) and local.in_function and local.node not in seen:
                    seen.add(local.node)
                    stack.append(local.node)


def _is_free(project: Project, test: Function, name: ast.Name) -> bool:
    """Does a name surely hold nothing that belongs to a loop: no `self`, no fixture that deals with loops?"""
    found = test.facts.lookup(name.id, name)
    if found is None or not found[1] or found[1][0].kind in (BindingKind.IMPORT, BindingKind.DEFINITION):
        return True
    owner, bindings = found
    if owner is test.facts.tree:
        return all(isinstance(binding.value, ast.Constant) for binding in bindings)
    if owner is not test.node or bindings[0].kind is not BindingKind.PARAMETER:
        return True
    return not (test.cls is not None and name.id == test.parameters[0]) and sets_no_loop(project, test, name.id)


def _others_ask(project: Project, facts: Facts, call: ast.Call) -> bool:
    """Does other code of the project ask for the current loop too, other than in this test?"""
    word = b"get_event_loop"
    for other in facts.calls:
        func = other.func
        leaf = last_name(func)
        function = facts.function_of(other)
        if leaf == word.decode() and other is not call and (function is None or not function.is_async):
            return True
    return any(path != facts.file and project.mentions(path, word) for path in python_files(project.root))
