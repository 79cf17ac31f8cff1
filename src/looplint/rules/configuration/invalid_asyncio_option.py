"""Option of pytest-asyncio with a name or a value that it does not know.

## What it does
Reports, in the pytest configuration that is in force, an `asyncio_mode` that is neither `auto` nor `strict`, a
default loop scope that is no scope, a value with quotes or a comment in an INI file, a value of the wrong type, a
misspelt name (`asyncio-mode`), an option that the pytest-asyncio in force is too old for, and in `[tool.pytest]` a text
where pytest 9 wants a list (`addopts = "-q"`).

## Why it is bad
A bad value stops the whole run. A bad name does not: pytest prints `PytestConfigWarning: Unknown config option` among
the other warnings, and the default applies, so the tests that auto mode would have run fail or are skipped.

## What really happens
`asyncio_mode = Auto`, `"auto"` and `auto  # comment` (both in an INI file), `legacy`, `true`, `["auto"]`: exit code 4 (with
`-q`, an error at the collection of the first file), `'Auto' is not a valid asyncio_mode. Valid modes: auto, strict.` The default loop scopes are checked from
pytest-asyncio 1.2 on; before, a bad one was taken and failed when it was used. An unknown name is a warning, and exit
code 4 under `--strict-config`. The first releases that know an option: `asyncio_mode` 0.17,
`asyncio_default_fixture_loop_scope` 0.24, `asyncio_default_test_loop_scope` 0.26, `asyncio_debug` 1.2, the value
`fixture-scope` 1.5. In `[tool.pytest]` and pytest.toml a text for `addopts`, `testpaths`, `markers`, `filterwarnings` and others is
exit code 4, `config option 'addopts' expects a list for type 'args', got str`. Where the project has several installations
(requirements files, lock files) and only some get a pytest-asyncio that is too old for an option, it is a warning, which names one of
them.

## Fix
*Safe*: the value as it must be written, a comment on a row of its own; the name as it must be written. *Unsafe*
where the value has to be guessed: `legacy`, `automatic` and `true` become `auto`. For an option that is too new,
raise the requirement.

## Exceptions
Silent where pytest-asyncio is switched off, where `addopts` overrides the option, and about names that the project
itself or another plugin may define.

## References
* <https://pytest-asyncio.readthedocs.io/en/stable/reference/configuration.html>
"""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import (
    DEBUG,
    FIXTURE_SCOPE,
    MISSPELT,
    MODE,
    NATIVE_LISTS,
    SINCE,
    VALUES,
)
from looplint.knowledge.releases import BAD_LOOP_SCOPE_IS_USAGE_ERROR, FIXTURE_SCOPE_VALUE_EXISTS
from looplint.project.configured.declared import Group
from looplint.project.configured.option_edits import rename_option, replace_value, write_list
from looplint.project.configured.options_in_force import conftests_define, table_in_force
from looplint.project.configured.requirements import VersionInForce, contains, specifier_sets
from looplint.project.configured.resolution import pairs_in_force
from looplint.rules.places import applicability_of, finding_between
from looplint.rules.rule import Applicability, Finding, Fix, Rule, Severity
from looplint.rules.silence import switched_off
from looplint.rules.versions import shown_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.pytest_tables import Table, Written
    from looplint.project.configured.resolution import Pair

PLUGIN = "pytest-asyncio"
_GUESSES = {"legacy": "auto", "automatic": "auto", "true": "auto", "on": "auto", "1": "auto", "yes": "auto"}
_CUTOFF = 0.88


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """One finding for each option of pytest-asyncio that it does not take as it is written."""
    table = table_in_force(file, project)
    if table is None or "asyncio" in project.settings.disabled_plugins or not _may_be_installed(project):
        return
    for option in table.options.values():
        if table.native and option.name in NATIVE_LISTS and isinstance(option.value, str):
            yield _text_for_list(file, table, option)
        elif option.name == "addopts":
            yield from _command(file, project, option)
        elif option.name in VALUES:
            yield from _value(file, project, table, option)
        else:
            yield from _name(file, project, table, option)


