"""Function where a coroutine is expected, or the other way round.

## What it does
Reports, in test code, an uncalled function, lambda or class where asyncio wants something to await (`asyncio.run(fn)`,
`wait_for(fn, 1)`, `gather(fn)`, `create_task(fn)` of a loop or task group), a list given to `gather` as a whole, coroutines given to
`asyncio.wait`, a future where only a coroutine will do (`create_task(gather(…))`, `asyncio.run(gather(…))`); and the other way round a coroutine function where a plain one is called (`to_thread`, `run_in_executor`, `call_soon`,
`Thread(target=…)`), and a coroutine where anyio calls the function itself (`start_soon(fn())`).

## Why it is bad
The first kind raises when the line is reached. The second is worse: the coroutine function *is* called, its coroutine is dropped, and
the test passes without the work having been done.

## What really happens
Measured on Python 3.11 with pytest-asyncio 0.21 to 1.5, and on 3.10 to 3.13:

| call | outcome |
|---|---|
| `asyncio.run(fn)` | `ValueError: a coroutine was expected, got <function fn …>` |
| `create_task(fn)` | `TypeError: a coroutine was expected, got <function fn …>` |
| `wait_for(fn, 1)`, `gather(fn)`, `shield(fn)`, `ensure_future(fn)`, `run_until_complete(fn)` | `TypeError: An asyncio.Future, a coroutine or an awaitable is required`; `wait_for` from Python 3.12 on: `object function can't be used in 'await' expression` |
| `gather([a(), b()])` | `TypeError: unhashable type: 'list'` |
| `create_task(gather(a(), b()))`, `create_task(loop.run_in_executor(None, f))` | `TypeError: a coroutine was expected, got <_GatheringFuture pending>` |
| `asyncio.run(gather(a(), b()))` | the same as `ValueError`, where a current loop is left; else `There is no current event loop`, or `no running event loop` |
| `wait([a(), b()])` | from Python 3.11 on `TypeError: Passing coroutines is forbidden, use tasks explicitly.` |
| `await to_thread(async_fn)`, `await loop.run_in_executor(None, async_fn)` | gives a coroutine that never ran |
| `loop.call_soon(async_fn)`, `call_later`, `Thread(target=async_fn)`, `task.add_done_callback(async_fn)` | passes, `RuntimeWarning: coroutine 'async_fn' was never awaited` |
| `to_thread(async_fn())`, `start_soon(async_fn())`, `anyio.run(async_fn())` | `TypeError: 'coroutine' object is not callable` |

## Fix
Safe, since the line could only fail: `fn` becomes `fn()` where it is a coroutine function that needs no argument; `gather(list)` becomes
`gather(*list)`; a coroutine in `asyncio.wait` is wrapped in `asyncio.create_task`; `start_soon(fn(a))` becomes `start_soon(fn, a)`;
`create_task(gather(…))` becomes `gather(…)`, which is scheduled without it.
Unsafe: `await asyncio.to_thread(async_fn, a)` becomes `await async_fn(a)`, which starts to do the work.

## Exceptions
Calls where the error is expected (`pytest.raises`, a `try` with handlers); functions that the file patches; names that are not
surely functions; a coroutine from a thread that is awaited afterwards; executors other than those of threads; `asyncio.wait` behind a look at
Python's version. `asyncio.run` and its like in a coroutine fail anyway (blocking-run-in-coroutine).

## References
* <https://docs.python.org/3/library/asyncio-task.html#asyncio.wait>
* <https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread>
* <https://anyio.readthedocs.io/en/stable/tasks.html>
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from looplint.model.edits import Edit, replace_node, settle
from looplint.model.names import last_name
from looplint.project.code.callables import CoroutineFunction, coroutine_function, function_kind
from looplint.project.code.handing_over import Taker, future_maker, given, members, replaced_names, taker
from looplint.project.code.plain import plain_type
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_COLLECTIONS = ("list", "set", "dict", "tuple")
_AWAITERS = frozenset(
    {
        "run", "create_task", "ensure_future", "gather", "wait_for", "run_until_complete", "shield", "iscoroutine",
        "isawaitable", "run_coroutine_threadsafe",
    }
)  # fmt: skip
"""What code does with a coroutine that it knows to be one."""
_TASK_MAKERS = ("asyncio.create_task", "create_task")
"""What makes a task that nobody else waits for; a task group does."""


def check(module: Module, project: Project) -> Iterator[Finding]:
    """What is handed to asyncio, anyio and threads."""
    facts = module.facts
    replaced: frozenset[str] | None = None
    for call in facts.calls:
        if not (call.args or call.keywords):
            continue
        wanted = taker(project, facts, call)
        if wanted is None or facts.in_raises(call) or (wanted.runs and _in_coroutine(facts, call)):
            continue
        if replaced is None:
            replaced = replaced_names(facts)
        if wanted.shown.rpartition(".")[2] not in replaced:
            yield from _CHECKS[wanted.wants](module, project, call, wanted)


def _in_coroutine(facts: Facts, node: ast.expr) -> bool:
    function = facts.function_of(node)
    return function is not None and function.is_async and not facts.in_lambda(node)


# -- a coroutine is wanted -------------------------------------------------------------------------------------------


def _awaitable(module: Module, project: Project, call: ast.Call, wanted: Taker) -> Iterator[Finding]:
    argument = given(call, wanted)
    if argument is None:
        return
    maker = future_maker(project, module.facts, argument) if wanted.strict else None
    if maker is None:
        yield from _not_called(module, project, argument, wanted)
    elif not (wanted.runs and maker.endswith("create_task")) and maker.rpartition(".")[2] not in replaced_names(
        module.facts
    ):
        yield RULE.finding(
            module,
            argument,
            f"`{wanted.shown}` needs a coroutine, `{maker}` gives a future: it fails",
            fix=partial(_future_itself, module, call, argument, wanted),
        )


def _future_itself(module: Module, call: ast.Call, future: ast.expr, wanted: Taker) -> Fix | None:
    """`create_task(gather(…))` -> `gather(…)`, which is scheduled already; what runs a loop needs a coroutine around it."""
    if wanted.runs:
        message = f"await it in a coroutine function, and give `{wanted.shown}` the coroutine"
        return Fix(message=message, applicability=Applicability.DISPLAY)
    outer, inner = module.text_of(call), module.text_of(future)
    is_only = call.args == [future] and not call.keywords
    if (
        not is_only
        or wanted.shown not in _TASK_MAKERS
        or not _in_coroutine(module.facts, call)
        or "#" in outer.replace(inner, "")
    ):
        return None
    edits = replace_node(module, call, inner.replace(module.source.newline, "\n"))
    return settle(Fix(message="use the future itself", applicability=Applicability.SAFE, edits=edits))


def _not_called(module: Module, project: Project, node: ast.expr, wanted: Taker) -> Iterator[Finding]:
    kind = function_kind(project, module.facts, node)
    if kind is None:
        return
    error = "ValueError" if wanted.shown in ("asyncio.run", "Runner.run") else "TypeError"
    what = f"`{module.text_of(node)}` is a {kind}" if kind in ("function", "class") else f"this is a {kind}"
    found = coroutine_function(project, module.facts, node)
    yield RULE.finding(
        module,
        node,
        f"`{wanted.shown}` needs something to await, {what}: {error}",
        fix=partial(_call_it, module, node) if found is not None and found.needs_no_argument else None,
    )


def _call_it(module: Module, node: ast.expr) -> Fix:
    text = module.text_of(node)
    edits = replace_node(module, node, f"{text}()")
    return settle(Fix(message=f"call `{text}`", applicability=Applicability.SAFE, edits=edits))


def _awaitables(module: Module, project: Project, call: ast.Call, wanted: Taker) -> Iterator[Finding]:
    facts = module.facts
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            for member in members(facts, argument.value):
                yield from _not_called(module, project, member, wanted)
            continue
        kind = "generator" if isinstance(argument, ast.GeneratorExp) else plain_type(project, facts, argument)
        if kind == "generator" or kind in _COLLECTIONS:
            yield RULE.finding(
                module,
                argument,
                f"`{wanted.shown}` takes awaitables one by one, not a {kind} of them: it fails",
                fix=partial(_spread, module, call, argument) if kind != "dict" else None,
            )
        else:
            yield from _not_called(module, project, argument, wanted)


def _spread(module: Module, call: ast.Call, argument: ast.expr) -> Fix:
    start, end = module.span(argument)
    shares_parentheses = isinstance(argument, ast.GeneratorExp) and end == module.span(call)[1]
    edits = (Edit(start, start, "(*"), Edit(end, end, ")")) if shares_parentheses else (Edit(start, start, "*"),)
    return settle(Fix(message="unpack it with `*`", applicability=Applicability.SAFE, edits=edits))


def _iterable(module: Module, project: Project, call: ast.Call, wanted: Taker) -> Iterator[Finding]:
    argument = given(call, wanted)
    for member in members(module.facts, argument) if argument is not None else ():
        yield from _not_called(module, project, member, wanted)


def _tasks(module: Module, project: Project, call: ast.Call, wanted: Taker) -> Iterator[Finding]:
    argument = given(call, wanted)
    if argument is None or isinstance(argument, ast.GeneratorExp) or _for_one_python(module.facts, call):
        return
    for member in members(module.facts, argument):
        if _called(project, module.facts, member) is None:
            yield from _not_called(module, project, member, wanted)
            continue
        yield RULE.finding(
            module,
            member,
            f"`asyncio.wait` takes tasks, `{module.text_of(member)}` is a coroutine: TypeError from Python 3.11 on",
            fix=partial(_make_task, module, call, member),
        )


def _for_one_python(facts: Facts, call: ast.Call) -> bool:
    """Does code around the call, or a decorator of its test, look at Python's version?"""
    tests = [up.test for up in facts.parents(call) if isinstance(up, (ast.If, ast.IfExp))]
    function = facts.function_of(call)
    while function is not None:
        tests += function.node.decorator_list
        function = function.outer
    return any("version" in ast.unparse(test) or "PY3" in ast.unparse(test) for test in tests)


