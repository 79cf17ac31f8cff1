"""What every renderer is handed, and the few things that several of them need."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING
from urllib.parse import quote

from looplint.engine.fix import applicable
from looplint.engine.own_rules import find_known_rule, rule_heads
from looplint.model.records import dataclass
from looplint.model.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from looplint.model.finding import Edit, Finding, Position


class Sources:
    """The files that findings are about, read when a renderer shows them; `known` is text that is no file."""

    def __init__(self, known: Mapping[str, Source] | None = None) -> None:
        self._sources: dict[str, Source | None] = dict(known or {})

    def get(self, path: str) -> Source | None:
        """The source, None where it cannot be read (any more)."""
        if path not in self._sources:
            try:
                self._sources[path] = Source.read(path)
            except SourceError:
                self._sources[path] = None
        return self._sources[path]

    def is_text(self, path: str) -> bool:
        """Is this text that is no file?"""
        return path in self._sources and not os.path.exists(path)  # noqa: PTH110 - a string, as everywhere here


@dataclass(slots=True, kw_only=True)
class Report:
    """The findings of a run, and how to show them."""

    findings: Sequence[Finding]
    applied: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(code, name) -> fixes applied."""
    applied_by_file: Mapping[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)
    unsafe: bool = False
    """Unsafe fixes count as applicable."""
    files: int = 1
    show_fixes: bool = False

    def mark(self, finding: Finding) -> str:
        """`[*] ` for a finding that `--fix` would repair."""
        return "[*] " if applicable(finding, unsafe=self.unsafe) else ""


def absolute(report: Report, path: str) -> str:
    """The path as machines want it; text that is no file keeps its name."""
    return path if report.sources.is_text(path) else os.path.abspath(path)  # noqa: PTH100 - keeps links


def uri(path: str) -> str:
    """A path relative to the working directory as a relative URI, another one as a file URI."""
    return quote(path.replace(os.sep, "/")) if not os.path.isabs(path) else f"file://{quote(path)}"  # noqa: PTH117


def url(finding: Finding) -> str:
    """Where the rule's page is."""
    return next((rule.url for rule in rule_heads() if rule.code == finding.code), "")


def summary_of(code: str) -> str:
    """What the rule reports, in one line."""
    rule = find_known_rule(code)
    return rule.summary if rule is not None else code


def place_of(report: Report, finding: Finding, edit: Edit) -> tuple[Position, Position] | None:
    """Start and end of an edit; None where the file is gone or shorter by now."""
    source = report.sources.get(finding.path)
    if source is None or edit.end > len(source.text):
        return None
    return source.position(edit.start), source.position(edit.end)
