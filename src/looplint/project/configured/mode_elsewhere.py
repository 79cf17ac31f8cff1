"""What decides the asyncio mode outside of pytest's configuration: a conftest.py, a command line in a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.project import files
from looplint.project.configured.root import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMAND = re.compile(rb"(?:--asyncio-mode[= \t]+|(?:-o|--override-ini)[= \t]*asyncio_mode[ \t]*=)[ \t]*[\"']?[a-z]+")
_COMMAND_IN_LIST = re.compile(rb"[\"']--asyncio-mode[\"'][ \t]*,|[\"']asyncio_mode=")
_ASSIGNMENT = re.compile(
    r"^(?P<indent>[ \t]*)[^#\n]*(?:\.asyncio_mode[ \t]*=[^=]|setattr\([^#\n]*[\"']asyncio_mode[\"'])", re.MULTILINE
)
_COMMAND_FILES = (
    "tox.ini",
    "tox.toml",
    "noxfile.py",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "tasks.py",
    "Taskfile.yml",
    "pyproject.toml",
    "setup.cfg",
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
)


def mode_on_command_line(root: Path) -> tuple[Path, int] | None:
    """The file and row under `root` where a pytest command line names the asyncio mode, if any."""
    for path in _command_files(root):
        text = read_bytes(path)
        if b"asyncio" not in text:
            continue
        found = _COMMAND.search(text) or _COMMAND_IN_LIST.search(text)
        if found is not None:
            return path, text.count(b"\n", 0, found.start()) + 1
    return None


def mode_set_by_conftest(root: Path, testpaths: list[str]) -> tuple[Path, int] | None:
    """The conftest.py and row that sets `config.option.asyncio_mode`; pytest reads the initial conftest files only."""
    for folder in dict.fromkeys(("", *testpaths, "tests", "test")):
        path = root / folder / "conftest.py"
        raw = read_bytes(path)
        if b"asyncio_mode" in raw:
            row = conftest_sets_mode(raw.decode("utf-8", "replace"))
            if row is not None:
                return path, row
    return None


def conftest_sets_mode(text: str) -> int | None:
    """The 1-based row where the text of a conftest.py sets the option `asyncio_mode`, if it does."""
    found = _ASSIGNMENT.search(text)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def _command_files(root: Path) -> Iterator[Path]:
    for name in _COMMAND_FILES:
        yield root / name
    workflows = root / ".github" / "workflows"
    yield from sorted(workflows / name for name in files.names(workflows, r"\.ya?ml$"))
