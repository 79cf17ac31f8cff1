"""Mocks that no code under test can call."""

from __future__ import annotations

import ast
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue
from looplint.project.mocks.mocks import know
from looplint.project.mocks.untouched import is_denied, is_kept

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.mocks.mocks import Knowledge

HEAD = "from unittest.mock import MagicMock\n\nasync def test_it(run):\n    mock = MagicMock()\n"


def _known(root: Path, body: str) -> Knowledge:
    project = tree(root, {"test_it.py": HEAD + indent(body, "    ") + "\n"})
    found = facts(project, "test_it.py")
    name = next(node for node in ast.walk(found.tree) if isinstance(node, ast.Name) and node.id == "mock")
    value = infer(project, found, name) or infer(project, found, found.calls[0])
    assert isinstance(value, MockValue)
    return know(project, value, found.function("test_it"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("mock.get = MagicMock(return_value=1)", True),
        ("mock.get.return_value = 1\nmock.name = 'x'\nmock.get.assert_called_once()", True),
        ("mock.get.return_value = 1\nrun(mock.name)", True),
        ("mock.get.return_value = 1\nrun(mock)", False),
        ("mock.get.return_value = 1\nrun(mock.get)", False),
        ("mock.get.return_value = 1\nrun.service = mock", False),
        ("mock.get.return_value = 1\nother = mock", False),
        ("mock.get.return_value = 1\nrun(lambda: mock)", False),
        ("mock.get.return_value = 1\nreturn mock", False),
    ],
)
def test_is_kept(tmp_path: Path, body: str, expected: bool) -> None:
    assert is_kept(_known(tmp_path, body), ("get",)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("mock.assert_not_called()", True),
        ("mock.return_value.get.assert_not_called()", True),
        ("mock.return_value.put.assert_not_called()", False),
        ("mock.assert_called_once()", False),
    ],
)
def test_is_denied(tmp_path: Path, body: str, expected: bool) -> None:
    assert is_denied(_known(tmp_path, body), ("()", "get")) is expected
