from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.model.edits import IMPOSSIBLE, apply_edits, select_fixes, settle
from looplint.model.finding import Applicability, Edit, Fix

if TYPE_CHECKING:
    from random import Random

TEXT = "abcdefgh\r\nij\n"
edits = st.builds(
    lambda start, length, text: Edit(start, min(start + length, len(TEXT)), text),
    st.integers(0, len(TEXT)),
    st.integers(0, 4),
    st.sampled_from(["", "X", "yy", "é\n", "# z\r\n"]),
)


def fix(*parts: Edit, isolation: str | None = None) -> Fix:
    return Fix(message="do it", applicability=Applicability.SAFE, edits=parts, isolation=isolation)


def disjoint(found: list[Edit]) -> list[Edit]:
    chosen: list[Edit] = []
    for edit in sorted(set(found)):
        if not chosen or edit.start >= chosen[-1].end:
            chosen.append(edit)
    return chosen


def by_hand(text: str, ordered: list[Edit]) -> str:
    for edit in reversed(ordered):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@given(st.lists(edits, max_size=6), st.randoms())
def test_order_never_matters(found: list[Edit], random: Random) -> None:
    chosen = disjoint(found)
    shuffled = [*chosen, *chosen[:1]]
    random.shuffle(shuffled)
    assert apply_edits(TEXT, shuffled) == by_hand(TEXT, chosen)


@given(st.lists(edits, max_size=6))
def test_text_outside_edits_is_unchanged(found: list[Edit]) -> None:
    chosen = disjoint(found)
    result = apply_edits(TEXT, chosen)
    place = 0
    done = 0
    for edit in [*chosen, Edit(len(TEXT), len(TEXT), "")]:
        kept = TEXT[done : edit.start]
        assert result[place : place + len(kept)] == kept
        place += len(kept) + len(edit.text)
        done = edit.end
    assert place == len(result)


@given(edits, edits)
def test_an_overlap_is_refused(one: Edit, other: Edit) -> None:
    inside = max(one.start, other.start) < min(one.end, other.end)
    within = any(a.start < b.start == b.end < a.end for a, b in ((one, other), (other, one)))
    if one != other and (inside or within):
        with pytest.raises(ValueError, match="overlapping edit"):
            apply_edits(TEXT, [one, other])
    else:
        apply_edits(TEXT, [one, other])


@pytest.mark.parametrize("edit", [Edit(-1, -1, ""), Edit(3, 2, ""), Edit(0, len(TEXT) + 1, "")])
def test_a_place_outside_the_text_is_refused(edit: Edit) -> None:
    with pytest.raises(ValueError, match="outside the text"):
        apply_edits(TEXT, [edit])


def test_insertions_at_one_place() -> None:
    assert apply_edits("ab", [Edit(1, 1, "import b\n"), Edit(1, 1, "import a\n"), Edit(1, 2, "c")]) == (
        "aimport a\nimport b\nc"
    )


@given(st.lists(st.lists(edits, max_size=3).map(lambda found: fix(*disjoint(found))), max_size=6))
def test_selected_fixes_can_be_applied_together(fixes: list[Fix]) -> None:
    selected = select_fixes(fixes)
    apply_edits(TEXT, [edit for chosen in selected for edit in chosen.edits])
    possible = [candidate for candidate in fixes if candidate.edits]
    assert selected[:1] == possible[:1]
    remaining = iter(fixes)
    assert all(chosen in remaining for chosen in selected)


@given(st.lists(st.lists(edits, max_size=3).map(lambda found: fix(*found)), max_size=4))
def test_a_fix_is_selected_whole_or_not_at_all(fixes: list[Fix]) -> None:
    for chosen in select_fixes(fixes):
        assert settle(chosen) == chosen
        apply_edits(TEXT, chosen.edits)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (Edit(3, 3, "await "), Edit(3, 3, "await "), True),
        (Edit(3, 5, ""), Edit(3, 5, ""), True),
        (Edit(3, 5, "x"), Edit(3, 5, "y"), False),
        (Edit(3, 3, "x"), Edit(3, 3, "y"), False),
        (Edit(3, 5, "x"), Edit(5, 7, "y"), True),
        (Edit(3, 5, "x"), Edit(4, 7, "y"), False),
        (Edit(3, 3, "await "), Edit(3, 5, "x"), False),
        (Edit(5, 5, ")"), Edit(3, 5, "x"), False),
        (Edit(4, 4, "x"), Edit(3, 5, "y"), False),
        (Edit(3, 3, "import x\n"), Edit(3, 5, "y"), True),
        (Edit(5, 5, "import x\r\n"), Edit(3, 5, "y"), True),
        (Edit(4, 4, "import x\n"), Edit(3, 5, "y"), False),
        (Edit(1, 1, "x"), Edit(2, 2, "y"), True),
    ],
)
def test_what_two_fixes_may_do_in_one_round(one: Edit, other: Edit, together: bool) -> None:
    expected = [fix(one), fix(other)] if together else [fix(one)]
    assert select_fixes([fix(one), fix(other)]) == expected
    expected = [fix(other), fix(one)] if together else [fix(other)]
    assert select_fixes([fix(other), fix(one)]) == expected


def test_one_fix_of_an_isolation_group() -> None:
    fixes = [fix(Edit(i, i, "x"), isolation=group) for i, group in enumerate(("a", "a", "b", None, None))]
    assert select_fixes(fixes) == [fixes[0], *fixes[2:]]


def test_a_fix_that_cannot_be_made_is_shown() -> None:
    impossible = fix(Edit(0, 0, "x"), *IMPOSSIBLE)
    assert select_fixes([impossible]) == []
    assert settle(impossible) == replace(impossible, applicability=Applicability.DISPLAY, edits=())
    overlapping = fix(Edit(0, 3, ""), Edit(1, 2, ""))
    assert settle(overlapping).edits == ()
    assert select_fixes([fix(), overlapping]) == []
    assert settle(fix(Edit(0, 1, ""))) == fix(Edit(0, 1, ""))
