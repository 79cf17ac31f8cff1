"""Does a test surely have to wait for a lock, semaphore or queue of asyncio?

These bind themselves to a loop when somebody waits for them for the first time, not when they are made (Python 3.10 and
newer, `asyncio/mixins.py`; run on pytest-asyncio 0.21 to 1.5). Sure is a wait that the test expects to time out, and a
block under `async with` that more coroutines are in than it admits, while one of them sleeps.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant
from looplint.project.loops.loop_state import own_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_ADMIT = frozenset({"asyncio.Lock", "asyncio.Condition", "asyncio.Semaphore", "asyncio.BoundedSemaphore"})
_OTHERS = frozenset({"asyncio.Queue", "asyncio.LifoQueue", "asyncio.PriorityQueue", "asyncio.Event"})
_WAITS = ("get", "acquire", "wait", "join", "put")


def is_primitive(facts: Facts, call: ast.Call) -> bool:
    """Does the call make a lock, semaphore, condition, queue or event of asyncio?"""
    name = facts.resolve(call.func)
    return name in _ADMIT or name in _OTHERS


def owner_of(node: ast.AST) -> str:
    """How a test names what it shares: "LOCK", or "self.lock" for an attribute of its class; "" for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return f"self.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def waits_for(project: Project, test: Function, owner: str, made: ast.Call) -> bool:
    """Does the test surely wait for what `made` makes and `owner` names?"""
    admits = _admits(test.facts, made)
    for call in (node for node in test.walk() if isinstance(node, ast.Call)):
        name = test.facts.resolve(call.func)
        if name == "asyncio.wait_for" and _waits_in_vain(test.facts, call, owner):
            return True
        if name == "asyncio.gather" and admits and isinstance(test.facts.parent(call), ast.Await):
            inside = (count for called, count in _gathered(project, test, call) if _enters(called, owner))
            if sum(inside) > admits:
                return True
    return False


def sees(function: Function, owner: str) -> bool:
    """Does the owner's name mean the module's variable in a function, not one of its own or a fixture?"""
    return owner not in function.facts.scope(function.node).names


def _admits(facts: Facts, made: ast.Call) -> int:
    """How many coroutines may be in the block at a time; 0 where there is no block, or it is not known."""
    name = facts.resolve(made.func) or ""
    if name not in _ADMIT or made.keywords:
        return 0
    if not made.args:
        return 1
    value = constant(made.args[0])
    return value if name.endswith("Semaphore") and isinstance(value, int) else 0


def _is_wait(node: ast.expr, owner: str) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr in _WAITS and owner_of(func.value) == owner


def _waits_in_vain(facts: Facts, call: ast.Call, owner: str) -> bool:
    """Is it a `wait_for` of the primitive that `pytest.raises(TimeoutError)` or `assertRaises` expects to time out?"""
    if not call.args or not _is_wait(call.args[0], owner):
        return False
    withs = [up for up in facts.parents(call) if isinstance(up, ast.With)]
    return any("TimeoutError" in ast.unparse(item.context_expr) for up in withs for item in up.items)


def _gathered(project: Project, test: Function, gather: ast.Call) -> Iterator[tuple[Function, int]]:
    """The coroutine functions of the file that a `gather` runs at once, each with how often."""
    for argument in gather.args:
        count, call = 1, argument
        if isinstance(argument, ast.Starred):
            spread = argument.value
            if not isinstance(spread, (ast.ListComp, ast.GeneratorExp)) or len(spread.generators) != 1:
                continue
            count, call = _times(test.facts, spread.generators[0]), spread.elt
        called = _called(project, test, call)
        if called is not None and called.is_async:
            yield called, count


def _times(facts: Facts, generator: ast.comprehension) -> int:
    """How often a comprehension over `range(n)` runs; 0 where that is not known."""
    over = generator.iter
    known = isinstance(over, ast.Call) and facts.resolve(over.func) == "builtins.range" and len(over.args) == 1
    value = constant(over.args[0]) if known and isinstance(over, ast.Call) else None
    return value if isinstance(value, int) and not generator.ifs else 0


def _called(project: Project, test: Function, call: ast.expr) -> Function | None:
    if not isinstance(call, ast.Call):
        return None
    own = own_function(project, test, call.func)
    if own is not None:
        return own
    found = test.facts.lookup(call.func.id, call.func) if isinstance(call.func, ast.Name) else None
    defined = [test.facts.definition_at(binding.node) for binding in found[1]] if found is not None else []
    return next((d for d in test.facts.functions if len(defined) == 1 and d is defined[0]), None)


def _enters(function: Function, owner: str) -> bool:
    """Does the coroutine sleep in an `async with` of the primitive itself?"""
    for node in function.walk() if sees(function, owner) else ():
        if isinstance(node, ast.AsyncWith) and any(owner_of(item.context_expr) == owner for item in node.items):
            calls = [
                inner for inner in ast.walk(node) if isinstance(inner, ast.Await) and isinstance(inner.value, ast.Call)
            ]
            sleeps = (inner.value for inner in calls if isinstance(inner.value, ast.Call))
            if any(function.facts.resolve(call.func) == "asyncio.sleep" for call in sleeps):
                return True
    return False
