"""What a test file imports from its own project that is not there, so that importing the file fails.

Only what is sure counts: the first part of the name is a regular package or a module that lies in one place of the
project and has the name of no dependency; the module in which a name is missed can be read and makes no names at run
time.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.code.module_places import REPLACES_MODULES, place_of, relative_place
from looplint.project.files import python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project.code.module_places import Place
    from looplint.project.questions import Project

_NO_TESTS = frozenset(
    {
        "data",
        "testdata",
        "test_data",
        "fixtures",
        "resources",
        "samples",
        "snapshots",
        "templates",
        "vendor",
        "third_party",
    }
)
"""Directories of files that look like tests, but are what tests read."""
_KNOWN_MISSING = re.compile(
    r"#.*(?:no-name-in-module|import-error|E0611|E0401|attr-defined|import-not-found|reportMissing)"
)
_OWN_NAME = re.compile(rb"""^name\s*=\s*["']([^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingImport:
    """An import that fails: `name` is missed in `module`, or the module itself is ("" as `name`).

    `node` is the alias or statement, `file` the file in which the name was looked for, None for a module; `directory`
    is the package in which a module was looked for, `below` the outermost one, in which it may lie elsewhere.
    """

    node: ast.AST
    module: str
    name: str
    file: Path | None
    directory: Path | None
    below: Path


def missing_imports(project: Project, facts: Facts) -> Iterator[MissingImport]:
    """The imports at module level of a test file that surely fail, in source order."""
    if facts.file is None:
        return
    sure: bool | None = None
    for statement in facts.tree.body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            continue
        for found in _missing(project, facts, statement):
            sure = is_read_as_it_stands(project, facts) if sure is None else sure
            known = _KNOWN_MISSING.search(_rows(facts, statement))
            top = found.module.partition(".")[0]
            if sure and not known and (not top or lies_once(project, facts, top)):
                yield found


def _rows(facts: Facts, statement: ast.stmt) -> str:
    last = statement.end_lineno or statement.lineno
    return "\n".join(facts.source.line(row) for row in range(statement.lineno, last + 1))


def _missing(project: Project, facts: Facts, statement: ast.Import | ast.ImportFrom) -> Iterator[MissingImport]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            place = place_of(project, facts, alias.name) if "." in alias.name else None
            if place is not None and place.lacks:
                yield MissingImport(
                    node=alias, module=place.lacks, name="", file=None, directory=place.directory, below=place.top
                )
        return
    place = _imported_place(project, facts, statement)
    if place is None:
        return
    if place.lacks:
        yield MissingImport(
            node=statement, module=place.lacks, name="", file=None, directory=place.directory, below=place.top
        )
        return
    for alias in statement.names:
        if alias.name != "*" and not place.has(project, alias.name):
            yield MissingImport(
                node=alias, module=place.dotted, name=alias.name, file=place.file, directory=None, below=place.top
            )


def _imported_place(project: Project, facts: Facts, statement: ast.ImportFrom) -> Place | None:
    if not statement.level:
        return place_of(project, facts, statement.module or "")
    assert facts.file is not None
    return relative_place(project, facts.file, statement.level, statement.module)


# -- how sure it is --------------------------------------------------------------------------------------------------


def is_read_as_it_stands(project: Project, facts: Facts) -> bool:
    """Is the file one whose imports nothing but Python's own machinery answers, and not some test's input?"""
    file = facts.file
    assert file is not None
    parts = file.relative_to(project.root).parts[:-1] if file.is_relative_to(project.root) else file.parts[:-1]
    if not _NO_TESTS.isdisjoint(parts) or any("{" in part for part in parts):
        return False
    conftests = tuple(project.conftests(file))
    if any(REPLACES_MODULES.search(seen.source.raw) for seen in (facts, *conftests)):
        return False
    return len(conftests) == len(project.conftest_paths(file))


def lies_once(project: Project, facts: Facts, top: str) -> bool:
    """Is there one place in the project where the name can be imported from, and no dependency of that name?"""
    if project.versions.declared(top.replace("_", "-")) and not _is_own_name(project, top):
        return False
    near = (facts, *project.conftests(facts.file)) if facts.file is not None else (facts,)
    anywhere = any(b"sys.path" in seen.source.raw for seen in near)
    roots, has = project.finder.roots, project.finder.has
    places = {
        home for home in _homes(project).get(top, ()) if anywhere or home in roots or not has(home, "__init__.py")
    }
    return len(places) <= 1


def _is_own_name(project: Project, top: str) -> bool:
    """Is it the name of the project's own distribution, which its extras may ask for?"""
    named = _OWN_NAME.findall(project.raw(project.root / "pyproject.toml"))
    return any(re.sub(rb"[-_.]+", b"_", name).lower() == top.lower().encode() for name in named)


@noted
def _homes(project: Project) -> dict[str, set[Path]]:
    """The directories that hold a module or a directory with Python files of each name, over the whole project."""
    found: dict[str, set[Path]] = {}
    seen: set[Path] = set()
    for path in python_files(project.root):
        found.setdefault(path.stem, set()).add(path.parent)
        directory = path.parent
        while directory not in seen and directory != project.root:
            seen.add(directory)
            found.setdefault(directory.name, set()).add(directory.parent)
            directory = directory.parent
    return found
