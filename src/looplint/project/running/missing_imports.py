"""What a test file imports from its own project that is not there, so that importing the file fails.

Only what is sure counts: the first part of the name is a regular package or a module that lies in one place of the
project and has the name of no dependency; the module in which a name is missed can be read and makes no names at run
time. Python's rules are those of "The import system" in the language reference; a directory without `__init__.py` loses
to a module of its name.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.code.files import python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project.project import Project

_MAKES_NAMES = re.compile(
    rb"__getattr__|\b(?:globals|locals|vars|setattr|exec|eval|__import__)\(|sys\.modules|__path__|import_module|__dict__|"
    rb"[Ll]azy|meta_path"
)
"""How a module comes to names that no reader sees."""
_REPLACES_MODULES = re.compile(
    rb"sys\.modules|meta_path|__path__|extend_path|path_hooks|importorskip|allow_module_level|SkipTest|modules\["
)
"""How a test, conftest.py or package makes modules importable that are not there, or skips itself without them."""
_MADE_BY_BUILD = re.compile(r"_|.*(?:_pb2|_pb2_grpc|_grpc|_version|_rc|_ext)$|version$|generated|.*_generated$|gen$")
_BUILD_FILES = (
    ".gitignore", ".gitmodules", "setup.py", "setup.cfg", "pyproject.toml", "CMakeLists.txt", "meson.build", "Makefile",
    "MANIFEST.in", "hatch_build.py", "build.py", "Cargo.toml", "noxfile.py", "tox.ini", "justfile",
)  # fmt: skip
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
_BINDS = re.compile(
    rb"^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(?:from|import)\b([^\n]*)|(\w+)[ \t]*(?:[:=,)]|$))",
    re.MULTILINE,
)
"""What may bind a name at module level; binds too much rather than too little."""
_WORD = re.compile(rb"\w+")
_OWN_NAME = re.compile(rb"""^name\s*=\s*["']([^"']+)["']""", re.MULTILINE)
_DEPTH = 8


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
            sure = _is_read_as_it_stands(project, facts) if sure is None else sure
            known = _KNOWN_MISSING.search(_rows(facts, statement))
            top = found.module.partition(".")[0]
            if sure and not known and (not top or _lies_once(project, facts, top)):
                yield found


def _rows(facts: Facts, statement: ast.stmt) -> str:
    last = statement.end_lineno or statement.lineno
    return "\n".join(facts.source.line(row) for row in range(statement.lineno, last + 1))


def _missing(project: Project, facts: Facts, statement: ast.Import | ast.ImportFrom) -> Iterator[MissingImport]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            place = _absolute(project, facts, alias.name) if "." in alias.name else None
            if place is not None and place.lacks:
                yield MissingImport(
                    node=alias, module=place.lacks, name="", file=None, directory=place.directory, below=place.top
                )
        return
    place = (
        _relative(project, facts, statement) if statement.level else _absolute(project, facts, statement.module or "")
    )
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


# -- modules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a dotted module name leads: a package's directory, a module's file, or to a module that it `lacks`.

    `top` is the directory of the outermost package.
    """

    dotted: str
    top: Path
    directory: Path | None = None
    file: Path | None = None
    lacks: str = ""

    def has(self, project: Project, name: str) -> bool:
        """May `from <module> import <name>` work?"""
        if self.directory is not None and (_entry(project, self.directory, name) or _is_built(project, name)):
            return True
        return self.file is None or _may_define(project, self.file, name)


def _absolute(project: Project, facts: Facts, dotted: str) -> _Place | None:
    """Where an absolute module name leads; None for modules that are not surely those of the project."""
    top, *rest = dotted.split(".")
    located = project.locate(top, facts.file)
    if located is None or located[1] or top == "conftest":
        return None
    path = located[0]
    if path.suffix != ".py":
        return None
    if path.name != "__init__.py":
        place = _Place(dotted=top, top=path.parent, file=path)
        return place if not rest else None
    return _descend(project, _Place(dotted=top, top=path.parent, directory=path.parent, file=path), rest)


def _relative(project: Project, facts: Facts, statement: ast.ImportFrom) -> _Place | None:
    """Where a relative import leads; None outside of regular packages."""
    assert facts.file is not None
    directory = facts.file.parent
    for step in range(statement.level):
        if not project.finder.has(directory, "__init__.py"):
            return None
        directory = directory.parent if step < statement.level - 1 else directory
    shown = "." * statement.level
    place = _Place(dotted=shown, top=directory, directory=directory, file=directory / "__init__.py")
    return _descend(project, place, statement.module.split(".") if statement.module else [])


