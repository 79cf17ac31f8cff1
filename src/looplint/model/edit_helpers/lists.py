"""Elements of list displays: remove one in the layout that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from looplint.model.edit_helpers.items import items_of, remove_items
from looplint.model.edit_helpers.nodes import IMPOSSIBLE, is_trusted, possible_with_twins

if TYPE_CHECKING:
    import ast

    import libcst

    from looplint.model.finding import Edit
    from looplint.model.module import Module


@possible_with_twins
def remove_element(module: Module, display: ast.List, element: ast.expr) -> tuple[Edit, ...]:
    """Take an element out of a list display, with its comma."""
    if not is_trusted(module, display):
        return IMPOSSIBLE
    twin = cast("libcst.List", module.node(display))
    start, end = module.span(display)
    items = items_of(module, [(part, part.value) for part in twin.elements], (start + 1, end - 1))
    index = display.elts.index(element)
    return (remove_items(items, index, index),)
