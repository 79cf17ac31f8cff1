"""Which directory governs a file: the project's root.

pytest takes the nearest directory upward that holds pytest configuration. A package of a monorepo is more than its
pytest configuration, so a directory that declares a project (its own requirements) governs too; where that leaves the
pytest configuration to a directory above, `settings` looks upward for it as pytest does.
"""

from __future__ import annotations

import os
import re
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

PYTEST_FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
"""Files that are pytest configuration by their mere presence, in pytest's order of precedence."""

_TABLES = {
    "pyproject.toml": re.compile(
        rb"^[ \t]*\[+[ \t]*(?:project|dependency-groups|tool[ \t]*\.[ \t]*(?:pytest|poetry))[ \t]*[.\]]", re.MULTILINE
    ),
    "tox.ini": re.compile(rb"^\[pytest\]", re.MULTILINE),
    "setup.cfg": re.compile(rb"^\[(?:tool:pytest|pytest|metadata|options)\]", re.MULTILINE),
}
_REQUIREMENTS = ("requirements.txt", "Pipfile", "poetry.lock", "uv.lock", "pyproject.toml")
_NOT_A_PROJECT = frozenset({"test", "tests", "testing", "requirements", "docs", "ci"})
_READ_AT_MOST = 1_000_000


class Mark(IntEnum):
    """What a directory holds that makes it a root."""

    NOTHING = 0
    REQUIREMENTS = 1
    CONFIGURATION = 2


def find_root(path: Path) -> Path:
    """The directory whose configuration governs `path` (a file or a directory, existing or not); never raises.

    The nearest directory upward with pytest configuration, a project table or setup.py; failing that, the nearest
    with a requirements file; failing that, the repository (`.git`); failing that, the directory of the file itself.
    """
    start = os.path.abspath(path)  # noqa: PTH100 - `Path.absolute` keeps "..", `resolve` follows links
    if not os.path.isdir(start):  # noqa: PTH112 - as above
        start = os.path.dirname(start)  # noqa: PTH120 - as above
    return _root_above(start)


@lru_cache(maxsize=4096)
def _root_above(lowest: str) -> Path:
    """The root of what lies directly in a directory; remembered, `forget_roots()` forgets."""
    start = Path(lowest)
    fallback: Path | None = None
    for directory in (start, *start.parents):
        mark = directory_mark(str(directory))
        if mark is Mark.CONFIGURATION:
            return directory
        if mark is Mark.REQUIREMENTS and fallback is None:
            fallback = directory
        if is_repository(directory):
            return fallback or directory
    return fallback or start


def governing_directories(root: Path) -> tuple[Path, ...]:
    """`root` and the directories above it, up to the repository that holds it.

    Outside of any repository only `root` itself: nothing says that what lies above belongs to it.
    """
    chain = []
    for directory in (root, *root.parents):
        chain.append(directory)
        if is_repository(directory):
            return tuple(chain)
    return (root,)


def is_repository(directory: Path) -> bool:
    """Whether a repository starts here (`.git` is a file in work trees and submodules)."""
    return os.path.lexists(directory / ".git")


def forget_roots() -> None:
    """Drop what is remembered about directories, because files changed."""
    _root_above.cache_clear()
    directory_mark.cache_clear()


@lru_cache(maxsize=4096)
def directory_mark(directory: str) -> Mark:
    """What makes `directory` a root; remembered, `forget_roots()` forgets."""
    try:
        names = set(os.listdir(directory))  # noqa: PTH208 - one call, names only
    except OSError:
        return Mark.NOTHING
    if "setup.py" in names or not names.isdisjoint(PYTEST_FILES):
        return Mark.CONFIGURATION
    for name, table in _TABLES.items():
        if name in names and table.search(read_bytes(Path(directory, name))):
            return Mark.CONFIGURATION
    if Path(directory).name not in _NOT_A_PROJECT and not names.isdisjoint(_REQUIREMENTS):
        return Mark.REQUIREMENTS
    return Mark.NOTHING


def read_bytes(path: Path) -> bytes:
    """The file's first million bytes, or nothing when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_READ_AT_MOST)
    except (OSError, ValueError):
        return b""
