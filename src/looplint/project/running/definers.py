"""Where a project defines a name at module level, found by the rows of its files without parsing them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.files import python_files

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.questions import Project

_FILES_AT_MOST = 4_000
_DEFINES = re.compile(rb"^(?:(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]+)?=(?!=))", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definer:
    """A module that defines a name: its dotted name, its file, the row of the definition, counted from 1."""

    module: str
    path: Path
    row: int


def definers(project: Project, name: str, below: Path) -> list[Definer]:
    """The modules below a directory that define `name` themselves; test files and files beyond 4,000 are left out."""
    found = []
    for path in _table(project, below).get(name.encode(), ()):
        module, _ = project.finder.name_of(path)
        row = _row(project.raw(path), name.encode())
        if module and row:
            found.append(Definer(module=module, path=path, row=row))
    return found


def modules_named(project: Project, name: str, below: Path) -> list[str]:
    """The dotted names of the modules and packages below a directory that are called `name`, but for test files."""
    found = []
    for path in python_files(below)[:_FILES_AT_MOST]:
        if path.stem == name or (path.stem == "__init__" and path.parent.name == name):
            module, _ = project.finder.name_of(path)
            if module and not project.is_test_file(path):
                found.append(module)
    return found


@noted
def _table(project: Project, below: Path) -> dict[bytes, tuple[Path, ...]]:
    table: dict[bytes, tuple[Path, ...]] = {}
    for count, path in enumerate(python_files(below)):
        if count >= _FILES_AT_MOST:
            break
        if project.is_test_file(path):
            continue
        for name in {defined or assigned for defined, assigned in _DEFINES.findall(project.raw(path))}:
            table[name] = (*table.get(name, ()), path)
    return table


def _row(raw: bytes, name: bytes) -> int:
    """The row of the first definition; 0 where there is none."""
    for match in _DEFINES.finditer(raw):
        if name in (match[1], match[2]):
            return raw.count(b"\n", 0, match.start()) + 1
    return 0
