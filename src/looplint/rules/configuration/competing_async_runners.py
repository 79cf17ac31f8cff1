"""Two plugins that run async tests, one of which takes the tests of the other.

## What it does
Reports settings and requirements by which pytest-asyncio and another runner get in each other's way, where a test shows it:
`asyncio_mode = auto` beside tests of pytest-trio, pytest-twisted or pytest-tornasync; `trio_mode` beside asyncio tests;
`--reactor=asyncio` of pytest-twisted; pytest-aiohttp before 1.0, and `aiohttp.pytest_plugin` in `pytest_plugins`;
pytest-asyncio-cooperative; alt-pytest-asyncio; and `anyio_mode = auto` together with `asyncio_mode = auto`.

## Why it is bad
Auto mode claims every coroutine function and every async fixture, whoever they are meant for.

## What really happens
Measured with pytest-asyncio 0.21 to 1.5. In auto mode, trio tests fail with `a coroutine was expected, got None` (from 0.23 on),
twisted ones with `None is not a coroutine`, tornasync ones time out after 20 seconds. `trio_mode = true` makes trio
run asyncio tests: `trio.run received unrecognized yield message`. The asyncio reactor leaves its loop marked as running:
`Runner.run() cannot be called from a running event loop`. Fixtures of pytest-aiohttp 0.3 live on another loop: `Timeout
context manager should be used inside a task`, or `Event loop is closed`. A test of pytest-asyncio-cooperative leaves a coroutine in the place of a
fixture that pytest-asyncio needs. alt-pytest-asyncio sets async fixtures up on its own loop, in auto mode too, where tests run
on another (from pytest-asyncio 1.1 on); from its release 0.9 on it does nothing until `alt_pytest_asyncio.enable` is loaded.

## Fix
*Safe*: `asyncio_mode` becomes `strict` where every asyncio test is marked and no plain async fixture relies on auto
mode. Otherwise mark them first. For pytest-aiohttp, *unsafe*: 1.0 or newer, which runs on pytest-asyncio.

## Exceptions
Silent where no test of the other plugin is found: merely installed, none of them does any harm. Tests for anyio's trio
backend are reported one by one, as anyio-test-in-auto-mode (LPL308).

## References
* <https://github.com/pytest-dev/pytest-asyncio/issues/298>
* <https://github.com/pytest-dev/pytest-asyncio/issues/71>
* <https://anyio.readthedocs.io/en/stable/testing.html>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import MODE
from looplint.knowledge.competing_runners import AIOHTTP_CLIENTS, AIOHTTP_MODULE, AUTO_MODE_BREAKS, Competitor
from looplint.project.configured.installations import installations
from looplint.project.configured.option_edits import replace_value
from looplint.project.configured.options_in_force import table_in_force
from looplint.project.running.async_tests import async_tests, first_run_by, shown_test
from looplint.project.running.fixtures import find_fixture, plugin_modules, requested
from looplint.project.running.marks import marks_of
from looplint.project.running.preconditions import relies_on_auto_mode
from looplint.project.running.second_plugins import alt_fixture_in_auto_mode, hurt_by_cooperative, unrun_beside_alt
from looplint.project.running.who import Who
from looplint.repairs.requirements import require_from
from looplint.rules.places import finding_at, finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.silence import first_of, switched_off, unless_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written

PLUGIN = "pytest-asyncio"


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """Findings at the setting, or the requirement, that has to change."""
    versions = project.versions
    if not (versions.declared(PLUGIN) or versions.locked(PLUGIN)) or "asyncio" in project.settings.disabled_plugins:
        return
    table = table_in_force(file, project)
    if table is not None:
        yield from _auto_mode(file, project, table)
        yield from _trio_mode(file, project, table)
        yield from _reactor(file, project, table)
        yield from _two_auto_modes(file, project, table)
    yield from _old_aiohttp(file, project)
    yield from _second_plugin(file, project)


def _auto_mode(file: ConfigFile, project: Project, table: Table) -> Iterator[Finding]:
    """Auto mode beside a plugin whose tests it takes."""
    if project.settings.asyncio_mode.value != "auto":
        return
    option = _mode_option(project, table)
    for competitor in AUTO_MODE_BREAKS:
        if option is None or not project.versions.declared(competitor.distribution):
            continue
        if not project.may_be(PLUGIN, competitor.breaks_on):
            continue
        test = next((test for test in async_tests(project) if _belongs_to(project, test, competitor)), None)
        if test is not None:
            yield finding_between(
                RULE,
                file,
                option.start,
                option.value_end,
                f"auto mode takes {shown_test(test)} from {competitor.distribution}: {competitor.outcome}",
                related=[_related(test, f"a test of {competitor.distribution}")],
                settings=(str(project.settings.asyncio_mode),),
                fix=_strict(file, project, table, option),
            )
            return


def _mode_option(project: Project, table: Table) -> Written | None:
    return table.options.get("addopts" if project.settings.command.asyncio_mode is not None else MODE)


def _belongs_to(project: Project, test: Function, competitor: Competitor) -> bool:
    if competitor.decorators and any(d.name in competitor.decorators for d in test.decorators):
        return True
    if competitor.marks and any(mark in competitor.marks for _, mark in marks_of(project, test)):
        return True
    return _gets(project, test, competitor.fixtures)


def _gets(project: Project, test: Function, fixtures: frozenset[str]) -> bool:
    """Does the test ask for a fixture that the project does not define itself?"""
    return any(
        name in fixtures and find_fixture(project, name, test, test.facts) is None for name in requested(project, test)
    )


def _strict(file: ConfigFile, project: Project, table: Table, option: Written) -> Fix:
    relying = relies_on_auto_mode(project)
    edits = replace_value(file, table, option, "strict") if relying is None and option.name == MODE else ()
    first = f"; first mark {shown_test(relying)} and what else relies on auto mode" if relying is not None else ""
    return Fix(
        message=f"set `asyncio_mode = strict`{first}",
        applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
        edits=edits,
    )


def _trio_mode(file: ConfigFile, project: Project, table: Table) -> Iterator[Finding]:
    """pytest-trio takes every async test, those marked for asyncio too."""
    option = table.options.get("trio_mode")
    if option is None or project.settings.trio_mode.value is not True or not project.versions.declared("pytest-trio"):
        return
    for test in async_tests(project):
        if any(mark == "asyncio" for _, mark in marks_of(project, test)):
            yield finding_between(
                RULE,
                file,
                option.start,
                option.value_end,
                f"`trio_mode` makes trio run {shown_test(test)}, which is marked for asyncio and fails",
                related=[_related(test, "marked for asyncio")],
                fix=Fix(message="remove it, and mark the trio tests", applicability=Applicability.DISPLAY),
            )
            return


def _reactor(file: ConfigFile, project: Project, table: Table) -> Iterator[Finding]:
    """The asyncio reactor of Twisted runs from the first twisted test to the end of the session."""
    option = table.options.get("addopts")
    if option is None or not project.versions.declared("pytest-twisted"):
        return
    words = [f"--reactor={value}" for value in ("asyncio",)]
    test = first_run_by(project, Who.PYTEST_ASYNCIO) if set(words) & set(project.settings.addopts) else None
    if test is not None:
        at = file.text.find(words[0], option.value_start, option.value_end)
        yield finding_between(
            RULE,
            file,
            at if at >= 0 else option.value_start,
            at + len(words[0]) if at >= 0 else option.value_end,
            f"the asyncio reactor of pytest-twisted leaves its loop running, so {shown_test(test)} fails with a RuntimeError "
            "about a running event loop",
            related=[_related(test, "run by pytest-asyncio")],
            fix=Fix(
                message="run the twisted tests in a pytest process of their own", applicability=Applicability.DISPLAY
            ),
        )


def _two_auto_modes(file: ConfigFile, project: Project, table: Table) -> Iterator[Finding]:
    option = table.options.get("anyio_mode")
    settings = project.settings
    if option is None or settings.anyio_mode.value != "auto" or settings.asyncio_mode.value != "auto":
        return
    yield finding_between(
        RULE,
        file,
        option.start,
        option.value_end,
        "`anyio_mode` and `asyncio_mode` are both auto: each plugin claims every async test, and anyio warns",
        severity=Severity.WARNING,
        settings=(str(settings.asyncio_mode),),
        fix=Fix(message="keep one of the two", applicability=Applicability.DISPLAY),
    )


def _old_aiohttp(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """pytest-aiohttp before 1.0 makes clients and servers on a loop of its own."""
    if not project.must_be("pytest-aiohttp", "<1.0"):
        return
    for place in project.versions.declared("pytest-aiohttp"):
        if place.path != file.path:
            continue
        for test in async_tests(project):
            if not _gets(project, test, AIOHTTP_CLIENTS) or not _taken_by_pytest_asyncio(project, test):
                continue
            text, edits = require_from(file, place, "1.0")
            yield finding_at(
                RULE,
                file,
                place,
                f"`{place.text}` makes its clients on a loop of its own, but pytest-asyncio runs {shown_test(test)} on "
                "another one, where it fails",
                related=[_related(test, "gets a client or server")],
                fix=Fix(
                    message=f"require `{text}`",
                    applicability=Applicability.UNSAFE if edits else Applicability.DISPLAY,
                    edits=edits,
                ),
            )
            break


def _taken_by_pytest_asyncio(project: Project, test: Function) -> bool:
    """In auto mode, or by its mark; the runner itself is unknown beside another plugin."""
    marked = any(mark == "asyncio" for _, mark in marks_of(project, test))
    return marked or project.settings.asyncio_mode.value == "auto"


def check(module: Module, project: Project) -> Iterator[Finding]:
    """The plugin module of aiohttp itself, loaded by `pytest_plugins`: the same as pytest-aiohttp before 1.0."""
    versions = project.versions
    if versions.declared("pytest-aiohttp") or not (versions.declared(PLUGIN) or versions.locked(PLUGIN)):
        return
    if AIOHTTP_MODULE not in plugin_modules(module.facts) or "asyncio" in project.settings.disabled_plugins:
        return
    test = _governed(project, module.facts)
    for node in module.facts.nodes(ast.Constant):
        if test is not None and isinstance(node.value, str) and AIOHTTP_MODULE in node.value.split(","):
            yield RULE.finding(
                module,
                node,
                f"`{AIOHTTP_MODULE}` makes its clients on a loop of its own, but pytest-asyncio runs {shown_test(test)} on "
                "another one, where it fails",
                related=[_related(test, "gets a client or server")],
                fix=Fix(
                    message="require pytest-aiohttp 1.0 or newer, which runs on pytest-asyncio, and remove it",
                    applicability=Applicability.DISPLAY,
                ),
            )


def _governed(project: Project, facts: Facts) -> Function | None:
    """A test that a file's `pytest_plugins` counts for, that gets a client, and that pytest-asyncio takes."""
    if facts.file is None:
        return None
    whole = facts.file.name == "conftest.py"
    for test in async_tests(project):
        path = test.facts.file
        if path is None or not (path.is_relative_to(facts.file.parent) if whole else path == facts.file):
            continue
        if _gets(project, test, AIOHTTP_CLIENTS) and _taken_by_pytest_asyncio(project, test):
            return test
    return None


