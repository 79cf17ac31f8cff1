"""Whoever else may run the async tests of a project: plugins declared, mentioned, loaded by name, known by a fixture.

What those plugins are stands in `knowledge/async_runners.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.knowledge.async_runners import NO_RUNNER, OTHER_RUNNERS, RUNNER_FIXTURES
from looplint.project import files
from looplint.project.configured.root import governing_directories, is_marked, read_bytes
from looplint.project.running.fixtures import find_fixture, plugin_modules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_INSTALLING = (
    "setup.py",
    "noxfile.py",
    "tasks.py",
    "Makefile",
    "Dockerfile",
    ".gitlab-ci.yml",
    ".travis.yml",
    "justfile",
)
_INSTALLING_NAMES = r"\.(?:ya?ml|sh|txt|in|ini|cfg|toml)$"
_INSTALLING_DIRECTORIES = (".github/workflows", "requirements", "ci", ".circleci", "scripts")
_CALLING = "pytest_pyfunc_call"
"""The hook that calls a test function."""
_READ_AT_MOST = 300_000
_FILES_AT_MOST = 60


def other_runner(project: Project) -> str | None:
    """A plugin of the project that may run unmarked async tests, for the proof; None where there is none."""
    if project.settings.anyio_mode.value == "auto":
        return "anyio_mode=auto"
    for plugin in OTHER_RUNNERS:
        if project.versions.declared(plugin):
            return f"{plugin} is declared"
    for directory in governing_directories(project.root):
        found = _mentioned(directory)
        if found is not None:
            return found
    loaded = next(filter(None, map(_foreign, sorted(project.settings.enabled_plugins))), None)
    return loaded or _own_plugin(project)


def _own_plugin(project: Project) -> str | None:
    """A module of an installed package that calls tests itself: what loads it was left behind."""
    if is_marked(project.root):
        return None
    names = project.defined_names
    path = next((path for path in names.files(_CALLING, is_async=False) if path.name != "conftest.py"), None)
    return None if path is None else f"{path.relative_to(names.root).as_posix()} defines {_CALLING}"


def _mentioned(directory: Path) -> str | None:
    """A file that says what is installed and names such a plugin where looplint does not read requirements."""
    names = "|".join(re.escape(name).replace(r"\-", "[-_]") for name in OTHER_RUNNERS)
    plugin = re.compile(rf"(?<![\w.-])(?:{names})(?![\w-])".encode(), re.IGNORECASE)
    for count, path in enumerate(_installing_files(directory)):
        if count >= _FILES_AT_MOST:
            break
        found = plugin.search(read_bytes(path)[:_READ_AT_MOST])
        if found is not None:
            return f"{found[0].decode()} is named in {path.relative_to(directory).as_posix()}"
    return None


def _installing_files(directory: Path) -> Iterator[Path]:
    for name in _INSTALLING:
        yield directory / name
    for folder in (".", *_INSTALLING_DIRECTORIES):
        for name in files.names(directory / folder, _INSTALLING_NAMES):
            if name not in (*_INSTALLING, "pyproject.toml"):
                yield directory / folder / name


def foreign_plugin(project: Project, facts: Facts) -> str | None:
    """A plugin from outside that `pytest_plugins` of a file or a conftest.py above it names, and that may run tests."""
    holders = [facts]
    if facts.file is not None:
        holders += project.conftests(facts.file)
    for holder in holders:
        for name in plugin_modules(holder):
            proof = _foreign(name)
            if proof is not None and project.locate(name, holder.file) is None:
                return proof
    return None


def _foreign(name: str) -> str | None:
    package = name.partition(".")[0]
    if package in NO_RUNNER or name.startswith(("no:", "_pytest")) or ("." not in name and "pytest" not in name):
        return None
    return f"{name} is loaded as a plugin"


def brought_by_another(project: Project, facts: Facts) -> str | None:
    """A fixture that a test of the file asks for, which only another runner's plugin brings."""
    for function in facts.functions:
        for name in function.parameters:
            plugin = RUNNER_FIXTURES.get(name)
            if plugin is not None and find_fixture(project, name, function, facts) is None:
                return f"{name} is a fixture of {plugin}"
    return None
