from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.cli import run
from looplint.engine.cache import CACHE, SIGNATURE, TAG

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / CACHE).mkdir()
    (tmp_path / CACHE / TAG).write_bytes(SIGNATURE)
    assert run(["clean"]) == 0
    assert capsys.readouterr().out == f"Removed {CACHE}\n"
    assert run(["clean"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["clean", "missing"]) == 2
