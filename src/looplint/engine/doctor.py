"""What is in force for a path, and where each value comes from: the answers of `project/`, gathered into one record.

Nothing here decides anything. What is broken is told in one line, and the rest goes on.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looplint import __version__
from looplint.engine import globs
from looplint.engine.check import internal_error
from looplint.engine.doctor_packages import packages, pairings
from looplint.engine.doctor_rules import rule_states
from looplint.engine.examined import (
    Conftest,
    Examined,
    OwnConfiguration,
    PluginOption,
    PytestConfiguration,
    Pythons,
    Root,
    SettingInForce,
    Subject,
    Where,
)
from looplint.model.source import Source, SourceError
from looplint.project import Project
from looplint.project.configured.environments import declared_pythons, supported_pythons
from looplint.project.configured.root import is_repository, root_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.engine.configuration import Configuration, Configurations


def examine(path: str, configurations: Configurations) -> Examined:
    """The record for a file or directory, existing or not. Never raises for what lies in files."""
    return _Doctor(path, configurations).examined()


class _Doctor:
    """One examination; `problems` fills on the way."""

    def __init__(self, path: str, configurations: Configurations) -> None:
        self.shown = path
        self.path = Path(os.path.abspath(path))
        self.is_directory = self.path.is_dir()
        self.directory = self.path if self.is_directory else self.path.parent
        self.project = Project.for_path(self.path)
        self.configurations = configurations
        self.configuration: Configuration = configurations.of(str(self.directory))
        self.problems: list[str] = []

    def examined(self) -> Examined:
        """All of it, piece by piece."""
        from looplint.knowledge.clients import use_own

        use_own(self.configuration.clients)
        project = self.project
        pieces: dict[str, Any] = {
            "subject": self._told(Subject(path=self.shown, kind="absent"), self._subject),
            "root": self._told(Root(directory=str(project.root)), self._root),
            "configuration": self._told(OwnConfiguration(per_file_ignores={}), self._own),
            "pytest": self._told(PytestConfiguration(), self._pytest),
            "settings": self._told((), self._settings),
            "plugin_options": self._told((), self._plugin_options),
            "pythons": self._told(Pythons(declared=None, where=None, releases=()), self._pythons),
            "packages": self._told((), lambda: packages(project)),
            "pairings": self._told((), lambda: pairings(project)),
            "other_runner": self._told(None, lambda: project.other_runner),
            "conftests": self._told((), self._conftests),
            "files": self._told((), self._files),
            "rules": self._told((), self._rules),
        }
        python = platform.python_version()
        return Examined(looplint=__version__, python=python, platform=sys.platform, problems=self._problems(), **pieces)

    def _told(self, default: object, piece: Callable[[], object]) -> Any:
        """A piece of the record; a failure of looplint itself is one line, and the default stands."""
        try:
            return piece()
        except Exception as error:  # noqa: BLE001 - the report is for finding defects: it must come out
            self.problems.append(f"internal error: {internal_error('', 'doctor', error).message}; please report it")
            return default

    def _where(self, path: Path | None, row: int | None = None) -> Where | None:
        return None if path is None else where(self.project, path, row)

    def _subject(self) -> Subject:
        kind = "directory" if self.is_directory else "file" if os.path.lexists(self.path) else "absent"
        excluded = globs.matches(self.configuration.exclude, self.configuration.relative(str(self.path)))
        test_file = None if self.is_directory else self.project.is_test_file(self.path)
        return Subject(path=self.shown, kind=kind, excluded=excluded, test_file=test_file)

    def _root(self) -> Root:
        root = self.project.root
        return Root(directory=str(root), by=root_files(root), repository=is_repository(root))

    def _own(self) -> OwnConfiguration:
        found = self.configuration
        layer = found.layers[0] if found.layers else None
        return OwnConfiguration(
            file=None if found.file is None else shown(self.project, Path(os.path.abspath(found.file))),
            select=layer.select if layer is not None else None,
            extend_select=layer.extend_select if layer is not None else (),
            ignore=layer.ignore if layer is not None else (),
            per_file_ignores=dict(found.per_file_ignores),
        )

    def _pytest(self) -> PytestConfiguration:
        config = self.project.settings.config
        return PytestConfiguration(
            file=None if config.path is None else shown(self.project, config.path),
            shadowed=tuple(shown(self.project, path) for path in config.shadowed),
            error=config.error,
        )

    def _settings(self) -> tuple[SettingInForce, ...]:
        known = self.project.settings
        return tuple(
            SettingInForce(
                name=setting.name,
                value=setting.value,
                known=setting.known,
                origin=setting.origin,
                where=self._where(setting.path, setting.row),
            )
            for setting in (
                known.asyncio_mode,
                known.fixture_loop_scope,
                known.test_loop_scope,
                known.anyio_mode,
                known.trio_mode,
                known.strict_markers,
            )
        )

    def _plugin_options(self) -> tuple[PluginOption, ...]:
        command, option = self.project.settings.command, self.project.settings.options.get("addopts")
        if option is None:
            return ()
        named = [(name, True) for name in command.enabled_plugins]
        named += [(name, False) for name in command.disabled_plugins]
        return tuple(
            PluginOption(
                name=name,
                enabled=enabled,
                where=where(self.project, option.path, option.row_with(name if enabled else f"no:{name}")),
            )
            for name, enabled in sorted(named)
        )

    def _pythons(self) -> Pythons:
        files = self.project.versions.files
        declared = declared_pythons(files)
        return Pythons(
            declared=None if declared is None else declared.text,
            where=None if declared is None else self._where(declared.path, declared.row),
            releases=supported_pythons(files),
        )

    def _conftests(self) -> tuple[Conftest, ...]:
        inside = self.path / "conftest.py" if self.is_directory else self.path
        paths = self.project.conftest_paths(inside)
        return tuple(Conftest(file=shown(self.project, path), error=broken_python(path)) for path in paths)

    def _files(self) -> tuple[str, ...]:
        return tuple(shown(self.project, file.path) for file in self.project.versions.all_files)

    def _rules(self) -> Any:
        return rule_states(self.project, self.configuration, None if self.is_directory else str(self.path))

    def _problems(self) -> tuple[str, ...]:
        """What is broken, each once: looplint's configuration, the project's, its conftest files, the file itself."""
        found = [*self.configurations.problems, *self._told([], self._broken), *self.problems]
        return tuple(dict.fromkeys(found))

    def _broken(self) -> list[str]:
        project = self.project
        errors = {shown(project, file.path): file.error for file in project.versions.all_files if file.error}
        told = [f"{name}: {error}" for name, error in errors.items()]
        refused = project.settings.config.error
        if refused is not None and not any(refused.startswith(Path(name).name) for name in errors):
            told.append(f"pytest does not start: {refused}")
        told += [f"{one.file}: {one.error}" for one in self._conftests() if one.error]
        if self.path.suffix == ".py" and self.path.name != "conftest.py" and self.path.is_file():
            error = broken_python(self.path)
            told += [f"{shown(project, self.path)}: {error}"] if error else []
        return told


def shown(project: Project, path: Path) -> str:
    """A path relative to the root, as the record has it."""
    return project.settings.place(path)


def where(project: Project, path: Path, row: int | None) -> Where:
    """A place, as the record has it."""
    return Where(file=shown(project, path), row=row)


def broken_python(path: Path) -> str | None:
    """Why a Python file cannot be read or parsed, in one line without its name."""
    from looplint.model.parsing import parse

    try:
        parse(Source.read(str(path)))
    except SourceError as error:
        return f"{error.message} (at line {error.row})" if error.row else error.message
    return None
