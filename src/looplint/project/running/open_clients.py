"""Clients that a test, fixture or hook makes and that nobody closes.

A client counts as left open only where all that happens to it is in sight: it stays in the function that makes it, or
in a fixture whose users are all known; it is used (or open at once); and nothing answers in the place of the network.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from looplint.knowledge.held_connections import (
    HELD,
    IN_MEMORY,
    NOT_OWNERS,
    SESSION_MAKERS,
    STAND_INS,
    WITHOUT_CLOSE,
)
from looplint.model.names import BindingKind
from looplint.model.nodes import below
from looplint.model.records import dataclass
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.occurrences import is_guarded
from looplint.project.code.replaced_names import may_be_replaced
from looplint.project.code.values import ClientValue
from looplint.project.running.usage import direct_users, is_collected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.knowledge.clients import Client
    from looplint.knowledge.held_connections import Held
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

Kept = Literal["name", "attribute", "nowhere", "returned", "yielded"]

_CLOSES = re.compile(
    r"close|stop|disconnect|shutdown|dispose|terminate|clean|quit|drain|exit|release|finish|end_session|tear_?down|kill|abort"
    r"|disposer|finali[sz]e|detach"
)
_MOCKING = ("monkeypatch", "mocker", "class_mocker", "module_mocker", "session_mocker")
_SKIPS = ("skip", "xfail")


@dataclass(frozen=True, slots=True, eq=False)
class OpenClient:
    """A client that is left open: the call that makes it, with its `await` as `value`, what it is, how it is kept."""

    call: ast.Call
    value: ast.expr
    client: Client
    held: Held
    kept: Kept
    statement: ast.stmt | None = None
    name: str = ""
    user: Function | None = None
    """Of a fixture's client: who uses it."""


def open_client(project: Project, maker: Function, call: ast.Call) -> OpenClient | None:
    """The client that a call of a test, fixture or hook makes, if nobody closes it."""
    facts = maker.facts
    above = facts.parent(call)
    value: ast.expr = above if isinstance(above, ast.Await) else call
    found = project.infer(facts, value)
    if not isinstance(found, ClientValue) or found.chain or found.origin.node is not call:
        return None
    held = HELD.get(found.client.path)
    if held is None or _has_no_connection_of_its_own(call, held) or not is_run(project, maker):
        return None
    if _may_be_replaced(project, maker, found.client) or facts.in_raises(call):
        return None
    kept = _kept(project, maker, value)
    if kept is None:
        return None
    how, statement, name = kept
    user: Function | None = None
    if how in ("returned", "yielded"):
        user = _open_user(project, maker, found.client, held)
        if user is None:
            return None
    elif not held.at_once and (
        not _is_used(project, maker, found.client, how, value, name) or answered(project, maker)
    ):
        return None
    return OpenClient(call, value, found.client, held, how, statement, name, user)


