from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.awaitable_classes import has_await, never_awaitable

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import abc, enum, typing
from foreign import Thing, Meta
class Plain: ...
class Listed(list): ...
class Abstract(abc.ABC): ...
class WithAbcMeta(metaclass=abc.ABCMeta): ...
class Generic(typing.Generic[T]): ...
class Awaits:
    def __await__(self): yield
class Assigned:
    __await__ = list.__iter__
class Inherits(Awaits): ...
class Foreign(Thing): ...
class WithMeta(metaclass=Meta): ...
"""


@pytest.mark.parametrize(
    ("name", "never", "has"),
    [
        ("Plain", True, False),
        ("Assigned", False, True),
        ("Listed", True, False),
        ("Abstract", True, False),
        ("WithAbcMeta", True, False),
        ("Generic", True, False),
        ("Awaits", False, True),
        ("Inherits", False, True),
        ("Foreign", False, False),
        ("WithMeta", False, False),
    ],
)
def test_classes(tmp_path: Path, name: str, never: bool, has: bool) -> None:
    project = tree(tmp_path, {"m.py": CODE})
    cls = facts(project, "m.py").cls(name)
    assert cls is not None
    assert (never_awaitable(project, cls), has_await(project, cls)) == (never, has)
