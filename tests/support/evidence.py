"""`evidence.toml`: what real pytest does with each case (format: `fixtures/README.md`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import tomli
from packaging.requirements import Requirement
from support.conflicts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from support.lines import Line

OUTCOMES = ("passed", "failed", "errors", "skipped", "xfailed", "xpassed")
ALL = "all"
"""As a number of outcomes: all tests that no other outcome counts, at least one."""
MODES = ("strict", "auto")
OWN = "own"
"""The mode of a folder case: whatever its own configuration says."""
_FOLDER_KEYS = {"modes", "lines", "requires", "timeout", "instead", "forced", "programs"}
_ENTRY_KEYS = {
    *_FOLDER_KEYS, "message", "absent", "severity", "reported", "hangs", "proves", "cures", "installer", "refused",
    *OUTCOMES,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is expected of a case on some lines and in some modes."""

    modes: tuple[str, ...]
    lines: tuple[Requirement, ...]
    counts: tuple[tuple[str, int | str], ...]
    """Outcomes of the run: a number or "all"; those not named are zero."""
    messages: tuple[str, ...]
    """Regular expressions that occur in pytest's output."""
    absent: tuple[str, ...]
    """Regular expressions that do not."""
    severity: str | None
    """The severity that looplint gives there, if the case tells."""
    reported: bool
    """Whether looplint reports the `# expect:` places there."""
    hangs: bool
    timeout: float
    """Seconds."""
    requires: tuple[str, ...]
    """Packages that the case needs besides the line."""
    instead: str | None
    """The pair ("9.2.0+0.23.3") that is installed in the place of the line: what a resolver makes of the case."""
    forced: tuple[str, ...] = ()
    """Packages that are installed without asking for what they depend on, since installers refuse them otherwise."""
    proves: tuple[str, ...] = ()
    """Entries of the conflict table (ids): pytest's output, or the installer's, has the text that they claim."""
    cures: tuple[str, ...] = ()
    """Entries of the conflict table whose remedy the case shows: the output has their text no more."""
    installer: tuple[str, ...] = ()
    """Regular expressions that occur in what an installer says of the packages; it is asked only if given."""
    refused: bool = False
    """Whether the installer refuses: nothing is run then."""
    programs: tuple[str, ...] = ()
    """What must be on the PATH besides (a browser); the full matrix runs the case where it is, the test run nowhere."""

    def holds(self, line: Line, mode: str) -> bool:
        """Whether the entry speaks about `line` and `mode`."""
        return mode in self.modes and all(line.satisfies(wanted) for wanted in self.lines)

    def differences(self, counts: Mapping[str, int], output: str, *, timed_out: bool) -> list[str]:
        """How a run of pytest differs from this entry, in words; empty if it does not."""
        if timed_out != self.hangs:
            return [f"killed after {self.timeout:g} s" if timed_out else "was expected to hang, but ended"]
        if self.hangs:
            return []
        told = []
        got = {name: counts.get(name, 0) for name in OUTCOMES}
        rest = sum(got.values()) - sum(number for _, number in self.counts if isinstance(number, int))
        wanted = {name: max(rest, 1) if number == ALL else number for name, number in self.counts}
        if got != {name: wanted.get(name, 0) for name in OUTCOMES}:
            told.append(f"expected {_sentence(dict(self.counts))}, got {_sentence(got)}")
        wanted_texts = (*self.messages, *self.installer)
        told += [f"the output lacks {text!r}" for text in wanted_texts if not re.search(text, output)]
        told += [f"the output has {text!r}" for text in self.absent if re.search(text, output)]
        for name in self.proves:
            told += [f"the output lacks {text!r} of {name}" for text in texts_of(name) if not re.search(text, output)]
        for name in self.cures:
            told += [f"the output has {text!r} of {name}" for text in texts_of(name) if re.search(text, output)]
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One evidence.toml."""

    path: Path
    tables: dict[str, tuple[Entry, ...]]
    """By name of a case, or by kind for the cases that have no table of their own."""
    default: Entry

    def entries(self, case: str) -> tuple[Entry, ...]:
        """The entries of a case: its own table, that of its kind, or (good and fixed) that every test passes."""
        kind = case.split("_", 1)[0]
        if case in self.tables:
            return self.tables[case]
        if kind in self.tables:
            return self.tables[kind]
        return (self.default,)

    def entry(self, case: str, line: Line, mode: str) -> Entry | None:
        """The first entry of a case that speaks about `line` and `mode`.

        A fixed case that has no entry of its own is claimed exactly where looplint reports the bad one, and every
        fixed case cures what the bad one proves and needs the programs that it needs.
        """
        kind, rest = case.split("_", 1)
        bad = self.entry(f"bad_{rest}", line, mode) if kind == "fixed" else None
        if kind == "fixed" and case not in self.tables and (bad is None or not bad.reported):
            return None
        found = next((entry for entry in self.entries(case) if entry.holds(line, mode)), None)
        if found is None or bad is None:
            return found
        programs = tuple(dict.fromkeys((*found.programs, *bad.programs)))
        return replace(found, cures=(*found.cures, *bad.proves), programs=programs)


def read_evidence(path: Path) -> Evidence:
    """Parse an evidence.toml; ValueError names the file and what is wrong in it."""
    data = tomli.loads(path.read_text(encoding="utf-8"))
    top = {key: value for key, value in data.items() if not isinstance(value, dict) and not _is_tables(value)}
    _refuse_unknown(path, "top level", top, _FOLDER_KEYS)
    top["modes"] = (*_several(top.get("modes", MODES)), OWN)
    tables: dict[str, tuple[Entry, ...]] = {}
    for name, value in data.items():
        if name in top:
            continue
        rows = value if isinstance(value, list) else [value]
        entries = tuple(_entry(path, name, {**top, **row}) for row in rows)
        tables |= dict.fromkeys(name.split(), entries)
    default = _entry(path, "good", top)
    return Evidence(path=path, tables=tables, default=default)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _entry(path: Path, name: str, row: Mapping[str, Any]) -> Entry:
    _refuse_unknown(path, name, row, _ENTRY_KEYS)
    reported = row.get("reported", name.startswith("bad"))
    counts = tuple((key, row[key]) for key in OUTCOMES if key in row)
    if any(not isinstance(number, int) and number != ALL for _, number in counts):
        raise ValueError(f"{path}: [{name}] has an outcome that is neither a number nor {ALL!r}")
    if reported and not counts and not row.get("hangs") and not row.get("refused"):
        raise ValueError(f"{path}: [{name}] does not say what happens (passed, failed, errors, skipped, hangs ...)")
    return Entry(
        modes=_several(row["modes"]),
        lines=tuple(Requirement(text) for text in _several(row.get("lines", ()))),
        counts=counts or ((("passed", 0),) if row.get("refused") else (("passed", ALL),)),
        messages=_several(row.get("message", ())),
        absent=_several(row.get("absent", ())),
        severity=row.get("severity"),
        reported=reported,
        hangs=row.get("hangs", False),
        timeout=float(row.get("timeout", 30)),
        requires=tuple(sorted(_several(row.get("requires", ())))),
        instead=row.get("instead"),
        forced=tuple(sorted(_several(row.get("forced", ())))),
        proves=_several(row.get("proves", ())),
        cures=_several(row.get("cures", ())),
        installer=_several(row.get("installer", ())),
        refused=row.get("refused", False),
        programs=_several(row.get("programs", ())),
    )


def _several(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _refuse_unknown(path: Path, place: str, row: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(row) - known:
        raise ValueError(f"{path}: [{place}] has unknown keys: {', '.join(sorted(unknown))}")


def _sentence(counts: Mapping[str, int | str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing"
