"""A loop made at import, `LOOP = asyncio.get_event_loop()` at module level: async tests never run on it.

Measured on pytest-asyncio 0.21 to 1.5: what is scheduled on it in a coroutine fails or never runs; before 1.0 the first
async test closed it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.loops.current_loop import in_order
from looplint.project.loops.loop_state import ON_A_LOOP
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_SCHEDULE = ("create_task", "run_in_executor", "call_soon", "call_later", "call_at")
"""Methods of a loop that do nothing until it runs. A future that is done may be awaited on any loop."""


@dataclass(frozen=True, slots=True, eq=False)
class ImportLoopUse:
    """Where a loop that was made at import is used: in a coroutine of another loop, or (sync) when it is closed."""

    function: Function
    node: ast.Name
    in_coroutine: bool


def import_loop_use(project: Project, facts: Facts, name: str) -> ImportLoopUse | None:
    """The use of a module's loop that fails: in a coroutine something is scheduled on it.

    Or a sync test runs it behind an async one: pytest-asyncio before 1.0 closed it then.
    """
    closed: ImportLoopUse | None = None
    for node in facts.nodes(ast.Name):
        up = facts.parent(node) if node.id == name else None
        function = facts.function_of(node)
        if not isinstance(up, ast.Attribute) or function is None or facts.in_raises(node):
            continue
        found = facts.lookup(name, node)
        if found is None or found[0] is not facts.tree:
            continue
        if up.attr in _SCHEDULE and _runs_on_a_loop(project, function):
            return ImportLoopUse(function, node, in_coroutine=True)
        is_late = up.attr == "run_until_complete" and closed is None and is_collected(project, function)
        if is_late and not function.is_async and _is_behind_an_async_test(project, function):
            closed = ImportLoopUse(function, node, in_coroutine=False)
    return closed


def _runs_on_a_loop(project: Project, function: Function) -> bool:
    if not function.is_async or function.outer is not None:
        return False
    if function.fixture is not None:
        return not function.fixture.plain or project.settings.asyncio_mode.value == "auto"
    return is_collected(project, function) and project.runner(function).who in ON_A_LOOP


def _is_behind_an_async_test(project: Project, test: Function) -> bool:
    tests = in_order(project, test.facts)
    earlier = tests[: tests.index(test)]
    return any(t.is_async and project.runner(t).who is Who.PYTEST_ASYNCIO for t in earlier)
