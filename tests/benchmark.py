"""How much processor time looplint takes, beside `ast.parse`, flake8-async, Fixit and ruff on the same files.

Run it as `python tests/benchmark.py PATH...`; docs/benchmark.md says how to read the tables. Every figure is that of a
whole process and of all processes it waited for, as the operating system accounts for them (POSIX only).
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PARSE_ALONE = """\
import ast, sys, warnings
warnings.simplefilter("ignore")
for path in sys.argv[1:]:
    with open(path, "rb") as stream:
        source = stream.read()
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
"""
CLEAN_TEST = """\
import pytest


@pytest.mark.asyncio
async def test_answer():
    assert await answer() == 42


async def answer():
    return 42
"""
ARGUMENT_BYTES = 1_500_000
"""A command line longer than this is split over several processes; Linux allows about two million bytes."""
ROW = "{:<38} {:>9} {:>9} {:>8} {:>11} {:>11}"
HEADINGS = "\n" + ROW.format("", "cpu s", "wall s", "peak MB", "x ast.parse", "x looplint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program that is run over files; `command` is None when it is not installed, `statuses` are its good ends."""

    name: str
    command: tuple[str, ...] | None
    statuses: tuple[int, ...] = (0,)
    sampled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one run took: seconds of processor time (user and system), seconds of wall time, peak memory in MB."""

    cpu: float
    wall: float
    peak: float
    failure: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when every tool that is installed came to a good end, else 1."""
    options = parse_options(arguments)
    files = sorted({file for path in options.paths for file in python_files(path)})
    if not files:
        print("no Python files there", file=sys.stderr)
        return 2
    chosen = options.tools.split(",") if options.tools else None
    tools = [tool for tool in known_tools() if chosen is None or tool.name.split()[0] in chosen]
    print(describe(files))
    measure = measurer(timeout=options.timeout, runs=options.runs)
    print(f"\nall files{HEADINGS}")
    measured: dict[str, Usage] = {}
    good = rows(files, [tool for tool in tools if not tool.sampled], measure, measured)
    if "looplint" in measured:
        walking = Tool(name="looplint, given the directories", command=looplint("-j1", "--no-cache", "--exit-zero"))
        good &= rows([str(path) for path in options.paths], [walking], measure, measured)
    if any(tool.sampled for tool in tools):
        sample = sorted(random.Random(options.seed).sample(files, min(options.sample, len(files))))
        print(f"\nrandom sample of {len(sample)} files (seed {options.seed}, {count_lines(sample):,} lines){HEADINGS}")
        good &= rows(sample, tools, measure, {})
    if chosen is None or "looplint" in chosen:
        good &= warm(options.paths, measure)
    good &= startup(options.startup)
    return 0 if good else 1


def parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python tests/benchmark.py", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and directories to lint")
    parser.add_argument("--runs", type=int, default=1, help="runs of each tool; the median is printed (default 1)")
    parser.add_argument("--sample", type=int, default=300, help="files for the slow tools (default 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the random sample (default 1)")
    parser.add_argument("--startup", type=int, default=11, help="runs for the start-up times (default 11)")
    parser.add_argument("--timeout", type=float, default=900, help="seconds until a run is killed (default 900)")
    parser.add_argument("--tools", default="", help="only these, by their first word: ast.parse,looplint,ruff")
    return parser.parse_args(arguments)


def python_files(path: Path) -> Iterator[str]:
    """All `.py` files under a directory in a stable order, or the file itself; links are not followed."""
    if path.is_file():
        yield str(path)
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for name in sorted(names):
            file = Path(folder, name)
            if name.endswith(".py") and file.is_file() and not file.is_symlink():
                yield str(file)


def known_tools() -> list[Tool]:
    """The tools that are compared: ast.parse and looplint first, since all others are divided by them."""
    fixit = installed("fixit")
    return [
        Tool(name="ast.parse (read and parse)", command=(sys.executable, "-c", PARSE_ALONE)),
        Tool(name="looplint -j1 --no-cache", command=looplint("-j1", "--no-cache", "--exit-zero")),
        Tool(
            name="ruff ASYNC,PT,RUF006",
            command=installed("ruff", "check", "--isolated", "--no-cache", "--exit-zero", "--select=ASYNC,PT,RUF006"),
        ),
        Tool(
            name="flake8-async --asyncio",
            command=installed("flake8-async", "--asyncio"),
            statuses=(0, 1),
            sampled=True,
        ),
        Tool(
            name="fixit lint",
            command=None if fixit is None else (*fixit, "--quiet", "lint"),
            statuses=(0, 1, 2, 3),
            sampled=True,
        ),
    ]


