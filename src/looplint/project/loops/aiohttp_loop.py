"""Tests and fixtures that ask for the fixture `loop`, which pytest-aiohttp had before 1.1.

In 1.0 it asked for pytest-asyncio's `event_loop`, which is gone since 1.0 of that (run with pytest-aiohttp 0.3.0,
1.0.5, 1.1.0 and 1.1.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.loops.event_loop_fixture import may_get, may_see
from looplint.project.running.asked_parameters import is_filled_by_fixtures, required_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

LOOP = "loop"
PLUGIN = "pytest-aiohttp"


def asks_for_aiohttp_loop(project: Project, facts: Facts) -> Iterator[Function]:
    """Those of a file, where a fresh installation has no such fixture and nothing else may define one."""
    if not any(LOOP in function.parameters for function in facts.functions) or not _is_gone(project):
        return
    asking = [
        function
        for function in facts.functions
        if required_parameter(function, LOOP) is not None and is_filled_by_fixtures(project, function, LOOP)
    ]
    if asking and not may_see(project, facts, LOOP):
        yield from (function for function in asking if not may_get(project, function, LOOP))


def _is_gone(project: Project) -> bool:
    """Does the pytest-aiohttp that an installation gets have the fixture no more, or one that cannot be set up?"""
    versions = project.versions
    if not (versions.declared(PLUGIN) or versions.locked(PLUGIN)):
        return False
    if versions.may_be(PLUGIN, ">=1.1"):
        return True
    return versions.must_be(PLUGIN, ">=1.0") and versions.must_be("pytest-asyncio", ">=1.0")
