"""Where a file puts a plain mock or lambda in the place of something asynchronous, and what proves that it is."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant, keyword
from looplint.model.names import dotted_text
from looplint.project import patching
from looplint.project.evidence import Evidence, attribute_evidence, target_evidence
from looplint.project.infer import infer, started
from looplint.project.mocks import (
    PLAIN_KINDS,
    SIDE_EFFECT,
    Knowledge,
    Plain,
    at_path,
    know,
    plain_at,
)
from looplint.project.occurrences import MOCK_API
from looplint.project.plain import call_type
from looplint.project.targets import Target, attribute_target, dotted_target
from looplint.project.values import CALLED, MOCK_KINDS, MockValue, Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.project import Project

_CONFIGURED = ("return_value", SIDE_EFFECT)
_RUNNERS = frozenset(
    {
        "create_task", "ensure_future", "gather", "wait_for", "get_event_loop", "new_event_loop", "get_running_loop",
        "run_until_complete", "run_coroutine_threadsafe", "asyncio", "async_to_sync", "run_async", "shield",
    }
)  # fmt: skip
"""Names that run coroutines; where a test replaces one, nobody awaits what it gets."""


@dataclass(frozen=True, slots=True, eq=False)
class Replacement:
    """A plain thing in the place of something asynchronous.

    `node` is what is put there (for `x.y.return_value = …` the target), `name` what it replaces, `plain` what a call
    of it gives. `known` is all that happens to the mock that stands there; `of_class` says that it is put on a class.
    """

    node: ast.expr
    name: str
    plain: Plain
    evidence: Evidence
    known: Knowledge | None = None
    path: tuple[str, ...] = ()
    of_class: bool = False
    whole: bool = False
    """Is the whole mock awaited wherever project code calls it?"""

    @property
    def is_bare(self) -> bool:
        """Is nothing said about what a call gives, so that it may be there only to be in the way?"""
        return self.plain.type in MOCK_KINDS and not self.evidence.is_await


def replacements(project: Project, facts: Facts) -> Iterator[Replacement]:
    """Every such place of a file, once."""
    seen: set[ast.AST] = set()
    if not project.is_test_code(facts.file):
        return
    for found in _all(project, facts):
        if found.node not in seen and not (found.evidence.presumed and not _is_surely_called(found)):
            seen.add(found.node)
            yield found


def _is_surely_called(found: Replacement) -> bool:
    """Is something said about what a call of it gives, so that it is no namespace?"""
    if found.known is None or found.plain.write is not None:
        return True
    return any(write.path[: len(found.path)] == found.path for write in found.known.writes)


def _all(project: Project, facts: Facts) -> Iterator[Replacement]:
    yield from _patched(project, facts)
    for statement in ast.walk(facts.tree):
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _assigned(project, facts, target, statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield from _assigned(project, facts, statement.target, statement.value)
    yield from _keyword_children(project, facts)


# -- assignments -----------------------------------------------------------------------------------------------------


def _assigned(project: Project, facts: Facts, target: ast.expr, value: ast.expr) -> Iterator[Replacement]:
    if not isinstance(target, ast.Attribute) or target.attr.startswith("__"):
        return
    if target.attr in _CONFIGURED:
        if isinstance(target.value, ast.Attribute):
            yield from _child(project, facts, target.value.value, target.value.attr, target)
    elif isinstance(value, (ast.Call, ast.Lambda, ast.Name)):
        owner = infer(project, facts, target.value)
        if isinstance(owner, MockValue):
            yield from _child(project, facts, target.value, target.attr, value)
        else:
            yield from _real(project, facts, target, value)


def _child(project: Project, facts: Facts, owner: ast.expr, name: str, node: ast.expr) -> Iterator[Replacement]:
    """The attribute of a mock."""
    value = infer(project, facts, owner)
    if not isinstance(value, MockValue):
        return
    evidence = attribute_evidence(project, facts, owner, name)
    if evidence is None or _is_pointless(project, facts, node):
        return
    known = know(project, value, facts.function_of(node))
    path = (*value.path, name, CALLED)
    plain = at_path(project, known, path, over_spec=True)
    if plain is None or path[:-1] in known.never_called or is_told_elsewhere(project, known, path):
        return
    replaced = [write for write in known.at(path[:-1]) if write.value is not None]
    if replaced and all(write.value is not node for write in replaced):
        return  # told where the attribute itself is replaced
    yield Replacement(node, f"{ast.unparse(owner)}.{name}", plain, evidence, known, path)


def is_told_elsewhere(project: Project, known: Knowledge, path: tuple[str, ...]) -> bool:
    """Is the mock awaited by the test itself (which is reported there), or only a namespace for other mocks?"""
    for use in known.uses:
        if use.path == path and use.awaited and isinstance(infer(project, use.facts, use.node), MockValue):
            return True
    below = [write.path[len(path) - 1 :] for write in known.writes if write.path[: len(path) - 1] == path[:-1]]
    return any(rest and rest[0] not in (CALLED, SIDE_EFFECT) for rest in below)


def _real(project: Project, facts: Facts, target: ast.Attribute, value: ast.expr) -> Iterator[Replacement]:
    """The attribute of a module, a class or an object that is no mock."""
    if not _may_replace(facts, value):
        return
    evidence = attribute_evidence(project, facts, target.value, target.attr)
    if evidence is None or _is_pointless(project, facts, value):
        return
    function = facts.function_of(target)
    spelled = Name(facts, function, dotted_text(target) or "") if function is not None and dotted_text(target) else None
    found = _judged(project, facts, value, spelled)
    if found is not None:
        yield Replacement(*_place(project, facts, value), ast.unparse(target), found[0], evidence, found[1], (CALLED,))


def _may_replace(facts: Facts, value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return patching.mock_kind(facts, value.func) in PLAIN_KINDS
    return isinstance(value, (ast.Lambda, ast.Name))


def _judged(
    project: Project, facts: Facts, value: ast.expr, spelled: Name | None
) -> tuple[Plain, Knowledge | None] | None:
    """What calling a replacement gives, if that is certainly no awaitable and it is called at all."""
    found = infer(project, facts, value)
    if isinstance(found, MockValue):
        mock = found.child(CALLED) if spelled is None else found.known_as(spelled).child(CALLED)
        plain = plain_at(project, mock, facts.function_of(value))
        if plain is None or found.path in plain[1].never_called:
            return None
        return plain
    kind = call_type(project, facts, value)
    return None if kind is None else (Plain(kind), None)


def _place(project: Project, facts: Facts, value: ast.expr) -> tuple[ast.expr]:
    """Where the replacement is made: for a name of this file, the mock's construction."""
    found = infer(project, facts, value)
    if isinstance(value, ast.Name) and isinstance(found, MockValue) and not found.path:
        origin = found.origin
        if origin.facts is facts and isinstance(origin.node, ast.expr) and found.via == "constructor":
            return (origin.node,)
    return (value,)


