"""Calls that block on an event loop: `asyncio.run`, `run_until_complete`, `Runner.run`, `anyio.run`, and their helpers.

Each refuses to work while a loop runs in the thread (measured on pytest-asyncio 0.21 to 1.5, Python 3.10 to 3.13).
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.kept import kept_by_file
from looplint.model.names import Binding, BindingKind, last_name
from looplint.model.records import dataclass
from looplint.project.code.helper_calls import first_unguarded, may_reach, reached_helper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.code.definitions import Definition
    from looplint.project.questions import Project

_BLOCKING_WORDS = (b"asyncio.run", b"run_until_complete", b"anyio.run", b"Runner", b"import run")
LOOP_FACTORIES = frozenset(
    {"asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop", "asyncio.get_event_loop_policy"}
)
_FUNCTIONS = {"asyncio.run": "asyncio.run", "asyncio.runners.run": "asyncio.run", "anyio.run": "anyio.run"}
_METHODS = ("run", "run_until_complete")
_RUNNERS = ("asyncio.Runner", "asyncio.runners.Runner")
_REPLACED_HINTS = ("asyncio.run'", 'asyncio.run"', "'run'", '"run"')
_REPLACED = re.compile(r"""["'][\w.]*\basyncio\.run["']|setattr\(\s*[\w.]*asyncio\s*,\s*["']run["']""")


@dataclass(frozen=True, slots=True, eq=False)
class BlockingRun:
    """One blocking call. `coroutine` is what it runs; None where that is a function (anyio) or more is given."""

    call: ast.Call
    shown: str
    """How the call is named in messages: "asyncio.run()", "run_until_complete()" …"""
    coroutine: ast.expr | None
    replaces_loop: bool
    """Does it set the thread's event loop to None when it is done (`asyncio.run`, `Runner`)?"""


def blocking_run(project: Project, facts: Facts, call: ast.Call) -> BlockingRun | None:
    """The blocking run that a call is; None for any other call, or where the receiver may be anything."""
    if isinstance(call.func, ast.Attribute) and call.func.attr not in _METHODS:
        return None
    name = facts.resolve(call.func)
    if name in _FUNCTIONS:
        shown = _FUNCTIONS[name]
        plain = shown == "asyncio.run" and len(call.args) == 1 and not call.keywords
        return BlockingRun(call, f"{shown}()", call.args[0] if plain else None, replaces_loop=True)
    if not isinstance(call.func, ast.Attribute):
        return None
    only = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if call.func.attr == "run_until_complete" and _comes_from(project, facts, call.func.value, LOOP_FACTORIES):
        return BlockingRun(call, "run_until_complete()", only, replaces_loop=False)
    if call.func.attr == "run" and _comes_from(project, facts, call.func.value, _RUNNERS):
        return BlockingRun(call, "Runner.run()", None, replaces_loop=True)
    return None


def _comes_from(project: Project, facts: Facts, node: ast.expr, makers: frozenset[str] | tuple[str, ...]) -> bool:
    return bool(_made_by(project, facts, node, makers))


def _made_by(
    project: Project, facts: Facts, node: ast.expr, makers: frozenset[str] | tuple[str, ...]
) -> list[tuple[Facts, ast.Call]]:
    """The calls of `makers` that a receiver comes from: directly, by a name, `self.x`, `with … as`; [] if unsure."""
    if isinstance(node, ast.Call):
        known = facts.resolve(node.func) in makers
        if not known and isinstance(node.func, ast.Attribute):
            known = _comes_from(project, facts, node.func.value, makers)
        return [(facts, node)] if known else []
    if isinstance(node, ast.Name):
        found = facts.lookup(node.id, node)
        return _all(_bound_by(project, facts, b, makers) for b in found[1]) if found is not None else []
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        cls = facts.class_of(node)
        assigned = project.assignments(cls, node.attr) if cls is not None and node.value.id in ("self", "cls") else []
        values = [(f, v) for f, v, _ in assigned if not (isinstance(v, ast.Constant) and v.value is None)]
        return _all(_made_by(project, f.facts, v, makers) if f is not None and v is not None else [] for f, v in values)
    return []


def _all(found: Iterable[list[tuple[Facts, ast.Call]]]) -> list[tuple[Facts, ast.Call]]:
    """All that was found, [] where one way leads nowhere."""
    ways = list(found)
    return [call for way in ways for call in way] if all(ways) else []


def _bound_by(
    project: Project, facts: Facts, binding: Binding, makers: frozenset[str] | tuple[str, ...]
) -> list[tuple[Facts, ast.Call]]:
    if binding.kind is not BindingKind.ASSIGNMENT:
        return []
    if binding.value is not None:
        return _made_by(project, facts, binding.value, makers)
    items = getattr(binding.node, "items", ())
    return [call for item in items for call in _made_by(project, facts, item.context_expr, makers)]


def loop_makers(project: Project, facts: Facts, run: BlockingRun) -> list[tuple[Facts, ast.Call]]:
    """The calls that give the loop of a `run_until_complete` (`new_event_loop()` …); [] for other runs."""
    if run.replaces_loop or not isinstance(run.call.func, ast.Attribute):
        return []
    return _made_by(project, facts, run.call.func.value, LOOP_FACTORIES)


def blocking_runs(project: Project, facts: Facts) -> Iterator[BlockingRun]:
    """Every blocking run in a file, in source order."""
    for call in facts.calls:
        func = call.func
        leaf = last_name(func)
        if "run" in leaf or leaf in facts.aliased_names:
            found = blocking_run(project, facts, call)
            if found is not None:
                yield found


@kept_by_file
def is_replaced(facts: Facts) -> bool:
    """Does the file patch `asyncio.run` itself?"""
    text = facts.source.text
    return any(hint in text for hint in _REPLACED_HINTS) and _REPLACED.search(text) is not None


def loops_may_nest(project: Project, facts: Facts) -> bool:
    """May `nest_asyncio.apply()` have made nested runs possible: here, in a conftest.py, or in the project's code?"""
    if "nest_asyncio" in facts.source.text or project.versions.declared("nest-asyncio"):
        return True
    return facts.file is not None and any("nest_asyncio" in c.source.text for c in project.conftests(facts.file))


@dataclass(frozen=True, slots=True, eq=False)
class BlockingHelper:
    """A sync function of the project that always blocks on a loop, and where."""

    definition: Definition
    function: Function
    run: BlockingRun

    @property
    def place(self) -> str:
        """`path:line` of the blocking call."""
        return f"{self.function.facts.source.path}:{self.run.call.lineno}"


def may_block(project: Project, facts: Facts) -> bool:
    """Could code of a file block on a loop, itself or through its imports? Judged by bytes: most files could not."""
    return may_reach(project, facts, _BLOCKING_WORDS)


def blocking_helper(project: Project, facts: Facts, call: ast.Call) -> BlockingHelper | None:
    """The helper that a call reaches, one step deep; None where it is not known, guarded or conditional."""
    helper = reached_helper(project, facts, call, _BLOCKING_WORDS)
    if helper is None or is_replaced(helper[1].facts):
        return None
    run = unguarded_run(project, helper[1])
    return None if run is None else BlockingHelper(*helper, run)


def unguarded_run(project: Project, function: Function) -> BlockingRun | None:
    """The blocking run that a function makes whenever it is called, without looking whether a loop runs."""
    return first_unguarded(function, lambda call: blocking_run(project, function.facts, call))
