"""Counting definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.makers import prior

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_each_file_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ("one", "two"):
        (tmp_path / environment / "package").mkdir(parents=True)
        (tmp_path / environment / "package" / "a.py").write_text("def get():\n    async def get(): ...\n")
    (tmp_path / "two" / "b.py").write_text("class C:\n\tasync  def get(self): ...\n\tdef put(self): ...\n")
    assert prior.count([tmp_path / "one", tmp_path / "two"]) == {"get": (1, 2), "put": (1, 0)}
    monkeypatch.setattr(prior, "LARGEST", 10)
    assert prior.count([tmp_path / "one"]) == {}
