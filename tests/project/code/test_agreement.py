from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.agreement import is_mock, same_value
from looplint.project.code.infer import infer

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import httpx
from unittest.mock import Mock, patch
class A: ...
class B: ...
def f(): ...
def g(): ...
def annotated(a: A, c: httpx.Client):
    use({})
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("A(), A()", "constructor"),
        ("A(), a", "annotation"),
        ("A(), B()", None),
        ("A, A", "name"),
        ("A, B", None),
        ("f, f", "name"),
        ("f, g", None),
        ("A, A()", None),
        ("httpx.Client(), httpx.Client()", "constructor"),
        ("httpx.Client(), c", "annotation"),
        ("httpx.Client(), httpx.AsyncClient()", None),
        ("Mock(), Mock()", None),
        ("A(), unknown", None),
        ("", None),
    ],
)
def test_same_value(tmp_path: Path, arguments: str, expected: str | None) -> None:
    project = tree(tmp_path, {"m.py": CODE.format(arguments)})
    seen = facts(project, "m.py")
    call = next(c for c in seen.calls if getattr(c.func, "id", "") == "use")
    found = same_value([infer(project, seen, argument) for argument in call.args])
    assert (found.via if found is not None else None) == expected


def test_is_mock(tmp_path: Path) -> None:
    project = tree(tmp_path, {"m.py": CODE.format("Mock(), patch('m.f'), A()")})
    seen = facts(project, "m.py")
    call = next(c for c in seen.calls if getattr(c.func, "id", "") == "use")
    assert [is_mock(infer(project, seen, argument)) for argument in call.args] == [True, True, False]