# -- patches ---------------------------------------------------------------------------------------------------------


def _patched(project: Project, facts: Facts) -> Iterator[Replacement]:
    for call in facts.calls:
        form = patching.patch_form(facts, call.func)
        if form in ("", "object"):
            new = patching.replacement(call, form) or keyword(call, "new_callable")
            if new is not None and _may_be_new(facts, call, new):
                yield from _replaced(project, facts, call, new, patching.patch_target(project, facts, call, form))
        elif form == "multiple" and call.args:
            for item in call.keywords:
                if item.arg is not None and _may_replace(facts, item.value):
                    target = _attribute(project, facts, call.args[0], item.arg)
                    yield from _replaced(project, facts, call, item.value, target)
        elif _is_monkeypatch(call):
            yield from _monkeypatched(project, facts, call)


def _may_be_new(facts: Facts, call: ast.Call, new: ast.expr) -> bool:
    is_factory = keyword(call, "new_callable") is new
    return patching.mock_kind(facts, new) in PLAIN_KINDS if is_factory else _may_replace(facts, new)


def _attribute(project: Project, facts: Facts, owner: ast.expr, name: str) -> Target:
    path = constant(owner)
    if isinstance(path, str):
        return dotted_target(project, facts, f"{path}.{name}")
    return attribute_target(project, facts, owner, name)


