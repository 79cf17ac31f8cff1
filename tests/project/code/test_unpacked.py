"""What names hold that an assignment unpacks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import InstanceValue, MockValue

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.code.values import Value

HEAD = """\
import pytest
from collections.abc import AsyncIterator, Iterator
from typing import List, Tuple
from unittest.mock import Mock

class A: ...
class B: ...

Pair = Tuple[A, B]

def pair(): return A(), B()
def annotated() -> tuple[A, B]: return make()
async def later(): return A(), B()
def either(x):
    if x:
        return A(), B()
    return B(), A()
def may_be_none(x) -> tuple[A, B]:
    if x:
        return None
    return make()
def mocks(): return Mock(), A()

@pytest.fixture
def given():
    yield A(), B()

@pytest.fixture
def promised() -> Iterator[tuple[A, B]]:
    yield make()

@pytest.fixture
async def promised_later() -> AsyncIterator[Pair]:
    yield make()

"""


def value_of_x(root: Path, rows: str, parameters: str = "") -> Value | None:
    """What `x` is where a test hands it to `use`."""
    body = "\n".join(f"    {row}" for row in rows.splitlines())
    project = tree(root, {"test_m.py": f"{HEAD}async def test({parameters}):\n{body}\n    use(x)\n"})
    found = facts(project, "test_m.py")
    call = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    return infer(project, found, call.args[0])


@pytest.mark.parametrize(
    ("rows", "parameters", "expected"),
    [
        ("x, y = A(), B()", "", "A"),
        ("y, x = pair()", "", "B"),
        ("[x, _] = pair()", "", "A"),
        ("x, y = annotated()", "", "A"),
        ("y, x = await later()", "", "B"),
        ("y, x = later()", "", None),
        ("x, y = either(1)", "", None),
        ("x, y = may_be_none(1)", "", None),
        ("x, *y = pair()", "", None),
        ("y, z, x = pair()", "", None),
        ("y, x = given", "given", "B"),
        ("y, x = promised", "promised", "B"),
        ("x, y = promised_later", "promised_later", "A"),
        ("x, y = other", "other: tuple[A, B]", "A"),
        ("x, y = other", "other: Pair", "A"),
        ("x, y = other", "other: tuple[B, ...]", "B"),
        ("[x], y = other", "other: tuple[list[A], B]", "A"),
        ("[[_, x]], y = other", "other: Tuple[List[Tuple[A, B]], B]", "B"),
        ("x, y = other", "other: dict[A, B]", None),
        ("x, y = other", "other", None),
        ("x, y = unknown()", "", None),
        ("x, y = mocks()", "", None),
    ],
)
def test_elements(tmp_path: Path, rows: str, parameters: str, expected: str | None) -> None:
    value = value_of_x(tmp_path, rows, parameters)
    assert (value.cls.name if isinstance(value, InstanceValue) else value) == expected


def test_mocks_are_unpacked_where_they_are_made(tmp_path: Path) -> None:
    assert isinstance(value_of_x(tmp_path, "x, y = Mock(), A()"), MockValue)
