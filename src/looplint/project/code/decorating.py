"""What a decorator makes of a coroutine function: still a coroutine function, or a plain one that runs or hides it.

Known decorators stand in a table; those of the project are read: what they return where they are given a coroutine
function (`iscoroutinefunction(f)` is true then), and what the wrapper does with the coroutine. pytest and its plugins
look at the function that comes out (`inspect.iscoroutinefunction`), which `functools.wraps` does not change.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.knowledge.sync_wrappers import SYNC_WRAPPERS
from looplint.model.records import dataclass
from looplint.project.code.definitions import external_bases, outside_name
from looplint.project.code.mark_expressions import is_mark
from looplint.project.code.wrapping import Makes, local_def, ways_through, what_wrapper_does

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.model.definitions import Decorator, Function
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition
    from looplint.project.questions import Project

_DEPTH = 6

_SAME = frozenset(
    {
        "builtins.staticmethod", "builtins.classmethod", "typing.no_type_check", "typing.final", "typing.override",
        "typing_extensions.final", "typing_extensions.override", "unittest.skip", "unittest.skipIf",
        "unittest.skipUnless", "unittest.expectedFailure", "django.test.tag", "django.test.utils.tag", "flaky.flaky",
        "functools.wraps", "hypothesis.settings", "hypothesis.example", "hypothesis.seed",
        "hypothesis.reproduce_failure", "allure.title", "allure.feature", "allure.story", "allure.description",
        "allure.severity", "allure.tag", "allure.epic",
    }
)  # fmt: skip
"""Decorators that hand the function back, or something that pytest sees as the same."""

_COROUTINE = frozenset(
    {
        "unittest.mock.patch", "unittest.mock.patch.object", "unittest.mock.patch.dict", "unittest.mock.patch.multiple",
        "mock.patch", "mock.patch.object", "mock.patch.dict", "mock.patch.multiple", "time_machine.travel",
        "freezegun.freeze_time", "respx.mock", "tenacity.retry", "backoff.on_exception", "backoff.on_predicate",
        "django.test.override_settings", "django.test.utils.override_settings", "responses.activate",
    }
)  # fmt: skip
"""Decorators that wrap a coroutine function in one (read in their sources)."""

KEEPS = _SAME | _COROUTINE
"""Known decorators that leave any function, sync ones too, what it is for pytest."""

_RUN = frozenset(
    {
        "tornado.testing.gen_test", "distributed.utils_test.gen_test", "distributed.utils_test.gen_cluster",
        "asgiref.sync.async_to_sync", "aiohttp.test_utils.unittest_run_loop", "twisted.internet.defer.inlineCallbacks",
        "twisted.internet.defer.ensureDeferred", "pytest_twisted.ensureDeferred", "pytest_twisted.inlineCallbacks",
        "trio.testing.trio_test", "trio._core._tests.tutil.trio_test",
    }
)  # fmt: skip
"""Decorators that run the coroutine themselves."""

_HYPOTHESIS = "hypothesis.given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What comes out of a decorator, or of all of a test's.

    `decorator` is the one that decides, `wrapper` the def of the project that takes the function's place, if that is
    known.
    """

    makes: Makes
    decorator: Decorator | None = None
    wrapper: Function | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A decorator of the project that is applied: its parameter that holds the coroutine function, what is reached."""

    decorates: Function
    subject: str
    reached: frozenset[ast.stmt] = frozenset()


def made_of(project: Project, function: Function) -> Made:
    """What the decorators of a coroutine function make of it, innermost first."""
    made = Made(makes=Makes.SAME)
    for decorator in reversed(function.decorators):
        one = what_it_makes(project, function.facts, decorator)
        if one.makes is Makes.SAME:
            continue
        if one.makes is Makes.UNKNOWN or not made.makes.is_coroutine_function:
            return Made(makes=Makes.UNKNOWN, decorator=decorator)
        made = one
    return made


def what_it_makes(project: Project, facts: Facts, decorator: Decorator, depth: int = _DEPTH) -> Made:
    """What one decorator makes of the coroutine function that it is given."""
    makes, wrapper = _kind(project, facts, decorator, depth)
    return Made(makes=makes, decorator=decorator, wrapper=wrapper)


_Answer = tuple[Makes, "Function | None"]
_UNKNOWN: _Answer = (Makes.UNKNOWN, None)


def _kind(project: Project, facts: Facts, decorator: Decorator, depth: int) -> _Answer:
    if is_mark(project, facts, decorator.node):
        return Makes.SAME, None
    if decorator.name is None or depth <= 0:
        return _UNKNOWN
    known = _known(decorator.name) or _known(outside_name(project, decorator.name, facts) or "")
    if known is not None:
        return known, None
    definition = project.definition(decorator.name, facts)
    if definition is None:
        return _UNKNOWN
    if definition.function is not None:
        return _by_function(project, definition.function, decorator, depth)
    if definition.cls is not None:
        return _by_class(project, definition, decorator, depth)
    if definition.value is not None and decorator.call is None:
        return _by_value(project, definition.facts, definition.value, depth - 1)
    return _UNKNOWN


def _known(name: str) -> Makes | None:
    if name in _SAME:
        return Makes.SAME
    if name in _COROUTINE:
        return Makes.COROUTINE
    if name == _HYPOTHESIS:
        return Makes.HYPOTHESIS
    if name in SYNC_WRAPPERS:
        return Makes.HIDDEN
    return Makes.RUN if name in _RUN else None


def _by_value(project: Project, facts: Facts, value: ast.expr, depth: int) -> _Answer:
    """`slow = retry(3)`, `net = skip_it if OFFLINE else same`."""
    if isinstance(value, ast.IfExp):
        return _agreed(_by_value(project, facts, node, depth) for node in (value.body, value.orelse))
    if isinstance(value, ast.Lambda):
        return _lambda(value)
    return _kind(project, facts, facts.decorator(value), depth)


def _lambda(node: ast.Lambda) -> _Answer:
    """`lambda f: f`."""
    names = [parameter.arg for parameter in node.args.args]
    same = len(names) == 1 and isinstance(node.body, ast.Name) and node.body.id == names[0]
    return (Makes.SAME, None) if same else _UNKNOWN


def _by_class(project: Project, definition: Definition, decorator: Decorator, depth: int) -> _Answer:
    cls = definition.cls
    assert cls is not None
    if decorator.call is None:
        return _UNKNOWN
    bases = external_bases(project, cls)
    call = project.member(cls, "__call__")
    if call is not None and call.function is not None and len(call.function.parameters) > 1:
        return _applied(project, _Given(decorates=call.function, subject=call.function.parameters[1]), depth)
    if bases == {"contextlib.ContextDecorator"}:
        return Makes.HIDDEN, None
    return (Makes.COROUTINE, None) if bases == {"contextlib.AsyncContextDecorator"} else _UNKNOWN


def _by_function(project: Project, function: Function, decorator: Decorator, depth: int) -> _Answer:
    if decorator.call is not None and len(function.decorators) == 1:
        if function.decorated("contextlib.contextmanager"):
            return Makes.HIDDEN, function  # the context is left before anybody awaits the coroutine
        if function.decorated("contextlib.asynccontextmanager"):
            return Makes.COROUTINE, function
    static = function.cls is None or function.decorated("builtins.staticmethod")
    if not static or len(function.decorators) > (function.cls is not None) or not _is_plain(function):
        return _UNKNOWN
    if decorator.call is None:
        return _applied(project, _Given(decorates=function, subject=function.parameters[0]), depth)
    return _by_factory(project, function, decorator.call, depth)


def _is_plain(function: Function) -> bool:
    return not function.is_async and not function.is_generator and bool(function.parameters)


def _by_factory(project: Project, function: Function, call: ast.Call, depth: int) -> _Answer:
    """What `@deco(...)` does: each def, mark or `lambda f: f` that the factory may return, applied."""
    ways = ways_through(function, none=_left_none(function, call))
    answers = [_by_returned(project, function, node, ways.reached, depth - 1) for node in ways.returned]
    return _agreed(answers) if ways.complete else _UNKNOWN


def _left_none(function: Function, call: ast.Call) -> frozenset[str]:
    """The parameters that are None by default and that a call does not give."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return frozenset()
    arguments = function.node.args
    names = [p.arg for p in (*arguments.posonlyargs, *arguments.args)]
    defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
    given = {*names[: len(call.args)], *(k.arg for k in call.keywords)}
    return frozenset(
        n for n, d in defaults.items() if n not in given and isinstance(d, ast.Constant) and d.value is None
    )