def _is_monkeypatch(call: ast.Call) -> bool:
    func = call.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr == "setattr"
        and isinstance(func.value, ast.Name)
        and ("monkeypatch" in func.value.id or func.value.id in ("mp", "m"))
    )


def _monkeypatched(project: Project, facts: Facts, call: ast.Call) -> Iterator[Replacement]:
    path = constant(call.args[0]) if call.args else None
    if isinstance(path, str) and len(call.args) >= 2:
        target, new = dotted_target(project, facts, path), call.args[1]
    elif len(call.args) >= 3:
        name = constant(call.args[1])
        target = attribute_target(project, facts, call.args[0], name) if isinstance(name, str) else Target("")
        new = call.args[2]
    else:
        return
    if _may_replace(facts, new):
        yield from _replaced(project, facts, call, new, target)


def _replaced(
    project: Project, facts: Facts, call: ast.Call, new: ast.expr, target: Target | None
) -> Iterator[Replacement]:
    evidence = target_evidence(project, facts, target) if target is not None else None
    if target is None or evidence is None or _is_pointless(project, facts, call):
        return
    is_factory = keyword(call, "new_callable") is new
    spelled = bound_name(facts, call)
    if is_factory:
        found = patching.patcher(project, facts, call)
        value = started(project, found) if found is not None else None
        if not isinstance(value, MockValue):
            return
        value = value if spelled is None else value.known_as(spelled)
        judged = plain_at(project, value.child(CALLED), facts.function_of(call))
        if judged is None or () in judged[1].never_called:
            return
        yield Replacement(new, target.name, judged[0], evidence, judged[1], (CALLED,), target.of_class)
        return
    result = _judged(project, facts, new, spelled)
    if result is not None:
        place = _place(project, facts, new)
        yield Replacement(*place, target.name, result[0], evidence, result[1], (CALLED,), target.of_class)


def bound_name(facts: Facts, call: ast.Call) -> Name | None:
    """The name under which a test gets what a patch puts in place."""
    up = facts.parent(call)
    function = facts.function_of(call)
    if isinstance(up, ast.withitem) and isinstance(up.optional_vars, ast.Name):
        return Name(facts, function, up.optional_vars.id)
    if isinstance(up, ast.Assign) and isinstance(up.targets[0], ast.Name):
        return Name(facts, function, up.targets[0].id)
    decorated = facts.definition_at(up) if up is not None else None
    if isinstance(decorated, Function) and isinstance(up, (ast.FunctionDef, ast.AsyncFunctionDef)):
        for parameter in decorated.parameters:
            found = _injected(facts, decorated, parameter)
            if found is call:
                return Name(facts, decorated, parameter)
    return None


def _injected(facts: Facts, function: Function, parameter: str) -> ast.Call | None:
    calls = []
    for decorator in reversed(function.decorators):
        form = patching.patch_form(facts, decorator.call.func) if decorator.call is not None else None
        if decorator.call is not None and form in ("", "object"):
            if patching.replacement(decorator.call, form) is None:
                calls.append(decorator.call)
    parameters = function.parameters[1:] if function.cls is not None else function.parameters
    index = parameters.index(parameter) if parameter in parameters else len(calls)
    return calls[index] if index < len(calls) else None


# -- keyword children ------------------------------------------------------------------------------------------------


def _keyword_children(project: Project, facts: Facts) -> Iterator[Replacement]:
    """`Mock(ainvoke=Mock())`, `Mock(spec=Repo, get=Mock())`."""
    for call in facts.calls:
        if patching.mock_kind(facts, call.func) is None:
            continue
        for item in call.keywords:
            if item.arg is None or not _may_replace(facts, item.value) or item.arg in ("spec", "wraps", *_CONFIGURED):
                continue
            evidence = attribute_evidence(project, facts, call, item.arg)
            if evidence is None or _is_pointless(project, facts, call):
                continue
            value = infer(project, facts, call)
            spelled = bound_name(facts, call)
            if isinstance(value, MockValue):
                known = know(project, value if spelled is None else value.known_as(spelled), facts.function_of(call))
                plain = at_path(project, known, (item.arg, CALLED), over_spec=True)
                path = (item.arg, CALLED)
                if (
                    plain is not None
                    and path[:-1] not in known.never_called
                    and not is_told_elsewhere(project, known, path)
                ):
                    yield Replacement(item.value, item.arg, plain, evidence, known, (item.arg, CALLED))


