"""Pytest configuration that pytest does not read, so that the asyncio mode and the scopes in it are not in force.

## What it does
Reports a table of pytest options that has no effect: one beside a file that pytest prefers (even an empty
`pytest.ini`), `[tool.pytest]` and `pytest.toml` before pytest 9, `[tool.pytest]` together with
`[tool.pytest.ini_options]`, a section under the name of another file (`[pytest]` in setup.cfg, `[tool:pytest]` in
pytest.ini), tables that never were any (`[tool.pytest-asyncio]`), and an `asyncio_mode` that `addopts` overrides.

## Why it is bad
pytest takes one file and nothing from the others: pytest.toml, then pytest.ini, pyproject.toml, tox.ini, setup.cfg.
What the others say looks like configuration and is none. Where `asyncio_mode = auto` is lost, no unmarked async
test runs.

## What really happens
Measured on pytest 7.4 to 9.2: an empty `pytest.ini` beside a pyproject.toml with `asyncio_mode = "auto"` fails the
async tests on pytest 8.4 and newer, and skips them on older ones, so that the run stays green. pytest 9 adds `WARNING:
ignoring pytest config in pyproject.toml!` to its header; pytest 8 says nothing. `[tool.pytest]` is ignored without a word
before pytest 9; both tables together end pytest 9 with exit code 4. `[pytest]` in setup.cfg ends every version with
`[pytest] section in setup.cfg files is no longer supported`.

## Fix
*Safe* where the tests cannot have run as configured: the section gets the name that pytest reads there. *Unsafe*:
an empty `pytest.ini` is deleted; other sections are renamed; the overridden `asyncio_mode` is removed. Where two files
have options, move them into the one that pytest reads.

## Exceptions
Silent where the file in force says the same, and where neither the options nor the project have to do with async tests.

## References
* <https://docs.pytest.org/en/stable/reference/customize.html>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import MODES
from looplint.knowledge.releases import TOOL_PYTEST_READ
from looplint.project.configured.config_file import Kind
from looplint.project.configured.hidden_options import ASYNC_OPTIONS, lost_options, mode_in
from looplint.project.configured.option_edits import remove_option, rename_section, rename_table
from looplint.project.configured.pytest_tables import (
    INI_OPTIONS,
    NATIVE,
    SECTIONS,
    Table,
    misnamed_tables,
    pytest_tables,
    toml_table,
)
from looplint.project.configured.requirements import contains
from looplint.project.running.async_tests import first_run_by, shown_test
from looplint.project.running.who import Who
from looplint.rules.places import applicability_of, finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Written

_NEVER_READ = (
    ("tool", "pytest-asyncio"),
    ("tool", "pytest_asyncio"),
    ("tool", "pytest", "asyncio"),
    ("tool", "pytest_ini_options"),
    ("tool", "pytest", "ini-options"),
    ("tool", "pytest", "ini"),
    ("tool", "pytest", "options"),
    ("pytest",),
    ("pytest", "ini_options"),
)
"""Tables of pyproject.toml that people write for pytest, and that nothing reads."""
_PLUGINS = ("pytest-asyncio", "anyio", "pytest-trio", "pytest-aiohttp")


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each table without effect, one for an empty file that hides others."""
    config = project.settings.config
    if file.path == config.path:
        yield from _empty(file, project)
        yield from _overridden_mode(file, project)
    elif file.path in config.shadowed:
        yield from _hidden(file, project)
    yield from _native(file, project)
    for table in misnamed_tables(file):
        yield from _misnamed(file, project, table)
    if file.kind is Kind.PYPROJECT:
        for path in _NEVER_READ:
            unread = toml_table(file, path)
            if unread is not None:
                yield from _never_read(file, project, unread)


