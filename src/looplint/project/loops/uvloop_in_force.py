"""Whether code of a test file runs while the loop of its thread is one of uvloop.

`uvloop.install()`, or its policy set, counts from there on for what asks for the current loop; the fixture
`event_loop_policy` for the tests that pytest-asyncio runs (run with uvloop 0.22).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.running.who import Who

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_INSTALL = "uvloop.install"
_POLICY = "uvloop.EventLoopPolicy"
_SET = "asyncio.set_event_loop_policy"


def meets_uvloop(project: Project, facts: Facts, call: ast.Call) -> bool:
    """Is the current loop one of uvloop where a call is made? Only where it is sure."""
    function = facts.function_of(call)
    if function is None:
        return any(made < call.lineno for made in _installed(facts))
    if not function.is_async or function.fixture is not None or project.runner(function).who is not Who.PYTEST_ASYNCIO:
        return False
    policy = project.fixture("event_loop_policy", function, facts)
    if policy is None or not project.may_be("pytest-asyncio", ">=0.23"):
        return False
    return _always_gives_uvloop(policy.function.facts, policy.function.node)


def _installed(facts: Facts) -> list[int]:
    """The rows in which a file makes uvloop's loops the ones of the process, whatever happens."""
    calls = [*facts.calls_to(_INSTALL), *(call for call in facts.calls_to(_SET) if _is_policy(facts, call.args))]
    own = [facts.parent(call) for call in calls]
    return [node.lineno for node in own if isinstance(node, ast.Expr) and facts.parent(node) is facts.tree]


def _always_gives_uvloop(facts: Facts, fixture: ast.AST) -> bool:
    returned = [node for node in ast.walk(fixture) if isinstance(node, (ast.Return, ast.Yield))]
    return len(returned) == 1 and returned[0].value is not None and _is_policy(facts, [returned[0].value])


def _is_policy(facts: Facts, nodes: list[ast.expr]) -> bool:
    return len(nodes) == 1 and any(call is nodes[0] for call in facts.calls_to(_POLICY))
