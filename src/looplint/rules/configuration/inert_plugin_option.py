"""`-p no:NAME` in the pytest configuration where no plugin has that name, and `-p NAME` that cannot be loaded.

## What it does
Reports `-p no:NAME` in `addopts` where NAME is a plugin of a distribution that the project does not install, or is the
name of a distribution and not of its plugin (`no:pytest_asyncio`, where the plugin's name is `asyncio`). And `-p
NAME` where pytest cannot load the plugin, or has it already under another name (`pytest_asyncio.plugin`).

## Why it is bad
pytest passes over a name that nothing registers. What was meant as the remedy for some failure changes nothing, stays
for ever, and leads whoever looks for the cause astray. `-p no:logfire` is often seen where async tests fail because
Playwright's sync API leaves its loop running: the two have nothing to do with each other.

## What really happens
Measured on pytest 7.4 to 9.2: with `-p no:logfire`, `-p no:randomly` (not installed), `-p no:pytest_asyncio` and `-p
no:pytest-asyncio` everything runs as without. `-p no:cov` does switch off pytest-cov, whose plugin is called `pytest_cov`:
pytest tries both names. `-p NAME` of a missing plugin ends pytest with an ImportError, `-p pytest_asyncio.plugin` with
`Plugin already registered under a different name`.

## Fix
*Safe*: `-p no:NAME` of a plugin that is not installed is removed. Where the name of a distribution was given, the right
name or nothing at all may be meant.

## Exceptions
Names that looplint does not know; plugins that many distributions bring along, unless a lock file lists all there is;
plugins that any file which may install something names; another runner that is kept away from the one in use. Patching asyncio with nest_asyncio, another remedy that changes
little, is reported as nested-loop-patch (LPL106).

## References
* <https://docs.pytest.org/en/stable/how-to/plugins.html#deactivating-unregistering-a-plugin-by-name>
* <https://github.com/pytest-dev/pytest-asyncio/issues/359>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.plugin_names import BROUGHT_BY_MANY, BUILT_IN, BUILT_IN_UNTIL, PLUGIN_NAMES, blocked_by, name_of
from looplint.project.configured.addopts_edits import plugin_word, remove_plugin_word
from looplint.project.configured.declared import canonical
from looplint.project.configured.options_in_force import table_in_force
from looplint.project.running.async_plugins import named_anywhere, unknown_bringer
from looplint.project.running.plugin_needs import AUTOLOAD_OFF
from looplint.rules.places import finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written


_RUNNERS = ("asyncio", "pytest_asyncio", "anyio", "aiohttp", "trio", "twisted", "tornado")


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each name in addopts that has no effect."""
    table = table_in_force(file, project)
    option = table.options.get("addopts") if table is not None else None
    if table is None or option is None or project.settings.config.error is not None:
        return
    for name in sorted(project.settings.disabled_plugins):
        yield from _blocked(file, project, table, option, name)
    for name in sorted(project.settings.enabled_plugins):
        yield from _loaded(file, project, table, option, name)


def _blocked(file: ConfigFile, project: Project, table: Table, option: Written, name: str) -> Iterator[Finding]:
    start, end = plugin_word(file, option, f"no:{name}")
    owners = blocked_by(name)
    if name in _RUNNERS and project.other_runner is not None:
        return  # it keeps a second runner out, should it ever be there
    removed = BUILT_IN_UNTIL.get(name)
    if (owners and name not in BUILT_IN and _is_missing(project, owners)) or (
        removed is not None and project.must_be("pytest", removed)
    ):
        why = f"nothing that the project installs registers a plugin `{name}`"
        if removed is not None:
            why = f"pytest has no plugin `{name}` any more"
        edits = remove_plugin_word(file, table, option, f"no:{name}")
        fix = Fix(
            message=f"remove `-p no:{name}`",
            applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
            edits=edits,
        )
        yield finding_between(
            RULE, file, start, end, f"`-p no:{name}` changes nothing: {why}", severity=Severity.WARNING, fix=fix
        )
        return
    right = name_of(canonical(name)) if not owners else None
    if right is not None and right not in (name, f"pytest_{name}"):
        told = f"`-p no:{name}` changes nothing: the plugin of {canonical(name)} is called `{right}`"
        fix = Fix(message=f"write `-p no:{right}`, or remove it", applicability=Applicability.DISPLAY)
        yield finding_between(RULE, file, start, end, told, severity=Severity.WARNING, fix=fix)


def _loaded(file: ConfigFile, project: Project, table: Table, option: Written, name: str) -> Iterator[Finding]:
    start, end = plugin_word(file, option, name)
    if name == "pytest_asyncio.plugin":
        if not (project.versions.declared("pytest-asyncio") or project.versions.locked("pytest-asyncio")):
            return
        if AUTOLOAD_OFF in project.settings.addopts:
            return  # it is the only time
        edits = remove_plugin_word(file, table, option, name)
        told = f"`-p {name}` registers pytest-asyncio a second time: pytest does not start"
        fix = Fix(
            message=f"remove `-p {name}`",
            applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
            edits=edits,
        )
        yield finding_between(RULE, file, start, end, told, severity=Severity.ERROR, fix=fix)
    elif name in PLUGIN_NAMES and name not in BUILT_IN and _is_missing(project, PLUGIN_NAMES[name]):
        if project.locate(name, file.path) is not None:
            return
        told = f"`-p {name}` cannot be loaded: the project does not install {PLUGIN_NAMES[name][0]}, and pytest does not start"
        fix = Fix(
            message=f"require {PLUGIN_NAMES[name][0]}, or remove `-p {name}`", applicability=Applicability.DISPLAY
        )
        yield finding_between(RULE, file, start, end, told, severity=Severity.ERROR, fix=fix)


def _is_missing(project: Project, owners: tuple[str, ...]) -> bool:
    """Is none of these distributions installed, as far as the project tells?

    Only a lock file lists what comes along with others; without one it must be sure that nothing brings them.
    """
    versions = project.versions
    if not versions.declared("pytest") and not versions.locked("pytest"):
        return False
    if named_anywhere(project, owners) is not None:
        return False
    return bool(versions.locked("pytest")) or (BROUGHT_BY_MANY.isdisjoint(owners) and unknown_bringer(project) is None)


RULE = Rule(
    code="LPL910",
    name="inert-plugin-option",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
)