def _command(file: ConfigFile, project: Project, option: Written) -> Iterator[Finding]:
    """`--asyncio-mode` in addopts; no fix, since a word of a list or of a text is meant."""
    mode = project.settings.command.asyncio_mode
    if mode is None or mode in VALUES[MODE]:
        return
    at = file.text.find(mode, file.text.find("asyncio-mode", option.value_start, option.value_end))
    if not mode or not option.value_start <= at < option.value_end:
        at, mode = option.value_start, file.text[option.value_start : option.value_end]
    yield finding_between(
        RULE,
        file,
        at,
        at + len(mode),
        f"`--asyncio-mode` in addopts is `{mode}`, but auto or strict is wanted: pytest does not start",
    )


def _text_for_list(file: ConfigFile, table: Table, option: Written) -> Finding:
    """A text where a table of TOML types wants a list, as if it were one of `ini_options`."""
    texts = [line.strip() for line in option.value.split("\n") if line.strip()]
    if NATIVE_LISTS[option.name] != "linelist":
        try:
            texts = shlex.split(option.value)
        except ValueError:
            texts = []
    edits = write_list(file, table, option, texts) if texts else ()
    return finding_between(
        RULE,
        file,
        option.value_start,
        option.value_end,
        f"`{option.name}` is a text, but {table.name} keeps the types of TOML and a list is wanted: pytest 9 does not start",
        fix=Fix(message="write a list", applicability=applicability_of(edits, sure=True), edits=edits),
    )


def _may_be_installed(project: Project) -> bool:
    versions = project.versions
    return not versions.any_declared or bool(versions.declared(PLUGIN) or versions.locked(PLUGIN))


def _value(file: ConfigFile, project: Project, table: Table, option: Written) -> Iterator[Finding]:
    since = SINCE[option.name]
    if project.must_be(PLUGIN, f"<{since}"):
        old, new = _installed(project, since)
        if not new:
            yield _at_name(file, option, project, _too_new(project, option.name, since), _raise(project, since))
            return
        if old:
            yield _too_new_in_one(file, option, project, old[0], since)
            return
    if _overridden(project, option.name):
        return
    text = option.value if isinstance(option.value, str) else str(option.value)
    if not _is_valid(table, option, text):
        yield _bad_value(file, project, table, option, text)
    elif text == FIXTURE_SCOPE and project.must_be(PLUGIN, "<1.5"):
        since = FIXTURE_SCOPE_VALUE_EXISTS.specifier.strip(">=")
        yield finding_between(
            RULE,
            file,
            option.value_start,
            option.value_end,
            f"`{FIXTURE_SCOPE}` is a value of `{option.name}` from {PLUGIN} {since} on, and "
            f"{shown_version(project, PLUGIN)} is in force: pytest stops, or fails at the first async fixture",
            fix=_raise(project, since),
        )


def _overridden(project: Project, name: str) -> bool:
    command = project.settings.command
    return (name == MODE and command.asyncio_mode is not None) or name in command.overrides


def _is_valid(table: Table, option: Written, text: str) -> bool:
    if option.name == DEBUG:
        return text.strip().lower() in VALUES[DEBUG]
    if table.is_toml and not isinstance(option.value, str):
        return False
    return text in VALUES[option.name]


def _bad_value(file: ConfigFile, project: Project, table: Table, option: Written, text: str) -> Finding:
    meant, sure = _meant(option, text)
    allowed = VALUES[option.name]
    shown = file.text[option.value_start : option.value_end].replace("\n", " ") or "nothing"
    consequence, severity = "pytest does not start", Severity.ERROR
    if option.name not in (MODE, DEBUG) and not project.may_be(*BAD_LOOP_SCOPE_IS_USAGE_ERROR):
        consequence = "it fails when the first fixture or test uses it, and pytest does not start from 1.2 on"
    fix = None
    if meant is not None:
        edits = replace_value(file, table, option, meant)
        fix = Fix(
            message=f"write `{meant}`",
            applicability=applicability_of(edits, sure=sure),
            edits=edits,
        )
    return finding_between(
        RULE,
        file,
        option.value_start,
        option.value_end,
        f"`{option.name}` is {_why(table, option, shown)}, but one of {', '.join(allowed[:6])} is wanted: {consequence}",
        severity=severity,
        fix=fix,
    )


