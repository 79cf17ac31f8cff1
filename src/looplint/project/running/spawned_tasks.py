"""Tasks that a test, fixture or hook starts: how each is kept, and whether anything could tell how it ends.

A task that nobody awaits keeps its exception to itself: asyncio logs it when the task is collected, and the test
passes (run on pytest-asyncio 0.21 to 1.5). What the test does otherwise may still depend on the task: it waits for an
event that the task sets, or looks at a list that the task fills. So a task counts as lost only where nothing that
follows has to do with it, or where an assert is the last thing that it does.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Literal

from looplint.model.definitions import keyword
from looplint.model.names import BindingKind, last_name, own_expressions
from looplint.model.nodes import below
from looplint.model.records import dataclass
from looplint.project.code.definitions import external_bases, mro
from looplint.project.code.handing_over import future_maker, replaced_names
from looplint.project.code.values import ClientValue, FunctionValue
from looplint.project.running.usage import is_collected
from looplint.project.running.who import Family

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

Kept = Literal["dropped", "name", "attribute", "list"]

MAKERS = frozenset({"create_task", "ensure_future"})
_FUNCTIONS = frozenset(f"asyncio.{module}{name}" for name in MAKERS for module in ("", "tasks."))
_LOOP = "asyncio.AbstractEventLoop"
_TELL_NOTHING = frozenset({"done", "get_name", "set_name"})
"""Methods of a task that tell nothing of its result: a failed task is done too."""
_SLEEPS = frozenset({"asyncio.sleep", "anyio.sleep", "asyncio.tasks.sleep"})
_LOOKS_AT_TASKS = (b"all_tasks", b"set_exception_handler", b"call_exception_handler", b"set_task_factory")
_SILENCED = re.compile(r"#\s*noqa\b[^#]*\bRUF006\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class SpawnedTask:
    """A task: the call that makes it, its coroutine, the statement, and how it is kept.

    `name` is the local variable or attribute, "" where there is none. `function` is the def of the coroutine, if known;
    `assertion` the assert in it that nobody hears of.
    """

    call: ast.Call
    coroutine: ast.Call
    statement: ast.stmt
    kept: Kept
    name: str = ""
    function: Function | None = None
    assertion: ast.AST | None = None


def lost_task(project: Project, spawner: Function, call: ast.Call) -> SpawnedTask | None:
    """The task that a call of an async test, fixture or hook makes and that nobody hears of again."""
    facts = spawner.facts
    coroutine = _coroutine(project, facts, call)
    if coroutine is None or not _is_run(project, spawner):
        return None
    kept = _kept(project, spawner, call)
    if kept is None or _is_looked_at_otherwise(project, facts, call):
        return None
    statement, how, name = kept
    function = _function(project, facts, coroutine)
    assertion = _lost_assert(project, function) if function is not None else None
    if assertion is not None and function is not None:
        used = _names_after(function, assertion, coroutine)
        if used & _names(_following(spawner, statement)):
            assertion = None
    if assertion is None and not _is_alone(spawner, statement, coroutine, function):
        return None
    return SpawnedTask(call, coroutine, statement, how, name, function, assertion)


# -- the task --------------------------------------------------------------------------------------------------------


def _coroutine(project: Project, facts: Facts, call: ast.Call) -> ast.Call | None:
    """The call of a coroutine function that a task is made of; None for any other call."""
    func = call.func
    leaf = last_name(func)
    if leaf not in MAKERS and leaf not in facts.aliased_names:
        return None
    if facts.resolve(func) not in _FUNCTIONS and not _is_method_of_loop(project, facts, func):
        return None
    coroutine = call.args[0] if call.args else keyword(call, "coro") or keyword(call, "coro_or_future")
    if not isinstance(coroutine, ast.Call) or future_maker(project, facts, coroutine) is not None:
        return None
    return coroutine if replaced_names(facts).isdisjoint(MAKERS) else None


def _is_method_of_loop(project: Project, facts: Facts, func: ast.expr) -> bool:
    if not isinstance(func, ast.Attribute) or func.attr != "create_task":
        return False
    value = project.infer(facts, func.value)
    if isinstance(value, ClientValue):
        return value.client.path == _LOOP and not value.chain
    return value is None and isinstance(func.value, ast.Name) and func.value.id == "event_loop"


def _is_run(project: Project, function: Function) -> bool:
    """Is it an async test, fixture or hook?"""
    if not function.is_async or function.outer is not None:
        return False
    if function.fixture is not None or is_collected(project, function):
        return True
    in_hook = function.name in ("asyncSetUp", "asyncTearDown") and function.cls is not None
    return in_hook and function.cls is not None and project.family(function.cls) is Family.ISOLATED


def _function(project: Project, facts: Facts, coroutine: ast.Call) -> Function | None:
    value = project.infer(facts, coroutine.func)
    function = value.definition.function if isinstance(value, FunctionValue) else None
    known = function is not None and function.is_async and not function.is_generator and not function.decorators
    return function if known else None


# -- how it is kept --------------------------------------------------------------------------------------------------


def _kept(project: Project, spawner: Function, call: ast.Call) -> tuple[ast.stmt, Kept, str] | None:
    """Statement, way and name of a task that is not used again; None for one that somebody may look at."""
    facts = spawner.facts
    up = facts.parent(call)
    if isinstance(up, (ast.ListComp, ast.List)) and (isinstance(up, ast.List) or up.elt is call):
        outer = facts.parent(up)
        if isinstance(outer, ast.Expr):
            return outer, "dropped", ""
        name = _target(outer, up)
        return (outer, "list", name) if isinstance(outer, ast.Assign) and _only_filled(spawner, name) else None
    if isinstance(up, ast.Expr):
        return up, "dropped", ""
    if isinstance(up, ast.Call):
        return _appended(spawner, up)
    name = _target(up, call)
    if isinstance(up, (ast.Assign, ast.AnnAssign)) and name:
        return (up, "name", name) if _is_unused(spawner, name) else None
    if isinstance(up, ast.Assign) and len(up.targets) == 1 and isinstance(up.targets[0], ast.Attribute):
        target = up.targets[0]
        return (up, "attribute", target.attr) if _is_unused_attribute(project, spawner, target) else None
    return None


def _target(statement: ast.AST | None, value: ast.AST) -> str:
    """The one name that an assignment gives a value."""
    if isinstance(statement, ast.Assign) and statement.value is value and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign) and statement.value is value:
        target = statement.target
    else:
        return ""
    return target.id if isinstance(target, ast.Name) else ""


def _loads(spawner: Function, name: str) -> list[ast.Name]:
    nodes = (n for n in below(spawner.node) if isinstance(n, ast.Name) and n.id == name)
    return [n for n in nodes if isinstance(n.ctx, ast.Load)]


def _is_local(spawner: Function, name: str) -> bool:
    scope = spawner.facts.scope(spawner.node)
    bindings = scope.names.get(name, ())
    return name not in scope.globals and bool(bindings) and all(b.kind is BindingKind.ASSIGNMENT for b in bindings)


def _is_unused(spawner: Function, name: str) -> bool:
    """Is a local task never read, other than by an assert whether it is done?"""
    return _is_local(spawner, name) and all(_tells_nothing(spawner.facts, node) for node in _loads(spawner, name))


def _tells_nothing(facts: Facts, node: ast.Name) -> bool:
    method = facts.parent(node)
    if not isinstance(method, ast.Attribute) or method.attr not in _TELL_NOTHING:
        return False
    return not any(isinstance(up, (ast.While, ast.If, ast.Lambda, ast.FunctionDef)) for up in facts.parents(node))


def _only_filled(spawner: Function, name: str) -> bool:
    """Is a local list never read, other than to append to it?"""
    facts = spawner.facts
    if not name or not _is_local(spawner, name):
        return False
    methods = [facts.parent(node) for node in _loads(spawner, name)]
    return all(isinstance(method, ast.Attribute) and method.attr == "append" for method in methods)


def _appended(spawner: Function, up: ast.Call) -> tuple[ast.stmt, Kept, str] | None:
    """`tasks.append(create_task(...))` to a local list."""
    statement = spawner.facts.parent(up)
    func = up.func
    if not isinstance(func, ast.Attribute) or func.attr != "append" or not isinstance(func.value, ast.Name):
        return None
    name = func.value.id
    bindings = spawner.facts.scope(spawner.node).names.get(name, ())
    is_list = len(bindings) == 1 and isinstance(bindings[0].value, ast.List)
    if not isinstance(statement, ast.Expr) or not is_list or not _only_filled(spawner, name):
        return None
    return statement, "list", name


def _is_unused_attribute(project: Project, spawner: Function, target: ast.Attribute) -> bool:
    """Is `self.task` of a class, all of whose code is in the file, never read there?"""
    cls, facts = spawner.cls, spawner.facts
    receiver = spawner.parameters[0] if spawner.parameters else ""
    if cls is None or not isinstance(target.value, ast.Name) or target.value.id != receiver:
        return False
    foreign = {base for base in external_bases(project, cls) if not (base or "").startswith(("unittest.", "builtins."))}
    if foreign or any(owner is not None and owner.facts is not facts for owner in mro(project, cls)):
        return False
    read = (n for n in facts.nodes(ast.Attribute) if n.attr == target.attr and isinstance(n.ctx, ast.Load))
    return next(read, None) is None and not re.search(
        rf"""["']{target.attr}["']|__dict__|\bvars\(""", facts.source.text
    )


