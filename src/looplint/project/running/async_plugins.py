"""What says that a plugin for async tests may be installed where the tests of a project run.

Requirements that looplint reads are only one way to install it. So every file that may install something, or that tells
people to, is searched for the name; and a distribution of which it is not known what it brings may bring one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.knowledge.async_runners import OTHER_RUNNERS
from looplint.knowledge.plugin_bringers import BRING_PYTEST_ASYNCIO
from looplint.knowledge.pytest_plugins import WITHOUT_EVENT_LOOP
from looplint.project import files
from looplint.project.asked import noted
from looplint.project.configured.root import governing_directories, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.project.questions import Project

PLUGIN = "pytest-asyncio"
_PLUGINS = (PLUGIN, *OTHER_RUNNERS, *sorted(BRING_PYTEST_ASYNCIO))
_TEXTS = (
    r"(?i)\.(?:ya?ml|sh|txt|in|pip|ini|cfg|toml|lock|nix|md|rst|bat|ps1|mk|json)$"
    r"|^(?:Makefile|GNUmakefile|makefile|[Jj]ustfile|Jenkinsfile|Pipfile|Procfile|BUILD|Earthfile)$|Dockerfile"
    r"|^(?:setup|noxfile|tasks|dodo|fabfile|conanfile|duties)\.py$"
)
_FOLDERS = (
    "", ".github/workflows", ".github", ".circleci", ".buildkite", ".devcontainer", ".azure-pipelines", ".gitlab",
    "requirements", "reqs", "ci", "scripts", "script", "bin", "tools", "docker", "deploy", "dev", "conda",
    "conda.recipe", "docs", "tests", "test", "etc", "deps", "dependencies",
)  # fmt: skip
_FILES_AT_MOST = 200
_FOREIGN_PLACE = re.compile(
    rb"workspace[ \t]*=[ \t]*true|\bpath[ \t]*=[ \t]*[\"']\.|^[ \t]*(?:-e|--editable)?[ \t=]*(?:\.\./|file:|https?://|git\+)"
    rb"|^[ \t]*-r[ \t]*https?:|@[ \t]*(?:git\+|file:|https?:)|\bgit[ \t]*=[ \t]*[\"']|[\"'](?:git\+|\.\./)",
    re.MULTILINE,
)
_EXTRA = re.compile(r"^[^\[;]*\[([^\]]*)\]")
_FOR_TESTS = re.compile(r"(?i)\b(?:tests?|testing|dev|develop|development|ci|qa|all|async|asyncio)\b")
_TESTING = re.compile(r"(?i)test|pytest|fixture|asyncio")


@noted
def plugin_at_hand(project: Project) -> str | None:
    """Why a plugin that runs async tests may be installed, for the proof; None where nothing says so."""
    return next(_unknown_bringers(project), None) or named_anywhere(project, _PLUGINS)


@noted
def unknown_bringer(project: Project) -> str | None:
    """A requirement that may bring any plugin along, for the proof; None where there is none."""
    return next(_unknown_bringers(project), None)


@noted
def named_anywhere(project: Project, names: tuple[str, ...]) -> str | None:
    """Where one of these distributions (canonical names) is required, locked or named; None where none is."""
    versions = project.versions
    for name in names:
        if versions.declared(name) or versions.locked(name):
            return f"{name} is required"
    spelled = "|".join(re.escape(name).replace(r"\-", "[-_.]") for name in names)
    pattern = re.compile(rf"(?<![\w.-])(?<!no:)(?:{spelled})(?![\w-])".encode(), re.IGNORECASE)
    found = (_named_in(directory, pattern) for directory in governing_directories(project.root))
    return next(filter(None, found), None)


def _unknown_bringers(project: Project) -> Iterator[str]:
    """Distributions that may require a plugin: for tests by their name or extra, and those from outside the index."""
    versions = project.versions
    for name in sorted(versions.names):
        if _TESTING.search(name) and name not in WITHOUT_EVENT_LOOP:
            yield f"{name} may bring one"
        for place in versions.declared(name):
            extra = _EXTRA.match(place.text)
            if extra is not None and _FOR_TESTS.search(extra[1]):
                yield f"{place.text} may bring one"
    for file in versions.files:
        if _FOREIGN_PLACE.search(file.text.encode()):
            yield f"{file.path.name} names a distribution that is not from the package index"


def _named_in(directory: Path, pattern: re.Pattern[bytes]) -> str | None:
    for count, path in enumerate(_texts(directory)):
        if count >= _FILES_AT_MOST:
            return f"{directory} has more files than are read"
        found = pattern.search(read_bytes(path))
        if found is not None:
            return f"{found[0].decode('latin-1')} is named in {path}"
    return None


def _texts(directory: Path) -> Iterator[Path]:
    for folder in _FOLDERS:
        for name in files.names(directory / folder, _TEXTS):
            yield directory / folder / name
