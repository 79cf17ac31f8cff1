"""`patch` in all its spellings: context manager, decorator, `mocker.patch`, `start()`, and what each puts in place.

`patch` makes an AsyncMock by itself when its target is a coroutine function (unittest.mock documentation, `patch`;
measured on Python 3.10 to 3.13), so without `new` or `new_callable` the kind depends on the target.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge import clients
from looplint.model.definitions import Colour, Function, constant, keyword
from looplint.model.names import BindingKind
from looplint.project.definitions import colour_of
from looplint.project.values import MOCK_KINDS, MOCK_MODULES, Origin, PatcherValue

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.project import Project

_PATCHES = {f"{module}.patch": "" for module in MOCK_MODULES} | {
    f"{module}.patch.object": "object" for module in MOCK_MODULES
}


def patch_form(facts: Facts, func: ast.expr) -> str | None:
    """"" for `patch`, "object" for `patch.object` (`mocker.` spellings too), None for anything else."""
    dotted = facts.resolve(func)
    if dotted is not None:
        return _PATCHES.get(dotted)
    text = ast.unparse(func) if isinstance(func, ast.Attribute) else ""
    if text in ("mocker.patch", "mocker.patch.object") and isinstance(func, ast.Attribute):
        base: ast.expr = func
        while isinstance(base, ast.Attribute):
            base = base.value
        found = facts.lookup("mocker", base)
        if found and found[1] and found[1][0].kind is BindingKind.PARAMETER:
            return "object" if text.endswith("object") else ""
    return None


def patcher(project: Project, facts: Facts, node: ast.Call) -> PatcherValue | None:
    """What a call of `patch` puts in place of what; None for any other call, or where the replacement is unknown."""
    form = patch_form(facts, node.func)
    if form is None:
        return None
    return PatcherValue(
        Origin(facts, node), "patch", node, patch_target(facts, node, form), replacement_kind(project, facts, node, form)
    )


def patch_target(facts: Facts, node: ast.Call, form: str) -> str | None:
    """The dotted name that is replaced: the literal of `patch`, the resolved object and name of `patch.object`."""
    if form == "":
        value = constant(node.args[0]) if node.args else constant(keyword(node, "target"))
        return value if isinstance(value, str) else None
    target = node.args[0] if node.args else keyword(node, "target")
    name = constant(node.args[1] if len(node.args) > 1 else keyword(node, "attribute"))
    base = facts.resolve(target) if target is not None else None
    return f"{base}.{name}" if base and isinstance(name, str) else None


def replacement(node: ast.Call, form: str) -> ast.expr | None:
    """The `new` argument."""
    index = 2 if form == "object" else 1
    return node.args[index] if len(node.args) > index else keyword(node, "new")


def replacement_kind(project: Project, facts: Facts, node: ast.Call, form: str) -> str | None:
    """The mock class that a patch puts in place; None where it is not a mock or depends on an unknown target."""
    if replacement(node, form) is not None:
        return None
    factory = keyword(node, "new_callable")
    if factory is not None:
        module, _, name = (facts.resolve(factory) or "").rpartition(".")
        return name if name in MOCK_KINDS and module in MOCK_MODULES else None
    if any(keyword(node, k) is not None for k in ("spec", "spec_set", "autospec")):
        return None
    colour = target_colour(project, facts, patch_target(facts, node, form))
    return {Colour.ASYNC: "AsyncMock", Colour.SYNC: "MagicMock"}.get(colour)


def target_colour(project: Project, facts: Facts, target: str | None) -> Colour:
    """ASYNC where `patch` would make an AsyncMock of the target, SYNC where a MagicMock, UNKNOWN else.

    A class, and a value that is no function, is replaced by a MagicMock.
    """
    if target is None:
        return Colour.UNKNOWN
    definition = project.definition(target, facts)
    if definition is not None:
        if definition.function is None:
            return Colour.SYNC if definition.cls is not None else Colour.UNKNOWN
        colour = colour_of(definition.function)
        return {Colour.AWAITABLE: Colour.SYNC, Colour.ASYNC_GENERATOR: Colour.SYNC}.get(colour, colour)
    owner, _, name = target.rpartition(".")
    found = clients.client(owner) if clients.is_client_module(owner.partition(".")[0]) else None
    if found is not None:
        kind = found.kind_of(name)
        if kind == "coroutine":
            return Colour.ASYNC if found.flagged(name) else Colour.SYNC
        return Colour.SYNC if kind == "sync" else Colour.UNKNOWN
    if clients.is_client_module(target.partition(".")[0]) and clients.client(target) is not None:
        return Colour.SYNC
    return Colour.UNKNOWN


def injected_patch(project: Project, function: Function, name: str) -> PatcherValue | None:
    """The `@patch` decorator whose mock arrives as parameter `name`: bottom decorator first, after `self`."""
    injected: list[PatcherValue | None] = []
    for decorator in reversed(function.decorators):
        call = decorator.call
        form = patch_form(function.facts, call.func) if call is not None else None
        if call is None or form is None or replacement(call, form) is not None:
            continue
        injected.append(patcher(project, function.facts, call))
    if not injected:
        return None
    parameters = [p.arg for p in (*function.node.args.posonlyargs, *function.node.args.args)]
    if function.cls is not None and parameters and function.decorated("builtins.staticmethod") is None:
        parameters = parameters[1:]
    index = parameters.index(name) if name in parameters else len(injected)
    return injected[index] if index < len(injected) else None