def _by_returned(
    project: Project, function: Function, node: ast.expr | None, reached: frozenset[ast.stmt], depth: int
) -> _Answer:
    """What applying a value does that `function` returns or calls."""
    if node is None or depth <= 0:
        return _UNKNOWN
    inner = local_def(function, node, reached)
    if inner is not None:
        if inner.decorators or not _is_plain(inner):
            return _UNKNOWN
        return _applied(project, _Given(decorates=inner, subject=inner.parameters[0]), depth)
    return _by_value(project, function.facts, node, depth)


def _applied(project: Project, given: _Given, depth: int) -> _Answer:
    """What calling a decorator with the coroutine function returns."""
    function, subject = given.decorates, given.subject
    if depth <= 0 or not _is_plain(function):
        return _UNKNOWN
    for binding in function.facts.scope(function.node).names[subject][1:]:
        if binding.value is None or _returns(project, given, binding.value, depth - 1)[0] is not Makes.SAME:
            return _UNKNOWN
    ways = ways_through(function, subject=subject)
    given = replace(given, reached=ways.reached)
    return _agreed(_returns(project, given, node, depth - 1) for node in ways.returned) if ways.complete else _UNKNOWN


def _returns(project: Project, given: _Given, node: ast.expr | None, depth: int) -> _Answer:
    """What an expression within a decorator is, given the coroutine function."""
    function = given.decorates
    if node is None or depth <= 0:
        return _UNKNOWN
    if isinstance(node, ast.Name) and node.id == given.subject:
        return Makes.SAME, None
    wrapper = local_def(function, node, given.reached)
    if wrapper is not None:
        kept = all(what_it_makes(project, d_facts, d, depth - 1).makes is Makes.SAME for d_facts, d in _of(wrapper))
        return (what_wrapper_does(project, wrapper, given.subject), wrapper) if kept else _UNKNOWN
    if isinstance(node, ast.Name):
        bindings = function.facts.scope(function.node).names.get(node.id, [])
        value = bindings[0].value if len(bindings) == 1 else None
        return _returns(project, given, value, depth - 1)
    return _call(project, given, node, depth) if isinstance(node, ast.Call) else _UNKNOWN


