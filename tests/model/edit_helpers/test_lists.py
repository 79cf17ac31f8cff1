from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.edited import check

from looplint.model.edits import remove_element

if TYPE_CHECKING:
    from looplint.model.finding import Edit
    from looplint.model.module import Module


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("[a, b]", 0, "[b]"),
        ("[a, b]", 1, "[a]"),
        ("[a, b, c]", 1, "[a, c]"),
        ("[a]", 0, "[]"),
        ("[\n    a,\n    b,  # why\n    c,\n]", 1, "[\n    a,\n    c,\n]"),
        ("[\n    a,\n    b,\n]", 1, "[\n    a,\n]"),
        ("[(a), f(b)]", 0, "[f(b)]"),
    ],
)
def test_remove_element(before: str, index: int, after: str) -> None:
    def make(module: Module) -> tuple[Edit, ...]:
        display = next(node for node in ast.walk(module.facts.tree) if isinstance(node, ast.List))
        return remove_element(module, display, display.elts[index])

    check(f"x = {before}\n", f"x = {after}\n", make)
