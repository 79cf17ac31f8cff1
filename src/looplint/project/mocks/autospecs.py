"""Mocks that stand for one coroutine function: calling them gives a coroutine.

`create_autospec(f)` and `patch(…, autospec=True)` make a coroutine function of their own, `Mock(spec=f)` an object
whose call gives a coroutine (measured on Python 3.10 to 3.13).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import Function, constant, keyword
from looplint.model.names import BindingKind
from looplint.project.code.callables import coroutine_function
from looplint.project.code.infer import infer
from looplint.project.code.patching import injecting_call, patcher
from looplint.project.code.values import MockValue, Nature

if TYPE_CHECKING:
    from looplint.model.facts import Facts
    from looplint.project.questions import Project


def stands_for_coroutine(project: Project, facts: Facts, node: ast.expr) -> tuple[Facts, ast.Call] | None:
    """Where the mock is made that an expression names, if its spec is a coroutine function."""
    value = infer(project, facts, node)
    if isinstance(value, MockValue):
        made = value.origin.node
        if value.path or value.via not in ("autospec", "constructor") or not isinstance(made, ast.Call):
            return None
        spec = keyword(made, "spec") or keyword(made, "spec_set") or (made.args[0] if made.args else None)
        found = coroutine_function(project, value.origin.facts, spec) if spec is not None else None
        return (value.origin.facts, made) if found is not None and found.is_name else None
    call = _patch_of(facts, node) if value is None and isinstance(node, ast.Name) else None
    if call is None or constant(keyword(call, "autospec")) is not True:
        return None
    patched = patcher(project, facts, call)
    target = patched.target if patched is not None else None
    return (facts, call) if target is not None and target.nature is Nature.COROUTINE else None


def _patch_of(facts: Facts, node: ast.Name) -> ast.Call | None:
    """The call of `patch` that gives a name its value, by `with … as` or as a decorator."""
    found = facts.lookup(node.id, node)
    if found is None or len(found[1]) != 1:
        return None
    binding, function = found[1][0], facts.definition_at(found[0])
    if binding.kind is BindingKind.PARAMETER:
        return injecting_call(function, node.id) if isinstance(function, Function) else None
    for item in binding.node.items if isinstance(binding.node, ast.With) else ():
        named = item.optional_vars
        if isinstance(named, ast.Name) and named.id == node.id and isinstance(item.context_expr, ast.Call):
            return item.context_expr
    return None
