"""pytest-playwright and pytest-playwright-asyncio in one environment: pytest does not start.

## What it does
Reports `pytest-playwright` and `pytest-playwright-asyncio` where one installation gets both: named in one list, in
the project's own dependencies and a group, in an extra beside the default group `dev`, through `include-group`, or
only still in a lock file that nobody renewed.

## Why it is bad
Both plugins register the same options and fixtures. One of them is usually a leftover: taken out of one table, but
still in another extra or dependency group, which `uv sync` or `poetry install` installs by default.

## What really happens
Before any test is collected pytest ends with `ValueError: option names {'--browser'} already added` (0.5 to 0.7.1) or
`RuntimeError: pytest-playwright and pytest-playwright-asyncio are not compatible. Please use only one of them.`
(0.7.2 and newer).

## Fix
*Safe*: the plugin that no test uses is removed: the sync one where only async tests get `page` and its kin, the
asyncio one where only sync tests do. Lock again afterwards; a lock file is never edited. Where both are used, or
neither, no fix is applied: keep one, or run them in two processes, with `-p no:playwright` and `-p
no:playwright-asyncio`.

## Exceptions
Silent where `addopts` switches one of the plugins off, where `tool.uv.conflicts` or different environments of tox or
hatch keep them apart, and for two requirements files. A warning, not an error, where only an installation of several
extras or groups meets both.

## References
* <https://github.com/microsoft/playwright-pytest/issues/278>
* <https://github.com/microsoft/playwright-pytest/issues/295>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.configured.config_edits import remove_requirement
from looplint.project.configured.config_file import Kind
from looplint.project.configured.installations import meeting
from looplint.project.configured.installed_together import Together
from looplint.project.configured.lock_commands import LOCKERS
from looplint.project.running.browser_tests import browser_tests
from looplint.rules.places import finding_at, pins_to_renew, related_place, shown_place
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity
from looplint.rules.silence import first_of, switched_off, unless_asked_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared

SYNC = "pytest-playwright"
ASYNC = "pytest-playwright-asyncio"


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each requirement of the plugin that had better go, and for each stale pin."""
    wanted = {name: project.versions.declared(name) for name in (SYNC, ASYNC)}
    if not any(wanted.values()) or {"playwright", "playwright-asyncio"} & project.settings.disabled_plugins:
        return
    if file.kind is Kind.LOCK:
        yield from _stale(file, project, wanted)
        return
    unused = _unused(project)
    loser = unused or SYNC
    winner = ASYNC if loser == SYNC else SYNC
    for place in wanted[loser]:
        if place.path != file.path:
            continue
        meetings = [(meeting(project.versions, place, other), other) for other in wanted[winner]]
        beside = [other for how, other in meetings if how is not Together.NO]
        if beside:
            certain = any(how is Together.ALWAYS for how, _ in meetings)
            yield finding_at(
                RULE,
                file,
                place,
                f"{loser} beside {winner} ({shown_place(project, beside[0])}): pytest does not start with both"
                + ("" if certain else ", if somebody installs both sets"),
                severity=Severity.ERROR if certain else Severity.WARNING,
                related=[
                    *(related_place(other, f"{winner} is required here") for other in beside),
                    *pins_to_renew(project, loser),
                    *([] if unused else _uses(project)),
                ],
                fix=_removal(file, place, loser, winner) if unused else _choice(),
            )


def _unused(project: Project) -> str | None:
    """The plugin whose fixtures no test gets, where the other one's are used."""
    colours = {use.function.is_async for use in browser_tests(project)}
    return {frozenset({True}): SYNC, frozenset({False}): ASYNC}.get(frozenset(colours))


def _uses(project: Project) -> list[Related]:
    """Which tests are written for which of the plugins."""
    return [
        Related(
            path=use.path,
            row=use.row,
            column=use.function.node.col_offset + 1,
            message=f"gets `{use.fixture}`, as {ASYNC if use.function.is_async else SYNC} gives it",
        )
        for use in browser_tests(project)
    ]


def _removal(file: ConfigFile, place: Declared, loser: str, winner: str) -> Fix:
    edits = remove_requirement(file, place)
    return Fix(
        message=f"remove {loser}, which no test uses, and lock again; every test that gets a browser is for {winner}",
        applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
        edits=edits,
    )


def _choice() -> Fix:
    return Fix(
        message="keep one of the plugins and remove the other from every extra, group and requirements file, or run "
        "their tests in two processes, with `-p no:playwright` and `-p no:playwright-asyncio`",
        applicability=Applicability.DISPLAY,
    )


def _stale(file: ConfigFile, project: Project, wanted: dict[str, tuple[Declared, ...]]) -> Iterator[Finding]:
    """A lock file that still has the plugin which no configuration asks for, beside the one that it asks for."""
    for name, other in ((SYNC, ASYNC), (ASYNC, SYNC)):
        if wanted[name] or not wanted[other]:
            continue
        for pin in project.versions.locked(name):
            if pin.path == file.path:
                command = LOCKERS.get(file.path.name, ("the command that writes it",))[0]
                yield finding_at(
                    RULE,
                    file,
                    pin,
                    f"{file.path.name} still installs {name} {pin.version}, which nothing requires any more, beside "
                    f"{other}: pytest does not start with both",
                    related=[related_place(place, f"{other} is required here") for place in wanted[other]],
                    fix=Fix(message=f"run `{command}`", applicability=Applicability.DISPLAY),
                )


RULE = Rule(
    code="LPL902",
    name="both-playwright-plugins",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
    silent=first_of(unless_asked_for(SYNC), unless_asked_for(ASYNC), switched_off("playwright", "playwright-asyncio")),
)
