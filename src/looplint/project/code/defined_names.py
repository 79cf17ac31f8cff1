"""Which names the files of a project define, and in which colour: told by their bytes, without parsing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.files import matching

if TYPE_CHECKING:
    from pathlib import Path

_DEF = r"^[ \t]*(?:(async)[ \t]+)?def[ \t]+(\w+)"


@dataclass(frozen=True, slots=True)
class ColourIndex:
    """Which files below a directory define a name as a plain function, and which as an async one."""

    root: Path

    def files(self, name: str, *, is_async: bool) -> tuple[Path, ...]:
        """The files with a def of that name, plain or async."""
        return matching(self.root, _DEF, "async" if is_async else "", name)
