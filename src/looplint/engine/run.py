"""The whole run: discover, check, fix until nothing changes, and what to tell the user."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import field, replace
from typing import TYPE_CHECKING

from looplint.engine.check import Place, is_test_name
from looplint.engine.job import check_and_fix
from looplint.engine.jobs import FileResult, Job, JobOptions, RootJob
from looplint.engine.own_rules import INTERNAL_ERROR, UNREADABLE
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from looplint.engine.configuration import Configurations
    from looplint.engine.discover import Discovered
    from looplint.engine.keeping import Cache
    from looplint.model.finding import Finding
    from looplint.model.source import Source

MAX_RUNS = 5
"""A repair in one file (a fixture of a conftest.py) may change what is true of another; more than a few runs would
mean that two files undo each other's repairs."""

Progress = Callable[[int, int], None]
"""Called with the number of jobs done and of all jobs."""

_CONFIGURATION_SUFFIXES = (".toml", ".ini", ".cfg", ".txt", ".in", ".lock", ".pip", ".json", ".yml", ".yaml")
_CONFIGURATION_NAMES = ("Pipfile",)
_BOTH = ("noxfile.py", "setup.py")
"""Python that says what is installed: checked as both."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """All that a run found and did."""

    findings: list[Finding] = field(default_factory=list)
    """What remains, sorted."""
    applied: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(code, name) -> fixes applied, or that would be applied."""
    applied_by_file: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    diffs: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    files: int = 0
    """Python files that the paths led to."""
    looked_at: int | None = None
    """Files, and roots with their configuration files, that were looked at; None without a cache."""
    cache_troubles: list[str] = field(default_factory=list)
    """What was wrong with caches."""
    trouble: bool = False
    """Something could not be checked or written: exit code 2."""

    def add(self, result: FileResult) -> None:
        """Take in the result for one file."""
        self.findings += result.findings
        self.problems += result.problems
        if result.applied:
            self.applied.update(result.applied)
            self.applied_by_file.setdefault(result.path, Counter()).update(result.applied)
        if result.diff:
            self.diffs[result.path] = result.diff

    def finish(self) -> Outcome:
        """Sort, and see whether something went wrong."""
        self.findings.sort(key=lambda finding: (finding.path.split(os.sep), finding.start, finding.code))
        self.findings = _unreadable_once(self.findings)
        self.problems = list(dict.fromkeys(self.problems))
        internal = any(finding.code == INTERNAL_ERROR.code for finding in self.findings)
        self.trouble = bool(self.problems) or internal
        return self


def _unreadable_once(findings: list[Finding]) -> list[Finding]:
    """Without what is said again of a file that cannot be read: a noxfile.py is Python and configuration in one."""
    told: set[str] = set()
    kept = []
    for finding in findings:
        if finding.code == UNREADABLE.code and os.path.basename(finding.path) in _BOTH:
            path = os.path.abspath(finding.path)
            if path in told:
                continue
            told.add(path)
        kept.append(finding)
    return kept


def make_jobs(discovered: Discovered, configurations: Configurations) -> list[Job]:
    """One job for each Python file, and one for each root whose configuration files are to be checked."""
    places: list[Place] = []
    named: list[str] = []
    for target in discovered.targets:
        if target.explicit and is_configuration_name(target.absolute):
            named.append(target.absolute)
        else:
            if target.explicit and os.path.basename(target.absolute) in _BOTH:
                named.append(target.absolute)
            places.append(
                Place(
                    path=target.path,
                    absolute=target.absolute,
                    configuration=target.configuration,
                    parse_always=target.explicit,
                )
            )
    return [*_root_jobs(discovered, named, configurations), *_in_good_order(places)]


def _in_good_order(places: list[Place]) -> list[Place]:
    """Project by project, first the tests: what they ask about other files is known when these are checked."""
    if len(places) < 2:
        return places
    from pathlib import Path

    from looplint.project.configured.root import find_root

    def key(place: Place) -> tuple[str, bool]:
        path = place.absolute or place.path
        asked = os.path.basename(path) == "conftest.py" or not is_test_name(path)
        return str(find_root(Path(path))), asked

    return sorted(places, key=key)


