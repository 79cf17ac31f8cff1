"""Which attributes a module certainly lacks at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.code.module_names import is_dynamic, surely_lacks

if TYPE_CHECKING:
    from pathlib import Path


def lacks(root: Path, text: str, name: str = "name", **others: str) -> bool:
    root.mkdir(exist_ok=True)
    project = tree(root, {"app/__init__.py": "", "app/mod.py": text, **{f"app/{k}.py": v for k, v in others.items()}})
    return surely_lacks(project, project.root / "app" / "mod.py", name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "other = 1\n",
        "class Other:\n    name = 1\n    def name(self): ...\n",
        "def other(name):\n    name = 1\n",
        "async def other():\n    import name\n",
        "name: int\n",
        "name == 1\n",
        "# name = 1\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.b import name\n",
        "import typing\nif typing.TYPE_CHECKING:\n    import name\nelse:\n    other = 1\n",
        "from app.b import other as another\n",
        "from app.b import (\n    one,\n    two as three,\n)\n",
    ],
)
def test_lacks(tmp_path: Path, text: str) -> None:
    assert lacks(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "name = 1\n",
        "name: int = 1\n",
        "def name(): ...\n",
        "async def name(): ...\n",
        "class name: ...\n",
        "import name\n",
        "import name.deep\n",
        "import other as name\n",
        "from b import one, name\n",
        "from b import (\n    one,\n    name,\n)\n",
        "try:\n    import name\nexcept ImportError:\n    other = None\n",
        "if x:\n    name = 1\n",
        "for name in (): ...\n",
        "with x as name: ...\n",
        "(name := 1)\n",
        "a, (name, *b) = x\n",
        "a = name = 1\n",
        "def f():\n    global name\n    name = 1\n",
        "globals()['na' + 'me'] = 1\n",
        "def __getattr__(key): ...\n",
        "import sys\nsys.modules[__name__] = x\n",
        "setattr(x, 'a', 1)\n",
        "for key in ('name',):\n    f(key)\n",
        "from elsewhere import *\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import name\nelse:\n    name = None\n",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    import name\n",
        "type name = int\n",
        "name = 1\ndel name\n",
        "def name(:\n",
    ],
)
def test_may_have(tmp_path: Path, text: str) -> None:
    assert not lacks(tmp_path, text)


def test_stars_are_followed(tmp_path: Path) -> None:
    assert not lacks(tmp_path / "a", "from app.b import *\n", b="name = 1\n")
    assert lacks(tmp_path / "b", "from app.b import *\n", b="other = 1\n")
    assert not lacks(tmp_path / "c", "from app.b import *\n", b="from app.mod import *\n")


def test_dunder_names_are_everywhere(tmp_path: Path) -> None:
    assert not lacks(tmp_path, "", "__name__")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f('name')", True),
        ('f("name")', True),
        ("f(\"name')", True),
        ("f('a name')", False),
        ("def f(): global name", True),
        ("def f():\n    global a, name", True),
        ("def f():\n    global a; name", True),
        ("def f():\n    global a\n    name", False),
        ("global names, my_name", False),
        ("type name = int", True),
        ("    type\tname = int", True),
        ("my type name", False),
        ("name", False),
        ("nam", False),
        ("namename 'name'", True),
    ],
)
def test_names_that_are_spelled(text: str, expected: bool) -> None:
    assert is_dynamic(text.encode(), "name") is expected
