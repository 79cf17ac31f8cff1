"""The functions and page objects to which tests and fixtures hand Playwright's objects.

A test that only calls `log_in(page)` or `LoginPage(page).submit()` says nothing of Playwright's itself: what it loses,
it loses there. The proof is the call: from a test or fixture that gets the plugin's fixture, argument by argument.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge.playwright_async import FIXTURES
from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.code.definitions import mro
from looplint.project.files import python_files
from looplint.project.running.browser_calls import all_coroutines, assigned, class_of, given_fixtures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.project.questions import Project

_DEPTH = 3
"""Helpers of helpers that are followed."""
_NAMES = tuple(
    text.encode() for name, owner in FIXTURES.items() for text in (f"({name}", f", {name}", f"{name}: {owner}")
)
"""How a parameter of such a name is written: most files that speak of a context have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A function that gets objects of Playwright's: names ("page", "self.page") with their classes.

    `caller` and `call` tell who hands them over, first of all or by way of other helpers.
    """

    function: Function
    given: dict[str, str]
    caller: Function
    call: ast.Call


@noted
def browser_helpers(project: Project) -> tuple[Helper, ...]:
    """All helpers, each function once, as it is called first. Reads the test code that names a browser fixture."""
    found: dict[Function, Helper] = {}
    pending = [(function, given, _DEPTH) for function, given in _starts(project)]
    while pending:
        function, given, depth = pending.pop(0)
        for call in function.walk():
            if not isinstance(call, ast.Call) or not (call.args or call.keywords):
                continue
            for callee, handed in _handed(project, function, given, call):
                if callee not in found:
                    found[callee] = Helper(function=callee, given=handed, caller=function, call=call)
                    pending += [(callee, handed, depth - 1)] if depth > 0 else []
    return tuple(found.values())


@noted
def to_be_ported(project: Project) -> tuple[Function, ...]:
    """The sync fixtures and helpers that call what is a coroutine in Playwright's asynchronous API."""
    fixtures = [(function, given) for function, given in _starts(project) if function.fixture is not None]
    helpers = [(helper.function, helper.given) for helper in browser_helpers(project)]
    return tuple(
        function
        for function, given in (*fixtures, *helpers)
        if not function.is_async and all_coroutines(function, given)
    )


def hands_browser_on(function: Function, given: dict[str, str], call: ast.Call) -> bool:
    """Is one of Playwright's objects an argument of a call that is none of Playwright's?"""
    if isinstance(call.func, ast.Attribute) and class_of(function, given, call.func.value) is not None:
        return False
    name = function.facts.resolve(call.func) or ""
    if name.startswith(("playwright.", "builtins.")):
        return False
    return any(class_of(function, given, value) for value in (*call.args, *(k.value for k in call.keywords)))


def _starts(project: Project) -> Iterator[tuple[Function, dict[str, str]]]:
    for path in python_files(project.root):
        if not project.is_test_file(path) or not any(project.mentions(path, name) for name in _NAMES):
            continue
        facts = project.facts_at(path)
        for function in facts.functions if facts is not None else ():
            given = given_fixtures(project, function)
            if given:
                yield function, given


def _handed(
    project: Project, function: Function, given: dict[str, str], call: ast.Call
) -> Iterator[tuple[Function, dict[str, str]]]:
    """The functions that get an object of Playwright's by a call, with what they get."""
    if not hands_browser_on(function, given, call):
        return
    called = project.definition(function.facts.resolve(call.func), function.facts)
    if called is None:
        return
    if called.function is not None and called.function.cls is None:
        handed = _parameters(function, given, call, called.function, skipped=0)
        if handed:
            yield called.function, handed
    elif called.cls is not None:
        yield from _of_page_object(project, function, given, call, called.cls)


def _of_page_object(
    project: Project, function: Function, given: dict[str, str], call: ast.Call, cls: Class
) -> Iterator[tuple[Function, dict[str, str]]]:
    """The methods of a class whose constructor keeps what it is given."""
    made = project.member(cls, "__init__")
    if made is None or made.function is None or not made.function.parameters:
        return
    handed = _parameters(function, given, call, made.function, skipped=1)
    kept = _kept(made.function, handed)
    if not kept:
        return
    yield made.function, {**handed, **kept}
    for owner in mro(project, cls):
        for method in owner.methods.values() if owner is not None else ():
            if method is not made.function and not method.decorators:
                yield method, kept


def _kept(init: Function, handed: dict[str, str]) -> dict[str, str]:
    """The attributes that hold an object of Playwright's once a constructor has run ("self.page")."""
    kept: dict[str, str] = {}
    for node in init.walk() if handed else ():
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, found = ast.unparse(node.targets[0]), class_of(init, {**handed, **kept}, node.value)
            if target.startswith(f"{init.parameters[0]}.") and found is not None:
                kept[target] = found
    return kept


def _parameters(
    function: Function, given: dict[str, str], call: ast.Call, callee: Function, *, skipped: int
) -> dict[str, str]:
    """The parameters of a callee that get an object of Playwright's."""
    names = [parameter.arg for parameter in (*callee.node.args.posonlyargs, *callee.node.args.args)][skipped:]
    if any(isinstance(value, ast.Starred) for value in call.args):
        return {}
    pairs = [*zip(names, call.args, strict=False)]
    pairs += [(k.arg, k.value) for k in call.keywords if k.arg in callee.parameters]
    unawaited = {id(coroutine) for coroutine in all_coroutines(function, given)}
    pairs = [(name, value) for name, value in pairs if id(assigned(function, value) or value) not in unawaited]
    handed = {name: class_of(function, given, value) for name, value in pairs}
    return {name: found for name, found in handed.items() if found is not None}
