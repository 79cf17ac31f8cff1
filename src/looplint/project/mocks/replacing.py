"""Where a file puts a plain mock or lambda in the place of something asynchronous, and what proves that it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant, keyword
from looplint.model.names import dotted_text
from looplint.model.records import dataclass
from looplint.project.code import patching
from looplint.project.code.infer import infer, started
from looplint.project.code.plain import call_type
from looplint.project.code.targets import attribute_target, dotted_target
from looplint.project.code.values import CALLED, MockValue, Name, Target
from looplint.project.mocks.awaiting_code import may_reach
from looplint.project.mocks.evidence import Evidence, attribute_evidence, target_evidence
from looplint.project.mocks.meant import is_meant
from looplint.project.mocks.mock_paths import Plain, at_path, plain_at
from looplint.project.mocks.mocks import PLAIN_KINDS, SIDE_EFFECT, Knowledge, know
from looplint.project.mocks.untouched import is_untouched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_CONFIGURED = ("return_value", SIDE_EFFECT)


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
        writes = self.known.writes if self.known is not None else ()
        return not self.plain.given and not any(write.path[: len(self.path)] == self.path for write in writes)


def replacements(project: Project, facts: Facts) -> Iterator[Replacement]:
    """Every such place of a file, once."""
    seen: set[ast.AST] = set()
    if not project.is_test_code(facts.file):
        return
    for found in _all(project, facts):
        if found.node not in seen and _is_surely_called(project, facts, found):
            seen.add(found.node)
            yield found


def _is_surely_called(project: Project, facts: Facts, found: Replacement) -> bool:
    """Does the test say that it is called, or does it say what a call gives and come to code that awaits it?

    A bare mock may only be in the way.
    """
    if found.known is not None and found.path[:-1] in found.known.called:
        return True
    if found.is_bare:
        return False
    name = found.name.rpartition(".")[2]
    return may_reach(project, facts, found.node, name, telling=found.plain.type != "NoneType")


def _all(project: Project, facts: Facts) -> Iterator[Replacement]:
    yield from _patched(project, facts)
    for statement in facts.nodes(ast.Assign):
        for target in statement.targets:
            yield from _assigned(project, facts, target, statement.value)
    for annotated in facts.nodes(ast.AnnAssign):
        if annotated.value is not None:
            yield from _assigned(project, facts, annotated.target, annotated.value)
    yield from _keyword_children(project, facts)


# -- assignments -----------------------------------------------------------------------------------------------------


def _assigned(project: Project, facts: Facts, target: ast.expr, value: ast.expr) -> Iterator[Replacement]:
    if not isinstance(target, ast.Attribute) or target.attr.startswith("__"):
        return
    if target.attr in _CONFIGURED:
        if isinstance(target.value, ast.Attribute) and not is_meant(facts, target):
            yield from _child(project, facts, target.value.value, target.value.attr, target)
    elif isinstance(value, (ast.Call, ast.Lambda, ast.Name)) and not is_meant(facts, value):
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
    if evidence is None:
        return
    known = know(project, value, facts.function_of(node))
    path = (*value.path, name, CALLED)
    plain = at_path(project, known, path, over_spec=True)
    if plain is None or is_untouched(known, path[:-1]) or is_told_elsewhere(project, known, path):
        return
    replaced = [write for write in known.at(path[:-1]) if write.value is not None]
    if replaced and all(write.value is not node for write in replaced):
        return  # told where the attribute itself is replaced
    yield Replacement(node, f"{ast.unparse(owner)}.{name}", plain, evidence, known, path)


def is_told_elsewhere(project: Project, known: Knowledge, path: tuple[str, ...]) -> bool:
    """Does the test itself call the mock (an await is reported there), or is it only a namespace for other mocks?"""
    for use in known.uses:
        if use.path == path and isinstance(infer(project, use.facts, use.node), MockValue):
            return True
    below = [write.path[len(path) - 1 :] for write in known.writes if write.path[: len(path) - 1] == path[:-1]]
    return any(rest and rest[0] not in (CALLED, SIDE_EFFECT) for rest in below)


def _real(project: Project, facts: Facts, target: ast.Attribute, value: ast.expr) -> Iterator[Replacement]:
    """The attribute of a module, a class or an object that is no mock."""
    if not _may_replace(project, facts, value):
        return
    evidence = attribute_evidence(project, facts, target.value, target.attr)
    if evidence is None:
        return
    function = facts.function_of(target)
    spelled = Name(facts, function, dotted_text(target) or "") if function is not None and dotted_text(target) else None
    found = _judged(project, facts, value, spelled)
    if found is not None:
        yield Replacement(*_place(project, facts, value), ast.unparse(target), found[0], evidence, found[1], (CALLED,))


def _may_replace(project: Project, facts: Facts, value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return patching.mock_or_own_kind(project, facts, value.func) in PLAIN_KINDS
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
    return None if kind is None else (Plain(kind, given=True), None)


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
        if form is None:
            if _is_monkeypatch(call) and not is_meant(facts, call):
                yield from _monkeypatched(project, facts, call)
        elif form != "multiple":
            new = patching.replacement(call, form) or keyword(call, "new_callable")
            if new is not None and _may_be_new(project, facts, call, new) and not is_meant(facts, call):
                yield from _replaced(project, facts, call, new, patching.patch_target(project, facts, call, form))
        elif call.args:
            for item in call.keywords:
                if item.arg is not None and _may_replace(project, facts, item.value) and not is_meant(facts, call):
                    target = _attribute(project, facts, call.args[0], item.arg)
                    yield from _replaced(project, facts, call, item.value, target)


def _may_be_new(project: Project, facts: Facts, call: ast.Call, new: ast.expr) -> bool:
    is_factory = keyword(call, "new_callable") is new
    if is_factory:
        return patching.mock_or_own_kind(project, facts, new) in PLAIN_KINDS
    return _may_replace(project, facts, new)


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
    path, name = [*map(constant, call.args[:2]), None, None][:2]
    if isinstance(path, str) and len(call.args) >= 2:
        if _may_replace(project, facts, call.args[1]):
            yield from _replaced(project, facts, call, call.args[1], dotted_target(project, facts, path))
    elif len(call.args) >= 3 and isinstance(name, str) and _may_replace(project, facts, call.args[2]):
        target = attribute_target(project, facts, call.args[0], name)
        yield from _replaced(project, facts, call, call.args[2], target)


def _replaced(
    project: Project, facts: Facts, call: ast.Call, new: ast.expr, target: Target | None
) -> Iterator[Replacement]:
    evidence = target_evidence(project, facts, target) if target is not None else None
    if target is None or evidence is None:
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
    if isinstance(decorated, Function):
        for parameter in decorated.parameters:
            if patching.injecting_call(decorated, parameter) is call:
                return Name(facts, decorated, parameter)
    return None


# -- keyword children ------------------------------------------------------------------------------------------------


def _keyword_children(project: Project, facts: Facts) -> Iterator[Replacement]:
    """`Mock(ainvoke=Mock())`, `Mock(spec=Repo, get=Mock())`."""
    for call in facts.calls:
        if not call.keywords or patching.mock_or_own_kind(project, facts, call.func) is None:
            continue
        for item in call.keywords:
            if item.arg is None or item.arg in ("spec", "wraps", *_CONFIGURED):
                continue
            if not _may_replace(project, facts, item.value) or is_meant(facts, call):
                continue
            evidence = attribute_evidence(project, facts, call, item.arg)
            if evidence is None:
                continue
            value = infer(project, facts, call)
            spelled = bound_name(facts, call)
            if isinstance(value, MockValue):
                known = know(project, value if spelled is None else value.known_as(spelled), facts.function_of(call))
                plain = at_path(project, known, (item.arg, CALLED), over_spec=True)
                path = (item.arg, CALLED)
                if (
                    plain is not None
                    and not is_untouched(known, path[:-1])
                    and not is_told_elsewhere(project, known, path)
                ):
                    yield Replacement(item.value, item.arg, plain, evidence, known, (item.arg, CALLED))