def _second_plugin(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """A plugin that cannot be beside pytest-asyncio once both have tests, where one installation has both."""
    for name, proofs in _SECOND.items():
        for place in project.versions.declared(name):
            if place.path != file.path or not project.may_be(PLUGIN, ">=0.23"):
                continue
            both = [one for one in installations(project.versions, (PLUGIN, name)) if place in one.places]
            if not any(one.of(PLUGIN) for one in both):
                continue
            found = next(filter(None, (proof(project) for proof in proofs)), None)
            if found is not None:
                yield finding_at(
                    RULE,
                    file,
                    place,
                    f"{name} beside {PLUGIN}: {found.told}",
                    severity=Severity.ERROR if found.fails else Severity.WARNING,
                    related=[_related(found.test, "hurt by it")],
                    fix=Fix(message="keep one of the two plugins", applicability=Applicability.DISPLAY),
                )


_SECOND = {
    "pytest-asyncio-cooperative": (hurt_by_cooperative,),
    "alt-pytest-asyncio": (alt_fixture_in_auto_mode, unrun_beside_alt),
}
"""Plugin -> what shows that it hurts a test."""


def _related(test: Function, message: str) -> Related:
    node = test.node
    return Related(path=test.facts.source.path, row=node.lineno, column=node.col_offset + 1, message=message)


RULE = Rule(
    code="LPL905",
    name="competing-async-runners",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=(AIOHTTP_MODULE.encode(),),
    check=check,
    check_config=check_config,
    silent=first_of(unless_asked_for(PLUGIN), switched_off("asyncio")),
)