def looplint(*options: str) -> tuple[str, ...] | None:
    """The command `looplint check` of this interpreter's environment, or of the checkout."""
    module = (sys.executable, "-m", "looplint")
    command = installed("looplint") or module
    return (*command, "check", "--output-format=concise", *options)


def installed(program: str, *arguments: str) -> tuple[str, ...] | None:
    """The program beside this interpreter, or on PATH; None: missing."""
    beside = Path(sys.executable).with_name(program)
    found = str(beside) if beside.is_file() else shutil.which(program)
    return None if found is None else (found, *arguments)


def describe(files: Sequence[str]) -> str:
    """One line on what is measured and where."""
    size = sum(Path(file).stat().st_size for file in files) / 1e6
    where = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} processors"
    return f"{len(files):,} files, {count_lines(files):,} lines, {size:,.1f} MB; {where}"


def count_lines(files: Sequence[str]) -> int:
    """Lines in all of the files; reading them also warms the page cache, so that no tool pays for the disk."""
    return sum(Path(file).read_bytes().count(b"\n") for file in files)


def measurer(*, timeout: float, runs: int) -> Callable[[Tool, Sequence[str]], Usage | None]:
    """A function from a tool and its files to the median of its runs; None: the tool is missing."""

    def measure(tool: Tool, files: Sequence[str]) -> Usage | None:
        if tool.command is None:
            return None
        usages = [run_over(tool.command, files, statuses=tool.statuses, timeout=timeout) for _ in range(runs)]
        failed = [usage for usage in usages if usage.failure]
        return failed[0] if failed else sorted(usages, key=lambda usage: usage.cpu)[len(usages) // 2]

    return measure


def run_over(command: Sequence[str], files: Sequence[str], *, statuses: Sequence[int], timeout: float) -> Usage:
    """Run a command over the files, in as few processes as the length of a command line allows."""
    parts = [run([*command, *chunk], statuses=statuses, timeout=timeout) for chunk in chunks(files)]
    return Usage(
        cpu=sum(part.cpu for part in parts),
        wall=sum(part.wall for part in parts),
        peak=max(part.peak for part in parts),
        failure=next((part.failure for part in parts if part.failure), ""),
    )


def chunks(files: Sequence[str]) -> Iterator[list[str]]:
    """Split the files where their names would not fit on one command line."""
    chunk: list[str] = []
    room = ARGUMENT_BYTES
    for file in files:
        needed = len(os.fsencode(file)) + 9  # its end mark and the pointer to it
        if needed > room and chunk:
            yield chunk
            chunk, room = [], ARGUMENT_BYTES
        chunk.append(file)
        room -= needed
    yield chunk


def run(command: Sequence[str], *, statuses: Sequence[int] = (0,), timeout: float = 60) -> Usage:
    """Run one command to its end and account for it and all processes that it waited for."""
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "", "NO_COLOR": "1"}
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            start_new_session=True,
        )
        expired = threading.Event()
        timer = threading.Timer(timeout, kill_group, (process.pid, expired))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace").strip()
    failure = ""
    if expired.is_set():
        failure = f"killed after {timeout:.0f} s"
    elif process.returncode not in statuses:
        failure = f"exit status {process.returncode}: {said.splitlines()[-1] if said else 'no message'}"
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return Usage(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak=usage.ru_maxrss / unit, failure=failure)


def kill_group(pid: int, expired: threading.Event) -> None:
    """End a command and what it started."""
    expired.set()
    os.killpg(pid, signal.SIGKILL)


def rows(
    files: Sequence[str],
    tools: Sequence[Tool],
    measure: Callable[[Tool, Sequence[str]], Usage | None],
    measured: dict[str, Usage],
) -> bool:
    """Run the tools over the files and print a row for each; False when one of them failed.

    `measured` holds what earlier rows are divided by, under the first words of their names, and takes in the new ones.
    """
    good = True
    for tool in tools:
        usage = measure(tool, files)
        if usage is None:
            print(f"{tool.name:<38} missing: not installed here")
        elif usage.failure:
            print(f"{tool.name:<38} failed after {usage.cpu:.2f} s of cpu: {usage.failure}")
            good = False
        else:
            measured.setdefault(tool.name.split()[0], usage)
            print(row(tool.name, usage, measured))
        sys.stdout.flush()
    return good


