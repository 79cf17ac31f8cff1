"""Small projects written for a test."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from looplint.model.definitions import Fixture
from looplint.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.definitions import Function
    from looplint.model.facts import Facts


def write(root: Path, files: dict[str, str]) -> Path:
    """Write dedented files below `root`, a repository of its own, so that no search leaves it."""
    (root / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return root


def tree(root: Path, files: dict[str, str]) -> Project:
    """A project of these files; its root is `root`, whatever the files say."""
    return Project(write(root, files))


def facts(project: Project, name: str) -> Facts:
    """The facts of a file of the project."""
    found = project.facts_at(project.root / name)
    assert found is not None
    return found


def function(project: Project, name: str, qualname: str) -> Function:
    """A def of a file of the project."""
    found = facts(project, name).function(qualname)
    assert found is not None
    return found


def fixture(project: Project, name: str, qualname: str) -> Fixture:
    """A fixture of a file of the project."""
    found = function(project, name, qualname).fixture
    assert found is not None
    return found


def place(found: Fixture | Function | None, project: Project) -> str | None:
    """`file:qualified name` of a fixture or def, for comparisons."""
    if found is None:
        return None
    function = found.function if isinstance(found, Fixture) else found
    assert function.facts.file is not None
    return f"{function.facts.file.relative_to(project.root).as_posix()}:{function.qualname}"
