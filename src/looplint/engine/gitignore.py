"""What git leaves out: .gitignore files at every level up to the repository, and .git/info/exclude.

pathspec is imported only when there is such a file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pathspec import GitIgnoreSpec

_NAME = ".gitignore"
_REPOSITORY = ".git"


@dataclass(frozen=True, slots=True)
class Ignores:
    """The patterns that govern one directory, the outermost file first."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()
    """Absolute directory with a separator at its end, and the patterns that are relative to it."""

    @classmethod
    def above(cls, directory: str) -> Ignores:
        """What the directories above say, up to the repository; nothing for a directory that they ignore.

        A directory that the user named is walked though git ignores it: otherwise nothing at all would be checked.
        """
        chain: list[str] = []
        current = directory
        while not os.path.lexists(os.path.join(current, _REPOSITORY)):
            parent = os.path.dirname(current)
            if parent == current:
                return cls()
            chain.append(parent)
            current = parent
        ignores = cls()
        for above in reversed(chain):
            ignores = ignores.entered(above, {_NAME, _REPOSITORY} if above == current else {_NAME})
        ignored = any(ignores.ignored(part, is_directory=True) for part in [directory, *chain] if part != current)
        return cls() if ignored else ignores

    def entered(self, directory: str, names: AbstractSet[str]) -> Ignores:
        """With what the files of `directory` say; `names` are its entries."""
        specs = self.specs
        if _REPOSITORY in names:
            specs = _read(directory, os.path.join(_REPOSITORY, "info", "exclude"))
        if _NAME in names:
            specs = (*specs, *_read(directory, _NAME))
        return self if specs == self.specs else Ignores(specs)

    def ignored(self, path: str, *, is_directory: bool) -> bool:
        """Does the innermost file that speaks of this absolute path leave it out?"""
        for base, spec in reversed(self.specs):
            if not path.startswith(base):
                continue
            relative = path[len(base) :].replace(os.sep, "/")
            verdict = spec.check_file(f"{relative}/" if is_directory else relative).include
            if verdict is not None:
                return verdict
        return False


def _read(directory: str, name: str) -> tuple[tuple[str, GitIgnoreSpec], ...]:
    path = os.path.join(directory, name)
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line for line in file.read().split("\n") if line.strip() and not line.startswith("#")]
    except OSError:
        return ()
    if not lines:
        return ()
    from pathspec import GitIgnoreSpec

    patterns = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:  # git, too, skips a pattern that it cannot read
            continue
        patterns.append(line)
    return ((os.path.join(directory, ""), GitIgnoreSpec.from_lines(patterns)),)
