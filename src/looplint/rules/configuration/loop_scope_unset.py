"""Default loop scope of fixtures that is not set, about which pytest-asyncio warns, or which ends the whole run.

## What it does
Reports a pytest configuration without `asyncio_default_fixture_loop_scope` where the pytest-asyncio in force warns
about that: an error where `filterwarnings` makes errors of warnings, else a warning.

## Why it is bad
pytest-asyncio 0.24 and newer warn while pytest starts, before any test. Which loop async fixtures run on will change
with a later release: today it is the loop of the fixture's own scope, then the one of the function.

## What really happens
Measured: with `filterwarnings = error` on pytest 9.2 the warning is raised while plugins are configured:
`INTERNALERROR`, exit code 3, no test runs, even if no fixture is async. Without such a filter the warning is printed
on every run with pytest 8.2, 8.3 and 9.2; 8.4 to 9.1 swallow it, under `error` too.

## Fix
*Safe*: `asyncio_default_fixture_loop_scope` is set, in the table that is in force, to `function` where no async
fixture is wider than that, else to `fixture-scope` if pytest-asyncio 1.5 is required. Both keep the loop of every fixture.
Otherwise choose: `session` for fixtures that share a loop, or `loop_scope=` for each wide fixture.

## Exceptions
Silent where pytest-asyncio is neither declared nor locked, or switched off; where a filter ignores the warning; on
the versions that swallow it, as far as one of them may be installed; and, for the warning, where no test is async.

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/configuration.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import FIXTURE_LOOP_SCOPE
from looplint.knowledge.releases import LOOP_SCOPE_EXISTS
from looplint.project.configured.config_file import Kind
from looplint.project.configured.option_edits import add_table, set_option
from looplint.project.configured.options_in_force import table_in_force
from looplint.project.configured.pytest_tables import INI_OPTIONS
from looplint.project.configured.requirements import contains
from looplint.project.configured.resolution import pairs_in_force
from looplint.project.configured.warning_filters import PYTEST_DEPRECATION, action_on
from looplint.project.loops.default_loop_scope import default_that_keeps, wide_fixture
from looplint.project.running.async_tests import has_async_tests
from looplint.rules.places import finding_at, finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.silence import first_of, switched_off, unless_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.finding import Edit
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written

PLUGIN = "pytest-asyncio"
_MESSAGE = 'The configuration option "asyncio_default_fixture_loop_scope" is unset.'
_ENDS_THE_RUN = ">=9.2"
_PRINTED = (">=9.2", ">=8.2,<8.4")


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for the project, at its table of pytest options, else where it asks for the plugin."""
    severity = _severity(project)
    if severity is None:
        return
    config = project.settings.config
    told = _told(project, severity)
    table = table_in_force(file, project)
    if table is not None:
        yield _in_table(file, project, table, severity, told)
    elif config.path is None:
        for place in project.versions.declared(PLUGIN)[:1]:
            if place.path == file.path:
                fix = _fix(project, _new_table(file, project))
                yield finding_at(RULE, file, place, told, severity=severity, fix=fix, settings=_settings(project))


def _severity(project: Project) -> Severity | None:
    """How bad it is that the option is unset; None where it is set, or nobody says so."""
    from packaging.version import Version

    settings, versions = project.settings, project.versions
    if (
        settings.config.error is not None
        or settings.fixture_loop_scope.is_set
        or "asyncio" in settings.disabled_plugins
    ):
        return None
    if not (versions.declared(PLUGIN) or versions.locked(PLUGIN)) or FIXTURE_LOOP_SCOPE in settings.command.overrides:
        return None
    pairs = pairs_in_force(versions)
    pytests = [Version(pair.pytest) for pair in pairs]
    if not pairs or not all(contains(LOOP_SCOPE_EXISTS.specifier, Version(pair.plugin.version)) for pair in pairs):
        return None
    action = action_on(settings.filterwarnings, _MESSAGE, PYTEST_DEPRECATION)
    if action == "error" and all(contains(_ENDS_THE_RUN, pytest) for pytest in pytests):
        return Severity.ERROR
    printed = all(any(contains(versions, pytest) for versions in _PRINTED) for pytest in pytests)
    return Severity.WARNING if printed and action not in ("error", "ignore") and has_async_tests(project) else None


def _told(project: Project, severity: Severity) -> str:
    if severity is Severity.ERROR:
        return (
            f"`{FIXTURE_LOOP_SCOPE}` is not set, and `filterwarnings` makes an error of the warning about that: "
            f"no test runs with {_newest(project, 'pytest')}"
        )
    return (
        f"`{FIXTURE_LOOP_SCOPE}` is not set: {_newest(project, PLUGIN)} warns on every run, and a later release will "
        "move async fixtures to the loop of the function"
    )


def _newest(project: Project, distribution: str) -> str:
    pair = pairs_in_force(project.versions)[0]
    return f"{distribution} {pair.plugin.version if distribution == PLUGIN else pair.pytest}"


def _in_table(file: ConfigFile, project: Project, table: Table, severity: Severity, told: str) -> Finding:
    value = default_that_keeps(project)
    filters = table.options.get("filterwarnings")
    return finding_between(
        RULE,
        file,
        table.start,
        table.end,
        told,
        severity=severity,
        related=_related(file, filters if severity is Severity.ERROR else None),
        settings=_settings(project),
        fix=_fix(project, set_option(file, table, FIXTURE_LOOP_SCOPE, value) if value is not None else ()),
    )


def _related(file: ConfigFile, filters: Written | None) -> tuple[Related, ...]:
    if filters is None:
        return ()
    return (Related(path=file.shown, row=filters.row, column=filters.column, message="warnings become errors here"),)


def _settings(project: Project) -> tuple[str, str]:
    return (str(project.versions.in_force(PLUGIN)), str(project.versions.in_force("pytest")))


def _new_table(file: ConfigFile, project: Project) -> tuple[Edit, ...]:
    """A table in pyproject.toml, where no pytest configuration is there at all."""
    value = default_that_keeps(project)
    if value is None or file.kind is not Kind.PYPROJECT:
        return ()
    return add_table(file, INI_OPTIONS, FIXTURE_LOOP_SCOPE, value)


def _fix(project: Project, edits: tuple[Edit, ...]) -> Fix:
    value = default_that_keeps(project)
    if value is not None:
        message = f'set {FIXTURE_LOOP_SCOPE} = "{value}", which changes nothing for the fixtures of this project'
        return Fix(message=message, applicability=Applicability.SAFE if edits else Applicability.DISPLAY, edits=edits)
    wide = wide_fixture(project)
    shown = f"`{wide.name}` ({wide.function.facts.source.path}:{wide.function.node.lineno})" if wide else "a plugin's"
    return Fix(
        message=f'set {FIXTURE_LOOP_SCOPE}: "session" suits wide fixtures such as {shown}; with "function" they need a '
        "`loop_scope=` of their own",
        applicability=Applicability.DISPLAY,
    )


RULE = Rule(
    code="LPL908",
    name="loop-scope-unset",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
    silent=first_of(unless_asked_for(PLUGIN), switched_off("asyncio")),
)
