"""Runs pytest many times, each time in a fresh fork that has pytest imported already.

This file is executed by the interpreter of an evidence environment, so it needs nothing but pytest. A fork costs a
tenth of a new process and isolates as well: no case sees the loops, modules or plugins of another.

    python forked.py JOBS RESULTS

JOBS is a JSON list of {"directory", "arguments", "timeout"}; RESULTS receives a list of {"counts", "output",
"timed_out"} in the same order.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import _pytest.assertion.rewrite
import _pytest.config
import _pytest.fixtures
import _pytest.python
import _pytest.unittest  # noqa: F401
import pytest

_NAMES = {"error": "errors"}


class Counter:
    """A plugin that keeps the numbers of pytest's last line."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for name in ("passed", "failed", "error", "skipped", "xfailed", "xpassed"):
            if reports := terminalreporter.stats.get(name):
                self.counts[_NAMES.get(name, name)] = len(reports)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Run pytest once; kill it and all that it started after the job's timeout (seconds)."""
    directory = Path(job["directory"])
    output, counts = directory.with_suffix(".output"), directory.with_suffix(".counts")
    child = os.fork()
    if child == 0:
        _be_pytest(directory, job["arguments"], output, counts)
    timed_out = not _ended(child, job["timeout"])
    if timed_out:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return {
        "counts": json.loads(counts.read_text()) if counts.exists() else {},
        "output": output.read_text(encoding="utf-8", errors="replace"),
        "timed_out": timed_out,
    }


def _ended(child: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    pause = 0.002
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return False


def _be_pytest(directory: Path, arguments: list[str], output: Path, counts: Path) -> None:
    status = 3
    try:
        os.setpgid(0, 0)
        os.chdir(directory)
        sink = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        sys.argv = ["pytest", *arguments]
        counter = Counter()
        status = int(pytest.main(arguments, plugins=[counter]))
        gc.collect()  # a coroutine that nobody awaited tells so when it is collected
        counts.write_text(json.dumps(counter.counts))
    finally:
        if sys.exc_info()[0]:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file, which the `pytest` command would not have there
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    results = Path(sys.argv[2])
    results.write_text(json.dumps([run(job) for job in jobs]), encoding="utf-8")
