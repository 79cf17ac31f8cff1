from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.arguments import Handed, parameter_for

if TYPE_CHECKING:
    from pathlib import Path

APP = """
def function(first, second=None, *, only, **rest): ...

class Service:
    def __init__(self, repo, /, clock=None, *args): ...
    def method(self, x): ...
    @staticmethod
    def static(x): ...
    @classmethod
    def build(cls, x): ...

class Empty: ...
"""


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        ("function(MOCK)", "first"),
        ("function(1, MOCK)", "second"),
        ("function(second=MOCK)", "second"),
        ("function(only=MOCK)", "only"),
        ("function(other=MOCK)", None),
        ("function(1, 2, MOCK)", None),
        ("function(*x, MOCK)", None),
        ("Service(MOCK)", "repo"),
        ("Service(1, clock=MOCK)", "clock"),
        ("Service(1, 2, MOCK)", None),
        ("Service(1).method(MOCK)", "x"),
        ("Service.static(MOCK)", "x"),
        ("Empty(MOCK)", None),
        ("unknown(MOCK)", None),
    ],
)
def test_parameter_for(tmp_path: Path, call: str, parameter: str | None) -> None:
    text = f"from app import Empty, Service, function\nMOCK = object()\n{call}\n"
    project = tree(tmp_path, {"app.py": APP, "test_it.py": text})
    found = facts(project, "test_it.py")
    outer, node = next(
        (call, argument)
        for call in found.calls
        for argument in (*call.args, *(k.value for k in call.keywords))
        if isinstance(argument, ast.Name) and argument.id == "MOCK"
    )
    answer = parameter_for(project, Handed((), found, outer, node))
    assert (None if answer is None else answer[1]) == parameter