def _why(table: Table, option: Written, shown: str) -> str:
    text = str(option.value)
    if not table.is_toml and text[:1] in "\"'" and text:
        return f"`{shown}` with its quotes, which INI files keep"
    if not table.is_toml and (" #" in text or " ;" in text):
        return f"`{shown}` with its comment, which INI files keep"
    return f"`{shown}`"


def _meant(option: Written, text: str) -> tuple[str | None, bool]:
    """The value that is meant, and whether that is sure."""
    value = option.value[0] if isinstance(option.value, list) and len(option.value) == 1 else text
    bare = str(value).split(" #")[0].split(" ;")[0].split("\t#")[0].strip().strip("\"'").strip().lower()
    allowed = VALUES[option.name]
    if bare in allowed:
        return bare, True
    if option.name == MODE and bare in _GUESSES:
        return _GUESSES[bare], False
    close = get_close_matches(bare, allowed, n=1, cutoff=0.75)
    return (close[0], False) if close else (None, False)


def _name(file: ConfigFile, project: Project, table: Table, option: Written) -> Iterator[Finding]:
    name = option.name
    meant = _option_meant(name)
    if (meant is None and name not in MISSPELT) or conftests_define(project, name):
        return
    options = (meant,) if meant is not None else tuple(known for known in VALUES if "loop_scope" in known)
    fix = None
    if meant is not None and meant not in table.options:
        edits = rename_option(file, table, option, meant)
        fix = Fix(message=f"rename it `{meant}`", applicability=applicability_of(edits, sure=True), edits=edits)
    shown = " or ".join(f"`{known}`" for known in options)
    yield _at_name(
        file, option, project, f"`{name}` is no option of {PLUGIN}, which warns and goes on without; {shown} is", fix
    )


def _option_meant(name: str) -> str | None:
    if name in MISSPELT:
        return MISSPELT[name]
    if not name.lower().replace("-", "_").startswith("asyncio"):
        return None
    plain = name.lower().replace("-", "_")
    if plain in VALUES:
        return plain
    close = get_close_matches(plain, VALUES, n=1, cutoff=_CUTOFF)
    return close[0] if close else None


def _too_new(project: Project, name: str, since: str) -> str:
    return (
        f"`{name}` is an option of {PLUGIN} from {since} on, and {shown_version(project, PLUGIN)} is in force, "
        "which warns and goes on without"
    )


def _installed(project: Project, since: str) -> tuple[list[Pair], list[Pair]]:
    """What installations get: the pairs with a release before `since`, and the others."""
    from packaging.version import Version

    pairs = [pair for pair in pairs_in_force(project.versions) if pair.installation is not None]
    old = [pair for pair in pairs if contains(f"<{since}", Version(pair.plugin.version))]
    return old, [pair for pair in pairs if pair not in old]


def _too_new_in_one(file: ConfigFile, option: Written, project: Project, pair: Pair, since: str) -> Finding:
    name = pair.installation.name if pair.installation is not None else "the lock file"
    told = f"`{option.name}` is an option of {PLUGIN} from {since} on, and {name} installs {pair.plugin.version}, "
    return _at_name(
        file, option, project, f"{told}which warns and goes on without", _raise(project, since), Severity.WARNING
    )


def _raise(project: Project, since: str) -> Fix:
    own = [place for place in project.versions.places_of_root(PLUGIN) if place.kind is not Group.CONSTRAINT]
    asking = [place for place in own or project.versions.declared(PLUGIN) if _allows_older(place, since)]
    places = [project.versions.place(place.path, place.row) for place in asking]
    shown = f" ({', '.join(places)})" if places else ""
    return Fix(message=f"require `{PLUGIN}>={since}`{shown}", applicability=Applicability.DISPLAY)


def _allows_older(place: Declared, since: str) -> bool:
    allowed = VersionInForce(name=PLUGIN, origin=place.text, ranges=specifier_sets(place.ranges))
    return allowed.may_be(f"<{since}")


def _at_name(
    file: ConfigFile, option: Written, project: Project, message: str, fix: Fix | None, severity: Severity | None = None
) -> Finding:
    settings = (str(project.versions.in_force(PLUGIN)),)
    return finding_between(
        RULE, file, option.start, option.key_end, message, severity=severity, settings=settings, fix=fix
    )


RULE = Rule(
    code="LPL907",
    name="invalid-asyncio-option",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    check_config=check_config,
    silent=switched_off("asyncio"),
)
