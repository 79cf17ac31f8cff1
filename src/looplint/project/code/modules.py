"""Import paths of a project without importing: file -> dotted name, dotted name -> file.

Roots, in order: `pythonpath` of the pytest configuration, `src/`, the project root; for a test file also the first
directory upward without `__init__.py`, which pytest's default import mode puts on `sys.path`
(pytest documentation, "pytest import mechanisms and sys.path/PYTHONPATH").
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project import files
from looplint.project.asked import Answer, remember

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Located:
    """A module file and the part of the dotted name that is left for names inside it."""

    path: Path
    rest: tuple[str, ...]


class ModuleFinder:
    """Looks modules up below the source roots of one project.

    `pythonpath` is absolute or relative to `root`.
    """

    def __init__(self, root: Path, pythonpath: Sequence[str] = ()) -> None:
        self.root = root
        given = (Path(os.path.normpath(root / p)) for p in pythonpath)
        candidates = [*given, root / "src", root / "lib", root]
        self.roots: tuple[Path, ...] = tuple(p for p in dict.fromkeys(candidates) if files.is_directory(p))
        self._located: dict[tuple[str, str], Answer[Located | None]] = {}
        self._holders: dict[tuple[str, str], Answer[tuple[tuple[Path, bool], ...]]] = {}

    def name_of(self, path: Path) -> tuple[str, bool]:
        """The dotted name of a file and whether it is a package's `__init__`; ("", False) outside all roots."""
        best: tuple[str, ...] | None = None
        for root in self.roots:
            try:
                parts = path.relative_to(root).with_suffix("").parts
            except ValueError:
                continue
            if best is None or len(parts) < len(best):
                best = parts
        if best is None:
            return "", False
        is_package = best[-1] == "__init__"
        parts = best[:-1] if is_package else best
        if not all(part.isidentifier() for part in parts):
            parts = self._inside_packages(path, parts)
        return ".".join(parts), is_package

    def _inside_packages(self, path: Path, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The name below the outermost package, as pytest's default import mode gives it."""
        count = 0 if path.name == "__init__.py" else 1
        directory = path.parent
        while self.has(directory, "__init__.py") and count < len(parts):
            count += 1
            directory = directory.parent
        inner = parts[len(parts) - count :]
        return inner if all(part.isidentifier() for part in inner) else ()

    def locate(self, dotted: str, near: Path | None = None) -> Located | None:
        """The file of the longest module prefix of `dotted`; `near` is the file that imports it."""
        key = (dotted, os.path.dirname(near) if near is not None else "")  # noqa: PTH120 - hashing a Path costs much
        return remember(self._located, key, lambda: self._search(dotted, near))

    def _search(self, dotted: str, near: Path | None) -> Located | None:
        parts = tuple(dotted.split("."))
        if not parts[0] or parts[0] in sys.stdlib_module_names:
            return None
        for base, regular_only in self._holding(parts[0], near):
            found = self._descend(base, parts, regular_only=regular_only)
            if found is not None:
                return found
        return None

    def _holding(self, name: str, near: Path | None) -> tuple[tuple[Path, bool], ...]:
        """The bases that may have a module or package of that name, as `_bases` has them."""
        key = (name, os.path.dirname(near) if near is not None else "")  # noqa: PTH120 - as above
        return remember(
            self._holders,
            key,
            lambda: tuple(b for b in self._bases(near) if self.has(b[0], name) or self.has(b[0], f"{name}.py")),
        )

    def _bases(self, near: Path | None) -> Iterator[tuple[Path, bool]]:
        """Directories to search, and whether only regular packages count there."""
        if near is not None:
            directory = near.parent
            while self.has(directory, "__init__.py") and directory != directory.parent:
                directory = directory.parent
            if directory not in self.roots:
                yield directory, True
        for root in self.roots:
            yield root, False

    def _descend(self, base: Path, parts: tuple[str, ...], *, regular_only: bool) -> Located | None:
        directory = base
        package: Located | None = None
        for index, part in enumerate(parts):
            if files.entry(directory, part) == "d":
                inner = directory / part
                if self.has(inner, "__init__.py"):
                    package = Located(inner / "__init__.py", parts[index + 1 :])
                elif (regular_only and index == 0) or self.has(directory, f"{part}.py"):
                    return self._module(directory, part, parts, index) or package
                directory = inner
                continue
            return self._module(directory, part, parts, index) or package
        return package

    def _module(self, directory: Path, part: str, parts: tuple[str, ...], index: int) -> Located | None:
        for suffix in (".py", ".pyi"):
            if self.has(directory, f"{part}{suffix}"):
                return Located(directory / f"{part}{suffix}", parts[index + 1 :])
        return None

    def names_in(self, directory: Path) -> Iterable[str]:
        """The names of a directory's entries, without hidden ones and `__pycache__`."""
        return files.names(directory)

    def has(self, directory: Path, name: str) -> bool:
        """Is there an entry of that name?"""
        return files.entry(directory, name) != ""
