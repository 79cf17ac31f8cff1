"""Every entry of the conflict table that was run is shown by cases: what it breaks, and that its remedy helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.cases import all_cases
from support.lines import LINES

from looplint.knowledge.conflicts import ConfigTrap, Conflict, config_traps, conflicts
from looplint.rules import all_rules

if TYPE_CHECKING:
    from support.cases import Case
    from support.evidence import Entry

ENTRIES: list[Conflict | ConfigTrap] = [*conflicts(), *config_traps()]
RAN = [entry for entry in ENTRIES if entry.status == "ran"]
RULES = {rule.name for rule in all_rules()}


def claimed() -> list[tuple[Case, Entry]]:
    """Each case with each table of its evidence that speaks of a line."""
    found: dict[tuple[Case, Entry], None] = {}
    for case in all_cases():
        for mode in case.modes:
            for line in LINES:
                entry = case.entry(line, mode)
                if entry is not None:
                    found[case, entry] = None
    return list(found)


CLAIMED = claimed()
PROOFS = [(case, name) for case, entry in CLAIMED if case.kind == "bad" and entry.reported for name in entry.proves]
CURES = [(case, name) for case, entry in CLAIMED for name in entry.cures]


def test_nothing_else_is_proved_or_cured() -> None:
    known = {entry.id for entry in ENTRIES}
    assert {name for _, name in (*PROOFS, *CURES)} <= known
    assert all(case.kind == "bad" for case, entry in CLAIMED if entry.proves)
    assert all(case.kind != "bad" for case, entry in CLAIMED if entry.cures)


@pytest.mark.parametrize("entry", RAN, ids=lambda entry: entry.id)
def test_an_entry_is_told_by_a_rule_and_shown_by_its_cases(entry: Conflict | ConfigTrap) -> None:
    cases = [case for case, name in PROOFS if name == entry.id]
    if entry.untold is not None:
        assert entry.untold.strip(), "the reason why no rule tells it"
        assert not cases, "it is told after all"
        return
    assert cases, "no bad case `proves` it"
    assert {case.rule for case in cases} <= RULES
    assert [case for case, name in CURES if name == entry.id], "no fixed case of these, and no good one that `cures` it"
