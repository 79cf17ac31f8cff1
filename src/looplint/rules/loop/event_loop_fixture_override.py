"""Fixture `event_loop` that is meant to replace the one of pytest-asyncio, which 1.0 removed.

## What it does
Reports fixtures named `event_loop` (by `def` or `name=`) that async tests of pytest-asyncio can see and that none but they were meant
for.

## Why it is bad
From pytest-asyncio 1.0 on the fixture is one like any other: nobody asks for it, there is no warning, and its loop is never used.
Tests that were to share a loop get one each; settings made on it are lost; who asks for it gets a loop that does not run.

## What really happens
| the fixture | 0.21 | 0.23 to 0.26 | 1.0 and newer |
|---|---|---|---|
| shared by the tests of a module or session | as meant | as meant, `DeprecationWarning` | each test has its own loop |
| and by async fixtures of that scope | as meant | fixtures and tests have different loops, unless `asyncio_default_fixture_loop_scope` is "function" | different loops |
| makes another loop, or changes it | as meant | as meant | never called |
| async tests ask for it | the running loop | the running loop | `The future belongs to a different loop …` |
| a copy of the plugin's | no effect | no effect | no effect |

An error where it fails with the versions in force, else a warning; a copy, or one whose scope the configuration has too, is dead code: a
warning.

## Fix
Unsafe, and only where all that depends on it is in reach: the fixture goes, and its scope moves, as `loop_scope=` (pytest-asyncio 0.24 and
newer), to the asyncio marks of the tests *and* to their async fixtures in the same file. Removed alone it would leave tests and
fixtures on different loops. Async functions that ask for it begin with `event_loop = asyncio.get_running_loop()`. For a conftest.py the scopes
belong into the configuration, both of them: `asyncio_default_fixture_loop_scope` and `asyncio_default_test_loop_scope` (0.26 and newer);
where they are there already, the fixture just goes. A loop with settings of its own needs the fixture `event_loop_policy`, or from 1.4 on
the hook `pytest_asyncio_loop_factories`; the author has to write these.

## Exceptions
A fixture for sync tests; an autouse one that sets the current loop; an async one that hands the running loop out; tests that anyio or another
plugin runs; a definition under `if`; a conftest.py that asks for it by its name in a text (a runner of its own).

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/how-to-guides/migrate_from_0_23.html>
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/changelog.html> (1.0.0)
* <https://github.com/pytest-dev/pytest-asyncio/issues/706>
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from looplint.project.loops.event_loop_fixture import NAME
from looplint.project.loops.loop_override import Override, override_of
from looplint.repairs.overrides import without_override
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.versions import severity_of_removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Fixtures that replace nothing any more."""
    facts = module.facts
    for function in facts.functions:
        if function.fixture is None or function.fixture.name != NAME:
            continue
        override = override_of(project, function.fixture)
        if override is not None:
            yield _finding(module, project, override)


def _finding(module: Module, project: Project, override: Override) -> Finding:
    broken = ">=0.23" if override.split is not None and not _is_configured(project, override) else ">=1.0"
    severity, when = severity_of_removal(project, "pytest-asyncio", broken)
    is_dead = (
        override.is_plain and override.misled is None and (not override.is_wide or _is_configured(project, override))
    )
    if broken == ">=0.23" and override.split is not None:
        text = f"`{override.split.name}` and the tests do not share the loop of fixture `{NAME}`{when and ' '}{when}"
    else:
        consequence = _consequence(override, is_dead=is_dead)
        text = f"fixture `{NAME}` is ignored {when or 'by pytest-asyncio 1.0 and newer'}: {consequence}"
    return RULE.finding(
        module,
        override.fixture.function.node,
        text,
        severity=Severity.WARNING if is_dead else severity,
        settings=[str(project.versions.in_force("pytest-asyncio"))],
        fix=partial(_fix, module, project, override),
    )


def _is_configured(project: Project, override: Override) -> bool:
    """Do the default loop scopes of tests and fixtures both have the scope of the fixture?"""
    settings, scope = project.settings, override.fixture.scope
    return settings.test_loop_scope.value == scope == settings.fixture_loop_scope.value


def _consequence(override: Override, *, is_dead: bool) -> str:
    if is_dead and override.is_wide:
        return "the configuration gives the tests one loop"
    if is_dead:
        return "it is a copy of what it replaced"
    if override.misled is not None:
        return f"`{override.misled.name}` gets a loop that is not running"
    if not override.is_plain:
        return "what it does is never done"
    return "tests that are to share a loop have one each"


def _fix(module: Module, project: Project, override: Override) -> Fix:
    fix = without_override(module, project, override, is_configured=_is_configured(project, override))
    return fix or Fix(message=_advice(project, override), applicability=Applicability.DISPLAY)


def _advice(project: Project, override: Override) -> str:
    scope = override.fixture.scope
    if not override.is_plain:
        return "use the fixture `event_loop_policy`, or from 1.4 on the hook `pytest_asyncio_loop_factories`"
    if not override.is_wide:
        return "remove it; async code gets its loop by `asyncio.get_running_loop()`"
    file = project.settings.config_file
    place = (
        f"the pytest configuration ({project.settings.place(file)})" if file is not None else "the pytest configuration"
    )
    return (
        f'remove it, and set both `asyncio_default_fixture_loop_scope` and `asyncio_default_test_loop_scope` to "{scope}" '
        f"in {place}"
    )


RULE = Rule(
    code="LPL104",
    name="event-loop-fixture-override",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.UNSAFE,
    words=(b"def event_loop(", b'"event_loop"', b"'event_loop'"),
    also=(b"fixture",),
    tests_only=True,
    check=check,
)
