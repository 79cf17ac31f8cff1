"""Async tests, but no plugin that runs them: none is required anywhere, or `-p no:asyncio` switches it off.

## What it does
Reports the requirement of pytest in a project whose async tests need pytest-asyncio, where neither pytest-asyncio nor any
other plugin that runs them is named: in no requirement, extra, group, lock file, environment of tox, nox or conda, and in
no workflow or script. And `-p no:asyncio` in the pytest configuration beside tests that need the plugin, or
`--disable-plugin-autoload` (pytest 8.4 and newer) where neither `-p` nor `pytest_plugins` loads it.

## Why it is bad
pytest itself runs no coroutine. It works for whoever happens to have the plugin installed; in a fresh environment
no async test runs.

## What really happens
| versions | outcome |
|---|---|
| pytest < 8.4 | skipped with `PytestUnhandledCoroutineWarning: async def functions are not natively supported`: the suite is green |
| pytest >= 8.4 | fails: `async def functions are not natively supported` |

Marks make no difference: without the plugin `@pytest.mark.asyncio` is an unknown mark, and an error at collection under
`--strict-markers`. `-p no:asyncio` is the same as not installing it, and `asyncio_mode` becomes an unknown option. With `--disable-plugin-autoload`, `-p pytest_asyncio.plugin` and `-p asyncio` load it, `-p pytest_asyncio`
does not.

## Fix
*Safe*: `-p pytest_asyncio.plugin` behind `--disable-plugin-autoload`. Otherwise none is applied: require `pytest-asyncio` where pytest is required; take `-p no:asyncio` out of `addopts`.

## Exceptions
Tests that anyio, unittest or another plugin runs. Silent where the project requires no pytest that looplint can see,
where any file that may install something names a plugin, where a requirement may bring one (unknown test tools,
distributions from a path or repository, extras such as `[test]`), and where a hook of a conftest.py may run
coroutines.

## References
* <https://docs.pytest.org/en/stable/changelog.html> (8.4.0)
* <https://docs.pytest.org/en/stable/how-to/plugins.html#deactivating-unregistering-a-plugin-by-name>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.configured.addopts import parse_addopts
from looplint.project.configured.addopts_edits import add_word
from looplint.project.configured.options_in_force import table_in_force
from looplint.project.running.async_plugins import plugin_at_hand
from looplint.project.running.async_tests import shown_test
from looplint.project.running.plugin_needs import AUTOLOAD_OFF, is_loaded_by_name, unrun_without_plugin
from looplint.rules.places import finding_at, finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.definitions import Function
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile

PLUGIN = "pytest-asyncio"


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for `-p no:asyncio`, else one for a project that requires pytest and no plugin."""
    if "asyncio" in project.settings.disabled_plugins:
        yield from _switched_off(file, project)
        return
    if AUTOLOAD_OFF in project.settings.addopts:
        yield from _not_loaded(file, project)
        return
    places = project.versions.declared("pytest")
    if not places or places[0].path != file.path or plugin_at_hand(project) is not None:
        return
    test = unrun_without_plugin(project)
    if test is not None:
        yield finding_at(
            RULE,
            file,
            places[0],
            f"`{places[0].text}` is required, but no plugin that runs async tests such as {shown_test(test)}: "
            f"{_outcome(project)}",
            related=[_related(test)],
            fix=Fix(message=f"require {PLUGIN} beside pytest", applicability=Applicability.DISPLAY),
        )


def _switched_off(file: ConfigFile, project: Project) -> Iterator[Finding]:
    table = table_in_force(file, project)
    option = table.options.get("addopts") if table is not None else None
    if option is None or project.settings.config.error is not None:
        return
    test = unrun_without_plugin(project)
    if test is None or "asyncio" not in parse_addopts(project.settings.addopts).disabled_plugins:
        return
    at = file.text.find("no:asyncio", option.value_start, option.value_end)
    start, end = (at, at + len("no:asyncio")) if at >= 0 else (option.value_start, option.value_end)
    yield finding_between(
        RULE,
        file,
        start,
        end,
        f"`-p no:asyncio` switches {PLUGIN} off, which async tests such as {shown_test(test)} need: {_outcome(project)}",
        related=[_related(test)],
        fix=Fix(message="take `-p no:asyncio` out of addopts", applicability=Applicability.DISPLAY),
    )


def _not_loaded(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """No plugin is loaded by itself, and none of `-p`, `pytest_plugins` loads this one."""
    table = table_in_force(file, project)
    option = table.options.get("addopts") if table is not None else None
    versions = project.versions
    if table is None or option is None or not (versions.declared(PLUGIN) or versions.locked(PLUGIN)):
        return
    test = unrun_without_plugin(project) if not is_loaded_by_name(project) else None
    if test is None:
        return
    at = file.text.find(AUTOLOAD_OFF, option.value_start, option.value_end)
    start, end = (at, at + len(AUTOLOAD_OFF)) if at >= 0 else (option.value_start, option.value_end)
    edits = add_word(file, table, option, "-p pytest_asyncio.plugin", AUTOLOAD_OFF)
    yield finding_between(
        RULE,
        file,
        start,
        end,
        f"`{AUTOLOAD_OFF}` leaves {PLUGIN} out, which async tests such as {shown_test(test)} need: {_outcome(project)}",
        related=[_related(test)],
        fix=Fix(
            message="add `-p pytest_asyncio.plugin`",
            applicability=Applicability.SAFE if edits else Applicability.DISPLAY,
            edits=edits,
        ),
    )


def _outcome(project: Project) -> str:
    if project.must_be("pytest", "<8.4"):
        return "pytest skips them and the suite stays green"
    if project.must_be("pytest", ">=8.4"):
        return "pytest fails them without running them"
    return "pytest before 8.4 skips them and the suite stays green, later ones fail them"


def _related(test: Function) -> Related:
    node = test.node
    return Related(
        path=test.facts.source.path, row=node.lineno, column=node.col_offset + 1, message="nobody runs this test"
    )


RULE = Rule(
    code="LPL909",
    name="no-async-plugin",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
)