# -- tests that mean it ----------------------------------------------------------------------------------------------


def _is_pointless(project: Project, facts: Facts, node: ast.AST) -> bool:
    """Does the function around expect an error, or replace what would run the coroutine?"""
    function = facts.function_of(node)
    outer = function
    while outer is not None and outer.outer is not None:
        outer = outer.outer
    up = facts.parent(node)
    decorated = next((d for d in _definitions_above(facts, up)), None)
    subject = outer or decorated
    if subject is None:
        return False
    return expects_failure(subject) or replaces_runner(subject) or runs_no_loop(project, subject)


def _definitions_above(facts: Facts, node: ast.AST | None) -> Iterator[Function]:
    while node is not None and not isinstance(node, ast.Module):
        found = facts.definition_at(node)
        if isinstance(found, Function):
            yield found
        node = facts.parent(node)


def runs_no_loop(project: Project, function: Function) -> bool:
    """Is it a plain test that does nothing which could run a coroutine, or a fixture that only such tests get?"""
    if function.is_async:
        return False
    if function.fixture is None:
        return function.name.startswith("test") and not _may_run_loop(function)
    facts = function.facts
    if facts.file is None or facts.file.name == "conftest.py" or function.fixture.autouse:
        return False
    names, users = {function.fixture.name}, []
    for _ in range(3):
        users = [f for f in facts.functions if names.intersection(f.parameters) and f is not function]
        names |= {f.fixture.name for f in users if f.fixture is not None}
    return bool(users) and not any(f.is_async or _may_run_loop(f) for f in users) and project is not None


_LOOP_WORDS = re.compile(
    r"run_until_complete|asyncio\.|anyio\.|client\b|\.invoke\(|runner|async_to_sync|portal|_run\b|\brun\(", re.IGNORECASE
)


def _may_run_loop(function: Function) -> bool:
    """Does the text of a plain function name anything that could run coroutines?"""
    node = function.node
    source = function.facts.source
    text = "\n".join(source.line(row) for row in range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return _LOOP_WORDS.search(text) is not None


def expects_failure(function: Function) -> bool:
    """Is there a `pytest.raises`, `assertRaises` or `suppress` in the function, or an xfail mark above it?"""
    facts = function.facts
    for node in ast.walk(function.node):
        if isinstance(node, ast.Call):
            leaf = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if leaf in ("raises", "suppress", "RaisesGroup", "xfail") or leaf.startswith("assertRaises"):
                return True
    return any(d.name == "pytest.mark.xfail" for d in function.decorators) or facts is None


def replaces_runner(function: Function) -> bool:
    """Does a test replace `asyncio.run` or the like, so that nobody awaits what the mock gives?"""
    nodes: list[ast.AST] = [function.node]
    if function.cls is not None:
        nodes += function.cls.node.decorator_list
    for top in nodes:
        for node in ast.walk(top):
            if isinstance(node, ast.Attribute) and node.attr in _RUNNERS and _is_mocked(function, node):
                return True
            text = constant(node) if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and _names_runner(text):
                return True
    return False


def _is_mocked(function: Function, node: ast.Attribute) -> bool:
    """Is it assigned, or asked what it was called with?"""
    up = function.facts.parent(node)
    if isinstance(node.ctx, ast.Store):
        return True
    return isinstance(up, ast.Attribute) and (up.attr in MOCK_API or up.attr in _CONFIGURED)


def _names_runner(text: str) -> bool:
    parts = text.split(".")
    return (
        (parts[-1] in _RUNNERS
        and (len(parts) > 1 or parts[-1] != "asyncio"))
        or parts[-2:]
        in (
            ["asyncio", "run"],
            ["anyio", "run"],
        )
    )
