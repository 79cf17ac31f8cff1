"""Rules for tests of everything above the rules: small, and misbehaving on demand."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from looplint.engine import own_rules, selection
from looplint.model.finding import Applicability, Edit, Finding, Fix, Position, Severity
from looplint.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile

DOC = """{}.

## What it does
It tests.

## Why it is bad
It is not.

## What really happens
A test.

## Fix
None.

## Exceptions
None.

## References
None.
"""


def finding_at(rule: Rule, module: Module, start: int, end: int, message: str, fix: Fix | None = None) -> Finding:
    source = module.source
    return Finding(
        code=rule.code,
        name=rule.name,
        message=message,
        severity=rule.severity,
        path=source.path,
        start=source.position(start),
        end=source.position(end),
        noqa_row=source.noqa.row_of(source.position(start).row),
        fix=fix,
    )


def _words(module: Module, word: str) -> Iterator[int]:
    at = module.text.find(word)
    while at >= 0:
        yield at
        at = module.text.find(word, at + 1)


def _replace(rule: Rule, word: str, by: str, applicability: Applicability, isolation: str | None = None):  # type: ignore[no-untyped-def]
    def check(module: Module, project: Project) -> Iterator[Finding]:
        for at in _words(module, word):
            end = at + len(word)
            fix = Fix(
                message=f"write {by}", applicability=applicability, edits=(Edit(at, end, by),), isolation=isolation
            )
            yield finding_at(rule, module, at, end, f"{word} is written here", fix)

    return check


def make(code: str, name: str, *words: bytes, severity: Severity = Severity.ERROR, default: bool = True) -> Rule:
    return Rule(
        code=code,
        name=name,
        severity=severity,
        since="0.1",
        doc=DOC.format(f"A fake rule named {name}"),
        words=words,
        default=default,
    )


def replacing(code: str, name: str, word: str, by: str, applicability: Applicability, **more: str) -> Rule:
    """A rule that reports `word` and writes `by` instead."""
    rule = make(code, name, word.encode())
    object.__setattr__(rule, "check", _replace(rule, word, by, applicability, more.get("isolation")))
    return rule


def _raise(module: Module, project: Project) -> Iterator[Finding]:
    raise RuntimeError("the first line\nthe second line")


def _recurse(module: Module, project: Project) -> Iterator[Finding]:
    yield from _recurse(module, project)


def _die(module: Module, project: Project) -> Iterator[Finding]:
    os.kill(os.getpid(), signal.SIGKILL)
    return iter(())


def _config(rule: Rule):  # type: ignore[no-untyped-def]
    def check(file: ConfigFile, project: Project) -> Iterator[Finding]:
        at = file.text.find("wrong")
        if at >= 0:
            source = file.source
            fix = Fix(message="write right", applicability=Applicability.SAFE, edits=(Edit(at, at + 5, "right"),))
            yield Finding(
                code=rule.code,
                name=rule.name,
                message="wrong is configured",
                severity=rule.severity,
                path=file.shown,
                start=source.position(at),
                end=source.position(at + 5),
                noqa_row=source.position(at).row,
                fix=fix,
            )

    return check


def all_fakes() -> tuple[Rule, ...]:
    """safe: spam -> eggs; unsafe: ham -> bacon; opt-in: quiet; breaking, circular, raising, dying ones."""
    raising, recursing, dying = (
        make("LPL801", "raising-rule", b"raise_here"),
        make("LPL802", "recursing-rule", b"recurse_here"),
        make("LPL803", "dying-rule", b"die_here"),
    )
    for rule, check in ((raising, _raise), (recursing, _recurse), (dying, _die)):
        object.__setattr__(rule, "check", check)
    config = make("LPL901", "wrong-configuration")
    object.__setattr__(config, "check_config", _config(config))
    opt_in = replacing("LPL203", "quiet-rule", "quiet", "loud", Applicability.SAFE)
    object.__setattr__(opt_in, "default", False)
    return (
        replacing("LPL101", "spam-written", "spam", "eggs", Applicability.SAFE),
        replacing("LPL102", "ham-written", "ham", "bacon", Applicability.UNSAFE),
        replacing("LPL201", "breaking-fix", "fragile", "(", Applicability.SAFE),
        opt_in,
        replacing("LPL301", "circle-one", "ping", "pong", Applicability.SAFE),
        replacing("LPL302", "circle-two", "pong", "ping", Applicability.SAFE),
        replacing("LPL401", "one-at-a-time", "single", "double", Applicability.SAFE, isolation="group"),
        raising,
        recursing,
        dying,
        config,
    )


def _clear() -> None:
    own_rules.known_rules.cache_clear()
    own_rules.rule_heads.cache_clear()
    selection.strengths.cache_clear()
    selection.ruleset.cache_clear()


@pytest.fixture
def fake_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Rule, ...]]:
    """The fakes instead of the real rules."""
    rules = all_fakes()
    monkeypatch.setattr(own_rules, "all_rules", lambda: rules)
    monkeypatch.setattr(own_rules, "indexed_rules", lambda: None)
    _clear()
    yield rules
    monkeypatch.undo()
    _clear()


def finding(**changes: object) -> Finding:
    """Any finding."""
    values: dict[str, object] = {
        "code": "LPL101",
        "name": "spam-written",
        "message": "spam is written here",
        "severity": Severity.ERROR,
        "path": "tests/test_a.py",
        "start": Position(1, 1),
        "end": Position(1, 5),
        "noqa_row": 1,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]
