"""Plugins that break async tests together, or with the versions in force: the conflicts without a rule of their own.

## What it does
Reports, from looplint's table of conflicts, each of which was reproduced with real installs:

| what | where it is told |
|---|---|
| pytest-lazy-fixture with pytest 8 or newer | the requirement |
| aioresponses up to 0.7.9 with aiohttp 3.14 or newer | the requirement |
| asynctest on Python 3.11 or newer | the requirement |
| pytest-tornado up to 0.8.1 with setuptools 82 or newer | the requirement |
| what pytest-homeassistant-custom-component pins otherwise | the requirement |
| `--disable-socket` of pytest-socket without `--allow-unix-socket` | the option |
| `filterwarnings = error` with the browser plugins of Playwright from 0.10 on, pytest 9.2, and no pytest-base-url | the option |
| `timeout_method = thread` of pytest-timeout, in `addopts` too | the option |
| the fixture `loop`, which pytest-aiohttp 1.1 has no more | the test or fixture |
| an `event_loop_policy` fixture, from pytest-asyncio 1.4 on | the fixture |
| `django_db` without `transaction=True` on an async test that writes | the test |
| `httpx_mock` and `respx_mock` in one test | the test |
| `async def` steps of pytest-bdd | the step |

## Why it is bad
The messages seldom name the culprit, and some of these say nothing at all: rows stay in the database, steps never run.

## What really happens
`'CallSpec2' object has no attribute 'funcargs'` at the collection of every parametrized test, lazy fixtures used or not;
`ClientResponse.__init__() missing 1 required keyword-only argument: 'stream_writer'`; `module 'asyncio' has no attribute
'coroutine'`; `No module named 'pkg_resources'`, and pytest does not start; `SocketBlockedError`, since every event loop opens a
pair of sockets; the process ends at the first test that hangs; rows written by the async ORM, on a connection of
its own, are there in the next test; `Session-scoped fixtures defined as instance methods are deprecated`; `fixture 'loop' not
found`; `Overriding the "event_loop_policy" fixture is deprecated`; `No response can be found for GET request`; `coroutine ... was never
awaited`.

## Fix
*Safe*: `--allow-unix-socket` is added, and a filter that ignores the one warning about `base_url`; an async test begins with `loop =
asyncio.get_running_loop()`. *Unsafe*: `transaction=True` is added to the mark of the test, which is slower and commits; the
timeout method becomes `signal`. The others are explained: use pytest-lazy-fixtures, bound aiohttp or setuptools, use unittest's `AsyncMock` and
`IsolatedAsyncioTestCase`.

## Exceptions
Silent where nothing in the project is hurt: no parametrized test, no import, no async test, no browser test. The policy
is reported only where every release allowed has the hook, or a fresh installation fails by its warning. A mark `timeout(method="thread")` is a choice made for one test. A warning where only some of
the versions or Pythons that the project allows are concerned.

## References
* <https://github.com/TvoroG/pytest-lazy-fixture/issues/65>
* <https://github.com/pnuckowski/aioresponses/issues/289>
* <https://github.com/miketheman/pytest-socket/issues/7>
* <https://github.com/pytest-dev/pytest-django/issues/580>
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from looplint.knowledge.conflicts import Conflict, conflict, conflicts
from looplint.model.edits import set_keyword, settle
from looplint.project.configured.asked_extras import is_asked_for
from looplint.project.configured.environments import supported_pythons
from looplint.project.configured.exact_pins import refused_by_pins
from looplint.project.configured.harmful_options import harmful_option, is_made_an_error, without_harm
from looplint.project.configured.options_in_force import table_in_force
from looplint.project.loops.aiohttp_loop import LOOP, asks_for_aiohttp_loop
from looplint.project.loops.policy_override import policy_overrides
from looplint.project.running.conflict_proofs import PROOFS, Proof
from looplint.project.running.conflicting_tests import CONFLICTING_TESTS, django_mark
from looplint.repairs.loops import running_loop_instead
from looplint.rules.places import finding_at, finding_between, related_place
from looplint.rules.rule import Applicability, Finding, Fix, Related, Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile


def check(module: Module, project: Project) -> Iterator[Finding]:
    """The tests and steps that are themselves a conflict."""
    for identifier, (words, find) in _TESTS.items():
        if not any(word in module.facts.source.raw for word in words):
            continue
        for function in find(project, module.facts):
            known = conflict(identifier)
            is_error = any(is_made_an_error(project, setting) for setting in known.settings)
            yield RULE.finding(
                module,
                function.node,
                f"`{function.name}` {known.told}{_FILTERED if is_error else ''}",
                severity=Severity.ERROR if is_error else Severity(known.severity),
                fix=partial(_REPAIRS.get(identifier, _explained), known, module, project, function),
            )


def check_config(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """The requirements and options that hurt a test of the project."""
    for known in conflicts():
        if known.told is None or known.id not in PROOFS:
            continue
        yield from (_at_option if known.settings else _at_requirement)(file, project, known)
    yield from _against_pins(file, project)


def _at_requirement(file: ConfigFile, project: Project, known: Conflict) -> Iterator[Finding]:
    places = [place for place in project.versions.declared(known.culprit) if place.path == file.path]
    severity = _severity(project, known) if places else None
    proof = PROOFS[known.id](project) if severity is not None else None
    for place in places if proof is not None else ():
        assert proof is not None
        yield finding_at(
            RULE,
            file,
            place,
            f"`{place.text}` {_told(known, proof)}",
            severity=severity,
            related=[_related(proof)],
            settings=[str(project.versions.in_force(name)) for name in known.requires if name != known.culprit],
            fix=_remedy(known),
        )


def _against_pins(file: ConfigFile, project: Project) -> Iterator[Finding]:
    """The requirements beside a distribution that pins other versions."""
    for refused in refused_by_pins(project.versions):
        if refused.place.path != file.path:
            continue
        known = conflict("homeassistant-exact-pins")
        shown = f"{refused.place.name} {' or '.join(refused.pins)}"
        yield finding_at(
            RULE,
            file,
            refused.place,
            f"`{refused.place.text}` {(known.told or '').format(refused.by.text, shown)}",
            severity=Severity(known.severity),
            related=[related_place(refused.by, f"pins {shown}")],
            fix=_remedy(known),
        )


def _severity(project: Project, known: Conflict) -> Severity | None:
    """That of the table where a fresh install meets the conflict, a warning where only some Pythons do; None: no."""
    versions = project.versions
    if any(is_asked_for(versions, wanted) for wanted in known.absent):
        return None
    for name, specifier in known.requires.items():
        if not (versions.declared(name) or versions.locked(name) or name in known.brings):
            return None
        if specifier and not versions.may_be(name, specifier):
            return None
        newest = versions.in_force(name).newest if specifier else None
        if newest is not None and not known.specifier(name).contains(newest):
            return None
    if known.requires_python is None:
        return Severity(known.severity)
    from packaging.specifiers import SpecifierSet

    hit = [SpecifierSet(known.requires_python).contains(python) for python in supported_pythons(versions.files)]
    return None if not any(hit) else Severity(known.severity) if all(hit) and len(hit) > 1 else Severity.WARNING


def _at_option(file: ConfigFile, project: Project, known: Conflict) -> Iterator[Finding]:
    table = table_in_force(file, project)
    if table is None or project.settings.config.error is not None:
        return
    for setting in known.settings:
        harmful = harmful_option(file, project, table, setting)
        proof = PROOFS[known.id](project) if harmful is not None and _severity(project, known) is not None else None
        if harmful is None or proof is None:
            continue
        edits = without_harm(file, table, harmful)
        applicability = Applicability.SAFE if "add" in setting else Applicability.UNSAFE
        yield finding_between(
            RULE,
            file,
            harmful.start,
            harmful.end,
            _told(known, proof),
            severity=Severity(known.severity),
            related=[_related(proof)],
            fix=Fix(message=known.remedy, applicability=applicability if edits else Applicability.DISPLAY, edits=edits),
        )
        return


def _explained(known: Conflict, module: Module, project: Project, function: Function) -> Fix:  # noqa: ARG001
    return _remedy(known)


def _transaction(known: Conflict, module: Module, project: Project, function: Function) -> Fix:
    mark = django_mark(project, function)
    if mark is None or mark not in function.decorators:
        return _remedy(known)
    message = "mark it `django_db(transaction=True)`"
    edits = set_keyword(module, mark.node, "transaction", "True")
    return settle(Fix(message=message, applicability=Applicability.UNSAFE, edits=edits))


def _running_loop(known: Conflict, module: Module, project: Project, function: Function) -> Fix:  # noqa: ARG001
    if not function.is_async:
        return _remedy(known)
    asyncio, edits = running_loop_instead(module, function, LOOP)
    message = f"use `{asyncio}.get_running_loop()`" if asyncio else f"drop the parameter `{LOOP}`"
    return settle(Fix(message=message, applicability=Applicability.SAFE, edits=edits))


_FILTERED = "; `filterwarnings` makes an error of its warning"
_TESTS: dict[str, tuple[tuple[bytes, ...], Callable[[Project, Facts], Iterator[Function]]]] = {
    **CONFLICTING_TESTS,
    "aiohttp1-loop-fixture-gone": ((b"(loop", b" loop,", b" loop)", b" loop:"), asks_for_aiohttp_loop),
    "asyncio-policy-fixture-deprecated": ((b"event_loop_policy",), policy_overrides),
}
"""Id of a conflict that is told at a test, fixture or step -> words without which no file has one, and those of a file."""
_REPAIRS = {
    "django-async-no-rollback": _transaction,
    "aiohttp1-loop-fixture-gone": _running_loop,
}


def _told(known: Conflict, proof: Proof) -> str:
    return (known.told or "").format(proof.shown)


def _remedy(known: Conflict) -> Fix:
    return Fix(message=known.remedy, applicability=Applicability.DISPLAY)


def _related(proof: Proof) -> Related:
    return Related(path=os.path.relpath(proof.path), row=proof.row, column=1, message="this is hurt")


RULE = Rule(
    code="LPL912",
    name="known-plugin-conflict",
    severity=Severity.ERROR,
    since="0.1.0",
    doc=__doc__,
    fix=Applicability.SAFE,
    words=tuple(word for words, _ in _TESTS.values() for word in words),
    also=(b"respx_mock", b"async def", b"async  def", b"fixture"),
    check=check,
    check_config=check_config,
)
