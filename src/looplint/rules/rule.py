"""What a rule file declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.finding import Applicability, Finding, Fix, Related, Severity
from looplint.model.records import dataclass

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from looplint.model.module import Module
    from looplint.project import Project
    from looplint.project.configured.config_file import ConfigFile

__all__ = ["Applicability", "Doc", "Finding", "Fix", "Related", "Rule", "Severity"]

SECTIONS = (
    "What it does",
    "Why it is bad",
    "What really happens",
    "Fix",
    "Exceptions",
    "References",
)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Doc:
    """The docstring of a rule file: one summary line, then the sections of `SECTIONS` as `## Heading` (Markdown)."""

    text: str

    @property
    def summary(self) -> str:
        """The first line, without its full stop."""
        return self.text.strip().split("\n", 1)[0].rstrip(".")

    @property
    def sections(self) -> dict[str, str]:
        """Heading -> body."""
        parts = _HEADING.split(self.text)
        return {heading: body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its metadata here, its `check` beside it in the same file.

    A module rule has `check(module, project) -> Iterable[Finding]`; it runs on Python files in which one of `words`
    occurs, and one of `also` (none given: on every file); with `tests_only` in test code alone, for rules that say nothing
    of other files. A configuration rule has `check_config(file, project) -> Iterable[Finding]`
    and runs once for each configuration file of a project. `severity` is the highest that the rule gives.

    `silent` tells why the rule can report nothing in a project, whatever its files hold ("only in strict mode: ..."),
    None where it may; `looplint doctor` shows it. A rule without it may report in every project.
    """

    code: str
    name: str
    severity: Severity
    since: str
    doc: str
    fix: Applicability | None = None
    default: bool = True
    words: tuple[bytes, ...] = ()
    also: tuple[bytes, ...] = ()
    tests_only: bool = False
    overlaps: tuple[str, ...] = ()
    check: Callable[[Module, Project], Iterable[Finding]] | None = None
    check_config: Callable[[ConfigFile, Project], Iterable[Finding]] | None = None
    silent: Callable[[Project], str | None] | None = None

    @property
    def documentation(self) -> Doc:
        """The rule's page."""
        return Doc(self.doc)

    @property
    def summary(self) -> str:
        """One line: what the rule reports."""
        return self.documentation.summary

    def may_fire(self, raw: bytes) -> bool:
        """The words gate: could the rule report anything in a file of these bytes?"""
        return (not self.words or any(word in raw for word in self.words)) and (
            not self.also or any(word in raw for word in self.also)
        )

    @property
    def url(self) -> str:
        """Where the rule's page is, relative to the documentation's root."""
        return f"docs/rules/{self.name}.md"

    def finding(
        self,
        module: Module,
        node: ast.AST,
        message: str,
        *,
        severity: Severity | None = None,
        related: Iterable[Related] = (),
        settings: Iterable[str] = (),
        fix: Fix | Callable[[], Fix | None] | None = None,
    ) -> Finding:
        """A finding at an `ast` node of `module` (for a def or class: at its name).

        `fix` may be a function, called only where the file can be edited (libcst reproduces it exactly).
        """
        start, end = module.report_span(node)
        source = module.source
        if callable(fix):
            fix = fix() if module.editable else None
        return Finding(
            code=self.code,
            name=self.name,
            message=message,
            severity=severity or self.severity,
            path=source.path,
            start=source.position(start),
            end=source.position(end),
            noqa_row=source.noqa.row_of(source.position(start).row),
            related=tuple(related),
            settings=tuple(settings),
            fix=fix,
        )