def _of(function: Function) -> Iterable[tuple[Facts, Decorator]]:
    return ((function.facts, decorator) for decorator in function.decorators)


def _call(project: Project, given: _Given, node: ast.Call, depth: int) -> _Answer:
    """`update_wrapper(w, f)`, `wraps(f)(w)`, `pytest.mark.slow(f)`, `other(f)`, `inner(f)`."""
    facts = given.decorates.facts
    if facts.resolve(node.func) == "functools.update_wrapper" and node.args:
        return _returns(project, given, node.args[0], depth - 1)
    if len(node.args) != 1 or node.keywords:
        return _UNKNOWN
    argument = _returns(project, given, node.args[0], depth - 1)
    if local_def(given.decorates, node.func, given.reached) is not None:
        applied = _by_returned(project, given.decorates, node.func, given.reached, depth - 1)
    else:
        applied = _kind(project, facts, facts.decorator(node.func), depth - 1)
    if applied[0] is Makes.SAME:
        return argument
    return applied if argument[0].is_coroutine_function else _UNKNOWN


def _agreed(answers: Iterable[_Answer]) -> _Answer:
    """The one answer of all; a coroutine function where only its wrapping differs."""
    found = list(answers)
    kinds = {kind for kind, _ in found}
    if len(kinds) == 1:
        return found[0]
    if kinds and kinds <= {Makes.SAME, Makes.COROUTINE}:
        return next(answer for answer in found if answer[0] is Makes.COROUTINE)
    return _UNKNOWN