def _descend(project: Project, place: _Place, parts: list[str]) -> _Place | None:
    """From a package down; None where something that cannot be read may answer."""
    has = project.finder.has
    for part in parts:
        package = place.directory
        if package is None:
            return None
        dotted = f"{place.dotted}{'' if place.dotted.endswith('.') else '.'}{part}"
        inner = package / part
        if has(inner, "__init__.py"):
            place = _Place(dotted=dotted, top=place.top, directory=inner, file=inner / "__init__.py")
        elif has(package, f"{part}.py"):
            place = _Place(dotted=dotted, top=place.top, file=package / f"{part}.py")
        elif _may_come(project, place, package, part):
            return None
        else:
            return _Place(dotted=place.dotted, top=place.top, directory=package, lacks=dotted)
    return place


def _may_come(project: Project, place: _Place, package: Path, part: str) -> bool:
    """May something else than a Python file bring a module of the package: an extension, a build, its own code?"""
    if _entry(project, package, part) or _is_built(project, part):
        return True
    return place.file is not None and _REPLACES_MODULES.search(project.raw(place.file)) is not None


def _entry(project: Project, directory: Path, name: str) -> bool:
    """Is there a directory or file of that name, whatever its suffix (.py, .pyi, .so, .pyx, .py.in …)?"""
    return any(entry.partition(".")[0] == name for entry in project.finder.names_in(directory))


def _is_built(project: Project, name: str) -> bool:
    """May a build make the module: by its name, or since a file of the build or of git's speaks of it?"""
    if _MADE_BY_BUILD.match(name):
        return True
    word = re.compile(rb"\b%s\b" % re.escape(name).encode())
    root, has = project.root, project.finder.has
    return any(word.search(project.raw(root / file)) for file in _BUILD_FILES if has(root, file))


# -- names -----------------------------------------------------------------------------------------------------------


def _may_define(project: Project, file: Path, name: str) -> bool:
    """May a module have the name? Judged by its bytes where these suffice, so that most modules are not parsed."""
    if name.startswith("__") or name.encode() in _bound_words(project.raw(file)):
        return True
    return _reads(project, file, name, _DEPTH)


@lru_cache(maxsize=1024)
def _bound_words(raw: bytes) -> frozenset[bytes]:
    """The words that a module may bind, by one look at its rows."""
    words: set[bytes] = set()
    for defined, imported, assigned in _BINDS.findall(raw):
        words.add(defined or assigned)
        if imported:
            words.update(_WORD.findall(imported))
    return frozenset(words)


def _reads(project: Project, file: Path, name: str, depth: int) -> bool:
    raw = project.raw(file)
    if not depth or (not raw.strip() and file.name != "__init__.py"):
        return True
    if _MAKES_NAMES.search(raw) or re.search(rb"""["']%s["']|\bglobal\b[^\n]*\b%s\b""" % (2 * (name.encode(),)), raw):
        return True
    facts = project.facts_at(file)
    if facts is None:
        return True
    scope = facts.scope(facts.tree)
    if name in scope.names:
        return True
    for star in scope.stars:
        located = project.locate(facts.absolute(star), file)
        if located is None or located[1] or located[0].suffix != ".py" or located[0] == file:
            return True
        if _reads(project, located[0], name, depth - 1):
            return True
    return False


# -- how sure it is --------------------------------------------------------------------------------------------------


def _is_read_as_it_stands(project: Project, facts: Facts) -> bool:
    """Is the file one whose imports nothing but Python's own machinery answers, and not some test's input?"""
    file = facts.file
    assert file is not None
    parts = file.relative_to(project.root).parts[:-1] if file.is_relative_to(project.root) else file.parts[:-1]
    if not _NO_TESTS.isdisjoint(parts) or any("{" in part for part in parts):
        return False
    conftests = tuple(project.conftests(file))
    if any(_REPLACES_MODULES.search(seen.source.raw) for seen in (facts, *conftests)):
        return False
    return len(conftests) == len(project.conftest_paths(file))


def _lies_once(project: Project, facts: Facts, top: str) -> bool:
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


def _homes(project: Project) -> dict[str, set[Path]]:
    """The directories that hold a module or a directory with Python files of each name, over the whole project."""
    found = project.homes
    if found:
        return found
    seen: set[Path] = set()
    for path in python_files(project.root):
        found.setdefault(path.stem, set()).add(path.parent)
        directory = path.parent
        while directory not in seen and directory != project.root:
            seen.add(directory)
            found.setdefault(directory.name, set()).add(directory.parent)
            directory = directory.parent
    return found
