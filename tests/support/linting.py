"""looplint over copies of cases: what it says and what it makes of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.lines import LINES

from looplint.engine.configuration import Configuration, Configurations
from looplint.engine.discover import discover
from looplint.engine.jobs import JobOptions
from looplint.engine.run import forget, run
from looplint.engine.selection import Layer

if TYPE_CHECKING:
    from pathlib import Path

    from support.cases import Case
    from support.evidence import Entry
    from support.lines import Line

    from looplint.engine.run import Outcome
    from looplint.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Setting:
    """A mode and a line that a case is linted with, and the entry of its evidence that applies there."""

    case: Case
    mode: str
    line: Line
    entry: Entry

    @property
    def name(self) -> str:
        """Shown as the name of a test."""
        return f"{self.case.rule}/{self.case.name}-{self.mode}-{self.line.name}"


def settings_of(case: Case) -> list[Setting]:
    """One setting for each entry and mode: the newest line that the entry speaks about."""
    found: dict[tuple[str, Entry], Setting] = {}
    for mode in case.modes:
        for line in reversed(LINES):
            entry = case.entry(line, mode)
            if entry is not None:
                found.setdefault((mode, entry), Setting(case, mode, line, entry))
    return list(found.values())


def place(setting: Setting, directory: Path) -> Path:
    """Copy the case of `setting` into the empty `directory`, which becomes the root of a project."""
    (directory / ".git").mkdir()
    setting.case.write(directory, mode=setting.mode, pins=setting.line.pins)
    return directory


def lint(directory: Path, *, select: str | None = None, fix: str | None = None) -> Outcome:
    """What `looplint check` says below `directory`; `fix` is "safe" or "unsafe" and rewrites the files."""
    layer = Layer(select=(select,)) if select else Layer()
    configurations = Configurations(fixed=Configuration(directory=str(directory), layers=(layer,)))
    forget()
    found = discover([str(directory)], configurations)
    return run(found, configurations, JobOptions(fix=fix is not None, unsafe=fix == "unsafe"))


def places(findings: list[Finding], directory: Path) -> list[tuple[str, int, str]]:
    """File (relative to `directory`), row and code of each finding."""
    return sorted((relative(finding, directory), finding.start.row, finding.code) for finding in findings)


def relative(finding: Finding, directory: Path) -> str:
    """The path of the finding's file below `directory`."""
    return os.path.relpath(os.path.join(os.getcwd(), finding.path), directory).replace(os.sep, "/")  # noqa: PTH109, PTH118


def contents(directory: Path, names: list[str]) -> dict[str, bytes]:
    """The bytes of some files."""
    return {name: (directory / name).read_bytes() for name in names}
