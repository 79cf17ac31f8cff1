from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.flow import binding_at, last_binding

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a = 1\na = 2\nuse(a)", 2),
        ("a = 1\nuse(a)\na = 2", 1),
        ("a = 1\na = use(a)", 1),
        ("a = 1\nwith x:\n    a = 2\nuse(a)", 2),
        ("with x as a:\n    pass\na = 2\nuse(a)", 2),
        ("a = 1\nif x:\n    a = 2\nuse(a)", None),
        ("a = 1\nif x:\n    a = 2\n    use(a)", 2),
        ("a = 1\nfor x in y:\n    use(a)\n    a = 2", None),
        ("a = 1\ntry:\n    a = 2\nfinally:\n    use(a)", None),
        ("a = 1\nfor a in x:\n    use(a)", None),
        ("a = 1\na = 2\ndef inner():\n    use(a)", None),
        ("def inner():\n    use(a)", None),
    ],
)
def test_last_binding(tmp_path: Path, body: str, expected: int | None) -> None:
    rows = "\n".join(f"    {row}" for row in body.splitlines())
    project = tree(tmp_path, {"m.py": ""})
    (tmp_path / "m.py").write_text(f"def f(x, y):\n{rows}\n")
    seen = facts(project, "m.py")
    use = next(c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "use")
    found = seen.lookup("a", use.args[0])
    binding = last_binding(seen, use.args[0], found[1]) if found is not None else None
    value = binding.value if binding is not None else None
    assert (value.value if isinstance(value, ast.Constant) else None) == expected


def test_none_and_the_with_around(tmp_path: Path) -> None:
    project = tree(tmp_path, {"m.py": "a = None\nwith x as a:\n    use(a)\na = 3\n"})
    seen = facts(project, "m.py")
    use = next(c for c in seen.calls if isinstance(c.func, ast.Name))
    bindings = seen.scope(seen.tree).names["a"]
    found = binding_at(seen, use.args[0], bindings)
    assert found is not None
    assert isinstance(found.node, ast.With)
    assert binding_at(seen, seen.tree.body[-1], bindings) is None
