"""Where a test says that nobody calls a mock."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.denials import denies_call

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mock.assert_not_called()", True),
        ("mock.assert_not_awaited()", True),
        ("mock.assert_called_once()", False),
        ("assert not mock.called", True),
        ("assert mock.called", False),
        ("assert mock.called is False", True),
        ("assert mock.called is True", False),
        ("self.assertFalse(mock.called)", True),
        ("self.assertTrue(mock.called)", False),
        ("assert mock.call_count == 0", True),
        ("assert mock.call_count == 1", False),
        ("self.assertEqual(mock.await_count, 0)", True),
    ],
)
def test_assertions_that_nobody_calls(tmp_path: Path, text: str, expected: bool) -> None:
    found = facts(tree(tmp_path, {"test_it.py": text}), "test_it.py")
    attribute = next(node for node in found.nodes(ast.Attribute) if ast.unparse(node.value) == "mock")
    assert denies_call(found, attribute.attr, attribute) is expected