def is_configuration_name(path: str) -> bool:
    """Is this the name of a configuration or requirements file, not of Python?"""
    name = os.path.basename(path)
    return name.endswith(_CONFIGURATION_SUFFIXES) or name in _CONFIGURATION_NAMES


def _root_jobs(discovered: Discovered, named: list[str], configurations: Configurations) -> Iterator[RootJob]:
    """Roots of what was walked in full; of a root reached only by the name of a configuration file, that file."""
    directories = {os.path.dirname(target.absolute) for target in discovered.targets if not target.explicit}
    directories.update(discovered.walked)
    if not directories and not named:
        return
    from pathlib import Path

    from looplint.project.configured.root import find_root

    roots = {str(find_root(Path(directory))) for directory in directories}
    only: dict[str, set[str]] = {}
    for path in named:
        root = str(find_root(Path(path)))
        if root not in roots:
            only.setdefault(root, set()).add(path)
    for root in sorted({*roots, *only}):
        configuration = configurations.of(root)
        place = Place(path=root, absolute=root, configuration=configuration)
        yield RootJob(root=root, place=place, only=frozenset(only[root]) if root in only else None)


def run(
    discovered: Discovered,
    configurations: Configurations,
    options: JobOptions,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    cached: bool = False,
) -> Outcome:
    """Check everything that was discovered; with fixing, again while a run writes something.

    With `cached`, what rests on nothing that changed is taken from the caches of the projects, and these are written.
    """
    if not cached:
        return _run(discovered, configurations, options, workers, progress, None)
    from looplint.engine.keeping import Cache

    cache = Cache()
    outcome = _run(discovered, configurations, replace(options, keep=True), workers, progress, cache)
    cache.save()
    outcome.looked_at, outcome.cache_troubles = cache.looked_at, cache.troubles
    return outcome


def _run(
    discovered: Discovered,
    configurations: Configurations,
    options: JobOptions,
    workers: int,
    progress: Progress | None,
    cache: Cache | None,
) -> Outcome:
    jobs = make_jobs(discovered, configurations)
    total = Outcome(files=sum(isinstance(job, Place) for job in jobs))
    for number in range(1, MAX_RUNS + 1):
        current = Outcome()
        written = False
        for done, results in enumerate(_results(jobs, options, workers, cache), 1):
            for result in results:
                current.add(result)
                written = written or result.written
            if progress is not None:
                progress(done, len(jobs))
        total.findings, total.diffs = current.findings, current.diffs
        total.problems += current.problems
        total.applied.update(current.applied)
        for path, applied in current.applied_by_file.items():
            total.applied_by_file.setdefault(path, Counter()).update(applied)
        if not written or number == MAX_RUNS:
            break
        forget()
    total.problems = [*discovered.problems, *configurations.problems, *total.problems]
    return total.finish()


def _results(jobs: list[Job], options: JobOptions, workers: int, cache: Cache | None) -> Iterator[list[FileResult]]:
    from looplint.engine.pool import run_jobs

    if cache is None:
        yield from run_jobs(jobs, options, workers)
        return
    known, left = cache.divide(jobs, options)
    yield from known
    for results in run_jobs(left, options, workers):
        cache.keep(results)
        yield results


def forget() -> None:
    """Drop what this process remembers about projects, because files changed."""
    from looplint.project.project import forget_projects

    forget_projects()


def run_text(raw: bytes, place: Place, options: JobOptions) -> tuple[Outcome, Source | None]:
    """Check text that is no file on disk, such as standard input; the source is what became of it."""
    result, source = check_and_fix(raw, place, replace(options, write=False))
    outcome = Outcome(files=1)
    outcome.add(result)
    return outcome.finish(), source


def exit_code(outcome: Outcome, *, exit_zero: bool = False, exit_non_zero_on_fix: bool = False) -> int:
    """0 clean or all fixed, 1 findings, 2 something could not be checked or written."""
    if outcome.trouble:
        return 2
    if outcome.findings and not exit_zero:
        return 1
    return 1 if exit_non_zero_on_fix and outcome.applied else 0
