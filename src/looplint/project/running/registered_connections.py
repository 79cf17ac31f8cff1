"""Connections that a library keeps for the whole process under a name: `pymilvus.connections.connect("default")`.

They have no object that could be collected: whoever does not disconnect them leaves them to all tests that follow
(measured with pymilvus 3.0 and a local server: `has_connection("default")` is true in the next test).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import keyword
from looplint.model.records import dataclass
from looplint.project.code.replaced_names import may_be_replaced
from looplint.project.running.open_clients import answered, is_run

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.project.questions import Project

CONNECT = ("pymilvus.connections.connect", "pymilvus.orm.connections.connections.connect")
_ENDS = (b"disconnect", b"remove_connection")


@dataclass(frozen=True, slots=True, eq=False)
class LeftConnected:
    """A call of `connect` that nothing undoes; `alias` is the expression of its name, None for the default."""

    call: ast.Call
    alias: ast.expr | None


def left_connected(project: Project, maker: Function, call: ast.Call) -> LeftConnected | None:
    """The connection that a call of a test, fixture or hook registers, if its file and conftest.py never undo it."""
    facts = maker.facts
    if facts.resolve(call.func) not in CONNECT or facts.in_raises(call) or not is_run(project, maker):
        return None
    if may_be_replaced(project, maker, {"pymilvus", "connections", "connect"}) or answered(project, maker):
        return None
    near = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    if any(word in seen.source.raw for seen in near for word in _ENDS):
        return None
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return None
    return LeftConnected(call, call.args[0] if call.args else keyword(call, "alias"))
