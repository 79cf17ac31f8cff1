"""Stubs beside a module settle what flags leave open."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

from looplint.knowledge.makers import stubs

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_stub_settles_open_methods_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stubbed_library.py").write_text("class Client: ...\n")
    (tmp_path / "stubbed_library.pyi").write_text(
        "class Client:\n    async def get(self): ...\n    def put(self): ...\n    def wrapped(self): ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("stubbed_library")
    members = {
        "get": {"nature": "dual", "why": "annotation"},
        "put": {"nature": "awaitable", "why": "annotation"},
        "wrapped": {"nature": "awaitable", "why": "wrapped-coroutine"},
        "flagged": {"nature": "coroutine", "why": "flag"},
    }
    try:
        stubs.apply_stubs(members, "Client", {"stubbed_library"})
    finally:
        del sys.modules["stubbed_library"]
    assert [verdict["nature"] for verdict in members.values()] == ["awaitable", "sync", "awaitable", "coroutine"]
