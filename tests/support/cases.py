"""The cases under `fixtures/`: what they are, what is expected of them, and copies of them to work on.

The format is described in `fixtures/README.md`. Both the law tests (looplint) and the evidence (pytest) read it here.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from support.evidence import MODES, OWN, Evidence, read_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.evidence import Entry
    from support.lines import Line

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
Kind = Literal["bad", "good", "fixed"]

DELETED = ".deleted"
"""`fixed_x/pytest.ini.deleted` says that the fix deletes `pytest.ini`."""

_EXPECT = re.compile(r"[ \t]*# expect:([^\r\n]*)")


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """One file or folder that pytest runs and looplint reads."""

    rule: str
    name: str
    """`bad_x`, `good_x` or `fixed_x`."""
    path: Path
    below: Path | None = None
    """For a `fixed_x` folder: the `bad_x` folder whose other files it completes."""

    @property
    def kind(self) -> Kind:
        """The first word of the name."""
        kind = self.name.split("_", 1)[0]
        assert kind in {"bad", "good", "fixed"}
        return kind  # type: ignore[return-value]

    @property
    def is_folder(self) -> bool:
        """Whether the case brings its own project."""
        return self.path.is_dir()

    @property
    def file_name(self) -> str:
        """The name of a single-file case where it is run and linted: a name that pytest collects."""
        return f"test_{self.name.split('_', 1)[1]}.py"

    @property
    def evidence(self) -> Evidence:
        """What the rule's evidence.toml says."""
        return evidence_of(self.rule)

    @property
    def fixed(self) -> Case | None:
        """What fixing this bad case gives, if the rule fixes it."""
        return next((case for case in cases_of(self.rule) if case.name == f"fixed_{self.name[4:]}"), None)

    @property
    def modes(self) -> tuple[str, ...]:
        """The asyncio modes that the case can be looked at in."""
        return (OWN,) if self.is_folder else MODES

    def entry(self, line: Line, mode: str) -> Entry | None:
        """What is expected of the case there; None if nothing is claimed."""
        return self.evidence.entry(self.name, line, mode)

    def files(self) -> dict[str, bytes]:
        """The files of the case by relative name, with the `# expect:` comments taken out."""
        if not self.is_folder:
            return {self.file_name: stripped(self.path.read_bytes())}
        found: dict[str, bytes] = {}
        for top in (self.below, self.path):
            if top is not None:
                found |= {path.relative_to(top).as_posix(): stripped(path.read_bytes()) for path in _files_below(top)}
        for gone in [name for name in found if name.endswith(DELETED)]:
            del found[gone]
            found.pop(gone.removesuffix(DELETED), None)
        return found

    def expected(self) -> list[tuple[str, int, str]]:
        """Every `# expect:` of the case: file, row, code."""
        tops = _files_below(self.path) if self.is_folder else [self.path]
        return sorted(
            (path.relative_to(self.path).as_posix() if self.is_folder else self.file_name, row, code)
            for path in tops
            for row, code in expectations(path.read_bytes())
        )

    def write(self, directory: Path, *, mode: str, pins: tuple[str, ...] = ()) -> None:
        """Copy the case into the empty `directory`, a single file together with a configuration for `mode`."""
        for name, content in self.files().items():
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if self.is_folder:
            return
        (directory / "pytest.ini").write_text(f"[pytest]\nasyncio_mode = {mode}\n", encoding="utf-8")
        if pins:
            (directory / "requirements.txt").write_text("".join(f"{pin}\n" for pin in pins), encoding="utf-8")


def stripped(raw: bytes) -> bytes:
    """`raw` without its `# expect:` comments; rows stay where they are."""
    return _EXPECT.sub("", raw.decode("latin-1")).encode("latin-1")


def expectations(raw: bytes) -> Iterator[tuple[int, str]]:
    """(row, code) of every `# expect:` comment."""
    text = raw.decode("latin-1")
    for match in _EXPECT.finditer(text):
        row = len(re.findall(r"\r\n|\r|\n", text[: match.start()])) + 1
        for code in match[1].split():
            yield row, code


def rule_folders() -> list[Path]:
    """The folders below `fixtures/` that belong to a rule (the demo project does not)."""
    return sorted(path.parent for path in FIXTURES.glob("*/evidence.toml"))


@cache
def evidence_of(rule: str) -> Evidence:
    """The parsed evidence.toml of `rule`."""
    return read_evidence(FIXTURES / rule / "evidence.toml")


@cache
def cases_of(rule: str) -> tuple[Case, ...]:
    """All cases of `rule`, by name."""
    found = []
    for path in sorted((FIXTURES / rule).iterdir()):
        if path.name.startswith((".", "__")) or not path.name.startswith(("bad_", "good_", "fixed_")):
            continue
        below = path.parent / f"bad_{path.name[6:]}" if path.is_dir() and path.name.startswith("fixed_") else None
        found.append(Case(rule, path.stem if path.is_file() else path.name, path, below))
    return tuple(found)


def all_cases() -> tuple[Case, ...]:
    """All cases of all rules."""
    return tuple(case for folder in rule_folders() for case in cases_of(folder.name))


def _files_below(top: Path) -> list[Path]:
    return sorted(path for path in top.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def empty(directory: Path) -> Path:
    """`directory`, made anew."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
