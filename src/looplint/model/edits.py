"""Edits on the original text: apply them, choose which fixes go together, and the helpers that make them.

Rules import everything about edits from here. Helpers never print a tree: they insert, delete or replace the few
characters that matter, so all others stay as they were. A helper that cannot make its edit without risk returns
`IMPOSSIBLE`; a fix that holds it is never applied (see `settle`).
"""

# ruff: noqa: TC004 - the helpers are there at run time as well, see below

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from looplint.model.edit_helpers.nodes import IMPOSSIBLE, rename_definition, replace_node
from looplint.model.finding import Applicability, Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from looplint.model.edit_helpers.awaits import insert_await, make_async, make_sync, remove_await
    from looplint.model.edit_helpers.blocks import delete_statement, insert_before, replace_rows, wrap_in_block
    from looplint.model.edit_helpers.calls import (
        add_decorator,
        drop_decorator,
        raise_decorator,
        remove_argument,
        remove_keyword,
        set_keyword,
        set_keywords,
    )
    from looplint.model.edit_helpers.imports import import_edits, import_from_edits
    from looplint.model.edit_helpers.lists import remove_element
    from looplint.model.edit_helpers.parameters import add_parameter, drop_parameter
    from looplint.model.edit_helpers.unused import newly_unused_imports, remove_import_if_unused
else:
    # Most files are clean and need no helper: the module of one is imported when it is called.
    _HELPERS = {
        "awaits": ("insert_await", "make_async", "make_sync", "remove_await"),
        "blocks": ("delete_statement", "insert_before", "replace_rows", "wrap_in_block"),
        "calls": (
            "add_decorator",
            "drop_decorator",
            "raise_decorator",
            "remove_argument",
            "remove_keyword",
            "set_keyword",
            "set_keywords",
        ),
        "imports": ("import_edits", "import_from_edits"),
        "lists": ("remove_element",),
        "parameters": ("add_parameter", "drop_parameter"),
        "unused": ("newly_unused_imports", "remove_import_if_unused"),
    }

    def _lazy(module: str, name: str):
        def helper(*given, **named):
            return getattr(import_module(f"looplint.model.edit_helpers.{module}"), name)(*given, **named)

        return helper

    globals().update({name: _lazy(module, name) for module, names in _HELPERS.items() for name in names})

__all__ = [
    "IMPOSSIBLE",
    "Edit",
    "Fix",
    "add_decorator",
    "add_parameter",
    "apply_edits",
    "delete_statement",
    "drop_decorator",
    "drop_parameter",
    "import_edits",
    "import_from_edits",
    "insert_await",
    "insert_before",
    "make_async",
    "make_sync",
    "newly_unused_imports",
    "raise_decorator",
    "remove_argument",
    "remove_await",
    "remove_element",
    "remove_import_if_unused",
    "remove_keyword",
    "rename_definition",
    "replace_node",
    "replace_rows",
    "select_fixes",
    "set_keyword",
    "set_keywords",
    "settle",
    "wrap_in_block",
]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` after all `edits`, whose offsets count on the original.

    Equal edits are applied once. At one offset insertions go first, in the order of their text; so the order in which
    edits are given never matters. Raises ValueError on an overlap and on a place outside the text.
    """
    parts: list[str] = []
    done = 0
    for edit in sorted(set(edits)):
        if not 0 <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit outside the text: {edit}")
        if edit.start < done:
            raise ValueError(f"overlapping edit: {edit}")
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    parts.append(text[done:])
    return "".join(parts)


def settle(fix: Fix) -> Fix:
    """`fix` itself, or, if one of its edits is impossible or two overlap, a fix that is only displayed."""
    if fix.edits and not _is_sound(fix.edits):
        return replace(fix, applicability=Applicability.DISPLAY, edits=())
    return fix


def select_fixes(fixes: Sequence[Fix]) -> list[Fix]:
    """The fixes that can be applied in one round, in the given order; earlier ones win.

    Left for the next round: fixes that meet an accepted one in a place (unless both make the very same edit), and
    those of an isolation group that had its turn. Never accepted: fixes without edits and those that `settle` turns
    down. Which of them may be applied at all (safe, unsafe) is the caller's choice.
    """
    accepted: list[Fix] = []
    taken: list[Edit] = []
    groups: set[str] = set()
    for fix in fixes:
        if not fix.edits or fix.isolation in groups or not _is_sound(fix.edits):
            continue
        if any(_conflicts(edit, taken) for edit in fix.edits):
            continue
        accepted.append(fix)
        if fix.isolation is not None:
            groups.add(fix.isolation)
        for edit in set(fix.edits).difference(taken):
            insort(taken, edit)
    return accepted


def _is_sound(edits: Sequence[Edit]) -> bool:
    ordered = sorted(set(edits))
    if any(edit.start < 0 or edit.end < edit.start for edit in ordered):
        return False
    return all(one.end <= other.start for one, other in itertools.pairwise(ordered))


def _conflicts(edit: Edit, taken: list[Edit]) -> bool:
    """Whether `edit` cannot join the sorted, disjoint edits `taken`."""
    at = bisect_left(taken, edit)
    if at < len(taken) and taken[at] == edit:
        return False
    for index in range(at, len(taken)):
        if taken[index].start > edit.end:
            break
        if _meet(edit, taken[index]):
            return True
    for index in range(at - 1, -1, -1):
        if taken[index].end < edit.start:
            break
        if _meet(edit, taken[index]):
            return True
    return False


def _meet(one: Edit, other: Edit) -> bool:
    """Whether two different edits of two fixes touch, so that each may have been meant for the text without the other.

    Neighbours that are both replaced do not touch; nor does a whole new row disturb what is done to the next one.
    """
    if one.start == one.end == other.start == other.end:
        return True
    for insertion, changed in ((one, other), (other, one)):
        if insertion.start == insertion.end:
            if insertion.text.endswith(("\n", "\r")) and insertion.start in (changed.start, changed.end):
                return False
            return changed.start <= insertion.start <= changed.end
    return one.start < other.end and other.start < one.end
