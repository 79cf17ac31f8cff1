"""Which project code awaits what a test replaces, and whether the test can come to it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.definitions import Function
from looplint.model.names import last_name
from looplint.model.nodes import below
from looplint.project.code.occurrences import is_awaited
from looplint.project.mocks.evidence import visible_files
from looplint.project.mocks.reached import called_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_REQUESTS = frozenset(
    {"get", "post", "put", "delete", "patch", "request", "stream", "websocket_connect", "invoke", "head", "options"}
)
"""Calls by which a test client runs an application, whatever code that is."""
_SENDERS = re.compile(r"client|app|api|http|session|runner|browser|requests?$", re.IGNORECASE)
"""In the names of what sends requests, unlike the `patch` of unittest.mock, or the `get` of a dict."""
_MOST = 200
_LEVELS = 4
"""Calls between the one in the test and the await."""


def may_reach(project: Project, facts: Facts, node: ast.AST, name: str, *, telling: bool) -> bool:
    """Can a test that sets `node` up come to an await of `….name()`?

    Judged by names: the test calls one that leads there. Where the awaiting code or the tests are not seen, or an
    application is run by requests, it counts if the mock says what it gives (`telling`).
    """
    tests = list(tests_of(facts, node))
    if not tests:
        return telling
    awaiting = {function.name for function in _awaiting(project, facts, name)}
    if not awaiting:
        return telling
    return any(may_lead_to(project, test, awaiting, telling=telling) for test in tests)


def may_lead_to(
    project: Project, test: Function, names: set[str], *, telling: bool, own: Collection[ast.Call] = ()
) -> bool:
    """Does a test call one of `names`, or something that calls them in the files that it sees?

    With `telling` the requests of a test client count too, whatever they run; but for those of its `own` calls that go
    to a mock.
    """
    called = called_names(test) | _handed_names(test)
    if (names & called) or (telling and _sends_requests(test, own)):
        return True
    found = set(names)
    new = set(found)
    for _ in range(_LEVELS):
        new = {caller for one in new for caller in _callers(project, test.facts, one)} - found
        if new & called:
            return True
        if not new or len(found) > _MOST:
            return False
        found |= new
    return False


def _sends_requests(test: Function, own: Collection[ast.Call]) -> bool:
    """Does a test run an application by requests of a test client?"""
    for node in below(test.node):
        if not isinstance(node, ast.Call) or node in own:
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in _REQUESTS:
            owner = node.func.value
            owner = owner.func if isinstance(owner, ast.Call) else owner
            name = last_name(owner)
            if _SENDERS.search(name) is not None:
                return True
    return False


def _handed_names(test: Function) -> set[str]:
    """The last names of what a test hands to others, which may call it: `await run_tracked(handler, 1)`."""
    calls = (node for node in below(test.node) if isinstance(node, ast.Call))
    given = (a for call in calls for a in (*call.args, *(k.value for k in call.keywords)))
    return {a.attr if isinstance(a, ast.Attribute) else a.id for a in given if isinstance(a, (ast.Attribute, ast.Name))}


def tests_of(facts: Facts, node: ast.AST) -> Iterator[Function]:
    """The test around a node (or below it as a decorator), or the tests that get what a fixture or hook prepares.

    None for a conftest.py: its tests stand elsewhere.
    """
    function = facts.function_of(node)
    while function is not None and function.outer is not None:
        function = function.outer
    if function is None:
        above = (facts.definition_at(up) for up in facts.parents(node))
        function = next((found for found in above if isinstance(found, Function)), None)
    if function is None or (facts.file is not None and facts.file.name == "conftest.py"):
        return
    if function.fixture is None and function.hook is None:
        yield function
        return
    names = {function.fixture.name} if function.fixture is not None else set()
    for _ in range(_LEVELS):
        users = [f for f in facts.functions if names.intersection(f.parameters)]
        names |= {f.fixture.name for f in users if f.fixture is not None}
    tests = [f for f in facts.functions if f.name.startswith("test")]
    for test in tests:
        if names.intersection(test.parameters) or (function.cls is not None and test.cls is function.cls):
            yield test


def _awaiting(project: Project, facts: Facts, name: str) -> Iterator[Function]:
    for seen in visible_files(project, facts, name.encode()):
        for call in seen.calls:
            leaf = last_name(call.func)
            function = seen.function_of(call) if leaf == name and is_awaited(seen, call) else None
            if function is not None and not function.name.startswith("test"):
                yield function


def _callers(project: Project, facts: Facts, name: str) -> Iterator[str]:
    for seen in visible_files(project, facts, name.encode()):
        for function in seen.functions:
            if name in called_names(function) and not function.name.startswith("test"):
                yield function.name
