"""What a worker is given to do, and what it gives back."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING

from looplint.engine.check import Place
from looplint.engine.own_rules import INTERNAL_ERROR
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from looplint.engine.plain import Marked
    from looplint.model.finding import Finding
    from looplint.project import files


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What to do with what is found."""

    noqa: bool = True
    """Respect `# noqa` comments."""
    fix: bool = False
    unsafe: bool = False
    write: bool = True
    """Write what was fixed; without it only the diff is made."""
    keep: bool = False
    """Say of each result what it rests on, so that a cache can keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RootJob:
    """The configuration files of one root; with `only`, those of these absolute paths."""

    root: str
    place: Place
    """Of the root: its configuration governs all its files."""
    only: frozenset[str] | None = None


Job = Place | RootJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What was found in one file, or in the configuration files of one root, and all that it rests on."""

    number: int
    """Of the file and of what it was looked at with."""
    root: str
    """Whose cache keeps it."""
    path: str
    """Absolute."""
    fingerprint: str
    """Of the file's own bytes; "" for a root, which is no file."""
    found: tuple[tuple[str, str | None, str], ...]
    """For each file its path as shown, its absolute path, and its findings as `plain` writes them."""
    asked: bytes
    """The numbers of questions and sets, eight bytes each."""
    questions: tuple[tuple[int, str, str], ...] = ()
    """Number, text and witness of those that were not sent before."""
    sets: tuple[tuple[int, bytes], ...] = ()
    """Number and members of the large sets that were not sent before."""
    statuses: tuple[tuple[str, files.Status, str], ...] = ()
    """Path, status and fingerprint of files that were not sent before."""


@dataclass(slots=True, kw_only=True)
class FileResult:
    """What became of one file."""

    path: str
    findings: list[Finding] = field(default_factory=list)
    applied: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(code, name) -> fixes applied, or that would be applied."""
    diff: str = ""
    problems: list[str] = field(default_factory=list)
    """Lines for the user that are no findings: a file that could not be written, fixes that do not settle."""
    written: bool = False
    unit: Unit | None = None
    """What a cache may keep of it."""

    @property
    def failed(self) -> bool:
        """Did looplint itself fail on this file?"""
        return any(finding.code == INTERNAL_ERROR.code for finding in self.findings)


@dataclass(slots=True)
class Found:
    """What was found by a job before anything is suppressed or fixed."""

    fingerprint: str | None = None
    """Of the bytes of the one file; "" for the configuration files of a root, None where it could not be read."""
    files: list[tuple[str, str | None, list[Marked]]] = field(default_factory=list)
    """Path as shown, absolute path, what was found."""
