"""For the doctor: which rules are on or off for a path, and why."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from looplint.engine.examined import RuleState
from looplint.engine.own_rules import INTERNAL_ERROR, known_rules
from looplint.engine.selection import Decision, Layer, decisions

if TYPE_CHECKING:
    from looplint.engine.configuration import Configuration
    from looplint.project import Project


def rule_states(project: Project, configuration: Configuration, path: str | None) -> tuple[RuleState, ...]:
    """Every rule; `path` is the absolute file that is asked about, None for a directory."""
    decided = decisions(configuration.layers)
    ignored = _ignored(configuration, path) if path is not None else {}
    found = []
    for rule in known_rules():
        decision = decided[rule.code]
        state, reason = "on" if decision.on else "off", _why(decision, configuration)
        if rule.code == INTERNAL_ERROR.code:
            reason = "always on"
        elif decision.on and rule.code in ignored:
            state, reason = "off", ignored[rule.code]
        elif decision.on and rule.silent is not None and (told := rule.silent(project)) is not None:
            state, reason = "silent", told
        found.append(RuleState(code=rule.code, name=rule.name, state=state, reason=reason))
    return tuple(found)


def _why(decision: Decision, configuration: Configuration) -> str:
    if decision.layer is None:
        return "on by default" if decision.on else "off by default"
    layer = configuration.layers[decision.layer]
    place = os.path.basename(configuration.file or "")
    if decision.selector is None:
        return f"not among `select` in {place}"
    return f'`{_key(decision, layer)}` has "{decision.selector}" in {place}'


def _key(decision: Decision, layer: Layer) -> str:
    if not decision.on:
        return "ignore"
    return "select" if decision.selector in (layer.select or ()) else "extend-select"


def _ignored(configuration: Configuration, path: str) -> dict[str, str]:
    """Code -> the pattern of `per-file-ignores` that silences it in the file."""
    found: dict[str, str] = {}
    for entry in configuration.per_file_ignores:
        for code in replace(configuration, per_file_ignores=(entry,)).ignored_codes(path):
            found.setdefault(code, f'`per-file-ignores` has "{entry[0]}"')
    return found
