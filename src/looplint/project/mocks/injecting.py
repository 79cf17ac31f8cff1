"""Mocks handed to project code that awaits what they give: to constructors and functions, as attributes, as globals."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.code.patching import patch_form
from looplint.project.code.values import CALLED
from looplint.project.mocks.evidence import Evidence
from looplint.project.mocks.meant import is_idle
from looplint.project.mocks.met_calls import Met, met_calls, own_met_calls, place_of, shown
from looplint.project.mocks.mock_paths import Plain, at_path
from looplint.project.mocks.mocks import PLAIN_KINDS
from looplint.project.mocks.replacing import Replacement, is_told_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.questions import Project


def injected(project: Project, facts: Facts) -> Iterator[Replacement]:
    """Every mock of a file that project code awaits a child of, told at the place where that child is set up."""
    seen: set[ast.AST] = set()
    for met in (*own_met_calls(project, facts), *met_calls(project, facts)):
        plain = _unmet(project, met)
        node = place_of(project, met, facts) if plain is not None else None
        if plain is None or node is None or node in seen or is_idle(facts, node):
            continue
        seen.add(node)
        call, child = met.call, met.child
        evidence = Evidence(f"is awaited at {call.place}", call.facts, call.node, is_await=True)
        whole = all(other.how == "awaited" for other in met.given.calls)
        path = (*child.path, CALLED)
        yield Replacement(node, shown(met), plain, evidence, child.known, path, whole=whole)


def _unmet(project: Project, met: Met) -> Plain | None:
    """What the awaited call certainly gives, where that is no awaitable."""
    child = met.child
    if _is_replaced_function(met):
        return None  # told where it is patched
    if met.call.how != "awaited" or child.kind not in PLAIN_KINDS or child.spec is not None:
        return None
    if any(other.path == met.call.path and other.how != "awaited" for other in met.given.calls):
        return None
    path = (*child.path, CALLED)
    plain = at_path(project, child.known, path, kind=child.type)
    return None if plain is None or is_told_elsewhere(project, child.known, path) else plain


def _is_replaced_function(met: Met) -> bool:
    """Is it the call of what a `patch` puts in the place of a function, not of something below?"""
    node = met.given.node
    return (
        met.call.path == (CALLED,) and isinstance(node, ast.Call) and patch_form(met.given.facts, node.func) is not None
    )
