from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from looplint.engine.write import WriteError, delete, write_over

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"before")
    return path


def only(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


def test_the_content_is_replaced_and_the_mode_kept(file: Path) -> None:
    file.chmod(0o741)
    write_over(str(file), b"before", b"after")
    assert file.read_bytes() == b"after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o741
    assert only(file) == ["a.py"]


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link.py")
    link.symlink_to(file.name)
    write_over(str(link), b"before", b"after")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"


def test_a_file_that_changed_is_left_alone(file: Path) -> None:
    file.write_bytes(b"changed")
    with pytest.raises(WriteError, match="changed while it was checked"):
        write_over(str(file), b"before", b"after")
    assert file.read_bytes() == b"changed"
    assert only(file) == ["a.py"]


def test_a_file_that_vanished(file: Path) -> None:
    file.unlink()
    with pytest.raises(WriteError, match="no such file"):
        write_over(str(file), b"before", b"after")
    assert only(file) == []


def test_a_read_only_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(WriteError, match="read-only"):
        write_over(str(file), b"before", b"after")
    assert file.read_bytes() == b"before"


def test_a_file_is_deleted_while_it_is_what_was_checked(file: Path) -> None:
    file.write_bytes(b"before")
    with pytest.raises(WriteError, match="not fixed: the file changed"):
        delete(str(file), b"other")
    assert file.exists()
    delete(str(file), b"before")
    assert not file.exists()
    with pytest.raises(WriteError, match="not deleted: no such file"):
        delete(str(file), b"before")


def test_a_directory_that_takes_no_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(WriteError, match="not fixed: permission denied"):
        write_over(str(file), b"before", b"after")
    assert file.read_bytes() == b"before"


@pytest.mark.parametrize("failing", ["fsync", "replace", "chmod"])
def test_a_failure_on_the_way_leaves_the_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, refuse)
    with pytest.raises(WriteError, match="no space left"):
        write_over(str(file), b"before", b"after")
    assert file.read_bytes() == b"before"
    assert only(file) == ["a.py"]


def test_ctrl_c_on_the_way_leaves_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_over(str(file), b"before", b"after")
    assert only(file) == ["a.py"]