def wrongly_closed(project: Project, facts: Facts, call: ast.Call) -> Client | None:
    """The client, made in this file or by its fixtures, of which a call of `close` fails: it has `aclose` alone."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "close" or call.args or facts.in_raises(call):
        return None
    found = project.infer(facts, call.func.value)
    if not isinstance(found, ClientValue) or found.chain or found.client.path not in WITHOUT_CLOSE:
        return None
    user = facts.function_of(call)
    if found.via == "annotation" or user is None or is_guarded(facts, call):
        return None
    return None if _may_be_replaced(project, user, found.client) else found.client


# -- the client ------------------------------------------------------------------------------------------------------


def _has_no_connection_of_its_own(call: ast.Call, held: Held) -> bool:
    """Does it get its connection from elsewhere, need none, or are its arguments not all in sight?"""
    if any(isinstance(a, ast.Starred) for a in call.args):
        return True
    if any(keyword.arg is None or keyword.arg in held.shared for keyword in call.keywords):
        return True
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    place = call.args[0] if call.args else named.get("location")
    in_memory = isinstance(place, ast.Constant) and place.value in IN_MEMORY
    return in_memory and not held.at_once


def is_run(project: Project, function: Function) -> bool:
    """Is it a test, a fixture or a hook of tests, with nothing around it that could close what it makes?"""
    if function.outer is not None:
        return False
    if function.fixture is not None:
        return len(function.decorators) == 1
    return is_collected(project, function) or (
        function.hook is not None and function.cls is not None and project.leads_to_tests(function.cls)
    )


def _near(project: Project, facts: Facts) -> list[Facts]:
    return [facts, *(project.conftests(facts.file) if facts.file is not None else ())]


def _may_be_replaced(project: Project, maker: Function, client: Client) -> bool:
    """Is the class, its module, or what makes it patched while the maker runs?"""
    root = client.path.partition(".")[0]
    names = {client.name, *(path.rpartition(".")[2] for path in (*client.aliases, *client.factories))}
    return may_be_replaced(project, maker, names if root == "asyncio" else {*names, root})


def answered(project: Project, function: Function) -> bool:
    """May something answer in the place of the network: a library for that, a patch?"""
    if not set(_MOCKING).isdisjoint(function.parameters):
        return True
    if any(word in seen.source.raw for seen in _near(project, function.facts) for word in STAND_INS):
        return True
    nodes = [*function.walk(), *(node for d in function.decorators for node in below(d.node))]
    names = {getattr(node, "id", None) or getattr(node, "attr", None) for node in nodes}
    return not names.isdisjoint({"patch", "MagicMock", "AsyncMock", "Mock", "create_autospec", "setattr"})


# -- where it goes ---------------------------------------------------------------------------------------------------


def _kept(project: Project, maker: Function, value: ast.expr) -> tuple[Kept, ast.stmt | None, str] | None:
    """Where the function leaves the client; None where it is closed, or may be closed elsewhere."""
    facts = maker.facts
    up = facts.parent(value)
    if isinstance(up, (ast.Assign, ast.AnnAssign)):
        targets = up.targets if isinstance(up, ast.Assign) else [up.target]
        if len(targets) != 1:
            return None
        if isinstance(targets[0], ast.Name):
            return _by_name(maker, up, targets[0].id)
        if isinstance(targets[0], ast.Attribute) and _stays_in_class(project, maker, targets[0]):
            return "attribute", up, targets[0].attr
        return None
    if maker.fixture is not None and isinstance(up, (ast.Return, ast.Yield)):
        at = up if isinstance(up, ast.Return) else facts.parent(up)
        return ("returned" if isinstance(up, ast.Return) else "yielded", at, "") if isinstance(at, ast.stmt) else None
    if isinstance(up, ast.Attribute) and isinstance(facts.parent(up), (ast.Call, ast.Attribute)):
        return None if _is_end(up.attr) else ("nowhere", None, "")
    return None


def _by_name(maker: Function, statement: ast.stmt, name: str) -> tuple[Kept, ast.stmt, str] | None:
    scope = maker.facts.scope(maker.node)
    bindings = scope.names.get(name, ())
    if name in scope.globals or len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNMENT:
        return None
    fates = set(_fates(maker.facts, _loads(maker, name)))
    if fates & {"closed", "away"} or any(isinstance(node, ast.Nonlocal) for node in below(maker.node)):
        return None
    if fates & {"returned", "yielded"}:
        return ("yielded" if "yielded" in fates else "returned", statement, name) if maker.fixture is not None else None
    return "name", statement, name


def _is_end(attribute: str) -> bool:
    """Does a method of this name end something? `closed` only tells."""
    return attribute not in ("closed", "is_closed") and (_CLOSES.search(attribute) is not None or "__a" in attribute)


def _loads(function: Function, name: str) -> list[ast.expr]:
    nodes = (node for node in below(function.node) if isinstance(node, ast.Name) and node.id == name)
    return [node for node in nodes if isinstance(node.ctx, ast.Load)]


def _fates(facts: Facts, nodes: Iterable[ast.expr]) -> Iterator[str]:
    """What becomes of a client where it is named: "closed", "away", "returned", "yielded", or "" for none of these."""
    for node in nodes:
        up = facts.parent(node)
        if isinstance(up, ast.Attribute):
            yield "closed" if _is_end(up.attr) else ""
        elif isinstance(up, ast.withitem):
            yield "closed"
        elif isinstance(up, (ast.Compare, ast.Assert, ast.UnaryOp, ast.Expr, ast.FormattedValue)):
            yield ""
        elif isinstance(up, (ast.Call, ast.keyword)):
            yield _handed(facts, up)
        elif isinstance(up, (ast.Return, ast.Yield)):
            yield "returned" if isinstance(up, ast.Return) else "yielded"
        else:
            yield "away"


def _handed(facts: Facts, up: ast.Call | ast.keyword) -> str:
    call = up if isinstance(up, ast.Call) else facts.parent(up)
    assert isinstance(call, ast.Call)
    if isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assert"):
        return ""
    return "" if facts.resolve(call.func) in NOT_OWNERS else "away"


def _stays_in_class(project: Project, maker: Function, target: ast.Attribute) -> bool:
    """Is it `self.client` of a class, all of whose code is in the file, which nobody there closes or hands on?"""
    cls, facts = maker.cls, maker.facts
    receiver = maker.parameters[0] if maker.parameters else ""
    if cls is None or not isinstance(target.value, ast.Name) or target.value.id != receiver:
        return False
    foreign = [base for base in external_bases(project, cls) if not (base or "").startswith(("unittest.", "builtins."))]
    if foreign or any(owner is not None and owner.facts is not facts for owner in mro(project, cls)):
        return False
    stores = [n for n in facts.nodes(ast.Attribute) if n.attr == target.attr and isinstance(n.ctx, ast.Store)]
    by_text = re.compile(rf"""["']{re.escape(target.attr)}["']|__dict__|\bvars\(""")
    fates = set(_fates(facts, _attribute_loads(facts, target.attr)))
    return len(stores) == 1 and not fates - {""} and by_text.search(facts.source.text) is None


def _attribute_loads(facts: Facts, name: str) -> list[ast.expr]:
    return [n for n in facts.nodes(ast.Attribute) if n.attr == name and isinstance(n.ctx, ast.Load)]


# -- use -------------------------------------------------------------------------------------------------------------


def _is_used(project: Project, maker: Function, client: Client, kept: Kept, value: ast.expr, name: str) -> bool:
    """Is something awaited of the client, or entered, where no error is expected?"""
    facts = maker.facts
    if kept == "nowhere":
        return _connects(facts, value, client)
    if kept == "attribute":
        tests = (node for node in _attribute_loads(facts, name) if not _is_skipped(project, facts.function_of(node)))
        return any(_connects(facts, node, client) for node in tests)
    return any(_connects(facts, node, client) for node in _loads(maker, name))


def _is_skipped(project: Project, function: Function | None) -> bool:
    return function is not None and answered(project, function)


def _connects(facts: Facts, node: ast.expr, client: Client) -> bool:
    """Is a method of the client, or of a part of it, called and awaited or entered, or a session made of it?"""
    up = facts.parent(node)
    if isinstance(up, (ast.Call, ast.keyword)):
        call = up if isinstance(up, ast.Call) else facts.parent(up)
        return isinstance(call, ast.Call) and call.func is not node and facts.resolve(call.func) in SESSION_MAKERS
    chain: list[str] = []
    while isinstance(up, ast.Attribute):
        chain.append(up.attr)
        node, up = up, facts.parent(up)
    if not isinstance(up, ast.Call) or up.func is not node or facts.in_raises(up):
        return False
    if client.kind == "sync":
        return client.blocks(".".join(chain))
    return isinstance(facts.parent(up), (ast.Await, ast.withitem, ast.AsyncFor, ast.comprehension))


def _open_user(project: Project, maker: Function, client: Client, held: Held) -> Function | None:
    """A user of a fixture's client under whom it is open, if no user closes it or hands it on."""
    assert maker.fixture is not None
    found: Function | None = None
    for user in direct_users(project, maker.fixture):
        name = maker.fixture.name
        loads = _loads(user, name)
        fates = set(_fates(user.facts, loads))
        if fates - {""}:
            return None
        if held.at_once or (
            found is None and not answered(project, user) and any(_connects(user.facts, node, client) for node in loads)
        ):
            found = found or user
    return found if held.at_once or not answered(project, maker) else None
