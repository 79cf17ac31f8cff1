"""Calls of AsyncMocks whose coroutine a test takes for the value: asks for its truth, compares it, asserts about it.

Calls whose result code reads as a value (`(await client.get()).json()["id"]`) are another story: there the AsyncMock
may be what is wrong.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.names import BindingKind
from looplint.model.records import dataclass
from looplint.project.code.call_uses import use_of
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import is_guarded, names_in
from looplint.project.code.values import CALLED, MockValue
from looplint.project.mocks.autospecs import stands_for_coroutine
from looplint.project.mocks.child_kinds import child_at
from looplint.project.mocks.mocks import know

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.mocks.child_kinds import Child
    from looplint.project.questions import Project

_TRUTH = frozenset({"assertTrue", "assertFalse"})
_COMPARED = frozenset(
    {
        "assertEqual", "assertNotEqual", "assertIs", "assertIsNot", "assertIsNone", "assertIsNotNone", "assertIn",
        "assertNotIn", "assertGreater", "assertGreaterEqual", "assertLess", "assertLessEqual", "assertAlmostEqual",
        "assertDictEqual", "assertListEqual", "assertTupleEqual", "assertSetEqual", "assertSequenceEqual",
        "assertCountEqual", "assertMultiLineEqual", "assertRegex",
    }
)  # fmt: skip
"""Assertions of unittest.TestCase."""


@dataclass(frozen=True, slots=True, eq=False)
class TestedCoroutine:
    """A call of an AsyncMock whose coroutine is asked for its truth, or `compared` with something.

    `origin` is where the AsyncMock is made, or the mock whose child it is. `is_function` says that a coroutine function
    stands there, which a spec made.
    """

    __test__ = False

    call: ast.Call
    compared: bool
    origin: tuple[Facts, ast.AST]
    is_function: bool = False


def tested_coroutines(project: Project, facts: Facts) -> Iterator[TestedCoroutine]:
    """Every such call of a test file, in source order."""
    if not project.is_test_code(facts.file):
        return
    for call in facts.calls:
        compared = _compares(facts, call)
        if compared is None:
            compared = _by_name(facts, call)
        if compared is None or (isinstance(call.func, ast.Attribute) and use_of(facts, call) == "used"):
            continue
        if facts.in_raises(call) or is_guarded(facts, call):
            continue
        child = _async_mock(project, facts, call)
        if child is not None:
            yield TestedCoroutine(call, compared, _origin(child))
            continue
        made = stands_for_coroutine(project, facts, call.func)
        if made is not None:
            yield TestedCoroutine(call, compared, made, is_function=True)


def _origin(child: Child) -> tuple[Facts, ast.AST]:
    if child.write is not None:
        return child.write.facts, child.write.node
    root = child.known.root.origin
    return root.facts, root.node


def _async_mock(project: Project, facts: Facts, call: ast.Call) -> Child | None:
    """The AsyncMock that is called, if it is certain, and no child of what another call gives."""
    if any(isinstance(node, (ast.Call, ast.Subscript, ast.Await)) for node in _chain(call.func)):
        return None
    value = infer(project, facts, call.func)
    if not isinstance(value, MockValue):
        return None
    child = child_at(project, know(project, value, facts.function_of(call)), value.path)
    if child is None or child.kind != "AsyncMock":
        return None
    return child if child.is_own or CALLED not in child.path else None


def _chain(node: ast.expr) -> Iterator[ast.expr]:
    yield node
    while isinstance(node, ast.Attribute):
        node = node.value
        yield node


# -- what becomes of the coroutine -----------------------------------------------------------------------------------


def _compares(facts: Facts, node: ast.expr) -> bool | None:
    """Is the value of a node compared (True), or only asked for its truth (False)? None for anything else."""
    up = facts.parent(node)
    if isinstance(up, (ast.Assert, ast.If, ast.While, ast.IfExp)):
        return False if up.test is node else None
    if isinstance(up, ast.Compare):
        return True
    if isinstance(up, ast.comprehension):
        return False if node in up.ifs else None
    if isinstance(up, ast.UnaryOp):
        return False if isinstance(up.op, ast.Not) else None
    if isinstance(up, ast.BoolOp):
        return False if up.values[-1] is not node else _compares(facts, up)
    if isinstance(up, (ast.List, ast.Tuple)):
        above = facts.parent(up)
        is_read = isinstance(above, ast.Call) and above.args[:1] == [up] and _is_builtin(facts, above, "all", "any")
        return False if is_read else None
    return _of_argument(facts, up, node) if isinstance(up, ast.Call) else None


def _of_argument(facts: Facts, call: ast.Call, node: ast.expr) -> bool | None:
    """What `bool(node)` or an assertion of unittest does with its argument."""
    if node not in call.args:
        return None
    if _is_builtin(facts, call, "bool"):
        return False
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return None
    if call.func.value.id not in ("self", "cls") or call.args.index(node) > 1:
        return None
    if call.func.attr in _TRUTH:
        return False if call.args[0] is node else None
    return True if call.func.attr in _COMPARED else None


def _is_builtin(facts: Facts, call: ast.Call, *names: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in names and bool(facts.resolve(call.func))


def _by_name(facts: Facts, call: ast.Call) -> bool | None:
    """The same for a coroutine that is kept in a local name, where every use of the name takes it for the value."""
    up = facts.parent(call)
    target = up.targets[0] if isinstance(up, ast.Assign) and len(up.targets) == 1 else None
    function = facts.function_of(call)
    if not isinstance(target, ast.Name) or function is None:
        return None
    found = facts.lookup(target.id, target)
    if found is None or found[0] is not function.node or len(found[1]) != 1:
        return None
    if found[1][0].kind is not BindingKind.ASSIGNMENT:
        return None
    reads = [node for node in names_in(function, target.id) if isinstance(node.ctx, ast.Load)]
    uses = [None if is_guarded(facts, read) else _compares(facts, read) for read in reads]
    return None if not uses or None in uses else any(uses)
