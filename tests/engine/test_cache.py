from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.engine.cache import CACHE, SIGNATURE, TAG, remove_caches

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def make(directory: Path, tag: bytes = SIGNATURE) -> Path:
    cache = directory / CACHE
    cache.mkdir(parents=True)
    (cache / TAG).write_bytes(tag + b"\n")
    (cache / "data").write_text("x")
    return cache


def test_caches_of_the_root_and_below_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    root, below = make(tmp_path), make(tmp_path / "tests" / "package")
    monkeypatch.chdir(tmp_path)
    assert list(remove_caches(["tests"])) == [CACHE, f"tests/package/{CACHE}"]
    assert not root.exists()
    assert not below.exists()
    assert list(remove_caches(["."])) == []


def test_what_is_no_cache_of_ours_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = make(tmp_path, b"Signature: other")
    elsewhere = make(tmp_path / "elsewhere")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / CACHE).symlink_to(elsewhere)
    monkeypatch.chdir(tmp_path)
    assert list(remove_caches(["linked", "."])) == [f"elsewhere/{CACHE}"]
    assert foreign.exists()
