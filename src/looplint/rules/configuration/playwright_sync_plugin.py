"""pytest-playwright leaves an event loop running, and the asyncio tests after a browser test fail.

## What it does
Reports the requirement `pytest-playwright` where a test gets one of its fixtures (`page`, `context`, `browser`,
`playwright` ...) and an asyncio test runs later in the same session: an `async def` test that a plugin runs, a test
of an `IsolatedAsyncioTestCase`, or a sync test that calls `asyncio.run`.

## Why it is bad
The plugin's session-scoped fixture `playwright` starts Playwright's sync API, which runs a loop of its own and,
between two calls, marks it as *running* in the main thread. It stays so until the session ends. Nothing that needs a
loop can start one in that thread meanwhile.

## What really happens
Measured with pytest-asyncio 0.21 to 1.5 on pytest 7.4 to 9.2: every asyncio test after the first browser test fails
with `Runner.run() cannot be called from a running event loop` (pytest-asyncio 1.1 and newer) or `This event loop is
already running` (older). The loop is running, not closed. pytest-asyncio is not to blame: anyio,
`IsolatedAsyncioTestCase` and a bare `asyncio.run` fail alike. In the order asyncio tests first, browser tests last,
everything passes. Where the async test itself asks for the `page`, pytest-asyncio 0.23 to 1.1 shut down the loop that
the browser is on, and pytest hangs at the end.

`-p no:logfire` changes nothing; `nest_asyncio.apply()` helps up to pytest-asyncio 1.0 only; `pytest -n` moves the
failure about.

## Fix
*Unsafe*: the requirement becomes `pytest-playwright-asyncio` (0.7.2 or newer, which pytest 9 needs) at every place,
so that no extra or group brings the old plugin back. Lock again afterwards. Then port each browser test, or it
**passes without testing anything**: a coroutine is true.

* `from playwright.sync_api import ...` becomes `from playwright.async_api import ...`, `expect` above all;
* `def test_x(page)` becomes `async def`, with `await` before each call of `page`, `expect(...)` and locators;
* the test is marked `@pytest.mark.asyncio(loop_scope="session")`, or `asyncio_default_test_loop_scope = "session"` is
  set.

Other ways, without a new plugin: run the browser tests in a pytest process of their own (`-p no:playwright` in the
other one); sort them last in `pytest_collection_modifyitems`; define the fixtures `playwright`, `browser_type`,
`browser` and `browser_context_args` again with `scope="module"`.

## Exceptions
The plugin is harmless while no test uses its fixtures, and so is `playwright.async_api` in async tests: neither is
reported. Silent too where browser tests come last in pytest's order, are left out by `addopts` (`-m "not e2e"`,
`--ignore`), lie outside of `testpaths`, or where a conftest.py orders the tests itself.

## References
* <https://github.com/pytest-dev/pytest-asyncio/issues/359>
* <https://github.com/microsoft/playwright-pytest/issues/167>
* <https://github.com/microsoft/playwright-python/issues/1339>
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from looplint.project.configured.config_edits import replace_requirement
from looplint.project.running.browser_helpers import to_be_ported
from looplint.project.running.browser_tests import Use, broken_after, browser_tests, sync_api_imports
from looplint.rules.places import finding_at, pins_to_renew, related_place
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.silence import first_of, switched_off, unless_asked_for, where_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared

PLUGIN = "pytest-playwright"
SUCCESSOR = "pytest-playwright-asyncio"
_RANGE = re.compile(r"^([A-Za-z0-9._-]+)\s*(\[[^\]]*\])?[^;]*?(\s*;.*)?$", re.DOTALL)


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each requirement of the plugin in this file."""
    places = project.versions.declared(PLUGIN)
    here = [place for place in places if place.path == file.path]
    if not here or project.versions.declared(SUCCESSOR) or "playwright" in project.settings.disabled_plugins:
        return
    met = broken_after(project)
    if met is None:
        return
    browser, broken = met
    migration = [*_other_settings(project), *_call_sites(project)]
    for place in here:
        others = [related_place(other, "required here too") for other in places if other != place]
        yield finding_at(
            RULE,
            file,
            place,
            _message(browser, broken),
            related=(*others, *migration),
            settings=(str(project.settings.asyncio_mode), str(project.versions.in_force("pytest-asyncio"))),
            fix=_swap(file, place, project),
        )


def _message(browser: Use, broken: Use) -> str:
    failing = "fail with a RuntimeError about a running event loop"
    if browser.function is broken.function:
        return (
            f"{PLUGIN} leaves its event loop running once `{browser.fixture}` is set up, so {browser}, an asyncio test "
            f"that asks for it, and those that run later {failing}"
        )
    return (
        f"{PLUGIN} leaves its event loop running after {browser}, so asyncio tests that run later, such as {broken}, "
        f"{failing}"
    )


def _other_settings(project: Project) -> list[Related]:
    """What else the migration touches in configuration files: pins of lock files, a loop scope that is too narrow."""
    found = pins_to_renew(project, PLUGIN)
    scope = project.settings.fixture_loop_scope
    if scope.path is not None and scope.value in ("function", "class", "module", "package"):
        told = f'`{scope.name}` is {scope.value}: make it "session", where the new fixtures run'
        found.append(Related(path=os.path.relpath(scope.path), row=scope.row or 1, column=1, message=told))
    return found


def _call_sites(project: Project) -> list[Related]:
    """What the migration touches: each import of the sync API, fixtures and helpers, each test that gets a browser."""
    imports = [
        Related(path=path, row=row, column=1, message="import from playwright.async_api instead")
        for path, row in sync_api_imports(project)
    ]
    around = [
        Related(
            path=function.facts.source.path,
            row=function.node.lineno,
            column=function.node.col_offset + 1,
            message=f"{'fixture' if function.fixture is not None else 'helper'} `{function.qualname}` of browser tests: "
            "make it async too",
        )
        for function in to_be_ported(project)
    ]
    return (
        imports
        + around
        + [
            Related(
                path=use.path,
                row=use.row,
                column=use.function.node.col_offset + 1,
                message=f'gets `{use.fixture}`: make it async, with loop_scope="session" and `await` before each call',
            )
            for use in browser_tests(project)
        ]
    )


def _swap(file: ConfigFile, place: Declared, project: Project) -> Fix:
    found = _RANGE.match(place.text)
    marker = (found[3] or "") if found else ""
    successor = f"{SUCCESSOR}>=0.7.2{marker}"
    edits = replace_requirement(file, place, successor) if project.may_be("pytest-asyncio", ">=0.24") else ()
    return Fix(
        message=f"require `{successor}`, lock again, and port every browser test, since an unported one passes "
        "without testing anything",
        applicability=Applicability.UNSAFE if edits else Applicability.DISPLAY,
        edits=edits,
    )


RULE = Rule(
    code="LPL901",
    name="playwright-sync-plugin",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    check_config=check_config,
    silent=first_of(unless_asked_for(PLUGIN), where_asked_for(SUCCESSOR), switched_off("playwright")),
)
