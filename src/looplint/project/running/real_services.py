"""Tests that reach a real service, and whether anything says that they are meant to."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from looplint.knowledge.real_services import HTTP_CLIENTS, HTTP_FUNCTIONS, HTTP_METHODS, SERVICES, real_host
from looplint.model.definitions import constant
from looplint.model.names import last_name
from looplint.project.code.replaced_names import may_be_replaced
from looplint.project.code.values import ClientValue
from looplint.project.configured.integration import integration_tests
from looplint.project.running.fixtures import autouse, requested
from looplint.project.running.marks import has_unread_marks, marks_of
from looplint.project.running.open_clients import answered
from looplint.project.running.runner import hooks
from looplint.project.running.usage import is_collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.knowledge.clients import Client
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.configured.integration import IntegrationTests
    from looplint.project.questions import Project

_SELECTING_HOOKS = (
    "pytest_collection_modifyitems",
    "pytest_runtest_setup",
    "pytest_runtest_call",
    "pytest_ignore_collect",
)
_ENVIRONMENT = frozenset({"environ", "getenv"})
_MAKERS = frozenset(
    {*(path.rpartition(".")[2] for path in (*SERVICES, *HTTP_CLIENTS)), *(f.rpartition(".")[2] for f in HTTP_FUNCTIONS)}
)
_FIXTURES_DEEP = 4


def is_suspect(facts: Facts, call: ast.Call, configured: IntegrationTests) -> bool:
    """May a call reach a real service, by its last name?"""
    leaf = last_name(call.func)
    own = (name.rpartition(".")[2] for name in configured.clients)
    return leaf in _MAKERS or leaf in facts.aliased_names or leaf in own


def real_service(project: Project, test: Function, call: ast.Call, configured: IntegrationTests) -> str | None:
    """Whom a call of a unit test reaches: a host, or the name of a configured client; None where that is not sure."""
    facts = test.facts
    reached = _reached(project, test, call, configured)
    if reached is None or facts.in_raises(call) or not is_collected(project, test):
        return None
    if is_integration_test(project, test, configured) or may_be_answered(project, test):
        return None
    return reached


def configuration(project: Project, facts: Facts) -> IntegrationTests:
    """What the configuration in force for a file says."""
    return integration_tests(facts.file.parent if facts.file is not None else project.root)


# -- whom it reaches -------------------------------------------------------------------------------------------------


def _reached(project: Project, test: Function, call: ast.Call, configured: IntegrationTests) -> str | None:
    facts = test.facts
    dotted = facts.resolve(call.func)
    if dotted is None:
        return None
    if dotted in configured.clients:
        return dotted
    if dotted in HTTP_FUNCTIONS:
        return _host_of(call) if _is_foreign(project, test, dotted) else None
    value = project.infer(facts, call)
    if not isinstance(value, ClientValue) or value.chain or value.via != "constructor" or value.origin.node is not call:
        return None
    path = value.client.path
    names = {value.client.name, path.partition(".")[0], *(a.rpartition(".")[2] for a in value.client.aliases)}
    if may_be_replaced(project, test, names):
        return None
    if any(keyword.arg is None for keyword in call.keywords) or len(call.args) > 1:
        return None
    given = {keyword.arg for keyword in call.keywords}
    if path in SERVICES:
        service = SERVICES[path]
        alone = given.isdisjoint(service.addresses)
        return service.host if alone and any(_asks(facts, node, value.client) for node in _uses(test, call)) else None
    if path in HTTP_CLIENTS and given.isdisjoint(HTTP_CLIENTS[path]):
        hosts = (_requested_host(facts, node) for node in _uses(test, call))
        return next((host for host in hosts if host is not None), None)
    return None


def _is_foreign(project: Project, test: Function, dotted: str) -> bool:
    """Is the module that of the library: not of the project, not patched?"""
    root, _, method = dotted.partition(".")
    return project.definition(dotted, test.facts) is None and not may_be_replaced(project, test, {root, method})


def _host_of(call: ast.Call) -> str | None:
    url = (
        constant(call.args[0])
        if call.args
        else constant(next((k.value for k in call.keywords if k.arg == "url"), None))
    )
    return real_host(url) if isinstance(url, str) else None


def _uses(test: Function, call: ast.Call) -> Iterator[ast.expr]:
    """The client where the test uses it: the call itself, or the one name that it is given."""
    facts = test.facts
    up = facts.parent(call)
    name: str | None = None
    if isinstance(up, ast.Assign) and len(up.targets) == 1 and isinstance(up.targets[0], ast.Name):
        name = up.targets[0].id
    elif isinstance(up, ast.withitem) and isinstance(up.optional_vars, ast.Name):
        name = up.optional_vars.id
    if name is None:
        yield call
        return
    if len(facts.scope(test.node).names.get(name, ())) == 1:
        for node in test.walk():
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield node


def _called(facts: Facts, node: ast.expr) -> tuple[ast.Call, str] | None:
    """The method of a client, or of a part of it, that is called here, as a chain."""
    chain: list[str] = []
    up = facts.parent(node)
    while isinstance(up, ast.Attribute):
        chain.append(up.attr)
        node, up = up, facts.parent(up)
    called = isinstance(up, ast.Call) and up.func is node and not facts.in_raises(up)
    return (up, ".".join(chain)) if isinstance(up, ast.Call) and called and chain else None


def _asks(facts: Facts, node: ast.expr, client: Client) -> bool:
    """Is it a call that goes over the wire?"""
    called = _called(facts, node)
    if called is None:
        return False
    call, method = called
    if client.kind_of(method) in ("coroutine", "async_for", "async_with", "await_or_with"):
        return isinstance(facts.parent(call), (ast.Await, ast.AsyncFor, ast.withitem, ast.comprehension))
    return client.blocks(method)


def _requested_host(facts: Facts, node: ast.expr) -> str | None:
    called = _called(facts, node)
    return _host_of(called[0]) if called is not None and called[1] in HTTP_METHODS else None


# -- what says that it is meant --------------------------------------------------------------------------------------


def is_integration_test(project: Project, test: Function, configured: IntegrationTests) -> bool:
    """Does a mark, the path, a condition on the environment, a hook that selects tests say that it needs services?"""
    facts = test.facts
    if has_unread_marks(project, test) or any(_matches(mark, configured.marks) for _, mark in marks_of(project, test)):
        return True
    if facts.file is None or any(_matches(part, configured.paths) for part in _parts(project, facts)):
        return True
    if any(
        _matches(name, configured.paths) for name in (test.name, *([test.cls.name] if test.cls is not None else ()))
    ):
        return True
    near = [facts, *project.conftests(facts.file)]
    if any(re.search(rb"\bskip|importorskip|xfail", seen.source.raw) for seen in near):
        return True
    read = (getattr(node, "attr", None) or getattr(node, "id", None) for node in test.walk())
    return not _ENVIRONMENT.isdisjoint(read) or any(True for _ in hooks(project, facts, _SELECTING_HOOKS))


def _parts(project: Project, facts: Facts) -> tuple[str, ...]:
    assert facts.file is not None
    try:
        parts = facts.file.relative_to(project.root).parts
    except ValueError:
        parts = facts.file.parts
    return (*parts[:-1], facts.file.stem)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for pattern in patterns)


def may_be_answered(project: Project, test: Function) -> bool:
    """May a mock, a patch or a library for that answer: of the test, its hooks, the fixtures that it gets?"""
    if answered(project, test):
        return True
    cls = test.cls
    while cls is not None:
        if cls.decorators or any(m.hook is not None and answered(project, m) for m in cls.methods.values()):
            return True
        cls = cls.cls
    seen: set[Function] = set()
    waiting = [(name, test) for name in requested(project, test)]
    fixtures = [fixture.function for fixture in autouse(project, test, test.facts)]
    for _ in range(_FIXTURES_DEEP):
        found = [project.fixture(name, asking, asking.facts) for name, asking in waiting]
        fixtures += [fixture.function for fixture in found if fixture is not None]
        fresh = [function for function in fixtures if function not in seen]
        if any(answered(project, function) for function in fresh):
            return True
        seen.update(fresh)
        waiting = [(name, function) for function in fresh for name in requested(project, function)]
        fixtures = []
    return bool(waiting) or any(_is_foreign_fixture(project, name, test) for name in requested(project, test))


def _is_foreign_fixture(project: Project, name: str, test: Function) -> bool:
    """Is a parameter filled by something that looplint cannot see: a plugin's fixture, parametrize, a decorator?"""
    known = project.fixture(name, test, test.facts) is not None
    return not known and name not in ("self", "tmp_path", "tmpdir", "caplog", "capsys", "event_loop", "anyio_backend")
