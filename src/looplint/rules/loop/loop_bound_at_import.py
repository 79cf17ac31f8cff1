"""Future, task, client or lock made at import that tests use on several loops.

## What it does
Reports futures, tasks, clients that keep connections, and asyncio's locks, semaphores and queues, made at module level or in the body of a
test class, where async tests use them on loops of their own.

## Why it is bad
A test file is imported once, but every async test has a loop of its own by default. What belongs to one loop fails on the next.

## What really happens
| made at import | outcome, on every version |
|---|---|
| `asyncio.Future()`, `ensure_future(...)`, `gather(...)` | the first test that awaits it: `… attached to a different loop` |
| a lock, semaphore or queue for which two tests have to wait | the second one: `… is bound to a different event loop` |
| `httpx.AsyncClient`, `redis.asyncio.Redis`, an engine of asyncpg | the first test passes; the second takes a connection of the first and fails: `Event loop is closed` |

The first two are errors. The last one is a warning: a server may have closed the connection. Nothing is bound before somebody waits: a queue that is
never empty, a lock that nobody holds, pass.

## Fix
None: make it in a fixture, for each test, or give the tests one loop (`loop_scope="module"`) and make it in an async fixture of that scope.

## Exceptions
Tests that share a loop; a single test; locks, semaphores, queues and events that nobody surely waits for; futures that the file completes; clients without
a network (`transport=`, `app=` …), whose requests are mocked, or whose connections the file closes; names that are assigned again.

## References
* <https://docs.python.org/3/library/asyncio-dev.html>
* <https://www.python-httpx.org/async/#opening-and-closing-clients>
* <https://pytest-asyncio.readthedocs.io/en/stable/concepts.html#test-discovery-modes>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge.loop_bound import Bond
from looplint.project.loops.contention import is_primitive, owner_of, sees, waits_for
from looplint.project.loops.fixture_loop import loop_scope_of
from looplint.project.loops.loop_bound import is_mocked, kind_of
from looplint.project.loops.loop_state import awaited
from looplint.project.running.usage import is_collected, reaching_tests, subclasses_in_file
from looplint.project.running.who import Who
from looplint.rules.rule import Finding, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project

_FUTURES = frozenset({"asyncio.Future", "asyncio.ensure_future", "asyncio.gather"})
_COMPLETES = ("set_result", "set_exception", "cancel")
_CLOSES = ("aclose", "close", "dispose", "disconnect")


def check(module: Module, project: Project) -> Iterator[Finding]:
    """What is made at import and used on loops that are not that of the import, or not one."""
    facts = module.facts
    if not project.is_test_file(facts.file):
        return
    for cls, name, call in _made_at_import(facts):
        bound = facts.resolve(call.func) in _FUTURES
        primitive = not bound and is_primitive(facts, call)
        if not bound and not primitive and not _may_be_client(facts, call):
            continue
        if _changes(facts, cls, name):
            continue
        owner = f"self.{name}" if cls is not None else name
        if bound:
            yield from _future(module, project, cls, owner, call)
        elif primitive:
            yield from _primitive(module, project, cls, owner, call)
        else:
            yield from _client(module, project, cls, owner, call)


def _made_at_import(facts: Facts) -> Iterator[tuple[Class | None, str, ast.Call]]:
    """The plain assignments of a call's value in the module and in the bodies of its classes."""
    bodies: list[tuple[Class | None, list[ast.stmt]]] = [(None, facts.tree.body)]
    bodies += [(cls, cls.node.body) for cls in facts.classes if cls.outer is None]
    for cls, body in bodies:
        for statement in body:
            if isinstance(statement, ast.Assign):
                target: ast.expr = statement.targets[0]
            elif isinstance(statement, ast.AnnAssign):
                target = statement.target
            else:
                continue
            if isinstance(target, ast.Name) and isinstance(statement.value, ast.Call):
                yield cls, target.id, statement.value


def _may_be_client(facts: Facts, call: ast.Call) -> bool:
    name = facts.resolve(call.func)
    return name is not None and not name.startswith(("builtins.", "asyncio.", "pytest."))


def _changes(facts: Facts, cls: Class | None, name: str) -> bool:
    """May the name stand for something else later: assigned again, or patched by its name?"""
    scope = facts.scope(cls.node if cls is not None else facts.tree)
    if len(scope.names.get(name, ())) != 1 or any(name in node.names for node in facts.nodes(ast.Global)):
        return True
    text = facts.source.text
    if any(f"{start}{name}{quote}" in text for quote in "\"'" for start in (quote, ".")):
        return True
    return any(n.attr == name and not isinstance(n.ctx, ast.Load) for n in facts.nodes(ast.Attribute))


