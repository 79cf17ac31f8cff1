from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.coroutine_uses import Misuse, wrong_use

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.code.coroutine_uses import Wrong

HEAD = "import json, pytest\nfrom typing import Awaitable\n"


def use(root: Path, rows: str) -> Wrong | None:
    """What is wrong with the use of `f()` in a method whose body this is."""
    project = tree(root, {"m.py": ""})
    body = "\n".join(f"        {row}" for row in rows.splitlines())
    (root / "m.py").write_text(f"{HEAD}class C:\n    async def m(self):\n{body}\n")
    seen = facts(project, "m.py")
    return wrong_use(seen, next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "f"))


@pytest.mark.parametrize(
    "rows",
    [
        "await f()",
        "return f()",
        "yield f()",
        "other(f())",
        "other(x=f())",
        "self.x = f()",
        "x['k'] = f()",
        "x = [f()]",
        "x = {'a': f()}",
        "x = f()\nawait x",
        "x = f()\nother(x)",
        "x = f()\nif x is y:\n    pass",
        "x = f()\ndel x",
        "x: Awaitable[int] = f()\nassert x",
        "x = f()\ndef inner():\n    return x",
        "for _ in y:\n    x = f()",
        "global x\nx = f()",
        "x = y = f()",
        "x = f()\nx = await x",
        "x = f()\nawait x\nx = g()\nx.y",
        "x = f()\nif y:\n    x = g()\nx.y\nawait x",
        "if y:\n    x = f()\nelse:\n    x = g()\nx.y",
        "x = None\nfor _ in y:\n    if x:\n        pass\n    x = f()",
        "x = f()\nx = g()\nx.y",
        "await (f() or g())",
        "await (g() and f())",
        "await (f() if y else g())",
        "x = y or f()",
        "f().close()",
        "f().cr_frame",
        "f().__name__",
        "assert isinstance(f(), Awaitable)",
        "self.assertIsInstance(f(), Awaitable)",
        "mock.assert_called_with(f())",
        "self.assertRaises(E, f())",
        "assert f() is g()",
        "x = lambda: f()",
        "async with f():\n    pass",
        "async for x in f():\n    pass",
        "f() | g()",
        "len(y, f())",
        "x = [f() for y in z]",
        "x = list(f() for y in z)",
        "x = g(f() for y in z)",
        "x = {f(): 1}",
        "x = {'a': f(), **y}",
        "x = validator.model_validate(f())",
        "x = other.loads(f())",
    ],
)
def test_right_uses(tmp_path: Path, rows: str) -> None:
    assert use(tmp_path, rows) is None


@pytest.mark.parametrize(
    ("rows", "misuse", "fails"),
    [
        ("f()", Misuse.DROPPED, False),
        ("with pytest.raises(E):\n    f()", Misuse.DROPPED, True),
        ("with self.assertRaises(E):\n    f()", Misuse.DROPPED, True),
        ("with pytest.raises(E):\n    f()\n    g()", Misuse.DROPPED, False),
        ("with other():\n    f()", Misuse.DROPPED, False),
        ("x = f()", Misuse.UNUSED, False),
        ("x = f()\nassert x", Misuse.TESTED, False),
        ("x = f()\nassert x == 1\nassert x", Misuse.COMPARED, True),
        ("assert f()", Misuse.TESTED, False),
        ("assert not f()", Misuse.TESTED, True),
        ("if f():\n    pass", Misuse.TESTED, False),
        ("while not f():\n    pass", Misuse.TESTED, False),
        ("x = 1 if f() else 2", Misuse.TESTED, False),
        ("x = [y for y in z if f()]", Misuse.TESTED, False),
        ("assert f() and y", Misuse.TESTED, False),
        ("assert y or f()", Misuse.TESTED, False),
        ("assert f() == 1", Misuse.COMPARED, True),
        ("assert f() is None", Misuse.COMPARED, True),
        ("assert f() is not None", Misuse.COMPARED, False),
        ("assert f() != 1", Misuse.COMPARED, False),
        ("x = f() == 1", Misuse.COMPARED, False),
        ("x = f() < 1", Misuse.COMPARED, True),
        ("assert 1 in f()", Misuse.COMPARED, True),
        ("self.assertEqual(f(), 1)", Misuse.COMPARED, True),
        ("self.assertTrue(f())", Misuse.COMPARED, False),
        ("x = f().name", Misuse.READ, True),
        ("x = f()\nx.y\nx = g()\nawait x", Misuse.READ, True),
        ("x = g()\nawait x\nx = f()\nx.y", Misuse.READ, True),
        ("try:\n    x = f()\n    x.y\nexcept E:\n    x = await g()\n    other(x)", Misuse.READ, True),
        ("x = f()['k']", Misuse.READ, True),
        ("for x in f():\n    pass", Misuse.READ, True),
        ("x = [y for y in f()]", Misuse.READ, True),
        ("x, y = f()", Misuse.READ, True),
        ("x = len(f())", Misuse.READ, True),
        ("x = bool(f())", Misuse.READ, False),
        ("x = f() + 1", Misuse.READ, True),
        ("x = -f()", Misuse.READ, True),
        ("x = f'{f()}'", Misuse.READ, False),
        ("x = str(f())", Misuse.READ, False),
        ("assert any(f() for y in z)", Misuse.TESTED, False),
        ("assert all([f() for y in z])", Misuse.TESTED, False),
        ("x = [*f()]", Misuse.READ, True),
        ("x = g(*f())", Misuse.READ, True),
        ("x = g(**f())", Misuse.READ, True),
        ("x = {**f()}", Misuse.READ, True),
        ("x = json.loads(f())", Misuse.READ, True),
        ("x = json.dumps(f(), default=str)", Misuse.READ, False),
        ("x = Item.model_validate(f())", Misuse.READ, False),
    ],
)
def test_wrong_uses(tmp_path: Path, rows: str, misuse: Misuse, fails: bool) -> None:
    found = use(tmp_path, rows)
    assert found is not None
    assert (found.misuse, found.fails) == (misuse, fails)


def test_a_name_of_a_module_may_be_used_elsewhere(tmp_path: Path) -> None:
    project = tree(tmp_path, {"m.py": "x = f()\n"})
    seen = facts(project, "m.py")
    assert wrong_use(seen, seen.calls[0]) is None
