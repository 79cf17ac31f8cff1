"""The full evidence: every rule on every line of pytest and pytest-asyncio.

    python tests/evidence/matrix.py [--rule NAME]... [--line 8.4.2+1.1.0]... [--case PART] [--show] [-j N]

Prints a table of rules by lines and fails on any difference from an evidence.toml. Cases that need a program which is
not on the PATH (a browser) are not run; the table says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evidence.runs import carry_out, planned
from support.cases import rule_folders
from support.lines import LINES, line_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.runs import Outcome, Run
    from support.lines import Line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments choose; 0 if all evidence holds, else 1."""
    options = _options(arguments)
    rules = options.rule or [folder.name for folder in rule_folders()]
    lines = [line_named(name) for name in options.line] if options.line else list(LINES)
    runs = [run for rule in rules for line in lines for run in planned(rule, line, only=options.case)]
    left_out = [run for run in runs if run.missing]
    outcomes = carry_out([run for run in runs if not run.missing], workers=options.jobs)
    differing = [outcome for outcome in outcomes if outcome.differences]
    for outcome in outcomes if options.show else differing:
        print("=" * 100, outcome.report, sep="\n")
    print(table(rules, lines, outcomes, left_out))
    print(f"{len(outcomes)} runs of pytest, {len(differing)} differ from the evidence")
    return 1 if differing or not runs else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the evidence of the rules under real pytest.")
    parser.add_argument("--rule", action="append", help="a rule's name (repeatable; default: all)")
    parser.add_argument("--line", action="append", help="pytest+pytest-asyncio (repeatable; default: all)")
    parser.add_argument("--case", default="", help="only cases whose name contains this")
    parser.add_argument("--show", action="store_true", help="show pytest's output of every run")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="processes at a time")
    return parser.parse_args(arguments)


def table(rules: Sequence[str], lines: Sequence[Line], outcomes: Sequence[Outcome], left_out: Sequence[Run]) -> str:
    """How many runs there were for each rule and line, how many of them differ, and what could not be run."""
    width = max(map(len, rules), default=0)
    rows = [f"{'':{width}}  " + "  ".join(f"{line.name:>17}" for line in lines)]
    for rule in rules:
        cells = []
        for line in lines:
            here = [outcome for outcome in outcomes if outcome.run.line == line and outcome.run.case.rule == rule]
            bad = sum(bool(outcome.differences) for outcome in here)
            cells.append(f"{bad} of {len(here)} differ" if bad else f"{len(here)} ok" if here else "-")
        without = [run for run in left_out if run.case.rule == rule]
        programs = sorted({program for run in without for program in run.missing})
        told = f"  {len(without)} not run: no {', no '.join(programs)}" if without else ""
        rows.append(f"{rule:{width}}  " + "  ".join(f"{cell:>17}" for cell in cells) + told)
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
