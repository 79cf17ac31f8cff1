"""The options of `looplint check`, and what they mean together with the configuration."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from looplint.engine.configuration import FORMATS, ConfigurationError, Configurations, load
from looplint.engine.selection import Layer, SelectorError, strengths
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from looplint.engine.configuration import Configuration

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _codes(_context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    selectors = tuple(part.strip() for value in given for part in value.split(",") if part.strip())
    for selector in selectors:
        try:
            strengths(selector)
        except SelectorError as error:
            raise click.BadParameter(str(error), param=parameter) from None
    return selectors


_RULES: dict[str, Any] = {"multiple": True, "callback": _codes, "metavar": "RULES"}
_OPTIONS = (
    click.option("--fix/--no-fix", default=None, help="Apply safe fixes to the files."),
    click.option("--unsafe-fixes/--no-unsafe-fixes", default=None, help="Count and apply unsafe fixes as well."),
    click.option("--diff", is_flag=True, help="Show what --fix would change, change nothing; exit 1 if anything."),
    click.option("--show-fixes", is_flag=True, help="List the fixes that were applied."),
    click.option("--select", help="Codes, prefixes, names or ALL: check these and no others.", **_RULES),
    click.option("--extend-select", help="Check these as well.", **_RULES),
    click.option("--ignore", help="Do not check these.", **_RULES),
    click.option("--output-format", type=click.Choice(FORMATS), help="How findings are printed.  [default: text]"),
    click.option("-o", "--output-file", type=click.Path(dir_okay=False), help="Write the report to this file."),
    click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them."),
    click.option("--exit-zero", is_flag=True, help="Exit 0 also when there are findings."),
    click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit 1 when something was fixed, too."),
    click.option("--no-cache", is_flag=True, help="Neither read nor write a cache."),
    click.option("-j", "--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one per CPU]"),
    click.option("--stdin-filename", metavar="PATH", help="The file that the text on standard input (`-`) stands for."),
    click.option("--config", "config", type=click.Path(), help="Use this configuration file for all files."),
    click.option("--isolated", is_flag=True, help="Use no configuration of looplint."),
    click.option("--force-exclude/--no-force-exclude", default=None, help="Exclude also files given by name."),
    click.option("--respect-gitignore/--no-respect-gitignore", default=None, help="Skip what git ignores."),
    click.option("--disable-noqa", is_flag=True, help="Report also what `# noqa` comments silence."),
    click.option("-q", "--quiet", is_flag=True, help="Print the findings and nothing else."),
    click.option("-v", "--verbose", is_flag=True, help="Say what was checked, in what time, by what configuration."),
)


def check_options(command: _Command) -> _Command:
    """All options on the command function, in the order of the help text."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """The parsed options, by their names; None where the configuration decides."""

    fix: bool | None
    unsafe_fixes: bool | None
    diff: bool
    show_fixes: bool
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    output_format: str | None
    output_file: str | None
    statistics: bool
    exit_zero: bool
    exit_non_zero_on_fix: bool
    no_cache: bool
    jobs: int | None
    stdin_filename: str | None
    config: str | None
    isolated: bool
    force_exclude: bool | None
    respect_gitignore: bool | None
    disable_noqa: bool
    quiet: bool
    verbose: bool

    @property
    def workers(self) -> int:
        """Processes to use at most."""
        if self.jobs is not None:
            return self.jobs
        available = getattr(os, "sched_getaffinity", None)
        return len(available(0)) if available is not None else os.cpu_count() or 1

    def configurations(self) -> Configurations:
        """Configuration by directory, below the selectors given here. Raises click.UsageError."""
        layer = Layer(select=self.select or None, extend_select=self.extend_select, ignore=self.ignore)
        return Configurations(fixed=fixed_configuration(self.config, isolated=self.isolated), layer=layer)


def fixed_configuration(config: str | None, *, isolated: bool) -> Configuration | None:
    """What `--config` and `--isolated` put in the place of the files that lie about. Raises click's exceptions."""
    from looplint.engine.configuration import Configuration

    here = os.getcwd()  # noqa: PTH109 - strings, as in the engine
    if isolated:
        if config is not None:
            raise click.UsageError("--isolated and --config exclude each other")
        return Configuration(directory=here)
    if config is None:
        return None
    try:
        return load(config, directory=here) or Configuration(directory=here, file=config)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None