def row(name: str, usage: Usage, measured: dict[str, Usage]) -> str:
    """One line of a table, with the ratios of processor times."""
    ratios = (ratio(usage, measured.get(other)) for other in ("ast.parse", "looplint"))
    return ROW.format(name, f"{usage.cpu:.2f}", f"{usage.wall:.2f}", f"{usage.peak:.0f}", *ratios)


def ratio(usage: Usage, other: Usage | None) -> str:
    """How many times the processor time of another run; a dash when that was not measured."""
    return "-" if other is None or not other.cpu else f"{usage.cpu / other.cpu:.2f}"


def warm(paths: Sequence[Path], measure: Callable[[Tool, Sequence[str]], Usage | None]) -> bool:
    """Print what a cache costs and saves, on a copy of the paths, in which one file changes before the last runs."""
    print(f"\nwith a cache, given the directories{HEADINGS}")
    with tempfile.TemporaryDirectory() as folder:
        copies = [str(copy(path, Path(folder, f"{number}-{path.name}"))) for number, path in enumerate(paths)]
        time.sleep(3)  # a file that was just written is not trusted to show its next change in its status
        measured: dict[str, Usage] = {}
        steps: list[tuple[str, str, tuple[str, ...]]] = [
            ("looplint -j1 --no-cache", "", ("--no-cache",)),
            ("the same, writing the cache", "", ()),
            ("nothing changed", "", ()),
            ("one test file changed", "test_*.py", ()),
            ("one conftest.py changed", "conftest.py", ()),
            ("one other module changed", "[a-s]*.py", ()),
        ]
        for name, pattern, options in steps:
            if pattern and not change_one(copies, pattern):
                continue
            tool = Tool(name=name, command=looplint("-j1", "--exit-zero", *options))
            once = measurer(timeout=900, runs=1) if not options else measure
            if not rows(copies, [tool], once, measured):
                return False
    return True


def copy(path: Path, target: Path) -> Path:
    """A copy of a file or directory; a directory is a repository of its own, so that a cache is kept in it."""
    if path.is_file():
        shutil.copy2(path, target)
        return target
    shutil.copytree(path, target, symlinks=True, ignore=shutil.ignore_patterns(".git", ".looplint_cache"))
    (target / ".git").mkdir()
    return target


def change_one(paths: Sequence[str], pattern: str) -> bool:
    """Add a comment to the file in the middle of those that match; False where none does."""
    files = sorted(file for path in paths for file in python_files(Path(path)) if Path(file).match(pattern))
    if files:
        with Path(files[len(files) // 2]).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
    return bool(files)


def startup(runs: int) -> bool:
    """Print the median wall times of an empty interpreter and of looplint on one clean file, run in turn."""
    print(f"\nstart-up, median of {runs} runs (wall, cpu)")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "test_clean.py")
        file.write_text(CLEAN_TEST, encoding="utf-8")
        commands: dict[str, tuple[str, ...]] = {"python -c pass": (sys.executable, "-c", "pass")}
        for name, options in (("looplint check --no-cache, clean file", ("--no-cache",)), ("the same, cached", ())):
            command = looplint(*options)
            if command is not None:
                commands[name] = (*command, str(file))
        usages: dict[str, list[Usage]] = {name: [] for name in commands}
        for turn in range(runs + 1):
            for name, command in commands.items():
                usage = run(command)
                if turn:  # the first turn writes bytecode and caches
                    usages[name].append(usage)
    for name, measured in usages.items():
        failure = next((usage.failure for usage in measured if usage.failure), "")
        wall, cpu = (statistics.median(values) * 1000 for values in times(measured))
        print(f"{name:<38} " + (f"failed: {failure}" if failure else f"{wall:>6.0f} ms {cpu:>6.0f} ms"))
    return not any(usage.failure for measured in usages.values() for usage in measured)


def times(usages: Sequence[Usage]) -> tuple[list[float], list[float]]:
    """The wall and the processor times of some runs, in seconds."""
    return [usage.wall for usage in usages], [usage.cpu for usage in usages]


if __name__ == "__main__":
    raise SystemExit(main())
