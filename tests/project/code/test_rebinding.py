"""Names that other functions set by `global` and `nonlocal`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.plain import plain_type
from looplint.project.code.values import InstanceValue

if TYPE_CHECKING:
    from pathlib import Path

SHARED = """
import asyncio
from unittest.mock import MagicMock
class Store: ...
class Other: ...
store = None
future = None
mock = None
two = Store()
plain = 1
def make():
    global store, future, mock, two, plain
    store = Store()
    future = asyncio.get_event_loop().create_future()
    mock = MagicMock()
    two = Other()
    plain = "x"
"""


@pytest.mark.parametrize(
    ("name", "cls", "kind"),
    [
        ("store", "Store", "Store"),
        ("future", None, None),
        ("mock", None, "MagicMock"),
        ("two", None, "Other"),
        ("plain", None, "str"),
    ],
)
def test_global(tmp_path: Path, name: str, cls: str | None, kind: str | None) -> None:
    project = tree(tmp_path, {"app.py": f"{SHARED}\ndef read():\n    use({name})\n"})
    seen = facts(project, "app.py")
    node = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "use").args[0]
    value = project.infer(seen, node)
    assert (value.cls.name if isinstance(value, InstanceValue) else value) == cls
    assert plain_type(project, seen, node) == kind


@pytest.mark.parametrize(("declared", "kind"), [("nonlocal result", None), ("pass", "NoneType")])
def test_nonlocal(tmp_path: Path, declared: str, kind: str | None) -> None:
    text = (
        f"def run(work):\n    result = None\n    def inner():\n        {declared}\n        result = work()\n"
        "    inner()\n    use(result)\n"
    )
    project = tree(tmp_path, {"app.py": text})
    seen = facts(project, "app.py")
    node = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "use").args[0]
    assert plain_type(project, seen, node) == kind