# -- what else could tell --------------------------------------------------------------------------------------------


def _is_looked_at_otherwise(project: Project, facts: Facts, call: ast.Call) -> bool:
    """Does the author say that it is meant, is an error expected, or does code nearby look at all tasks of the loop?"""
    rows = range(call.lineno, (call.end_lineno or call.lineno) + 1)
    if any(_SILENCED.search(facts.source.line(row)) for row in rows) or facts.in_raises(call):
        return True
    near = [facts, *(project.conftests(facts.file) if facts.file is not None else ())]
    return any(word in seen.source.raw for seen in near for word in _LOOKS_AT_TASKS)


def _following(spawner: Function, statement: ast.stmt) -> Iterator[ast.AST]:
    """What may run after a statement, in source order: the code below it, and all of a loop around it."""
    facts = spawner.facts
    own = set(below(statement))
    loops = (up for up in facts.parents(statement) if isinstance(up, (ast.For, ast.AsyncFor, ast.While)))
    outermost = max(loops, key=lambda loop: (loop.end_lineno or 0) - loop.lineno, default=statement)
    for node in below(spawner.node):
        row = getattr(node, "lineno", None)
        if row is not None and node not in own and (row, node.col_offset) >= (outermost.lineno, outermost.col_offset):  # type: ignore[attr-defined]
            yield node


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are read: a name that a loop sets again tells nothing."""
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _is_alone(spawner: Function, statement: ast.stmt, coroutine: ast.Call, function: Function | None) -> bool:
    """Has nothing that follows to do with the task: no name in common, and nothing is awaited but time?"""
    facts = spawner.facts
    for up in facts.parents(statement):
        if up is spawner.node:
            break
        if isinstance(up, ast.AsyncWith):
            return False
    shared = _names(below(coroutine))
    if function is not None and function.outer is not None:
        shared |= _names(below(function.node))
    shared -= _constants(facts) - facts.scope(spawner.node).names.keys()
    following = list(_following(spawner, statement))
    if shared & _names(following):
        return False
    if function is not None and function.outer is spawner and shared.isdisjoint(spawner.parameters):
        return True  # all that it works with is in sight
    return all(_only_takes_time(facts, node) and not _looks_at_effects(facts, node) for node in following)


def _constants(facts: Facts) -> set[str]:
    """The names of the module that hold imports, functions, classes: they tell nothing of an object."""
    names = facts.scope(facts.tree).names
    return {n for n, bindings in names.items() if all(b.kind is not BindingKind.ASSIGNMENT for b in bindings)}


def _only_takes_time(facts: Facts, node: ast.AST) -> bool:
    if isinstance(node, ast.Await):
        return isinstance(node.value, ast.Call) and facts.resolve(node.value.func) in _SLEEPS
    return not isinstance(node, (ast.AsyncWith, ast.AsyncFor)) and not (
        isinstance(node, ast.comprehension) and node.is_async
    )


def _looks_at_effects(facts: Facts, node: ast.AST) -> bool:
    """Is it an assert, other than about the task? It may be about something that the task does out of sight."""
    if isinstance(node, ast.Assert):
        asked = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
        called = asked.func if isinstance(asked, ast.Call) else None
        return not (isinstance(called, ast.Attribute) and called.attr in _TELL_NOTHING)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert"):
        return True
    return _asserts(facts, node)


# -- the assert in the task ------------------------------------------------------------------------------------------


def _lost_assert(project: Project, function: Function) -> ast.AST | None:
    """The last assert of a coroutine of the tests, if nothing in the coroutine catches it."""
    facts = function.facts
    if not project.is_test_code(facts.file):
        return None
    found = [node for node in own_expressions(function.node) if _asserts(facts, node)]
    if not found or any(facts.in_raises(node) for node in found):
        return None
    return max(found, key=lambda node: getattr(node, "lineno", 0))


def _asserts(facts: Facts, node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "self":
        return node.func.attr == "fail" or node.func.attr.startswith("assert")
    return facts.resolve(node.func) == "pytest.fail"


def _names_after(function: Function, assertion: ast.AST, coroutine: ast.Call) -> set[str]:
    """What the coroutine uses after its last assert, as the spawner calls it: its own names, and all arguments."""
    end = getattr(assertion, "end_lineno", 0)
    loops = [up for up in function.facts.parents(assertion) if isinstance(up, (ast.For, ast.AsyncFor, ast.While))]
    first = min((loop.lineno for loop in loops if loop in function.walk()), default=end)
    inside = set(below(assertion))
    later = [n for n in own_expressions(function.node) if getattr(n, "lineno", 0) > first and n not in inside]
    used = _names(n for n in later if getattr(n, "lineno", 0) > first)
    given = _names(below(coroutine)) if used & set(function.parameters) else set()
    return used | given
