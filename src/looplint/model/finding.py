"""What a rule says: a finding, perhaps with a fix made of edits on the original text.

All offsets count characters of `Source.text` (decoded, without a byte order mark, newlines as in the file).
Rows and columns are 1-based and count characters, as in ruff's JSON records.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from looplint.model.records import dataclass


class Severity(str, Enum):
    """How bad it is *here*, with the versions and settings in force."""

    ERROR = "error"
    """Fails, hangs, or silently does not run."""
    WARNING = "warning"
    """Breaks on other versions, or leaks."""


class Applicability(str, Enum):
    """Who may apply a fix (ruff's words)."""

    SAFE = "safe"
    """Keeps what the working program did; `--fix` applies it."""
    UNSAFE = "unsafe"
    """May change what the program does; asked for with `--unsafe-fixes`."""
    DISPLAY = "display"
    """Shown, never applied."""


class Position(NamedTuple):
    """A place in a file; both numbers are 1-based, columns count characters."""

    row: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `text[start:end]` of the original by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A repair: applied whole or not at all.

    `message` says in the imperative what it does ("replace by `pytest_asyncio.fixture`"). `edits` touch only the file
    of the finding; a DISPLAY fix may have none and carry the repair in `message`. Identical insertions at one place
    (two fixes that need the same import) are applied once; other overlaps wait for the next round. Fixes of
    one `isolation` group are never applied in one round. `deletes_file` says that the repair is to delete the file of
    the finding; it has no edits then, and only configuration files are deleted.
    """

    message: str
    applicability: Applicability
    edits: tuple[Edit, ...] = ()
    isolation: str | None = None
    deletes_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another place that belongs to the story, such as where a mock is awaited."""

    path: str
    row: int
    column: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem at one place.

    `path` is the file as the user named it; `settings` are the facts in force that the finding relied on, each with
    its provenance ("asyncio_mode=strict (pyproject.toml:12)"); `noqa_row` is the first row of the logical line that a
    `# noqa` comment must be on.
    """

    code: str
    name: str
    message: str
    severity: Severity
    path: str
    start: Position
    end: Position
    noqa_row: int
    related: tuple[Related, ...] = ()
    settings: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[str, Position, str]:
        """Order in which findings are shown: file, place, code."""
        return (self.path, self.start, self.code)
