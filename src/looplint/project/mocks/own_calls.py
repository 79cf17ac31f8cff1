"""What a test itself calls on the thing that it patches, while the patch is in force.

`with patch("httpx.AsyncClient"): async with httpx.AsyncClient() as client: await client.get("/")`: no request
leaves the test there, and no code of the project runs.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import dotted_text
from looplint.project.asked import Answer, remember
from looplint.project.code import patching
from looplint.project.code.targets import external_name
from looplint.project.mocks.calls_on import CallOn, calls_on

if TYPE_CHECKING:
    from looplint.project.mocks.handed_mocks import Given
    from looplint.project.questions import Project


def own_calls(project: Project, given: Given) -> tuple[CallOn, ...]:
    """The calls that the function with the `patch` makes on what the patch puts there; none for other mocks."""
    if given.replaces is None or not isinstance(given.node, ast.Call):
        return ()
    notes: dict[object, Answer[tuple[CallOn, ...]]] = given.facts.notes
    return remember(notes, (own_calls, given.node), lambda: _own_calls(project, given))


def _own_calls(project: Project, given: Given) -> tuple[CallOn, ...]:
    facts, scope = given.facts, _scope(given)
    found = patching.patcher(project, facts, given.node) if isinstance(given.node, ast.Call) else None
    target = found.target if found is not None else None
    if scope is None or target is None or target.module is not None:
        return ()
    outside = external_name(project, facts, target.name)
    leaf = outside.rpartition(".")[2]
    spelled = (
        (given.asking, node)
        for node in facts.within(given.asking.node, ast.Attribute)
        if node.attr == leaf
        and isinstance(node.ctx, ast.Load)
        and dotted_text(node) is not None
        and facts.resolve(node) == outside
        and facts.function_of(node) is given.asking
        and scope in facts.parents(node)
    )
    return tuple(calls_on(project, spelled))


def _scope(given: Given) -> ast.AST | None:
    """Where the patch is in force: the block of its `with`, or the function that it decorates."""
    up = given.facts.parent(given.node)
    if isinstance(up, ast.withitem):
        return given.facts.parent(up)
    return up if up is given.asking.node else None
