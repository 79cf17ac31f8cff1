"""Which value of `asyncio_default_fixture_loop_scope` keeps a project working that has left it unset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import FIXTURE_SCOPE
from looplint.knowledge.releases import FIXTURE_SCOPE_VALUE_EXISTS
from looplint.project.asked import noted
from looplint.project.files import python_files

if TYPE_CHECKING:
    from looplint.model.definitions import Fixture
    from looplint.project.questions import Project

_BRING_WIDE_FIXTURES = ("pytest-playwright-asyncio", "pytest-databases", "pytest-homeassistant-custom-component")
"""Plugins whose own async fixtures are wider than function and name no loop scope."""


def default_that_keeps(project: Project) -> str | None:
    """The value under which every fixture keeps its loop; None where that has to be decided.

    Unset means that a fixture runs on the loop of its own scope. Where no async fixture is wider than a function, or
    all that are name their loop scope, that is "function"; else it has a name of its own only from 1.5 on.
    """
    if wide_fixture(project) is None and not any(map(project.versions.declared, _BRING_WIDE_FIXTURES)):
        return "function"
    return FIXTURE_SCOPE if project.must_be(*FIXTURE_SCOPE_VALUE_EXISTS) else None


@noted
def wide_fixture(project: Project) -> Fixture | None:
    """The first async fixture wider than function, or of a computed scope, that names no loop scope of its own."""
    for path in python_files(project.root):
        if not (project.mentions(path, b"scope") and project.mentions(path, b"async ")):
            continue
        facts = project.facts_at(path)
        for function in facts.functions if facts is not None else ():
            fixture = function.fixture
            if fixture is not None and function.is_async and fixture.scope != "function" and fixture.loop_scope is None:
                return fixture
    return None
