"""Every spelling that replaces an attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.patch_calls import patched_names

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "from unittest import mock\nfrom unittest.mock import patch\nimport app\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("patch('app.mod.name')", [("app.mod", "name", "patch", False)]),
        ("mock.patch('app.mod.name', 1)", [("app.mod", "name", "patch", False)]),
        ("patch(target='app.mod.name')", [("app.mod", "name", "patch", False)]),
        ("patch('app.mod.name', create=True)", [("app.mod", "name", "patch", True)]),
        ("patch('app.mod.name', create=False)", [("app.mod", "name", "patch", False)]),
        ("patch('app.mod.name', **options)", [("app.mod", "name", "patch", True)]),
        ("patch(f'app.{x}')", []),
        ("patch('app')", []),
        ("patch('not a path.x')", []),
        ("patch.object(app, 'name')", [(None, "name", "patch.object", False)]),
        ("patch.object(app, attribute='name')", [(None, "name", "patch.object", False)]),
        ("patch.object(app, name)", []),
        (
            "patch.multiple('app.mod', a=1, b=2, spec=x)",
            [("app.mod", "a", "patch.multiple", False), ("app.mod", "b", "patch.multiple", False)],
        ),
        ("patch.multiple(app, a=1)", [(None, "a", "patch.multiple", False)]),
        ("patch.dict('app.mod.name', {})", []),
        ("mocker.patch('app.mod.name')", [("app.mod", "name", "patch", False)]),
        ("mocker.patch.object(app, 'name')", [(None, "name", "patch.object", False)]),
        ("mocker.spy(app, 'name')", [(None, "name", "mocker.spy", False)]),
        ("monkeypatch.setattr('app.mod.name', 1)", [("app.mod", "name", "monkeypatch.setattr", False)]),
        ("monkeypatch.setattr('app.mod.name', 1, raising=False)", [("app.mod", "name", "monkeypatch.setattr", True)]),
        ("monkeypatch.setattr(app, 'name', 1)", [(None, "name", "monkeypatch.setattr", False)]),
        ("monkeypatch.setattr(app, 'name', 1, False)", [(None, "name", "monkeypatch.setattr", True)]),
        ("monkeypatch.delattr('app.mod.name')", [("app.mod", "name", "monkeypatch.delattr", False)]),
        ("monkeypatch.delattr(app, 'name', raising=False)", [(None, "name", "monkeypatch.delattr", True)]),
        ("monkeypatch.setenv('NAME', 'x')", []),
        ("other.setattr(app, 'name', 1)", []),
    ],
)  # fmt: skip
def test_spellings(tmp_path: Path, call: str, expected: list[tuple[str | None, str, str, bool]]) -> None:
    text = f"{HEAD}def test(mocker, monkeypatch):\n    {call}\n"
    found = facts(tree(tmp_path, {"test_it.py": text}), "test_it.py")
    assert [(p.path, p.name, p.by, p.optional) for p in patched_names(found)] == expected
    assert all((p.path is None) == (p.owner is not None) for p in patched_names(found))
