"""What asyncio, anyio and threads want of what they are given: a coroutine, a function, a coroutine function.

Measured on Python 3.11 and 3.13, anyio 4.9.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from looplint.model.definitions import keyword
from looplint.model.kept import kept_by_file
from looplint.model.names import BindingKind, last_name
from looplint.model.records import dataclass
from looplint.project.code.values import ClassValue, ClientValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

Wants = Literal["awaitable", "awaitables", "iterable", "tasks", "function", "coroutine function"]


@dataclass(frozen=True, slots=True)
class Taker:
    """A callable that takes a coroutine or a function.

    `wants` says what: something to await, several of them one by one, an iterable of them, an iterable of tasks, a
    plain function, a coroutine function. `index` is the position of the argument, `keyword` its name. `runs` is true
    for what starts a loop. `thread` for what calls the function in a thread and gives its result. `strict` for what
    takes a coroutine and refuses a future.
    """

    shown: str
    wants: Wants
    index: int = 0
    keyword: str | None = None
    runs: bool = False
    thread: bool = False
    strict: bool = False


_FUNCTIONS = {
    "asyncio.run": Taker("asyncio.run", "awaitable", keyword="main", runs=True, strict=True),
    "asyncio.wait_for": Taker("asyncio.wait_for", "awaitable", keyword="fut"),
    "asyncio.shield": Taker("asyncio.shield", "awaitable", keyword="arg"),
    "asyncio.create_task": Taker("asyncio.create_task", "awaitable", keyword="coro", strict=True),
    "asyncio.ensure_future": Taker("asyncio.ensure_future", "awaitable", keyword="coro_or_future"),
    "asyncio.run_coroutine_threadsafe": Taker(
        "asyncio.run_coroutine_threadsafe", "awaitable", keyword="coro", strict=True
    ),
    "asyncio.gather": Taker("asyncio.gather", "awaitables"),
    "asyncio.as_completed": Taker("asyncio.as_completed", "iterable", keyword="fs"),
    "asyncio.wait": Taker("asyncio.wait", "tasks", keyword="fs"),
    "asyncio.to_thread": Taker("asyncio.to_thread", "function", keyword="func", thread=True),
    "anyio.to_thread.run_sync": Taker("anyio.to_thread.run_sync", "function", keyword="func", thread=True),
    "anyio.run": Taker("anyio.run", "coroutine function", keyword="func", runs=True),
    "threading.Thread": Taker("threading.Thread", "function", 1, "target"),
    "threading.Timer": Taker("threading.Timer", "function", 1, "function"),
}
_METHODS = {
    "asyncio.AbstractEventLoop.run_until_complete": Taker(
        "run_until_complete", "awaitable", keyword="future", runs=True
    ),
    "asyncio.AbstractEventLoop.create_task": Taker("create_task", "awaitable", keyword="coro", strict=True),
    "asyncio.AbstractEventLoop.run_in_executor": Taker("run_in_executor", "function", 1, "func", thread=True),
    "asyncio.AbstractEventLoop.call_soon": Taker("call_soon", "function", keyword="callback"),
    "asyncio.AbstractEventLoop.call_soon_threadsafe": Taker("call_soon_threadsafe", "function", keyword="callback"),
    "asyncio.AbstractEventLoop.call_later": Taker("call_later", "function", 1, "callback"),
    "asyncio.AbstractEventLoop.call_at": Taker("call_at", "function", 1, "callback"),
    "asyncio.Task.add_done_callback": Taker("add_done_callback", "function"),
    "asyncio.Future.add_done_callback": Taker("add_done_callback", "function"),
    "asyncio.TaskGroup.create_task": Taker("TaskGroup.create_task", "awaitable", keyword="coro", strict=True),
    "asyncio.Runner.run": Taker("Runner.run", "awaitable", keyword="coro", runs=True, strict=True),
    "anyio.abc.TaskGroup.start_soon": Taker("start_soon", "coroutine function", keyword="func"),
    "anyio.abc.TaskGroup.start": Taker("start", "coroutine function", keyword="func"),
}
_FUTURES = ("asyncio.gather", "asyncio.shield", "asyncio.ensure_future", "asyncio.create_task", "asyncio.wrap_future")
_FUTURE_METHODS = {
    "asyncio.AbstractEventLoop": ("create_task", "create_future", "run_in_executor"),
    "asyncio.TaskGroup": ("create_task",),
}
_FUNCTION_LEAVES = frozenset(name.rpartition(".")[2] for name in _FUNCTIONS)
_METHOD_LEAVES = frozenset(name.rpartition(".")[2] for name in _METHODS)
_POOLS = ("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor")
_MAY_REPLACE = re.compile(r"""(?:asyncio|loop|anyio)(?:\.\w+["']|\s*,\s*["'])""")
"""In every text that `_REPLACED` finds something in; much quicker."""
_REPLACED = re.compile(
    r"""["'](?:[\w.]*\.)?(?:asyncio|loop|anyio)\.(\w+)["']|(?:asyncio|loop|anyio)\s*,\s*["'](\w+)["']"""
)


def taker(project: Project, facts: Facts, call: ast.Call) -> Taker | None:
    """What a call wants of its argument; None for a call that is not known to want any of these."""
    func = call.func
    leaf = last_name(func)
    if leaf in _FUNCTION_LEAVES or leaf in facts.aliased_names:
        found = _FUNCTIONS.get(facts.resolve(func) or "")
        if found is not None:
            return found
    if leaf not in _METHOD_LEAVES or not isinstance(func, ast.Attribute):
        return None
    owner = project.infer(facts, func.value)
    if not isinstance(owner, ClientValue) or owner.chain:
        return None
    found = _METHODS.get(f"{owner.client.path}.{leaf}")
    if found is not None and leaf == "run_in_executor" and not _calls_in_thread(project, facts, call):
        return None
    return found


def _calls_in_thread(project: Project, facts: Facts, call: ast.Call) -> bool:
    """Is the executor the default one, or surely one of threads? Another may do what it likes with a coroutine."""
    pool = call.args[0] if call.args else keyword(call, "executor")
    if isinstance(pool, ast.Constant):
        return pool.value is None
    value = project.infer(facts, pool) if pool is not None else None
    if isinstance(value, ClientValue):
        return value.client.path in _POOLS
    return isinstance(value, ClassValue) and value.dotted in _POOLS


def future_maker(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """What made the future or task that an expression is ("asyncio.gather"); None where it is not known to be one.

    A name counts where it is set once.
    """
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        if found is None or len(found[1]) != 1 or found[1][0].kind is not BindingKind.ASSIGNMENT:
            return None
        value = found[1][0].value
        return future_maker(project, facts, value) if isinstance(value, ast.Call) else None
    if not isinstance(node, ast.Call):
        return None
    dotted = facts.resolve(node.func)
    if dotted in _FUTURES:
        return dotted
    func = node.func
    if not isinstance(func, ast.Attribute) or not any(func.attr in names for names in _FUTURE_METHODS.values()):
        return None
    owner = project.infer(facts, func.value)
    if not isinstance(owner, ClientValue) or owner.chain:
        return None
    return func.attr if func.attr in _FUTURE_METHODS.get(owner.client.path, ()) else None


@kept_by_file
def replaced_names(facts: Facts) -> frozenset[str]:
    """The functions of asyncio, anyio or a loop that the file names as text: it patches them."""
    text = facts.source.text
    pairs = _REPLACED.findall(text) if _MAY_REPLACE.search(text) is not None else ()
    return frozenset(one or other for one, other in pairs)


def given(call: ast.Call, wanted: Taker) -> ast.expr | None:
    """The argument that a taker of one thing gets; None where there is none, or it cannot be told."""
    if any(isinstance(a, ast.Starred) for a in call.args[: wanted.index + 1]):
        return None
    if len(call.args) > wanted.index:
        return call.args[wanted.index]
    return keyword(call, wanted.keyword) if wanted.keyword is not None else None


def members(facts: Facts, node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that a collection is made of: a display or comprehension, or a name for one, as far as seen.

    A comprehension gives its element once. Names count where the function sets them once, with what it appends.
    """
    if isinstance(node, (ast.List, ast.Set, ast.Tuple)):
        yield from (e for e in node.elts if not isinstance(e, ast.Starred))
        for element in node.elts:
            if isinstance(element, ast.Starred) and not isinstance(element.value, ast.Name):
                yield from members(facts, element.value)
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        yield node.elt
    elif isinstance(node, ast.Name):
        yield from _members_of_name(facts, node)


def _members_of_name(facts: Facts, node: ast.Name) -> Iterator[ast.expr]:
    found = facts.lookup(node.id, node)
    if found is None or len(found[1]) != 1 or found[1][0].kind is not BindingKind.ASSIGNMENT:
        return
    value = found[1][0].value
    if value is None or isinstance(value, ast.Name) or isinstance(found[0], ast.Module):
        return
    yield from members(facts, value)
    for inner in ast.walk(found[0]):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and len(inner.args) == 1:
            owner = inner.func.value
            if inner.func.attr in ("append", "add") and isinstance(owner, ast.Name) and owner.id == node.id:
                yield inner.args[0]
