"""Whether what a mock gives is surely awaited twice, in one run of the tests."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant
from looplint.project.code.parameters import parameter_value
from looplint.project.code.values import MockValue, Name
from looplint.project.mocks.demands import is_certain
from looplint.project.mocks.mocks import know

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.mocks.mocks import Knowledge
    from looplint.project.questions import Project

_DEPTH = 6


def call_twice(project: Project, facts: Facts, node: ast.expr, called: MockValue, known: Knowledge) -> ast.expr | None:
    """The second place that awaits what a mock gives, made at `node`; None where that is not certain.

    `called` is the call of the mock.
    """
    maker = facts.function_of(node)
    if maker is None:
        return _in_tests(known, called)
    if maker.fixture is not None:
        wide = maker.fixture.scope not in ("function", None)
        return _in_users(project, maker, called) if wide else None
    return _in_function(maker, known, called)


def _awaits(known: Knowledge, called: MockValue, function: Function | None = None) -> list[ast.expr]:
    """The places that await the call, outside of what expects an error, in source order."""
    found = {
        use.node
        for use in known.uses
        if use.path == called.path
        and isinstance(use.facts.parent(use.node), ast.Await)
        and not use.facts.in_raises(use.node)
        and (function is None or use.facts.function_of(use.node) is function)
    }
    return sorted(found, key=lambda use: (use.lineno, use.col_offset))


def _in_function(function: Function, known: Knowledge, called: MockValue) -> ast.expr | None:
    """Two awaits in the function that makes the mock, or one that a loop repeats."""
    awaits = _awaits(known, called, function)
    certain = [use for use in awaits if is_certain(function, use)]
    if len(certain) > 1:
        return certain[1]
    return next((use for use in awaits if _is_repeated(function, use, called.origin.node)), None)


def _is_repeated(function: Function, use: ast.expr, made: ast.AST) -> bool:
    """Is there a loop around the place, of at least two rounds, in which the mock is not made anew?"""
    facts = function.facts
    child: ast.AST = use
    for up in facts.parents(use):
        if up is function.node or isinstance(up, (ast.If, ast.IfExp, ast.Try, ast.While, ast.Lambda, ast.BoolOp)):
            return False
        if isinstance(up, ast.For) and child in up.body:
            around_made = up in facts.parents(made) if facts.parent(made) is not None else False
            leaves = any(isinstance(inner, (ast.Break, ast.Return, ast.Continue)) for inner in ast.walk(up))
            return _rounds(facts, up.iter) > 1 and not around_made and not leaves
        child = up
    return False


def _rounds(facts: Facts, node: ast.expr) -> int:
    """How often a loop over an expression runs; 0 where unknown."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return 0 if any(isinstance(item, ast.Starred) for item in node.elts) else len(node.elts)
    if isinstance(node, ast.Call) and facts.resolve(node.func) == "builtins.range" and len(node.args) == 1:
        count = constant(node.args[0])
        return count if isinstance(count, int) else 0
    return 0


def _in_tests(known: Knowledge, called: MockValue) -> ast.expr | None:
    """For a mock that is made at import: the second test that awaits the call, or a test that runs several times."""
    seen: list[Function] = []
    for use in _awaits(known, called):
        function = _test_around(known.root.origin.facts, use)
        if function is None or not is_certain(function, use):
            continue
        if (seen and function not in seen) or _runs_often(function):
            return use
        seen.append(function)
    return None


def _test_around(facts: Facts, use: ast.expr) -> Function | None:
    function = facts.function_of(use)
    return function if function is not None and function.name.startswith("test") and function.outer is None else None


def _runs_often(function: Function) -> bool:
    """Has a test a `parametrize` mark with at least two sets of values?"""
    marks = (d.call for d in function.decorators if d.name == "pytest.mark.parametrize" and d.call is not None)
    return any(len(call.args) > 1 and _rounds(function.facts, call.args[1]) > 1 for call in marks)


def _in_users(project: Project, fixture: Function, called: MockValue) -> ast.expr | None:
    """For a mock of a fixture that several tests share: the second test of its file that awaits the call."""
    assert fixture.fixture is not None
    name, first = fixture.fixture.name, None
    for user in fixture.facts.functions:
        if name not in user.parameters or not user.name.startswith("test"):
            continue
        value = parameter_value(project, user, name, _DEPTH)
        if not isinstance(value, MockValue) or value.origin.node is not called.origin.node:
            continue
        known = know(project, value.known_as(Name(user.facts, user, name)), user)
        awaits = [use for use in _awaits(known, called, user) if is_certain(user, use)]
        if awaits and (first is not None or len(awaits) > 1 or _runs_often(user)):
            return awaits[-1]
        first = first or (awaits[0] if awaits else None)
    return None
