"""Loop scopes under which the fixtures of pytest-playwright-asyncio fail.

## What it does
Reports, where `pytest-playwright-asyncio` is required and a test gets one of its fixtures: a default loop scope of
fixtures that is narrower than `session`; and async tests that get a browser but run on a loop of their own.

## Why it is bad
The plugin starts Playwright once, on the loop of the session. Its session-scoped fixtures name no loop scope, so a
narrower default asks for another loop than they can have; and an object of Playwright only works on the loop that
it was made on.

## What really happens
Measured with pytest-asyncio 0.24 to 1.5. With `asyncio_default_fixture_loop_scope = function`: `ScopeMismatch: You tried
to access the function scoped fixture _function_scoped_runner` (1.0 and newer) or `MultipleEventLoopsRequestedError`
(before), in every test. Without a session-scoped loop for the test: `Task ... got Future ... attached to a different
loop` at the first call of Playwright.

## Fix
*Safe*: the scope is set to `session` where all async tests of the project get a browser; else *unsafe*, because other
tests would share one loop too: there, mark the browser tests with `@pytest.mark.asyncio(loop_scope="session")` instead.

## Exceptions
Silent where no test uses the plugin's fixtures, where the tests are marked with `loop_scope="session"`, and where hooks or
unreadable marks may set the scope. `asyncio_default_test_loop_scope` exists from pytest-asyncio 0.26 on; before, the marks
are proposed.

## References
* <https://github.com/microsoft/playwright-pytest/issues/74>
* <https://pytest-asyncio.readthedocs.io/en/stable/how-to-guides/run_session_tests_in_same_loop.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import FIXTURE_LOOP_SCOPE, FIXTURE_SCOPE, SCOPES, TEST_LOOP_SCOPE
from looplint.knowledge.releases import DEFAULT_TEST_LOOP_SCOPE_EXISTS
from looplint.project.configured.config_file import Kind
from looplint.project.configured.option_edits import add_table, set_option
from looplint.project.configured.options_in_force import table_in_force
from looplint.project.configured.pytest_tables import INI_OPTIONS
from looplint.project.running.async_tests import async_tests
from looplint.project.running.browser_tests import browser_tests
from looplint.project.running.who import Who
from looplint.rules.places import applicability_of, finding_at, finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.silence import first_of, switched_off, unless_asked_for, where_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Edit
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table
    from looplint.project.running.browser_tests import Use

PLUGIN = "pytest-playwright-asyncio"
SYNC = "pytest-playwright"
_SESSION = "session"


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """At most one finding for the fixtures' scope, and one for the tests'."""
    versions = project.versions
    if not versions.declared(PLUGIN) or versions.declared(SYNC) or "asyncio" in project.settings.disabled_plugins:
        return
    if project.settings.config.error is not None or "playwright-asyncio" in project.settings.disabled_plugins:
        return
    table = table_in_force(file, project)
    first = versions.declared(PLUGIN)[0]
    without = project.settings.config.path is None and first.path == file.path
    if table is None and not without:
        return
    uses = [use for use in browser_tests(project) if use.function.is_async]
    if not uses:
        return
    if table is not None:
        yield from _fixtures(file, project, table, uses[0])
    failing = [use for use in uses if _runs_elsewhere(project, use)]
    if not failing:
        return
    edits = _edits(file, project, table)
    told = _told(project, failing)
    related = _related(failing)
    fix = _fix(project, failing, edits)
    if table is None:
        yield finding_at(RULE, file, first, told, related=related, fix=fix)
        return
    option = table.options.get(TEST_LOOP_SCOPE)
    start, end = (option.start, option.value_end) if option is not None else (table.start, table.end)
    settings = (str(project.settings.test_loop_scope),)
    yield finding_between(RULE, file, start, end, told, related=related, settings=settings, fix=fix)


def _fixtures(file: ConfigFile, project: Project, table: Table, use: Use) -> Iterator[Finding]:
    """The default loop scope of fixtures is set, and too narrow."""
    setting = project.settings.fixture_loop_scope
    option = table.options.get(FIXTURE_LOOP_SCOPE)
    if option is None or not setting.known or setting.value in (_SESSION, FIXTURE_SCOPE, None):
        return
    edits = set_option(file, table, FIXTURE_LOOP_SCOPE, _SESSION)
    yield finding_between(
        RULE,
        file,
        option.start,
        option.value_end,
        f"`{FIXTURE_LOOP_SCOPE}` is {setting.value}, but `{use.fixture}` of {PLUGIN}, which {use} gets, needs the loop of "
        "the session: every browser test fails with a ScopeMismatch",
        fix=Fix(
            message=f"set it to {_SESSION}",
            applicability=applicability_of(edits, sure=_all_get_a_browser(project)),
            edits=edits,
        ),
    )


def _runs_elsewhere(project: Project, use: Use) -> bool:
    """Does pytest-asyncio certainly run the test on a loop narrower than the session's?"""
    runner = project.runner(use.function)
    return runner.who is Who.PYTEST_ASYNCIO and runner.loop_scope in SCOPES and runner.loop_scope != _SESSION


def _told(project: Project, failing: list[Use]) -> str:
    first = failing[0]
    scope = project.runner(first.function).loop_scope
    more = f", as do {len(failing) - 1} more tests" if len(failing) > 1 else ""
    return (
        f"{first} gets `{first.fixture}` from the loop of the session, but runs on a {scope}-scoped one{more}: "
        "Playwright's calls fail with `attached to a different loop`"
    )


def _edits(file: ConfigFile, project: Project, table: Table | None) -> tuple[Edit, ...]:
    if not project.must_be(*DEFAULT_TEST_LOOP_SCOPE_EXISTS):
        return ()
    if table is not None:
        return set_option(file, table, TEST_LOOP_SCOPE, _SESSION)
    return add_table(file, INI_OPTIONS, TEST_LOOP_SCOPE, _SESSION) if file.kind is Kind.PYPROJECT else ()


def _fix(project: Project, failing: list[Use], edits: tuple[Edit, ...]) -> Fix:
    by_mark = any(_names_its_scope(project, use) for use in failing)
    mark = f'@pytest.mark.asyncio(loop_scope="{_SESSION}")'
    if by_mark or not edits:
        return Fix(message=f"mark these tests with `{mark}`", applicability=Applicability.DISPLAY)
    safe = _all_get_a_browser(project)
    message = f'set {TEST_LOOP_SCOPE} = "{_SESSION}"' + ("" if safe else f", or mark these tests with `{mark}`")
    return Fix(message=message, applicability=applicability_of(edits, sure=safe), edits=edits)


def _names_its_scope(project: Project, use: Use) -> bool:
    """A mark with a scope of its own goes before the configuration."""
    mark = project.runner(use.function).mark
    return (
        mark is not None and mark.call is not None and any(k.arg in ("loop_scope", "scope") for k in mark.call.keywords)
    )


def _all_get_a_browser(project: Project) -> bool:
    getting = {use.function for use in browser_tests(project)}
    return all(test in getting for test in async_tests(project))


def _related(failing: list[Use]) -> list[Related]:
    return [
        Related(path=use.path, row=use.row, column=use.function.node.col_offset + 1, message=f"gets `{use.fixture}`")
        for use in failing
    ]


RULE = Rule(
    code="LPL903",
    name="playwright-asyncio-loop-scope",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
    silent=first_of(unless_asked_for(PLUGIN), where_asked_for(SYNC), switched_off("asyncio", "playwright-asyncio")),
)
