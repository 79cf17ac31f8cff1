"""Which directory governs a file: the project's root.

pytest takes the nearest directory upward that holds pytest configuration. A package of a monorepo is more than its
pytest configuration, so a directory that declares a project (its own requirements) governs too; where that leaves the
pytest configuration to a directory above, `settings` looks upward for it as pytest does.
"""

from __future__ import annotations

import os
import re
from enum import IntEnum
from pathlib import Path

from looplint.project import files
from looplint.project.asked import Answer, remember

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
    with a requirements file; failing that, the repository (`.git`); failing that, the outermost package that the file
    is in, or its directory.
    """
    start = os.path.abspath(path)  # noqa: PTH100 - `Path.absolute` keeps "..", `resolve` follows links
    if files.kind(start) != "d":
        start = os.path.dirname(start)  # noqa: PTH120 - as above
    return remember(_roots, start, lambda: _root_above(start))


def _root_above(lowest: str) -> Path:
    """The root of what lies directly in a directory."""
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
    return fallback or _outermost_package(start)


def _outermost_package(start: Path) -> Path:
    """The highest package that a directory is in, whose modules import each other; the directory, if it is in none."""
    found = start
    for directory in (start, *start.parents):
        if not files.entry(directory, "__init__.py"):
            break
        found = directory
    return found


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


def is_marked(root: Path) -> bool:
    """Does anything say that a project begins here? Nothing does in a package that was installed."""
    return directory_mark(str(root)) is not Mark.NOTHING or is_repository(root)


def is_repository(directory: Path) -> bool:
    """Whether a repository starts here (`.git` is a file in work trees and submodules)."""
    return files.is_there(directory / ".git")


_roots: dict[str, Answer[Path]] = {}
_marks: dict[str, Answer[Mark]] = {}


def forget_roots() -> None:
    """Drop what is remembered about directories, because files changed."""
    _roots.clear()
    _marks.clear()
    files.look_afresh()


def directory_mark(directory: str) -> Mark:
    """What makes `directory` a root; remembered, `forget_roots()` forgets."""
    return remember(_marks, directory, lambda: _mark(Path(directory)))


def _mark(directory: Path) -> Mark:
    def has(name: str) -> bool:
        return files.entry(directory, name) != ""

    if has("setup.py") or any(map(has, PYTEST_FILES)):
        return Mark.CONFIGURATION
    if any(has(name) and table.search(read_bytes(directory / name)) for name, table in _TABLES.items()):
        return Mark.CONFIGURATION
    if directory.name not in _NOT_A_PROJECT and any(map(has, _REQUIREMENTS)):
        return Mark.REQUIREMENTS
    return Mark.NOTHING


def root_files(directory: Path) -> tuple[str, ...]:
    """The files by which a directory governs: with configuration, else with requirements; none in other directories."""
    mark = directory_mark(str(directory))
    if mark is Mark.CONFIGURATION:
        named = [name for name in ("setup.py", *PYTEST_FILES) if files.entry(directory, name)]
        tables = [name for name, table in _TABLES.items() if table.search(read_bytes(directory / name))]
        return (*tables, *named)
    if mark is Mark.REQUIREMENTS:
        return tuple(name for name in _REQUIREMENTS if files.entry(directory, name))
    return ()


def read_bytes(path: Path) -> bytes:
    """The file's first million bytes, or nothing when it cannot be read."""
    try:
        return files.read(path)[:_READ_AT_MOST]
    except (OSError, ValueError):
        return b""
