"""Loops that outlive the hooks and fixtures between the tests that share them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.model.definitions import Function
    from looplint.project.questions import Project

_SCOPES = ("function", "class", "module", "package", "session")
HOOK_SCOPES = {
    "setup_class": "class",
    "teardown_class": "class",
    "setUpClass": "class",
    "tearDownClass": "class",
    "setup_module": "module",
    "teardown_module": "module",
}
"""How long what a hook sets up lives, where that is more than one test."""


def shared_scopes(project: Project, hook: Function, tests: Iterable[Function]) -> list[str]:
    """The loop scopes of the tests that are wider than the scope of a hook or fixture, so that the loop outlives it."""
    own = hook.fixture.scope if hook.fixture is not None else HOOK_SCOPES.get(hook.name, "function")
    if own not in _SCOPES:
        return []
    scopes = {project.runner(test).loop_scope for test in tests}
    return [scope for scope in _SCOPES[_SCOPES.index(own) + 1 :] if scope in scopes]
