from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.code.occurrences import awaited_names, is_awaited, is_guarded, occurrences, stations
from looplint.project.code.values import Name

if TYPE_CHECKING:
    from pathlib import Path


def call_of(root: Path, statement: str, name: str = "f") -> tuple[object, ...]:
    text = f"import asyncio\nimport inspect\n\nasync def test(x, loop):\n    {statement}\n"
    found = facts(tree(root, {"a.py": text}), "a.py")
    call = next(c for c in found.calls if isinstance(c.func, ast.Name) and c.func.id == name)
    return is_awaited(found, call), is_guarded(found, call)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("await f()", True),
        ("await f().x", False),
        ("f()", False),
        ("asyncio.create_task(f())", True),
        ("await asyncio.gather(1, f())", True),
        ("await asyncio.gather(*[f() for _ in x])", True),
        ("await asyncio.wait_for(f(), 1)", True),
        ("await asyncio.wait_for(x, f())", False),
        ("loop.run_until_complete(f())", True),
        ("other(f())", False),
        ("async with f(): pass", True),
        ("x = f()", False),
    ],
)
def test_is_awaited(tmp_path: Path, statement: str, expected: bool) -> None:
    assert call_of(tmp_path, statement)[0] is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("await f() if inspect.isawaitable(x) else x", True),
        ("if hasattr(x, 'y'): await f()", True),
        ("if f(): isinstance(x, y)", False),
        ("if x: await f()", False),
        ("if is_async(x): await f()", True),
        ("if is_coroutine_function(x): await f()", True),
        ("if self.is_async: await f()", True),
        ("if self._sync: f()", True),
        ("if self.async_client: await f()", False),
        ("if x.is_synced: await f()", False),
        ("if asyncio.is_it(x): await f()", False),
    ],
)
def test_is_guarded(tmp_path: Path, statement: str, expected: bool) -> None:
    assert call_of(tmp_path, statement)[1] is expected


def test_stations(tmp_path: Path) -> None:
    found = facts(tree(tmp_path, {"a.py": "m.a(1).return_value['k'].b.assert_called_once()\n"}), "a.py")
    base = next(n for n in ast.walk(found.tree) if isinstance(n, ast.Name))
    chain = [(".".join(s.path), s.is_call, s.api) for s in stations(found, base)]
    assert chain == [
        ("", False, None),
        ("a", False, None),
        ("a.()", True, None),
        ("a.().()", False, None),
        ("a.().().__getitem__.()", False, None),
        ("a.().().__getitem__.().b", False, "assert_called_once"),
    ]


def test_occurrences_respect_scopes(tmp_path: Path) -> None:
    text = """
    import other

    def test(m):
        m.one
        def inner():
            m.two
        def shadowed(m):
            m.three
        [m.four for m in x]
        other.five
        other.six.seven
    """
    project = tree(tmp_path, {"a.py": text})
    owner = function(project, "a.py", "test")

    def seen(text: str) -> list[str]:
        places = occurrences(project, Name(owner.facts, owner, text))
        return [ast.unparse(facts.parent(node) or node) for facts, node in places]

    assert sorted(seen("m")) == ["m.one", "m.two"]
    assert sorted(seen("other")) == ["other.five", "other.six"]
    assert seen("other.six") == ["other.six.seven"]


def test_awaited_names(tmp_path: Path) -> None:
    text = """
    import asyncio
    async def f():
        await a.b()
        await c()
        asyncio.run(d())
        x.create_task(e())
        await g
    """
    found = facts(tree(tmp_path, {"a.py": text}), "a.py")
    assert awaited_names(found) == {"b", "c", "d"}