def _called(project: Project, facts: Facts, node: ast.expr) -> CoroutineFunction | None:
    """The coroutine function whose call, and so coroutine, an expression is."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
        return None
    return coroutine_function(project, facts, node.func)


def _make_task(module: Module, call: ast.Call, member: ast.expr) -> Fix | None:
    """`create_task`, spelled as `wait` is here; only a coroutine has a loop to make it on."""
    if not _in_coroutine(module.facts, member) or not isinstance(call.func, ast.Attribute):
        return None
    package = module.text_of(call.func.value)
    edits = replace_node(module, member, f"{package}.create_task({module.text_of(member)})")
    return settle(Fix(message="make a task of it", applicability=Applicability.SAFE, edits=edits))


# -- a function is wanted --------------------------------------------------------------------------------------------


def _function(module: Module, project: Project, call: ast.Call, wanted: Taker) -> Iterator[Finding]:
    facts = module.facts
    argument = given(call, wanted)
    if argument is None:
        return
    if _called(project, facts, argument) is not None:
        yield RULE.finding(
            module,
            argument,
            f"`{wanted.shown}` needs a function, `{module.text_of(argument)}` is a coroutine that it cannot call",
            fix=partial(_await_it, module, call, argument, ()) if wanted.thread else None,
        )
        return
    found = coroutine_function(project, facts, argument)
    if found is None or (wanted.thread and _is_awaited_later(facts, call)):
        return
    shown = module.text_of(found.inner)
    if wanted.thread:
        message = f"`{wanted.shown}` calls the coroutine function `{shown}` and gives a coroutine that nobody awaits"
        fix: Callable[[], Fix | None] = partial(_await_instead, module, call, wanted, found)
    else:
        message = f"`{wanted.shown}` calls the coroutine function `{shown}` and drops the coroutine: it never runs"
        fix = partial(_advise_task, shown)
    yield RULE.finding(module, argument, message, fix=fix)


def _is_awaited_later(facts: Facts, call: ast.Call) -> bool:
    """Does the code know that the thread gives a coroutine, and awaits or runs that?"""
    node: ast.AST = call
    parent = facts.parent(node)
    if isinstance(parent, ast.Await):
        node, parent = parent, facts.parent(parent)
    if isinstance(parent, ast.Await) or _hands_to_awaiter(parent):
        return True
    if not isinstance(parent, (ast.Assign, ast.NamedExpr)):
        return not isinstance(node, ast.Await)
    target = parent.target if isinstance(parent, ast.NamedExpr) else parent.targets[0]
    function = facts.function_of(call)
    if not isinstance(target, ast.Name) or function is None:
        return True
    uses = (n for n in function.walk() if isinstance(n, ast.Name) and n.id == target.id)
    return any(isinstance(up, ast.Await) or _hands_to_awaiter(up) for up in map(facts.parent, uses))


def _hands_to_awaiter(node: ast.AST | None) -> bool:
    if not isinstance(node, ast.Call):
        return False
    leaf = last_name(node.func)
    return leaf in _AWAITERS


def _await_instead(module: Module, call: ast.Call, wanted: Taker, found: CoroutineFunction) -> Fix | None:
    """`await to_thread(f, a)` -> `await f(a)`."""
    if found.call is not None:
        return _await_it(module, call, found.call, ())
    if not found.is_name or wanted.keyword in {k.arg for k in call.keywords}:
        return None
    rest = [*call.args[wanted.index + 1 :], *call.keywords]
    return _await_it(module, call, found.node, [module.text_of(a) for a in rest])


def _await_it(module: Module, call: ast.Call, node: ast.expr, arguments: list[str] | tuple[()]) -> Fix | None:
    if not isinstance(module.facts.parent(call), ast.Await) or "#" in module.text_of(call):
        return None
    text = module.text_of(node)
    new = text if isinstance(node, ast.Call) else f"{text}({', '.join(arguments)})"
    edits = replace_node(module, call, new.replace(module.source.newline, "\n"))
    return settle(Fix(message=f"await `{new}`", applicability=Applicability.UNSAFE, edits=edits))


def _advise_task(shown: str) -> Fix:
    message = f"start a task in a plain function: `lambda: asyncio.create_task({shown}())`"
    return Fix(message=message, applicability=Applicability.DISPLAY)


# -- a coroutine function is wanted ----------------------------------------------------------------------------------


def _coroutine_function(module: Module, project: Project, call: ast.Call, wanted: Taker) -> Iterator[Finding]:
    argument = given(call, wanted)
    if isinstance(argument, ast.Call) and _called(project, module.facts, argument) is not None:
        yield RULE.finding(
            module,
            argument,
            f"`{wanted.shown}` calls the function itself, `{module.text_of(argument)}` is a coroutine: TypeError",
            fix=partial(_hand_over, module, call, argument),
        )


def _hand_over(module: Module, call: ast.Call, argument: ast.Call) -> Fix | None:
    """`start_soon(f(a))` -> `start_soon(f, a)`; None for keyword arguments, which are not handed on."""
    values = argument.args
    is_only = call.args == [argument]
    if argument.keywords or (values and not is_only) or "#" in module.text_of(argument):
        return None
    end = module.span(argument)[1]
    text = "".join(f", {module.text_of(value)}" for value in values)
    edits = (Edit(module.span(argument.func)[1], end, text),)
    return settle(Fix(message="hand over the function", applicability=Applicability.SAFE, edits=edits))


_CHECKS = {
    "awaitable": _awaitable,
    "awaitables": _awaitables,
    "iterable": _iterable,
    "tasks": _tasks,
    "function": _function,
    "coroutine function": _coroutine_function,
}

RULE = Rule(
    code="LPL110",
    name="function-where-coroutine-expected",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(b"asyncio", b"anyio", b"Thread"),
    also=(b"async def", b"asyncio."),
    tests_only=True,
    check=check,
)
