"""A project's own `event_loop_policy` fixture, which pytest-asyncio asks for since 0.23 and deprecates since 1.4.

Until then there is no other way; from 1.4 on the hook `pytest_asyncio_loop_factories` is there (run on 0.23 to 1.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.releases import EVENT_LOOP_POLICY_DEPRECATED
from looplint.project.configured.requirements import contains
from looplint.project.configured.warning_filters import PYTEST_DEPRECATION, action_on
from looplint.project.running.async_tests import async_tests
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

POLICY = "event_loop_policy"
_PLUGIN = "pytest-asyncio"
_WARNING = 'Overriding the "event_loop_policy" fixture is deprecated'


def policy_overrides(project: Project, facts: Facts) -> Iterator[Function]:
    """The fixtures of that name in a file that an async test gets.

    None while a release in force has no hook instead, unless a fresh installation fails by its warning.
    """
    versions = project.versions
    if not (versions.declared(_PLUGIN) or versions.locked(_PLUGIN)):
        return
    for function in facts.functions:
        if function.fixture is None or function.fixture.name != POLICY:
            continue
        if (versions.must_be(*EVENT_LOOP_POLICY_DEPRECATED) or _fails(project)) and _is_set_up(project, function):
            yield function


def _fails(project: Project) -> bool:
    newest = project.versions.in_force(_PLUGIN).newest
    if newest is None or not contains(EVENT_LOOP_POLICY_DEPRECATED.specifier, newest):
        return False
    return action_on(project.settings.filterwarnings, _WARNING, PYTEST_DEPRECATION) == "error"


def _is_set_up(project: Project, fixture: Function) -> bool:
    """Does pytest-asyncio run a test that gets this fixture and no nearer one?"""
    path = fixture.facts.file
    if path is None:
        return False
    directory = path.parent if path.name == "conftest.py" else path
    return any(
        project.runner(test).who is Who.PYTEST_ASYNCIO
        for test in async_tests(project)
        if test.facts.file is not None
        and test.facts.file.is_relative_to(directory)
        and (found := project.fixture(POLICY, test, test.facts)) is not None
        and found.function.node is fixture.node
    )
