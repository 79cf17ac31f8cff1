"""Attributes that a test takes from a mock whose spec, a class of the project, does not have them.

A mock with a spec has what `dir()` of the spec has; other attributes can be set, but not read (unittest.mock
documentation, "Mock", `spec`). Attributes that `__init__` sets are not in `dir()` of a class.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.model.definitions import keyword
from looplint.project.code.infer import infer
from looplint.project.code.occurrences import occurrences
from looplint.project.code.patching import mock_kind
from looplint.project.code.values import MOCK_API, ClassValue, InstanceValue, MockValue
from looplint.project.mocks.missing_targets import MissingTarget, in_value, is_certain_here
from looplint.project.mocks.mocks import know
from looplint.project.mocks.patch_calls import PatchedName
from looplint.project.running.missing_imports import lies_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.facts import Facts
    from looplint.project.mocks.mocks import Knowledge
    from looplint.project.questions import Project

_OF_MOCKS = MOCK_API | {"return_value", "side_effect", "mock_calls", "method_calls", "seal"}


def missing_in_specs(project: Project, facts: Facts) -> Iterator[MissingTarget]:
    """Every such attribute in a test file."""
    if facts.file is None or not project.is_test_code(facts.file):
        return
    for call in facts.calls:
        given = _spec(call) if mock_kind(facts, call.func) is not None else None
        spec = infer(project, facts, given) if given is not None else None
        mock = infer(project, facts, call) if isinstance(spec, (ClassValue, InstanceValue)) else None
        if given is None or not isinstance(spec, (ClassValue, InstanceValue)) or not isinstance(mock, MockValue):
            continue
        known = know(project, mock, facts.function_of(call))
        if known.opaque_by != {"spec"} or not _is_found(project, facts, spec):
            continue
        by = f"{mock.kind}(spec={ast.unparse(given)})"
        for node in _reads(project, facts, known):
            absent = in_value(project, spec, node.attr)
            if absent is not None and is_certain_here(project, facts, absent, node):
                yield MissingTarget(PatchedName(node, node.attr, by, None, given), absent)


def _spec(call: ast.Call) -> ast.expr | None:
    given = keyword(call, "spec") or keyword(call, "spec_set")
    if given is None and call.args and keyword(call, "wraps") is None:
        given = call.args[0]
    return given if isinstance(given, (ast.Name, ast.Attribute)) and keyword(call, "wraps") is None else None


def _is_found(project: Project, facts: Facts, spec: ClassValue | InstanceValue) -> bool:
    """Is the class the one that the test gets: of this file, or of a package that lies in one place?"""
    cls = spec.cls
    if cls is None:
        return False
    top = cls.facts.module_name.partition(".")[0]
    return cls.facts is facts or (bool(top) and lies_once(project, facts, top))


def _reads(project: Project, facts: Facts, known: Knowledge) -> list[ast.Attribute]:
    """Where code of this file takes an attribute from the mock that nobody sets.

    A mock that goes to other code may get the attribute there; then only what sets up its children counts.
    """
    found: dict[ast.Attribute, None] = {}
    escapes = bool(known.handed)
    for name in known.names:
        if name.path:
            continue
        for place, node in occurrences(project, name):
            up = place.parent(node)
            if not isinstance(up, ast.Attribute):
                escapes = escapes or isinstance(getattr(node, "ctx", None), ast.Load)
            elif (
                place is facts
                and isinstance(up.ctx, ast.Load)
                and not _is_of_mock(up.attr)
                and not known.at((up.attr,))
            ):
                found[up] = None
    return [node for node in found if not escapes or _is_set_up(facts, node)]


def _is_of_mock(name: str) -> bool:
    return name in _OF_MOCKS or name.startswith(("assert", "__", "_mock"))


def _is_set_up(facts: Facts, node: ast.expr) -> bool:
    """Is something assigned below the attribute: `repo.get.return_value = …`?"""
    up = facts.parent(node)
    while isinstance(up, ast.Attribute):
        node, up = up, facts.parent(up)
    return isinstance(getattr(node, "ctx", None), ast.Store)
