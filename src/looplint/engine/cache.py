"""Where a cache lies, and how it is made and removed."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CACHE = ".looplint_cache"
"""The directory in a project's root."""
TAG = "CACHEDIR.TAG"
SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"
"""How a cache directory is told from others (https://bford.info/cachedir/); none without it is removed."""


def make_directory(directory: str) -> None:
    """Make a cache directory that git and backups pass by. Raises OSError."""
    if os.path.isdir(directory):
        return
    os.mkdir(directory)
    for name, text in (
        (".gitignore", b"*\n"),
        (TAG, SIGNATURE + b"\n# Made by looplint; `looplint clean` removes it.\n"),
    ):
        with open(os.path.join(directory, name), "wb") as file:
            file.write(text)


def remove_caches(paths: Iterable[str]) -> Iterator[str]:
    """Remove the caches of the projects that hold `paths`, and those below; what was removed, one by one."""
    for path in paths:
        yield from filter(_remove, _caches(path))


def _caches(path: str) -> Iterator[str]:
    from pathlib import Path

    from looplint.project.configured.root import find_root

    root = str(find_root(Path(path)))
    yield os.path.normpath(os.path.join(os.path.relpath(root), CACHE))
    for directory, names, _ in os.walk(path):
        names[:] = sorted(name for name in names if name not in (".git", "node_modules"))
        if CACHE in names:
            names.remove(CACHE)
            if not os.path.samefile(directory, root):
                yield os.path.normpath(os.path.join(directory, CACHE))


def _remove(cache: str) -> bool:
    try:
        with open(os.path.join(cache, TAG), "rb") as file:
            ours = file.read(len(SIGNATURE)) == SIGNATURE
    except OSError:
        return False
    if ours and not os.path.islink(cache):
        shutil.rmtree(cache, ignore_errors=True)
    return ours and not os.path.lexists(cache)
