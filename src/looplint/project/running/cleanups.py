"""Clean-ups that are registered for later: who calls them, and whether a coroutine function is awaited.

`IsolatedAsyncioTestCase` awaits coroutine functions (`inspect.iscoroutinefunction`, so `functools.partial` of one too);
up to Python 3.10 it awaited whatever came back awaitable. pytest's finalizers, a plain `TestCase`, the clean-ups of
classes and modules and `atexit` call and drop what they get (measured on Python 3.8 to 3.13).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from looplint.model.names import BindingKind, last_name
from looplint.model.records import dataclass
from looplint.project.code.definitions import mro
from looplint.project.running.who import Family

if TYPE_CHECKING:
    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

Caller = Literal["pytest", "TestCase", "IsolatedAsyncioTestCase", "class", "module", "atexit"]

_FUNCTIONS: dict[str, Caller] = {
    "unittest.addModuleCleanup": "module",
    "unittest.case.addModuleCleanup": "module",
    "atexit.register": "atexit",
}
_METHODS = frozenset({"addCleanup", "addAsyncCleanup", "addClassCleanup"})
_OWN = frozenset({*_METHODS, "doCleanups", "doClassCleanups", "_callCleanup", "_callMaybeAsync"})
"""Methods by which a class may await clean-ups itself."""
_LEAVES = frozenset({*_METHODS, "addfinalizer", *(name.rpartition(".")[2] for name in _FUNCTIONS)})


@dataclass(frozen=True, slots=True, eq=False)
class Cleanup:
    """A call that registers a clean-up. `callee` is what will be called, `caller` says by whom."""

    call: ast.Call
    callee: ast.expr
    caller: Caller

    @property
    def is_missing(self) -> bool:
        """Is it `addAsyncCleanup`, which a plain TestCase does not have?"""
        func = self.call.func
        return self.caller == "TestCase" and isinstance(func, ast.Attribute) and func.attr == "addAsyncCleanup"

    @property
    def arguments(self) -> list[ast.expr | ast.keyword]:
        """What the callee will be given."""
        return [*self.call.args[1:], *self.call.keywords]


def cleanup(project: Project, facts: Facts, call: ast.Call) -> Cleanup | None:
    """The clean-up that a call registers; None for any other call, or where it is not known who will call it."""
    func = call.func
    leaf = last_name(func)
    if (leaf not in _LEAVES and leaf not in facts.aliased_names) or not call.args:
        return None
    if isinstance(call.args[0], ast.Starred):
        return None
    caller = _caller(project, facts, func)
    return None if caller is None else Cleanup(call, call.args[0], caller)


def _caller(project: Project, facts: Facts, func: ast.expr) -> Caller | None:
    if isinstance(func, ast.Attribute) and func.attr == "addfinalizer":
        return "pytest" if _is_request(facts, func.value) else None
    if isinstance(func, ast.Attribute) and func.attr in _METHODS:
        cls = facts.class_of(func)
        on_self = isinstance(func.value, ast.Name) and func.value.id in ("self", "cls")
        return _test_case(project, cls, func.attr) if cls is not None and on_self else None
    return _FUNCTIONS.get(facts.resolve(func) or "")


def _is_request(facts: Facts, node: ast.expr) -> bool:
    """Is it the parameter `request`, or a node of it?"""
    if isinstance(node, ast.Attribute) and node.attr in ("node", "session"):
        node = node.value
    if not isinstance(node, ast.Name) or node.id != "request":
        return False
    found = facts.lookup(node.id, node)
    return found is not None and [b.kind for b in found[1]] == [BindingKind.PARAMETER]


def _test_case(project: Project, cls: Class, method: str) -> Caller | None:
    if any(owner is not None and not _OWN.isdisjoint(owner.methods) for owner in mro(project, cls)):
        return None
    kind = project.family(cls)
    if kind not in (Family.TESTCASE, Family.ISOLATED):
        return None
    if method == "addClassCleanup":
        return "class"
    return "IsolatedAsyncioTestCase" if kind is Family.ISOLATED else "TestCase"