def _tests(project: Project, facts: Facts, cls: Class | None, owner: str) -> Iterator[Function]:
    """The async tests that see the name, each on a loop of its own."""
    classes = list(subclasses_in_file(project, cls)) if cls is not None else []
    for test in facts.functions:
        if not test.is_async or (cls is not None and test.cls not in classes) or not sees(test, owner):
            continue
        if is_collected(project, test) and _is_alone(project, test):
            yield test


def _is_alone(project: Project, test: Function) -> bool:
    """Has the async test a loop of its own?"""
    runner = project.runner(test)
    return runner.who is Who.UNITTEST or (runner.who is Who.PYTEST_ASYNCIO and runner.loop_scope == "function")


def _related(test: Function, message: str) -> Related:
    source = test.facts.source
    place = source.position(source.offset_of(test.node.lineno, test.node.col_offset))
    return Related(path=source.path, row=place.row, column=place.column, message=message)


def _future(module: Module, project: Project, cls: Class | None, owner: str, call: ast.Call) -> Iterator[Finding]:
    """A future or task: no test runs on the loop of the import."""
    facts = module.facts
    completes = (n for n in facts.nodes(ast.Attribute) if n.attr in _COMPLETES and owner_of(n.value) == owner)
    if any(True for _ in completes):
        return
    for test in _tests(project, facts, cls, owner):
        if owner in set(awaited(project, test)) and not _is_expected(test, owner):
            yield RULE.finding(
                module,
                call,
                f"`{owner}` belongs to the loop that is current at import, on which no test runs: `{test.name}` fails",
                related=[_related(test, f"`{owner}` is awaited here")],
            )
            return


def _is_expected(test: Function, owner: str) -> bool:
    """Is the error expected wherever the test names what it awaits?"""
    return any(owner_of(node) == owner and test.facts.in_raises(node) for node in test.walk())


def _primitive(module: Module, project: Project, cls: Class | None, owner: str, call: ast.Call) -> Iterator[Finding]:
    waiting = [test for test in _tests(project, module.facts, cls, owner) if waits_for(project, test, owner, call)]
    if len(waiting) > 1:
        first, second = waiting[:2]
        yield RULE.finding(
            module,
            call,
            f"`{owner}` is bound to the loop of `{first.name}`, which waits for it: `{second.name}` waits on another loop and fails",
            related=[_related(test, f"waits for `{owner}`") for test in (first, second)],
        )


def _client(module: Module, project: Project, cls: Class | None, owner: str, call: ast.Call) -> Iterator[Finding]:
    facts = module.facts
    kind = kind_of(project, facts, call)
    closed = (n for n in facts.nodes(ast.Attribute) if n.attr in _CLOSES and owner_of(n.value) == owner)
    if kind is None or kind.bond is not Bond.CONNECTS or any(True for _ in closed):
        return
    users = [test for test in _tests(project, facts, cls, owner) if _requests(test, owner) and not is_mocked(test)]
    users += _behind_fixtures(project, facts, owner) if cls is None else []
    if len(users) > 1:
        first, second = users[:2]
        yield RULE.finding(
            module,
            call,
            f"`{owner}`, one {kind.shown} for all tests, keeps connections of the loop of `{first.name}`: "
            f"`{second.name}` runs on another loop",
            severity=Severity.WARNING,
            related=[_related(test, f"`{owner}` is used here") for test in (first, second)],
        )


def _behind_fixtures(project: Project, facts: Facts, owner: str) -> list[Function]:
    """The tests on loops of their own for each of which a fixture of the file makes requests with the client."""
    for function in facts.functions:
        fixture = function.fixture
        if (
            fixture is None
            or fixture.scope != "function"
            or not sees(function, owner)
            or not _requests(function, owner)
        ):
            continue
        if loop_scope_of(project, function) == "function" and not is_mocked(function):
            tests = (test for test in reaching_tests(project, fixture) if not test.is_async or not is_mocked(test))
            return [test for test in tests if not test.is_async or _is_alone(project, test)]
    return []


def _requests(test: Function, owner: str) -> bool:
    """Does the test or fixture await a method of the client, other than one that closes it?"""
    for node in test.walk():
        waited = [node.value] if isinstance(node, ast.Await) else []
        if isinstance(node, ast.AsyncWith):
            waited = [item.context_expr for item in node.items]
        for call in (inner for expression in waited for inner in ast.walk(expression)):
            func = call.func if isinstance(call, ast.Call) else None
            if isinstance(func, ast.Attribute) and owner_of(func.value) == owner and func.attr not in _CLOSES:
                return True
    return False


RULE = Rule(
    code="LPL111",
    name="loop-bound-at-import",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    words=(b"async def",),
    also=(b"asyncio.", b"from asyncio", b"httpx", b"redis", b"create_async_engine"),
    tests_only=True,
    check=check,
)
