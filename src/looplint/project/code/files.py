"""The Python files of a directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"})
_FILES_AT_MOST = 20_000


def python_files(directory: Path) -> Iterator[Path]:
    """The Python files below a directory, without hidden and foreign directories, links to directories not followed."""
    count = 0
    for where, directories, files in os.walk(directory):
        directories[:] = sorted(d for d in directories if not d.startswith(".") and d not in _SKIPPED)
        for name in sorted(files):
            if name.endswith(".py"):
                yield Path(where, name)
                count += 1
                if count >= _FILES_AT_MOST:
                    return
