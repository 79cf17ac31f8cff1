"""Runs cases under real pytest and compares with what their evidence.toml claims."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.environments import asked_installer, interpreter
from support.cases import Case, cases_of
from support.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from support.evidence import Entry
ARGUMENTS = ("-p", "no:cacheprovider", "-ra", "--color=no", "--rootdir=.")
_START_SECONDS = 60
_DROPPED = ("PYTHONPATH", "PYTHONWARNINGS", "PYTHONASYNCIODEBUG", "VIRTUAL_ENV")
_FORKED = Path(__file__).with_name("forked.py")


@dataclass(frozen=True, slots=True)
class Run:
    """One case on one line in one mode, and what is claimed of it."""

    case: Case
    line: Line
    mode: str
    entry: Entry

    @property
    def installed(self) -> Line:
        """What is installed: the line, or the pair that the case speaks of."""
        if self.entry.instead is None:
            return self.line
        pytest, _, pytest_asyncio = self.entry.instead.partition("+")
        return Line(pytest, pytest_asyncio)

    @property
    def missing(self) -> tuple[str, ...]:
        """The programs that the run needs and that are not on the PATH: it cannot be carried out without them."""
        return tuple(program for program in self.entry.programs if shutil.which(program) is None)

    @property
    def name(self) -> str:
        """Rule, case, mode and line."""
        return f"{self.case.rule}/{self.case.name} [{self.mode}] on {self.line.name}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pytest did in a run."""

    run: Run
    counts: dict[str, int]
    output: str
    differences: tuple[str, ...]

    @property
    def report(self) -> str:
        """The run, how it differs from its evidence, and pytest's output."""
        told = "".join(f"\n  {text}" for text in self.differences)
        return f"{self.run.name}{told}\n{self.output}"


def planned(rule: str, line: Line, *, only: str = "", programs: bool = True) -> list[Run]:
    """Every run that the evidence of `rule` speaks about on `line`, of cases whose name contains `only`.

    Without `programs`: none that needs more than Python packages.
    """
    return [
        Run(case, line, mode, entry)
        for case in cases_of(rule)
        if only in case.name
        for mode in case.modes
        if (entry := case.entry(line, mode)) is not None
        if programs or not entry.programs
    ]


def carry_out(runs: Iterable[Run], *, workers: int = 2) -> list[Outcome]:
    """Run pytest for each of `runs` (of any rules and lines), `workers` at a time."""
    by_environment: dict[tuple[Line, tuple[str, ...], tuple[str, ...], bool], list[Run]] = defaultdict(list)
    for run in runs:
        by_environment[run.installed, run.entry.requires, run.entry.forced, run.entry.refused].append(run)
    with ThreadPoolExecutor(workers) as pool:
        parts = [
            pool.submit(_refused if refused else _in_one_environment, line, requires, forced, batch[start::workers])
            for (line, requires, forced, refused), batch in by_environment.items()
            for start in range(workers)
            if batch[start::workers]
        ]
        return [outcome for part in parts for outcome in part.result()]


def _refused(line: Line, requires: tuple[str, ...], forced: tuple[str, ...], runs: Sequence[Run]) -> list[Outcome]:
    """What an installer says of packages that it does not take together."""
    del forced
    fits, said = asked_installer(line, requires)
    told = ("an installer takes these packages together",) if fits else ()
    return [Outcome(run, {}, said, (*told, *run.entry.differences({}, said, timed_out=False))) for run in runs]


def _in_one_environment(
    line: Line, requires: tuple[str, ...], forced: tuple[str, ...], runs: Sequence[Run]
) -> list[Outcome]:
    python = interpreter(line, requires, forced)
    said = asked_installer(line, requires)[1] if any(run.entry.installer for run in runs) else ""
    with tempfile.TemporaryDirectory(prefix="looplint-evidence-") as scratch:
        jobs = [_job(run, Path(scratch).resolve() / f"run{number}") for number, run in enumerate(runs)]
        results = _forked(python, jobs, Path(scratch))
    return [
        Outcome(
            run,
            result["counts"],
            said + result["output"],
            tuple(run.entry.differences(result["counts"], said + result["output"], timed_out=result["timed_out"])),
        )
        for run, result in zip(runs, results, strict=True)
    ]


def _job(run: Run, directory: Path) -> dict[str, Any]:
    directory.mkdir()
    run.case.write(directory, mode=run.mode, pins=run.line.pins)
    named = [] if run.case.is_folder else [run.case.file_name]
    return {"directory": str(directory), "arguments": [*ARGUMENTS, *named], "timeout": run.entry.timeout}


def _forked(python: Path, jobs: list[dict[str, Any]], scratch: Path) -> list[dict[str, Any]]:
    wanted, got = scratch / "jobs.json", scratch / "results.json"
    wanted.write_text(json.dumps(jobs), encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items() if name not in _DROPPED and not name.startswith("PYTEST_")
    }
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "COLUMNS": "160"}
    done = subprocess.run(
        [str(python), str(_FORKED), str(wanted), str(got)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=scratch,
        timeout=_START_SECONDS + sum(job["timeout"] for job in jobs),
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the evidence runner died with {done.returncode}:\n{done.stdout}{done.stderr}")
    results: list[dict[str, Any]] = json.loads(got.read_text(encoding="utf-8"))
    return results
