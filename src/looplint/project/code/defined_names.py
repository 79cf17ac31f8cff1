"""Which names the files of a project define, in which colour, and on which bases: told by bytes, without parsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.files import matching

if TYPE_CHECKING:
    from pathlib import Path

_DEF = r"^[ \t]*(?:(async)[ \t]+)?def[ \t]+(\w+)"
_SECOND_BASE = r"^[ \t]*class[ \t]+\w+[ \t]*\([^,()]*,\s*(?:\w+\.)*(\w+)()"
_LAST_BASE = r"^[ \t]*class[ \t]+\w+[ \t]*\([^()]*,\s*(?:\w+\.)*(\w+)()[\s,]*\)"
_ALL = (_DEF, _SECOND_BASE, _LAST_BASE)


@dataclass(frozen=True, slots=True)
class ColourIndex:
    """Which files below a directory define a name as a plain function, and which as an async one."""

    root: Path

    def files(self, name: str, *, is_async: bool) -> tuple[Path, ...]:
        """The files with a def of that name, plain or async."""
        return matching(self.root, _DEF, "async" if is_async else "", name, beside=_ALL)


def files_with_base(root: Path, name: str) -> set[Path]:
    """The files below a directory with a class that has a base of that name as its second or last one of several."""
    return {path for base in (_SECOND_BASE, _LAST_BASE) for path in matching(root, base, name, "", beside=_ALL)}
