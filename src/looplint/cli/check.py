"""`looplint check`."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from looplint.cli.options import CheckOptions, check_options
from looplint.cli.output import ProgressBar, emit, emit_bytes, emit_styled, may_animate, wants_colour
from looplint.engine.check import Place
from looplint.engine.discover import STDIN, discover
from looplint.engine.jobs import JobOptions
from looplint.engine.run import Outcome, exit_code, run, run_text
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from typing import TextIO

    from looplint.engine.configuration import Configuration, Configurations
    from looplint.model.source import Source
    from looplint.report.base import Report

_FOR_PEOPLE = ("text", "concise")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path())
@check_options
def check(paths: tuple[str, ...], **given: Any) -> int:
    """Check files and directories (default: the working directory; `-` is standard input).

    Exit 0 when nothing is left to report, 1 with findings, 2 when something could not be checked.
    """
    return _Check(CheckOptions(**given)).main(paths or (os.curdir,))


@dataclass(frozen=True, slots=True)
class _Settled:
    """Options and the working directory's configuration, put together."""

    fix: bool
    unsafe: bool
    output_format: str


class _Check:
    def __init__(self, options: CheckOptions) -> None:
        self.options = options
        self.configurations: Configurations = options.configurations()
        here: Configuration = self.configurations.of(os.getcwd())  # noqa: PTH109 - strings, as in the engine
        here.rules  # noqa: B018 - what is wrong with the rules shows once, here, not in each file
        self.settled = _Settled(
            fix=here.fix if options.fix is None else options.fix,
            unsafe=here.unsafe_fixes if options.unsafe_fixes is None else options.unsafe_fixes,
            output_format=options.output_format or here.output_format,
        )
        self.job = JobOptions(
            noqa=not options.disable_noqa,
            fix=self.settled.fix or options.diff,
            unsafe=self.settled.unsafe,
            write=not options.diff,
        )

    def main(self, paths: tuple[str, ...]) -> int:
        """Check and print; the exit code."""
        if STDIN in paths:
            if len(paths) > 1:
                raise click.UsageError("standard input (`-`) cannot be checked together with other paths")
            return self._standard_input()
        started = time.monotonic()
        discovered = discover(
            paths,
            self.configurations,
            force_exclude=self.options.force_exclude,
            respect_gitignore=self.options.respect_gitignore,
        )
        outcome = self._run(discovered)
        if not discovered.targets and not discovered.problems and not self.options.quiet:
            emit("warning: no Python files found under the given paths\n", sys.stderr)
        if self.options.verbose:
            self._tell(outcome, time.monotonic() - started)
        return self._finish(outcome, {}, sys.stdout)

    def _run(self, discovered: Any) -> Outcome:
        bar = ProgressBar() if may_animate(sys.stderr) and not self.options.quiet else None
        try:
            return run(
                discovered,
                self.configurations,
                self.job,
                workers=self.options.workers,
                progress=bar,
                cached=not self.options.no_cache,
            )
        finally:
            if bar is not None:
                bar.close()

    def _standard_input(self) -> int:
        raw = sys.stdin.buffer.read()
        name = self.options.stdin_filename
        absolute = os.path.abspath(name) if name is not None else None  # noqa: PTH100 - strings, as in the engine
        directory = os.path.dirname(absolute) if absolute is not None else os.getcwd()  # noqa: PTH109, PTH120 - as above
        configuration = self.configurations.of(directory)
        place = Place(path=name or STDIN, absolute=absolute, configuration=configuration, parse_always=True)
        outcome, source = Outcome(files=1), None
        if not self._is_excluded(place):
            outcome, source = run_text(raw, place, self.job)
        outcome.problems = [*self.configurations.problems, *outcome.problems]
        outcome.finish()
        if self.settled.fix and not self.options.diff:
            emit_bytes(source.raw if source is not None else raw)
            return self._finish(outcome, {place.path: source} if source else {}, sys.stderr)
        return self._finish(outcome, {place.path: source} if source else {}, sys.stdout)

    def _is_excluded(self, place: Place) -> bool:
        """May this text not be checked: an excluded file, or no Python?"""
        from looplint.engine import globs
        from looplint.engine.run import is_configuration_name

        if place.absolute is None:
            return False
        configuration = place.configuration
        forced = configuration.force_exclude if self.options.force_exclude is None else self.options.force_exclude
        excluded = forced and globs.matches(configuration.exclude, configuration.relative(place.absolute))
        return excluded or is_configuration_name(place.absolute)

    def _finish(self, outcome: Outcome, known: dict[str, Source], stream: TextIO) -> int:
        for problem in outcome.problems:
            emit(f"{problem}\n", sys.stderr)
        if self.options.diff:
            emit("".join(outcome.diffs[path] for path in sorted(outcome.diffs)))
            if not self.options.quiet:
                count = outcome.applied.total()
                told = f"Would fix {count} problem{'' if count == 1 else 's'}." if count else "Nothing would be fixed."
                emit(f"{told}\n", sys.stderr)
            return 2 if outcome.trouble else int(bool(outcome.diffs) and not self.options.exit_zero)
        self._print(outcome, known, stream)
        return exit_code(
            outcome, exit_zero=self.options.exit_zero, exit_non_zero_on_fix=self.options.exit_non_zero_on_fix
        )

    def _print(self, outcome: Outcome, known: dict[str, Source], stream: TextIO) -> None:
        if not outcome.findings and not outcome.applied and self.settled.output_format in _FOR_PEOPLE:
            self._print_nothing_found(outcome, stream)
            return
        from looplint.report.base import Report, Sources

        report = Report(
            findings=outcome.findings,
            applied=outcome.applied,
            applied_by_file=outcome.applied_by_file,
            sources=Sources(known),
            unsafe=self.settled.unsafe,
        )
        if self.options.output_file is not None:
            self._write(self.options.output_file, self._rendered(report))
        elif self.settled.output_format == "text" and not self.options.statistics and wants_colour(stream):
            from looplint.report.text import pieces

            emit_styled(pieces(report), stream)
        else:
            emit(self._rendered(report), stream)
        if self.settled.output_format in _FOR_PEOPLE and not self.options.quiet:
            from looplint.report.summary import fixes, summary

            if self.options.show_fixes:
                emit(fixes(report), stream)
            emit(summary(report), stream)

    def _print_nothing_found(self, outcome: Outcome, stream: TextIO) -> None:
        """Without the reports: this is the answer for most files, and should come at once."""
        if self.options.output_file is not None:
            self._write(self.options.output_file, "")
        if not outcome.trouble and not self.options.quiet:
            emit("All checks passed!\n", stream)

    def _rendered(self, report: Report) -> str:
        if self.options.statistics:
            from looplint.report import statistics

            return statistics.render(report, self.settled.output_format)
        from looplint.report import render

        return render(report, self.settled.output_format)

    @staticmethod
    def _write(path: str, text: str) -> None:
        try:
            with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - a string
                file.write(text)
        except OSError as error:
            raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from None

    def _tell(self, outcome: Outcome, seconds: float) -> None:
        emit(f"checked {outcome.files} Python files in {seconds:.2f} s\n", sys.stderr)
        files = self.configurations.files or ["none found"]
        emit(f"configuration: {', '.join(files)}\n", sys.stderr)
        if outcome.looked_at is not None:
            emit(f"not in the cache: {outcome.looked_at}\n", sys.stderr)
        for trouble in outcome.cache_troubles:
            emit(f"cache: {trouble}\n", sys.stderr)
