"""Writing a repaired file: whole or not at all, and only over the bytes that were checked."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile


class WriteError(Exception):
    """Nothing was written; the message says why, in one line without the path."""


def write_over(path: str, before: bytes, after: bytes) -> None:
    """Replace the file's content `before` by `after`, atomically; WriteError if that is impossible.

    A link stays a link: what it leads to is replaced. Mode bits and, where permitted, the owner are kept. The
    temporary file lies in the same directory, so that the last step is one rename.
    """
    real = os.path.realpath(path)
    try:
        status = os.stat(real)
        if not os.access(real, os.W_OK):
            raise WriteError("not fixed: the file is read-only")
        temporary = _beside(real, after, status)
    except OSError as error:
        raise WriteError(f"not fixed: {(error.strerror or str(error)).lower()}") from None
    try:
        _require_unchanged(real, before)
        os.replace(temporary, real)
    except OSError as error:
        _remove(temporary)
        raise WriteError(f"not fixed: {(error.strerror or str(error)).lower()}") from None
    except BaseException:
        _remove(temporary)
        raise


def _require_unchanged(real: str, before: bytes) -> None:
    with open(real, "rb") as file:
        if file.read() != before:
            raise WriteError("not fixed: the file changed while it was checked")


def delete(path: str, before: bytes) -> None:
    """Delete the file whose content is `before`; WriteError if that is impossible. Of a link, the link goes."""
    try:
        _require_unchanged(path, before)
        os.unlink(path)
    except OSError as error:
        raise WriteError(f"not deleted: {(error.strerror or str(error)).lower()}") from None


def _beside(real: str, content: bytes, status: os.stat_result) -> str:
    """A finished file of that content in the same directory, with mode and owner of the original."""
    handle, temporary = tempfile.mkstemp(prefix=".looplint-", suffix=".tmp", dir=os.path.dirname(real))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with contextlib.suppress(OSError):
                os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
