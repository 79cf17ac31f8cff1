"""`patch` in all its spellings: context manager, decorator, `mocker.patch`, `start()`, and what each puts in place.

`patch` makes an AsyncMock by itself when what it replaces is a coroutine function or awaitable (unittest.mock
documentation, `patch`; measured on Python 3.10 to 3.13), so without `new` and `new_callable` the target decides.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant, keyword
from looplint.model.kept import kept_by_file
from looplint.model.names import BindingKind, dotted_text, last_name
from looplint.project.asked import Answer, remember
from looplint.project.code.mock_classes import mock_class_of, mock_kind_of
from looplint.project.code.targets import attribute_target, dotted_target
from looplint.project.code.values import MOCK_KINDS, MOCK_MODULES, Nature, Origin, PatcherValue, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_FORMS = {
    f"{module}.patch{suffix}": suffix.removeprefix(".")
    for module in MOCK_MODULES
    for suffix in ("", ".object", ".multiple")
}
_MOCKER = {f"mocker.patch{suffix}": suffix.removeprefix(".") for suffix in ("", ".object", ".multiple")}
_MOCKER_ENDS = frozenset(name.rpartition(".")[2] for name in _MOCKER)
_AUTOSPEC = frozenset(f"{module}.create_autospec" for module in MOCK_MODULES)
_OPTIONS = ("target", "attribute", "new", "spec", "create", "spec_set", "autospec", "new_callable", "unsafe")
"""Arguments of `patch` that do not go to the mock it makes."""


def mock_kind(facts: Facts, node: ast.expr) -> str | None:
    """The kind of mock that a class expression names ("MagicMock"; `mocker.Mock` and the backport count)."""
    if isinstance(node, ast.Attribute) and node.attr not in MOCK_KINDS:
        return None
    dotted = facts.resolve(node)
    if dotted is not None:
        module, _, name = dotted.rpartition(".")
        return name if name in MOCK_KINDS and module in MOCK_MODULES else None
    if isinstance(node, ast.Attribute) and node.attr in MOCK_KINDS and _is_mocker(facts, node.value):
        return node.attr
    return None


def mock_or_own_kind(project: Project, facts: Facts, node: ast.expr) -> str | None:
    """The kind of mock that a class expression names, where it is a class of the project too."""
    return mock_kind(facts, node) or mock_kind_of(project, facts, node)


def makes_autospec(facts: Facts, func: ast.expr) -> bool:
    """Is it `create_autospec`, of the mock module or of `mocker`?"""
    leaf = last_name(func)
    if leaf != "create_autospec" and leaf not in facts.aliased_names:
        return False
    dotted = facts.resolve(func)
    if dotted is not None:
        return dotted in _AUTOSPEC
    return isinstance(func, ast.Attribute) and _is_mocker(facts, func.value)


def has_spec(node: ast.Call) -> bool:
    """Does a `patch` say what the mock that it makes pretends to be?"""
    return any(keyword(node, k) is not None for k in ("spec", "spec_set", "autospec"))


def _is_mocker(facts: Facts, node: ast.expr) -> bool:
    if not isinstance(node, ast.Name) or node.id != "mocker":
        return False
    found = facts.lookup("mocker", node)
    return bool(found and found[1] and found[1][0].kind is BindingKind.PARAMETER)


def patch_form(facts: Facts, func: ast.expr) -> str | None:
    """ "" for `patch`, "object" for `patch.object`, "multiple" (`mocker.` spellings too), None for anything else.

    `func` is what a call of the file calls.
    """
    return _forms(facts).get(func)


def patch_calls(facts: Facts) -> tuple[ast.Call, ...]:
    """The calls of a file that have a form."""
    forms = _forms(facts)
    return tuple(call for call in facts.calls if call.func in forms) if forms else ()


@kept_by_file
def _forms(facts: Facts) -> dict[ast.expr, str]:
    """What each call of `patch` calls -> its form; every rule about mocks asks it of every call."""
    if b"patch" not in facts.source.raw:
        return {}
    forms = ((call.func, _form(facts, call.func)) for call in facts.calls)
    return {func: form for func, form in forms if form is not None}


def _form(facts: Facts, func: ast.expr) -> str | None:
    if isinstance(func, ast.Attribute) and func.attr not in _MOCKER_ENDS:
        return None
    dotted = facts.resolve(func)
    if dotted is not None:
        return _FORMS.get(dotted)
    if not isinstance(func, ast.Attribute):
        return None
    form = _MOCKER.get(dotted_text(func) or "")
    return form if form is not None and _made_by_mocker(facts, func) else None


def _made_by_mocker(facts: Facts, func: ast.expr) -> bool:
    base = func
    while isinstance(base, ast.Attribute):
        base = base.value
    return base is not func and _is_mocker(facts, base)


def patcher(project: Project, facts: Facts, node: ast.Call) -> PatcherValue | None:
    """What a call of `patch` or `patch.object` puts in place of what; None for any other call."""
    form = patch_form(facts, node.func)
    if form is None or form == "multiple":
        return None
    target = patch_target(project, facts, node, form)
    kind = replacement_kind(facts, node, form, target)
    factory = keyword(node, "new_callable") if kind is None else None
    made = mock_class_of(project, facts, factory) if factory is not None and not has_spec(node) else None
    starts = _made_by_mocker(facts, node.func)
    return PatcherValue(Origin(facts, node), "patch", node, target, made.kind if made else kind, starts, made)


def patch_target(project: Project, facts: Facts, node: ast.Call, form: str) -> Target | None:
    """What is replaced: at the literal of `patch`, or the named attribute of the object of `patch.object`."""
    notes: dict[object, Answer[Target | None]] = facts.notes
    return remember(notes, (patch_target, node), lambda: _patch_target(project, facts, node, form))


def _patch_target(project: Project, facts: Facts, node: ast.Call, form: str) -> Target | None:
    if form == "":
        path = constant(node.args[0] if node.args else keyword(node, "target"))
        return dotted_target(project, facts, path) if isinstance(path, str) else None
    owner = node.args[0] if node.args else keyword(node, "target")
    name = constant(node.args[1] if len(node.args) > 1 else keyword(node, "attribute"))
    if owner is None or not isinstance(name, str):
        return None
    return attribute_target(project, facts, owner, name)


def replacement(node: ast.Call, form: str) -> ast.expr | None:
    """The `new` argument."""
    index = 2 if form == "object" else 1
    return node.args[index] if len(node.args) > index else keyword(node, "new")


def replacement_kind(facts: Facts, node: ast.Call, form: str, target: Target | None) -> str | None:
    """The mock class that a patch makes itself; None where it makes none, or where an unknown target decides."""
    if replacement(node, form) is not None or any(k.arg is None for k in node.keywords):
        return None
    factory = keyword(node, "new_callable")
    if factory is not None:
        return mock_kind(facts, factory)
    if has_spec(node):
        return "MagicMock" if target is not None and target.nature is Nature.OTHER else None
    if target is None or target.nature is Nature.UNKNOWN:
        return None
    return "AsyncMock" if target.nature is Nature.COROUTINE else "MagicMock"


def mock_keywords(node: ast.Call) -> Iterator[ast.keyword]:
    """The keyword arguments of a `patch` that configure the mock it makes."""
    return (k for k in node.keywords if k.arg not in _OPTIONS)


def injected_patch(project: Project, function: Function, name: str) -> PatcherValue | None:
    """The `@patch` decorator whose mock arrives as parameter `name`."""
    call = injecting_call(function, name)
    return None if call is None else patcher(project, function.facts, call)


def injecting_call(function: Function, name: str) -> ast.Call | None:
    """The call in the `@patch` decorator that gives parameter `name` its mock: bottom decorator first, after `self`.

    The decorators of a class count for its tests, after those of the method.
    """
    decorators = list(reversed(function.decorators))
    if function.cls is not None and function.name.startswith("test"):
        decorators += reversed(function.cls.decorators)
    calls: list[ast.Call] = []
    for decorator in decorators:
        call = decorator.call
        form = patch_form(function.facts, call.func) if call is not None else None
        if call is not None and form in ("", "object") and replacement(call, form) is None:
            calls.append(call)
    parameters = [p.arg for p in (*function.node.args.posonlyargs, *function.node.args.args)]
    if function.cls is not None and parameters and function.decorated("builtins.staticmethod") is None:
        parameters = parameters[1:]
    index = parameters.index(name) if name in parameters else len(calls)
    return calls[index] if index < len(calls) else None
