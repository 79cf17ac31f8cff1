"""The last lines for people: how much was found, what was fixed, what could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.engine.fix import applicable
from looplint.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.report.base import Report


def _counted(count: int, word: str, plural: str | None = None) -> str:
    return f"{count} {word if count == 1 else plural or f'{word}s'}"


def _found(report: Report) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = len(report.findings) - errors
    fixed = report.applied.total()
    if fixed:
        total = _counted(fixed + errors + warnings, "problem")
        return f"Found {total} ({fixed} fixed, {errors + warnings} remaining)."
    counts = [_counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return f"Found {' and '.join(counts)}."


def _offers(report: Report) -> Iterator[str]:
    now = sum(applicable(finding, unsafe=report.unsafe) for finding in report.findings)
    hidden = sum(applicable(finding, unsafe=True) for finding in report.findings) - now
    more = f"{_counted(hidden, 'more fix', 'more fixes')} with `--unsafe-fixes`"
    if now:
        yield f"[*] {now} fixable with `--fix`{f' ({more})' if hidden else ''}."
    elif hidden:
        yield f"{_counted(hidden, 'fix', 'fixes')} available with `--fix --unsafe-fixes`."


def summary(report: Report) -> str:
    """One or two lines, each with its newline, for a run that found something."""
    return "".join(f"{line}\n" for line in (_found(report), *_offers(report)))


def fixes(report: Report) -> str:
    """`--show-fixes`: what was fixed, by file."""
    lines = []
    for path, applied in sorted(report.applied_by_file.items()):
        lines.append(f"- {path}:")
        lines += [f"    {count} x {code} ({name})" for (code, name), count in sorted(applied.items())]
    head = f"Fixed {_counted(report.applied.total(), 'problem')}:\n" if lines else ""
    return head + "".join(f"{line}\n" for line in lines)
