"""The bounded evidence: every rule on the oldest, a middle and the newest line (all lines: `matrix.py`).

Cases that need more than Python packages (`programs` in evidence.toml) are left to `matrix.py`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from evidence.runs import carry_out, planned
from support.cases import rule_folders
from support.lines import LINES

if TYPE_CHECKING:
    from support.lines import Line

RULES = [folder.name for folder in rule_folders()]
BOUNDED = [line for line in LINES if line.bounded]
WORKERS = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2


@pytest.mark.parametrize("line", BOUNDED, ids=lambda line: line.name)
@pytest.mark.parametrize("rule", RULES)
def test_pytest_does_what_the_evidence_says(rule: str, line: Line) -> None:
    runs = planned(rule, line, programs=False)
    differing = [outcome for outcome in carry_out(runs, workers=WORKERS) if outcome.differences]
    assert not differing, "\n\n".join(outcome.report for outcome in differing)
