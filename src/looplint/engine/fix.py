"""Fixing to a fixpoint: apply what does not overlap, check again, until nothing is left to apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from looplint.engine.own_rules import UNREADABLE
from looplint.model.finding import Applicability, Finding, Fix
from looplint.model.records import dataclass
from looplint.model.source import Source, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_ROUNDS = 10
"""Rounds without fewer fixable findings after which fixes are said not to settle."""

Check = Callable[[Source], list[Finding]]


@dataclass(slots=True)
class Fixed:
    """A file after fixing, in memory."""

    source: Source
    findings: list[Finding]
    applied: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(code, name) -> number of fixes."""
    problems: list[str] = field(default_factory=list)


def applicable(finding: Finding, *, unsafe: bool) -> bool:
    """Would `--fix`, with or without `--unsafe-fixes`, apply the finding's fix?"""
    fix = finding.fix
    if fix is None or not (fix.edits or fix.deletes_file):
        return False
    return fix.applicability is Applicability.SAFE or (unsafe and fix.applicability is Applicability.UNSAFE)


def fix_source(source: Source, findings: Sequence[Finding], check: Check, *, unsafe: bool) -> Fixed:
    """Apply the fixes of `findings` and of what `check` then says, until none is left.

    A result that does not parse is never kept: the fixes that cause it are dropped and named in `problems`.
    """
    state = Fixed(source, list(findings))
    seen = {source.text}
    broken: set[Fix] = set()
    fewest, idle = None, 0
    while True:
        wanted = {f.fix: f for f in state.findings if f.fix and f.fix not in broken and applicable(f, unsafe=unsafe)}
        chosen = _round(list(wanted))
        if not chosen:
            return _without_unused_imports(source, state, check) if state.applied else state
        idle = idle + 1 if fewest is not None and len(wanted) >= fewest else 0
        fewest = len(wanted) if fewest is None else min(fewest, len(wanted))
        result = _applied(state.source, chosen, check)
        if result is None:
            bad = [fix for fix in chosen if _applied(state.source, [fix], check) is None]
            bad = bad or chosen[1:]
            broken.update(bad)
            state.problems += [_would_break(wanted[fix]) for fix in bad]
            continue
        after, found = result
        if after.text in seen or idle >= MAX_ROUNDS:
            codes = ", ".join(sorted({wanted[fix].code for fix in chosen}))
            state.problems.append(f"{source.path}: the fixes of {codes} undo each other; the last one was not applied")
            return state
        seen.add(after.text)
        state.applied.update((wanted[fix].code, wanted[fix].name) for fix in chosen)
        state.source, state.findings = after, found


def _without_unused_imports(before: Source, state: Fixed, check: Check) -> Fixed:
    """The imports that the fixes took the last use of go too."""
    from looplint.model.edits import newly_unused_imports
    from looplint.model.facts import Facts
    from looplint.model.module import Module

    is_package = before.path.endswith("__init__.py")
    module = Module(Facts.parse(state.source, is_package=is_package))
    edits = newly_unused_imports(Facts.parse(before, is_package=is_package), module)
    if edits:
        fix = Fix(message="remove unused imports", applicability=Applicability.SAFE, edits=edits)
        result = _applied(state.source, [fix], check)
        if result is not None:
            state.source, state.findings = result
    return state


def _round(fixes: list[Fix]) -> list[Fix]:
    from looplint.model.edits import select_fixes

    return select_fixes(fixes)


def _would_break(finding: Finding) -> str:
    row, column = finding.start
    return f"{finding.path}:{row}:{column}: the fix of {finding.code} would break the file; it was not applied"


def _applied(source: Source, fixes: Iterable[Fix], check: Check) -> tuple[Source, list[Finding]] | None:
    """The file with these fixes and what there is to say about it; None where it no longer parses."""
    from looplint.model.edits import apply_edits
    from looplint.model.parsing import parse

    try:
        text = apply_edits(source.text, [edit for fix in fixes for edit in fix.edits])
        after = Source.from_bytes(source.encode(text), source.path)
        if after.text != text:
            return None
        parse(after)
    except (SourceError, ValueError):
        return None
    found = check(after)
    return None if any(finding.code == UNREADABLE.code for finding in found) else (after, found)


def unified_diff(path: str, before: Source, after: Source) -> str:
    """What `--diff` prints for one file; rows keep their own newlines."""
    from difflib import unified_diff as lines_of

    lines = lines_of(_rows(before), _rows(after), path, path)
    return "".join(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _rows(source: Source) -> list[str]:
    return [source.line(row) for row in range(1, source.rows + 1)]


def apply_once(
    source: Source, findings: Sequence[Finding], is_sound: Callable[[str], bool]
) -> tuple[Source, list[Finding]]:
    """One round for a file that is no Python: the text after fixing, and the findings whose fixes it holds.

    Where the result of all is not sound, each is tried alone, and the first that is sound is the one applied.
    """
    from looplint.model.edits import apply_edits

    wanted = {finding.fix: finding for finding in findings if finding.fix is not None}
    chosen = _round(list(wanted))
    for attempt in [chosen, *([fix] for fix in chosen if len(chosen) > 1)]:
        try:
            text = apply_edits(source.text, [edit for fix in attempt for edit in fix.edits])
            after = Source(source.path, source.encode(text), text, source.encoding, source.bom)
        except (SourceError, ValueError):
            continue
        if is_sound(after.text):
            return after, [finding for finding in findings if finding.fix in attempt]
    return source, []
