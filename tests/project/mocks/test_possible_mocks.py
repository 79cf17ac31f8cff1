"""Names that may hold a mock: never fewer than those that inference calls mocks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import MockValue
from looplint.project.mocks.possible_mocks import may_be_mock, meaning

if TYPE_CHECKING:
    from pathlib import Path

APP = """
from unittest.mock import Mock
class Service:
    pass
class Odd(Mock):
    pass
def make():
    return Mock()
shared = Mock()
"""
HEAD = """
import json
import pytest
import app
from unittest import mock
from unittest.mock import Mock, patch
from app import Odd, Service, make, shared
class Own:
    pass
def helper(given):
    return given
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 5", False),
        ("x = {'a': Mock()}", False),
        ("x = Service()", False),
        ("x = app.Service()", False),
        ("x = Own()", False),
        ("x = json.loads('1')", False),
        ("x = dict(a=1)", False),
        ("for x in (Mock(),):\n        pass", False),
        ("x = Mock()", True),
        ("x = mock.Mock()", True),
        ("x = Odd()", True),
        ("x = make()", True),
        ("x = app.make()", True),
        ("x = app.shared", True),
        ("x = shared", True),
        ("x: object = Mock()", True),
        ("x, y = Mock(), 5", True),
        ("(x, y), z = (Mock(), 5), 6", True),
        ("with patch('app.make') as x:\n        pass", True),
        ("x = patch('app.make').start()", True),
        ("x = Mock().child", True),
        ("x = Mock()['child']", True),
        ("y = (x := Mock())", True),
    ],
)
def test_assigned_names(tmp_path: Path, body: str, expected: object) -> None:
    project = tree(tmp_path, {"app.py": APP, "test_it.py": f"{HEAD}\ndef test_it():\n    {body}\n    print(x)\n"})
    seen = facts(project, "test_it.py")
    last = [node for node in seen.nodes(ast.Name) if node.id == "x"][-1]
    assert may_be_mock(seen, project, "x") is expected
    assert expected or not isinstance(infer(project, seen, last), MockValue)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("def helper(x):", False),
        ("def test_it(x):", True),
        ("def setup_function(x):", True),
        ("@pytest.fixture\ndef made(x):", True),
        ("@patch('app.make')\ndef given(x):", True),
        ("from app import shared as x\ndef test_it():", True),
        ("from app import Service as x\ndef test_it():", False),
        ("def x():\n    pass\ndef test_it():", False),
    ],
)
def test_parameters_and_imports(tmp_path: Path, head: str, expected: object) -> None:
    project = tree(tmp_path, {"app.py": APP, "test_it.py": f"{HEAD}\n{head}\n    print(x)\n"})
    assert may_be_mock(facts(project, "test_it.py"), project, "x") is expected


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ("Service", "Service"),
        ("app.Service", "Service"),
        ("make", "make"),
        ("Own", "Own"),
        ("json.loads", False),
        ("print", False),
        ("given", True),
        ("shared.get", True),
        ("app.shared.get", True),
        ("given.get", True),
        ("make().get", True),
    ],
)
def test_meanings(tmp_path: Path, called: str, expected: object) -> None:
    text = f"{HEAD}\ndef test_it(given):\n    {called}(1)\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    seen = facts(project, "test_it.py")
    found = meaning(project, seen, seen.calls[-1].func if called != "make().get" else seen.calls[-2].func)
    assert (found if isinstance(found, bool) else getattr(found.node, "name", "")) == expected
