"""The flake8 plugin: the same findings as `looplint check`, in every editor that runs flake8.

flake8 hands over decoded lines and a name that may be no file; the file itself is never opened. flake8 applies
`# noqa`, its own `--select` and `--ignore`; looplint's configuration comes from the file's place in the tree. Whatever
goes wrong is the finding LPL000: an exception from here would end the whole run of flake8.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from looplint import __version__

if TYPE_CHECKING:
    import ast
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from flake8.options.manager import OptionManager  # type: ignore[import-untyped]

    from looplint.engine.check import Place
    from looplint.engine.configuration import Configurations
    from looplint.model.finding import Finding

_NAMELESS = ("stdin", "-", "")
"""What flake8 calls standard input without `--stdin-display-name`."""

Report = tuple[int, int, str, type]
"""Row (1-based), column (0-based, characters), code and message, plugin."""


@cache
def _configurations(config: str | None) -> Configurations:
    """looplint's configurations, read once in each of flake8's processes."""
    from looplint.engine.configuration import Configuration, Configurations, load

    if not config:
        return Configurations()
    here = os.getcwd()  # noqa: PTH109 - strings, as in the engine
    return Configurations(fixed=load(config, directory=here) or Configuration(directory=here))


class Plugin:
    """One file under flake8."""

    name = "looplint"
    version = __version__
    config: str | None = None
    """`--looplint-config`; set once by flake8 in each process."""

    def __init__(
        self,
        tree: ast.AST,  # noqa: ARG002 - its name makes this a plugin that is called once a file
        lines: Sequence[str],
        filename: str = "stdin",
    ) -> None:
        self._lines = lines
        self._filename = filename

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """One option: everything else is in looplint's configuration."""
        manager.add_option(
            "--looplint-config",
            default=None,
            parse_from_config=True,
            normalize_paths=True,
            metavar="PATH",
            help="looplint's configuration (default: looplint.toml or pyproject.toml, nearest upward of each file)",
        )

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Keep the option for the instances of this process."""
        cls.config = options.looplint_config

    def run(self) -> Iterator[Report]:
        """The findings. A generator that cannot raise."""
        try:
            yield from [self._report(finding) for finding in self._findings()]
        except Exception as error:  # noqa: BLE001 - flake8 would end its run with a traceback
            from looplint.engine.check import internal_error

            yield self._report(internal_error(self._filename, "looplint", error))

    def _report(self, finding: Finding) -> Report:
        return finding.start.row, finding.start.column - 1, f"{finding.code} {finding.message}", type(self)

    def _findings(self) -> Iterator[Finding]:
        from looplint.engine.check import Place, check_source
        from looplint.model.source import Source

        if self._filename.endswith(".ipynb"):  # cells of a notebook are no test file
            return
        absolute = None if self._filename in _NAMELESS else os.path.abspath(self._filename)  # noqa: PTH100 - as above
        directory = os.path.dirname(absolute) if absolute is not None else os.getcwd()  # noqa: PTH109, PTH120 - as above
        configurations = _configurations(self.config)
        place = Place(path=_shown(absolute), absolute=absolute, configuration=configurations.of(directory))
        for problem in configurations.problems:
            yield _configuration_problem(place, problem)
        yield from check_source(Source.from_lines(self._lines, place.path), place, noqa=False)
        if absolute is not None and os.path.basename(absolute) == "conftest.py":  # noqa: PTH119 - as above
            yield from _of_configuration_files(place, absolute)


def _shown(absolute: str | None) -> str:
    """How messages name the file: as the project's look-ups would, whatever flake8 calls it."""
    if absolute is None:
        return "stdin"
    try:
        return os.path.relpath(absolute)
    except ValueError:  # another drive
        return absolute


def _configuration_problem(place: Place, problem: str) -> Finding:
    from looplint.engine.own_rules import UNREADABLE, own_finding

    return own_finding(UNREADABLE, place.path, problem)


def _of_configuration_files(place: Place, conftest: str) -> Iterator[Finding]:
    """What is wrong with the configuration files that the outermost conftest.py stands for, at its first row."""
    from dataclasses import replace
    from pathlib import Path

    from looplint.engine.job import perform
    from looplint.engine.jobs import JobOptions, RootJob
    from looplint.model.finding import Position
    from looplint.project.configured.root import find_root

    path = Path(conftest)
    root = find_root(path)
    above = [directory for directory in path.parent.parents if directory == root or root in directory.parents]
    if any((directory / "conftest.py").is_file() for directory in above):
        return
    configuration = _configurations(Plugin.config).of(str(root))
    governed = replace(place, path=str(root), absolute=str(root), configuration=configuration)
    for result in perform(RootJob(root=str(root), place=governed), JobOptions()):
        for finding in result.findings:
            row, column = finding.start
            told = f"{finding.path}:{row}:{column}: {finding.message}"
            yield replace(finding, path=place.path, start=Position(1, 1), end=Position(1, 1), message=told)