def _empty(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """A file that is configuration by its name, has no options, and hides the options of others."""
    config = project.settings.config
    if config.options or config.error is not None or not config.shadowed or misnamed_tables(file):
        return
    hidden = [(other, table) for other in project.versions.files if other.path in config.shadowed
              for table in pytest_tables(other)]  # fmt: skip
    for other, table in hidden:
        lost = lost_options(table, config.options)
        if not lost or not _concerns_async(project, lost):
            continue
        severity, consequence = _consequence(project, other, lost)
        place = project.versions.place(other.path, table.row)
        yield finding_between(
            RULE,
            file,
            0,
            0,
            f"{file.path.name} has no options, but pytest reads it instead of {table.name} ({place}), {consequence}",
            severity=severity,
            related=[_related(other, table, "pytest does not read this table")],
            fix=_deletion(file),
        )
        return


def _deletion(file: ConfigFile) -> Fix:
    bare = file.text.strip() in ("", f"[{SECTIONS.get(file.kind, 'pytest')}]")
    own = file.kind in (Kind.PYTEST_INI, Kind.PYTEST_TOML)
    return Fix(
        message=f"delete {file.path.name}" if own else f"delete the empty section of {file.path.name}",
        applicability=Applicability.UNSAFE if bare and own else Applicability.DISPLAY,
        deletes_file=bare and own,
    )


def _hidden(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """The tables of a file that has options, beside one that has options too and is preferred."""
    config = project.settings.config
    if not config.options or config.path is None:
        return
    read = config.path.name
    for table in pytest_tables(file):
        if table.native and not project.may_be(*TOOL_PYTEST_READ):
            continue
        lost = lost_options(table, config.options)
        if not lost or not _concerns_async(project, lost):
            continue
        severity, consequence = _consequence(project, file, lost)
        yield _at_table(
            file,
            table,
            f"{table.name} has no effect, because pytest reads {read} beside it, {consequence}",
            severity,
            Fix(
                message=f"write {_list(lost)} in {read}, or move everything from there"
                if len(lost) < 4
                else f"keep one of the two: {read} and this table differ in {len(lost)} options",
                applicability=Applicability.DISPLAY,
            ),
        )


def _native(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """`[tool.pytest]` and pytest.toml before pytest 9, and both tables of pyproject.toml on pytest 9."""
    tables = pytest_tables(file)
    native = next((table for table in tables if table.native and table.options), None)
    if native is None:
        return
    newest = project.versions.in_force("pytest").newest
    reads = newest is None or contains(TOOL_PYTEST_READ.specifier, newest)
    old = next((table for table in tables if table.path == INI_OPTIONS and table.options), None)
    if old is not None and reads:
        yield _at_table(
            file,
            native,
            f"{native.name} beside {old.name} ({project.versions.place(file.path, old.row)}): pytest 9 does not start with "
            "both, older versions ignore the first",
            Severity.ERROR,
            Fix(
                message=f"move the options of one into the other ({len(old.options)} are in {old.name})",
                applicability=Applicability.DISPLAY,
            ),
        )
        return
    lost = lost_options(native, {} if reads else project.settings.options)
    sure = not reads
    if (reads and not project.may_be("pytest", "<9")) or not lost or not _concerns_async(project, lost):
        return
    severity, consequence = _consequence(project, file, lost) if sure else (Severity.WARNING, _shown(lost))
    edits = rename_table(file, native, INI_OPTIONS) if native.path == NATIVE else ()
    what = native.name if native.path == NATIVE else file.path.name
    version = f"{newest} is in force" if sure else "an older one is allowed"
    yield _at_table(
        file,
        native,
        f"{what} is read from pytest 9 on, and {version}, {consequence}",
        severity,
        Fix(
            message=f"name it [{'.'.join(INI_OPTIONS)}], or require `pytest>=9`",
            applicability=applicability_of(edits, sure=severity is Severity.ERROR),
            edits=edits,
        ),
    )


def _misnamed(file: ConfigFile, project: Project, table: Table) -> Iterator[Finding]:
    """A section of an INI file with the name that it has in another file."""
    right = SECTIONS[file.kind]
    if file.kind is Kind.SETUP_CFG and table.path == ("pytest",):
        if right not in file.ini.sections and _setup_cfg_is_loaded(file, project):
            edits = rename_section(file, table, right)
            yield _at_table(
                file,
                table,
                f"{table.name} in setup.cfg: pytest refuses to start, its section there is [{right}]",
                Severity.ERROR,
                Fix(message=f"name it [{right}]", applicability=applicability_of(edits, sure=True), edits=edits),
            )
        return
    lost = lost_options(table, project.settings.options)
    if not lost or not _concerns_async(project, lost):
        return
    severity, consequence = _consequence(project, file, lost)
    edits = rename_section(file, table, right)
    yield _at_table(
        file,
        table,
        f"{table.name} has no effect in {file.path.name}, where pytest reads [{right}], {consequence}",
        severity,
        Fix(
            message=f"name it [{right}]",
            applicability=applicability_of(edits, sure=severity is Severity.ERROR),
            edits=edits,
        ),
    )


def _setup_cfg_is_loaded(file: ConfigFile, project: Project) -> bool:
    """pytest comes to setup.cfg where no other file has configuration; pytest 9 looks into it anyway."""
    config = project.settings.config
    if config.path is None or config.path == file.path:
        return True
    newest = project.versions.in_force("pytest").newest
    return file.path in config.shadowed and (newest is None or contains(TOOL_PYTEST_READ.specifier, newest))


def _never_read(file: ConfigFile, project: Project, table: Table) -> Iterator[Finding]:
    """`[tool.pytest-asyncio]` and its like."""
    lost = {_PLAIN_NAMES.get(name, name): option for name, option in table.options.items()}
    lost = {name: option for name, option in lost.items() if name in ASYNC_OPTIONS}
    if not lost or not all(name in ASYNC_OPTIONS for name in lost):
        return
    severity, consequence = _consequence(project, file, lost)
    yield _at_table(
        file,
        table,
        f"{table.name} is no table that pytest or pytest-asyncio reads, {consequence}",
        severity,
        Fix(
            message=f"write {_list(lost)} in [{'.'.join(INI_OPTIONS)}]",
            applicability=Applicability.DISPLAY,
        ),
    )


_PLAIN_NAMES = {
    "mode": "asyncio_mode",
    "default_fixture_loop_scope": "asyncio_default_fixture_loop_scope",
    "default_test_loop_scope": "asyncio_default_test_loop_scope",
}


def _overridden_mode(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """`--asyncio-mode` in addopts beside another `asyncio_mode`."""
    command = project.settings.command.asyncio_mode
    option = project.settings.options.get("asyncio_mode")
    if option is None or command is None or command == option.value or {command, option.value} - set(MODES):
        return
    for table in pytest_tables(file):
        written = table.options.get("asyncio_mode")
        addopts = table.options.get("addopts")
        if written is None or addopts is None:
            continue
        edits = remove_option(file, table, written)
        yield finding_between(
            RULE,
            file,
            written.start,
            written.key_end,
            f"`asyncio_mode` is {written.value} here, but `--asyncio-mode={command}` in addopts wins",
            severity=Severity.WARNING,
            related=[Related(path=file.shown, row=addopts.row, column=addopts.column, message="addopts is here")],
            fix=Fix(
                message="remove it, or the word in addopts",
                applicability=Applicability.UNSAFE if edits else Applicability.DISPLAY,
                edits=edits,
            ),
        )


def _consequence(project: Project, file: ConfigFile, lost: Mapping[str, Written]) -> tuple[Severity, str]:
    """How bad it is that options are lost, and what to say about it."""
    mode, in_force = mode_in(file, lost), project.settings.asyncio_mode
    if mode == "auto" and in_force.value == "strict":
        test = first_run_by(project, Who.NOBODY)
        if test is not None:
            return Severity.ERROR, f"so `asyncio_mode` is strict and nobody runs {shown_test(test)}"
    return Severity.WARNING, _shown(lost)


def _shown(lost: Mapping[str, Written]) -> str:
    named = [name for name in lost if name in ASYNC_OPTIONS] + [name for name in lost if name not in ASYNC_OPTIONS]
    more = f" and {len(named) - 3} more options are" if len(named) > 3 else " are" if len(named) > 1 else " is"
    return f"so {', '.join(f'`{name}`' for name in named[:3])}{more} not in force"


def _list(lost: Mapping[str, Written]) -> str:
    return ", ".join(f"`{name}`" for name in lost)


def _concerns_async(project: Project, lost: Mapping[str, Written]) -> bool:
    """Do the options, or the project, have to do with async tests?"""
    return not ASYNC_OPTIONS.isdisjoint(lost) or any(project.versions.declared(name) for name in _PLUGINS)


def _related(file: ConfigFile, table: Table, message: str) -> Related:
    return Related(path=file.shown, row=table.row, column=table.column, message=message)


def _at_table(file: ConfigFile, table: Table, message: str, severity: Severity, fix: Fix) -> Finding:
    return finding_between(RULE, file, table.start, table.end, message, severity=severity, fix=fix)


RULE = Rule(
    code="LPL906",
    name="shadowed-configuration",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
)
