"""AsyncMocks that a test puts where the project, or a catalogued client, has a plain function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import constant, keyword
from looplint.model.records import dataclass
from looplint.project.code import patching
from looplint.project.code.call_uses import How, use_of
from looplint.project.code.definitions import mro
from looplint.project.code.infer import infer, started
from looplint.project.code.occurrences import awaited_names, is_awaited, names_in_module
from looplint.project.code.targets import attribute_target, dotted_target, replaced_attribute, spec_target
from looplint.project.code.values import ClientValue, InstanceValue, MockValue, Nature
from looplint.project.mocks.awaiting_code import may_lead_to, tests_of
from looplint.project.mocks.child_kinds import child_at
from looplint.project.mocks.evidence import visible_files
from looplint.project.mocks.meant import is_meant
from looplint.project.mocks.mocks import know
from looplint.project.mocks.untouched import is_untouched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Class
    from looplint.model.facts import Facts
    from looplint.project.code.values import Target
    from looplint.project.mocks.child_kinds import Child
    from looplint.project.questions import Project

_PLAIN: tuple[How, ...] = ("used", "dropped", "tested")


@dataclass(frozen=True, slots=True, eq=False)
class Misplaced:
    """An AsyncMock in the place of a plain function: where it is put, what is there, and a call that needs a value."""

    node: ast.expr
    name: str
    child: Child
    facts: Facts
    call: ast.Call
    how: How


def plainly_defined(project: Project, facts: Facts) -> Iterator[Misplaced]:
    """Every such AsyncMock of a test file that the test may come to."""
    if not project.is_test_code(facts.file):
        return
    for node, target, value in (*_patched(project, facts), *_assigned(project, facts)):
        if target.nature is not Nature.SYNC or target.presumed or is_meant(facts, node):
            continue
        child = child_at(project, know(project, value, facts.function_of(node)), value.path)
        if child is None or child.kind != "AsyncMock" or is_untouched(child.known, child.path):
            continue
        call = _plain_call(project, facts, node, target)
        if call is not None:
            yield Misplaced(node, target.name, child, *call)


# -- where AsyncMocks are put ----------------------------------------------------------------------------------------


def _patched(project: Project, facts: Facts) -> Iterator[tuple[ast.expr, Target, MockValue]]:
    for call in facts.calls:
        form = patching.patch_form(facts, call.func)
        if form in ("", "object"):
            new = patching.replacement(call, form) or keyword(call, "new_callable")
            is_async = new is not None and _is_async(project, facts, new)
            found = patching.patcher(project, facts, call) if is_async else None
            value = started(project, found) if found is not None else None
            if new is not None and found is not None and found.target is not None and isinstance(value, MockValue):
                yield new, found.target, value
        elif form is None and isinstance(call.func, ast.Attribute) and call.func.attr == "setattr":
            yield from _set(project, facts, call)


def _set(project: Project, facts: Facts, call: ast.Call) -> Iterator[tuple[ast.expr, Target, MockValue]]:
    """`monkeypatch.setattr("app.jobs.count", AsyncMock())`, `monkeypatch.setattr(jobs, "count", AsyncMock())`."""
    new = call.args[-1] if call.args else None
    value = infer(project, facts, new) if new is not None and _is_async(project, facts, new) else None
    text = constant(call.args[-2]) if len(call.args) in (2, 3) else None
    if new is None or not isinstance(value, MockValue) or not isinstance(text, str):
        return
    if len(call.args) == 2:
        yield new, dotted_target(project, facts, text), value
    else:
        yield new, attribute_target(project, facts, call.args[0], text), value


def _assigned(project: Project, facts: Facts) -> Iterator[tuple[ast.expr, Target, MockValue]]:
    """`service.count = AsyncMock()`, on the real thing or on a mock that knows what it stands for."""
    for statement in facts.nodes(ast.Assign):
        target, node = statement.targets[0], statement.value
        if isinstance(target, ast.Attribute) and _is_async(project, facts, node):
            value = infer(project, facts, node)
            there = _attribute(project, facts, target)
            if isinstance(value, MockValue) and there is not None:
                yield node, there, value


def _is_async(project: Project, facts: Facts, node: ast.expr) -> bool:
    named = node.func if isinstance(node, ast.Call) else node
    return patching.mock_or_own_kind(project, facts, named) == "AsyncMock"


def _attribute(project: Project, facts: Facts, node: ast.Attribute) -> Target | None:
    owner = infer(project, facts, node.value)
    if not isinstance(owner, MockValue):
        return attribute_target(project, facts, node.value, node.attr)
    if owner.via == "patch" and owner.target is not None:
        return replaced_attribute(project, owner.target, owner.path, node.attr)
    return None if owner.path else spec_target(project, owner, node.attr)


# -- the code that calls them ----------------------------------------------------------------------------------------


def _plain_call(project: Project, facts: Facts, node: ast.expr, target: Target) -> tuple[Facts, ast.Call, How] | None:
    """A call of the real thing that needs a plain value and that the test may come to; None if any awaits it."""
    name = target.name.rpartition(".")[2]
    if name in awaited_names(facts):
        return None
    found: list[tuple[Facts, ast.Call, How]] = []
    for seen, call in _calls(project, facts, target, name):
        how = use_of(seen, call)
        if is_awaited(seen, call) or how in ("awaited", "entered", "iterated"):
            return None
        if how in _PLAIN:
            found.append((seen, call, how))
    tests = list(tests_of(facts, node))
    for seen, call, how in found:
        function = seen.function_of(call)
        names = {function.name} if function is not None else set()
        if any(may_lead_to(project, test, names, telling=False) for test in tests):
            return seen, call, how
    return None


def _calls(project: Project, facts: Facts, target: Target, name: str) -> Iterator[tuple[Facts, ast.Call]]:
    """The calls in project code that surely go to what is replaced."""
    if target.module is not None:
        for node in names_in_module(target.module, name):
            up, found = target.module.parent(node), target.module.lookup(name, node)
            if isinstance(up, ast.Call) and up.func is node and found is not None and isinstance(found[0], ast.Module):
                yield target.module, up
        return
    function = target.definition.function if target.definition is not None else None
    cls = function.cls if function is not None else None
    for seen in visible_files(project, facts, name.encode()):
        if (cls is None and target.client is None) or project.is_test_code(seen.file):
            continue
        for call in seen.calls:
            func = call.func
            if (
                isinstance(func, ast.Attribute)
                and func.attr == name
                and _is_owner(project, seen, func.value, cls, target)
            ):
                yield seen, call


def _is_owner(project: Project, seen: Facts, node: ast.expr, cls: Class | None, target: Target) -> bool:
    value = infer(project, seen, node)
    if cls is not None:
        return isinstance(value, InstanceValue) and any(owner is cls for owner in mro(project, value.cls))
    return isinstance(value, ClientValue) and target.client is not None and value.client.path == target.client.path
