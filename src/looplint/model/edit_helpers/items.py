"""Lists with commas: arguments, parameters, imported names. Insert and remove in the layout that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.rows import (
    has_newline,
    indentation,
    is_first_on_row,
    is_last_on_row,
    next_row,
    row_end,
    row_start,
)
from looplint.model.finding import Edit
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libcst import Arg, BaseElement, Comma, CSTNode, ImportAlias, Param, ParamSlash, ParamStar

    from looplint.model.module import Module


@dataclass(frozen=True, slots=True)
class Items:
    """A comma-separated list in a text.

    `spans` are the items with parentheses of their own, in order, `commas` the offsets of the commas behind them;
    `begin` is the offset after the opening bracket, `close` that of the closing one. A list without brackets begins and
    ends with its items.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    commas: tuple[int | None, ...]
    begin: int
    close: int
    bracketed: bool = True

    def has_own_rows(self, index: int) -> bool:
        """Whether an item begins a row below the bracket and the next item does not stand on the same one."""
        start, end = self.spans[index]
        if not self.bracketed or not is_first_on_row(self.text, start) or row_start(self.text, start) <= self.begin:
            return False
        return index + 1 == len(self.spans) or has_newline(self.text, end, self.spans[index + 1][0])


def items_of(
    module: Module,
    listed: Sequence[tuple[Arg | BaseElement | ImportAlias | Param | ParamSlash | ParamStar, CSTNode | None]],
    brackets: tuple[int, int] | None,
) -> Items:
    """The list of libcst nodes, each with its last part (None: a bare mark), between two places or without brackets."""
    outer = module.cst.outer
    spans: list[tuple[int, int]] = []
    commas: list[int | None] = []
    for item, last in listed:
        start = outer[item][0]
        spans.append((start, outer[last][1] if last is not None else start + 1))
        # A missing comma is a sentinel, which has no place.
        commas.append(outer[cast("Comma", item.comma).whitespace_before][1] if item.comma in outer else None)
    begin, close = brackets or (spans[0][0], spans[-1][1])
    return Items(module.text, tuple(spans), tuple(commas), begin, close, bracketed=brackets is not None)


def insert_item(items: Items, index: int, new: str | Sequence[str], newline: str) -> tuple[Edit, ...]:
    """Put `new` (one item or several) before the item `index` (after the last one if there is no such item)."""
    several = [new] if isinstance(new, str) else list(new)
    on_one_row = ", ".join(several)
    if not items.spans:
        return (Edit(items.begin, items.begin, on_one_row),)
    if index >= len(items.spans):
        return _append(items, several, newline)
    text, start = items.text, items.spans[index][0]
    if not items.has_own_rows(index):
        return (Edit(start, start, f"{on_one_row}, "),)
    indent = indentation(text, start)
    comma = items.commas[index - 1] if index else None
    if comma is None:
        at = row_start(text, start)
        return (Edit(at, at, "".join(f"{indent}{item},{newline}" for item in several)),)
    at = row_end(text, comma)
    return (Edit(at, at, "".join(f"{newline}{indent}{item}," for item in several)),)


def _append(items: Items, several: Sequence[str], newline: str) -> tuple[Edit, ...]:
    text, (start, end), last = items.text, items.spans[-1], len(items.spans) - 1
    if not items.has_own_rows(last):
        return (Edit(end, end, "".join(f", {item}" for item in several)),)
    rows = ",".join(f"{newline}{indentation(text, start)}{item}" for item in several)
    comma = items.commas[last]
    if comma is None:
        at = row_end(text, end)
        if not has_newline(text, end, items.close) or at == end:
            return (Edit(end, end, f",{rows}"),)
        return (Edit(end, end, ","), Edit(at, at, rows))
    at = row_end(text, comma) if has_newline(text, comma, items.close) else comma + 1
    return (Edit(at, at, f"{rows},"),)


def remove_items(items: Items, first: int, last: int) -> Edit:
    """Take the items `first` to `last` out, with their commas and the comments on their rows."""
    text, start, end = items.text, items.spans[first][0], items.spans[last][1]
    comma = items.commas[last]
    after = end if comma is None else comma + 1
    if first == 0 and last + 1 == len(items.spans):
        if "#" in text[items.begin : start] or "#" in text[after : items.close]:
            return Edit(start, after, "")
        return Edit(items.begin, items.close, "")
    if _fill_rows(items, start, after):
        return Edit(row_start(text, start), next_row(text, after), "")
    if last + 1 < len(items.spans):
        following = items.spans[last + 1][0]
        if not items.bracketed or not has_newline(text, after, following):
            return Edit(start, following, "")
        if first == 0:
            return Edit(start, after if "#" in text[after:following] else following, "")
    before = items.spans[first - 1][1]
    if "#" in text[before:start]:
        return Edit(start, after, "")
    return Edit(before, end, "")


def _fill_rows(items: Items, start: int, after: int) -> bool:
    """Whether nothing else stands on the rows from `start` to `after` (a comma included), so that they can go."""
    text = items.text
    if not items.bracketed or row_start(text, start) <= items.begin or row_end(text, after) >= items.close:
        return False
    return is_first_on_row(text, start) and is_last_on_row(text, after)
