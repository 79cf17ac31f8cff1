"""What proves and cures each entry of the conflict table: `python tests/evidence/entries.py` prints it as Markdown.

The cases are run by `matrix.py`; a law test sees to it that no entry is without them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tomli
from support.cases import all_cases
from support.conflicts import TABLE
from support.lines import LINES

if TYPE_CHECKING:
    from support.cases import Case


def main() -> int:
    """Print a row for each entry: its id, what shows it, and what shows that its remedy helps."""
    proofs, cures = shown()
    data = tomli.loads(TABLE.read_text(encoding="utf-8"))
    print("| entry | proved by | cured by |", "|---|---|---|", sep="\n")
    for entry in (*data["conflict"], *data["config_trap"]):
        name = entry["id"]
        proved = _cells(proofs[name]) or f"not told: {entry.get('untold', '?')}"
        print(f"| {name} | {proved} | {_cells(cures[name])} |")
    return 0


def shown() -> tuple[dict[str, set[Case]], dict[str, set[Case]]]:
    """Id of an entry -> the cases that prove it, and those that cure it, on any line."""
    proofs: dict[str, set[Case]] = defaultdict(set)
    cures: dict[str, set[Case]] = defaultdict(set)
    for case in all_cases():
        found = [case.entry(line, mode) for line in LINES for mode in case.modes]
        for entry in filter(None, found):
            for name in entry.proves:
                proofs[name].add(case)
            for name in entry.cures:
                cures[name].add(case)
    return proofs, cures


def _cells(cases: set[Case]) -> str:
    return ", ".join(f"{case.rule}/{case.name}" for case in sorted(cases))


if __name__ == "__main__":
    sys.exit(main())
