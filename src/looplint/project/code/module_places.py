"""Where a dotted module name leads in the project: to a package, to a module, or to a module that is not there.

Python's rules are those of "The import system" in the language reference; a directory without `__init__.py` loses to a
module of its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.code.module_names import may_define

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

REPLACES_MODULES = re.compile(
    rb"sys\.modules|meta_path|__path__|extend_path|path_hooks|importorskip|allow_module_level|SkipTest|modules\["
)
"""How a test, conftest.py or package makes modules importable that are not there, or skips itself without them."""
_MADE_BY_BUILD = re.compile(r"_|.*(?:_pb2|_pb2_grpc|_grpc|_version|_rc|_ext)$|version$|generated|.*_generated$|gen$")
_WORD = re.compile(rb"\w+")
_BUILD_FILES = (
    ".gitignore", ".gitmodules", "setup.py", "setup.cfg", "pyproject.toml", "CMakeLists.txt", "meson.build", "Makefile",
    "MANIFEST.in", "hatch_build.py", "build.py", "Cargo.toml", "noxfile.py", "tox.ini", "justfile",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
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
        if self.has_inside(project, name):
            return True
        return self.file is None or may_define(project, self.file, name)

    def has_inside(self, project: Project, name: str) -> bool:
        """Is there, or may a build make, a module of that name in the package?"""
        return self.directory is not None and (has_entry(project, self.directory, name) or is_built(project, name))


def place_of(project: Project, facts: Facts, dotted: str) -> Place | None:
    """Where an absolute module name leads; None for modules that are not surely those of the project."""
    top, *rest = dotted.split(".")
    located = project.locate(top, facts.file)
    if located is None or located[1] or top == "conftest":
        return None
    path = located[0]
    if path.suffix != ".py":
        return None
    if path.name != "__init__.py":
        place = Place(dotted=top, top=path.parent, file=path)
        return place if not rest else None
    return descend(project, Place(dotted=top, top=path.parent, directory=path.parent, file=path), rest)


def relative_place(project: Project, file: Path, level: int, module: str | None) -> Place | None:
    """Where a relative import of `file` leads; None outside of regular packages."""
    directory = file.parent
    for step in range(level):
        if not project.finder.has(directory, "__init__.py"):
            return None
        directory = directory.parent if step < level - 1 else directory
    place = Place(dotted="." * level, top=directory, directory=directory, file=directory / "__init__.py")
    return descend(project, place, module.split(".") if module else [])


def descend(project: Project, place: Place, parts: list[str]) -> Place | None:
    """From a package down; None where something that cannot be read may answer."""
    has = project.finder.has
    for part in parts:
        package = place.directory
        if package is None:
            return None
        dotted = f"{place.dotted}{'' if place.dotted.endswith('.') else '.'}{part}"
        inner = package / part
        if has(inner, "__init__.py"):
            place = Place(dotted=dotted, top=place.top, directory=inner, file=inner / "__init__.py")
        elif has(package, f"{part}.py"):
            place = Place(dotted=dotted, top=place.top, file=package / f"{part}.py")
        elif _may_come(project, place, package, part):
            return None
        else:
            return Place(dotted=place.dotted, top=place.top, directory=package, lacks=dotted)
    return place


def _may_come(project: Project, place: Place, package: Path, part: str) -> bool:
    """May something else than a Python file bring a module of the package: an extension, a build, its own code?"""
    if has_entry(project, package, part) or is_built(project, part):
        return True
    return place.file is not None and REPLACES_MODULES.search(project.raw(place.file)) is not None


def has_entry(project: Project, directory: Path, name: str) -> bool:
    """Is there a directory or file of that name, whatever its suffix (.py, .pyi, .so, .pyx, .py.in …)?"""
    return any(entry.partition(".")[0] == name for entry in project.finder.names_in(directory))


def is_built(project: Project, name: str) -> bool:
    """May a build make the module: by its name, or since a file of the build or of git's speaks of it?"""
    if _MADE_BY_BUILD.match(name):
        return True
    return name.encode() in _build_words(project)


@noted
def _build_words(project: Project) -> frozenset[bytes]:
    """All words of the files of the build and of git's."""
    root, has = project.root, project.finder.has
    return frozenset(
        word for file in _BUILD_FILES if has(root, file) for word in _WORD.findall(project.raw(root / file))
    )
