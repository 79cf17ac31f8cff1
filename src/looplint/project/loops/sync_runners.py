"""Calls of libraries that start a loop of their own and refuse to where one is running.

Which they are stands in the catalogue (`raises_in_loop`, measured); asyncio's and anyio's own are left to
`looplint.project.code.blocking`. Playwright's sync API does more: from its start to its stop it marks its loop as the
running one of the thread, so that no other can start.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import SETUP_HOOKS, keyword
from looplint.model.names import last_name
from looplint.model.records import dataclass
from looplint.project.code.client_calls import ClientCall, client_call, is_doubtful
from looplint.project.code.helper_calls import first_unguarded, may_reach, reached_helper
from looplint.project.code.replaced_names import overwritten_names

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

PLAYWRIGHT = "playwright.sync_api.sync_playwright"
_OWN = ("asyncio.", "anyio.")
_NAMES = frozenset(
    {"sync_playwright", "run_app", "run", "run_sync", "execute", "run_polling", "run_webhook", "run_until_complete"}
)
"""The last part of every name that the catalogue lists, so that other calls are not looked into."""
_WORDS = (
    b"sync_playwright",
    b"run_app",
    b"run_sync",
    b"run_polling",
    b"run_webhook",
    b"discord",
    b"MCPServer",
    b"gql",
)
"""One of these stands in every file that makes such a call."""
_ASYNC_TRANSPORTS = (
    "gql.transport.aiohttp.",
    "gql.transport.websockets.",
    "gql.transport.aiohttp_websockets.",
    "gql.transport.phoenix_channel_websockets.",
    "gql.transport.appsync_websockets.",
    "gql.transport.httpx.HTTPXAsyncTransport",
)


@dataclass(frozen=True, slots=True, eq=False)
class SyncRunner:
    """One such call. `path` is the dotted path of what is called, `shown` how messages name it."""

    call: ast.Call
    path: str
    shown: str


@dataclass(frozen=True, slots=True, eq=False)
class SyncHelper:
    """A sync function of the project that always makes such a call."""

    function: Function
    runner: SyncRunner


def may_start_runner(project: Project, facts: Facts) -> bool:
    """Could code of a file make such a call, itself or through its imports? Judged by bytes: most files could not."""
    return may_reach(project, facts, _WORDS)


def sync_helper(project: Project, facts: Facts, call: ast.Call) -> SyncHelper | None:
    """The helper that a call reaches, one step deep.

    None where it is not known, guarded or conditional, and where the calling file, or a conftest.py above it, puts
    something in the place of anything that the helper speaks of.
    """
    reached = reached_helper(project, facts, call, _WORDS)
    if reached is None:
        return None
    _, function = reached
    runner = first_unguarded(function, lambda inner: sync_runner(project, function.facts, inner))
    if runner is None or not _spoken_of(function, runner).isdisjoint(_overwritten(project, facts)):
        return None
    return SyncHelper(function, runner)


def _spoken_of(function: Function, runner: SyncRunner) -> set[str]:
    """What could be replaced: the helper, its class, what is called, and every name in it but its own variables."""
    nodes = list(ast.walk(function.node))
    own = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names = {n.id for n in nodes if isinstance(n, ast.Name)} - own.union(function.parameters)
    names |= {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    names |= {function.name, *runner.path.split(".")[-2:]}
    return names if function.cls is None else {*names, function.cls.name}


def _overwritten(project: Project, facts: Facts) -> set[str]:
    files = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    return set().union(*map(overwritten_names, files))


def sync_runner(project: Project, facts: Facts, call: ast.Call) -> SyncRunner | None:
    """The sync runner that a call is; None for any other, and where something else may stand in its place.

    `sync_playwright()` alone does nothing: it must be entered or started.
    """
    func = call.func
    leaf = last_name(func)
    if leaf not in _NAMES and leaf not in facts.aliased_names:
        return None
    found = client_call(project, facts, call)
    if found is None or found.annotated or found.on_class or found.path.startswith(_OWN) or not _raises(found):
        return None
    if found.path == PLAYWRIGHT and not _is_started(facts, call):
        return None
    if found.path == "gql.Client.execute" and not _has_async_transport(found):
        return None
    if is_doubtful(project, facts, found):
        return None
    return SyncRunner(call, found.path, f"{found.path.rpartition('.')[2]}()")


def _raises(found: ClientCall) -> bool:
    if found.client is None:
        return clients.function_raises_in_loop(found.path)
    return found.method in found.client.raises_in_loop


def _is_started(facts: Facts, call: ast.Call) -> bool:
    """Is what `sync_playwright()` gives entered (`with`, `enter_context`) or started at once?"""
    parent = facts.parent(call)
    if isinstance(parent, ast.withitem):
        return True
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("start", "__enter__") and isinstance(facts.parent(parent), ast.Call)
    return isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "enter_context"


def _has_async_transport(found: ClientCall) -> bool:
    """Is the client of gql made with a transport that is known to be asynchronous?"""
    origin = found.origin
    if origin is None or not isinstance(origin.node, ast.Call):
        return False
    transport = keyword(origin.node, "transport")
    facts = origin.facts
    if isinstance(transport, ast.Name):
        bound = facts.lookup(transport.id, transport)
        transport = bound[1][0].value if bound is not None and len(bound[1]) == 1 else None
    if not isinstance(transport, ast.Call):
        return False
    return (facts.resolve(transport.func) or "").startswith(_ASYNC_TRANSPORTS)


def keeps_loop_running(facts: Facts, function: Function, call: ast.Call) -> bool:
    """Does Playwright, started by `call` in a sync fixture or setup hook, go on when the test starts?

    So it does where a `with` holds the `yield`, and after a `start()` that no `stop()` follows before the `yield`, or
    before the end.
    """
    for up in facts.parents(call):
        if isinstance(up, ast.With):
            return function.fixture is not None and any(up in facts.parents(node) for node in function.yields)
    if not isinstance(facts.parent(call), ast.Attribute):
        return False
    if function.fixture is None and function.name not in SETUP_HOOKS:
        return False
    ends = min((node.lineno for node in function.yields), default=function.node.end_lineno or 0)
    stops = (n for n in function.walk() if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "stop")
    return call.lineno <= ends and not any(stop.lineno <= ends for stop in stops)
