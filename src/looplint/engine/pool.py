"""Many jobs over several processes. A process that dies costs the file that killed it, not the run.

Each worker has its own pipe, so the parent always knows which jobs a dead worker had. These are tried again one by
one in processes of their own; whoever kills such a process is the culprit. Workers ignore Ctrl-C: the parent ends them.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections import deque
from typing import TYPE_CHECKING

from looplint.engine.check import Place
from looplint.engine.job import perform
from looplint.engine.jobs import FileResult, Job, JobOptions
from looplint.engine.own_rules import INTERNAL_ERROR, own_finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

CHUNK = 32
"""Most jobs sent at once: enough to make the pipe cheap, few enough to share the last ones fairly."""
ALONE_BYTES = 24_000
"""A file of this size or more is not checked in the user's own process: libcst's parser can overflow the stack on
8,000 operands of one `or` (about 40,000 bytes), which the running Python's parser accepts."""
SMALL = 24
"""So few files are checked sooner than a second process starts."""
_YOUNG = 5_000_000
"""So many objects more than before are worth a look for garbage."""


@contextlib.contextmanager
def collecting_between_files() -> Iterator[Callable[[], None]]:
    """Gives a function that collects the garbage of the files that were checked, to be called after each file.

    The syntax tree of a file is many small objects that live until the file is done, and are freed then without the
    collector's help. To look for garbage among them earlier is in vain.
    """
    enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield collect
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def collect() -> None:
    """Collect what became garbage since the last call, unless that is little."""
    if gc.get_count()[0] > _YOUNG:
        gc.collect(0)


def run_jobs(jobs: Sequence[Job], options: JobOptions, workers: int) -> Iterator[list[FileResult]]:
    """Results as they come, in no order; `workers` is the most processes to use."""
    here, elsewhere = _divide(jobs, workers)
    if elsewhere:
        yield from _Pool(elsewhere, options, min(workers, -(-len(elsewhere) // 4))).results()
    with collecting_between_files() as collect:
        for job in here:
            yield perform(job, options)
            collect()


def _divide(jobs: Sequence[Job], workers: int) -> tuple[list[Job], list[Job]]:
    """What is done in this process, and what in others. Many jobs are not divided: what one finds out helps others."""
    if len(jobs) > SMALL and (workers > 1 or any(map(_is_large, jobs))):
        return [], list(jobs)
    here: list[Job] = []
    elsewhere: list[Job] = []
    for job in jobs:
        (elsewhere if _is_large(job) else here).append(job)
    return here, elsewhere


def _is_large(job: Job) -> bool:
    try:
        return isinstance(job, Place) and job.absolute is not None and os.stat(job.absolute).st_size >= ALONE_BYTES
    except OSError:
        return False


def _context() -> BaseContext:
    """Processes by fork where that is safe (Linux, one thread): it is 20 times faster than starting an interpreter."""
    import multiprocessing
    import threading

    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context()


def _work(connection: Connection, options: JobOptions) -> None:
    """A worker: chunks of jobs in, lists of results out, until None or the end of the parent."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lost = (EOFError, BrokenPipeError, ConnectionResetError)
    with collecting_between_files() as collect, contextlib.suppress(*lost):
        while (chunk := connection.recv()) is not None:
            results: list[FileResult] = []
            for job in chunk:
                results += perform(job, options)
                collect()
            connection.send(results)


class _Worker:
    def __init__(self, context: BaseContext, options: JobOptions) -> None:
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_work, args=(theirs, options), daemon=True
        )
        self.process.start()
        theirs.close()
        self.chunk: list[Job] = []

    def give(self, chunk: list[Job]) -> None:
        self.chunk = chunk
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end is seen when its answer is read
            self.connection.send(chunk)

    def end(self, *, kill: bool) -> None:
        if kill:
            self.process.kill()
        else:
            with contextlib.suppress(OSError):
                self.connection.send(None)
        self.connection.close()
        self.process.join()


class _Pool:
    def __init__(self, jobs: Sequence[Job], options: JobOptions, workers: int) -> None:
        self._options = options
        self._context = _context()
        self._size = max(workers, 1)
        chunk = max(1, min(CHUNK, len(jobs) // (self._size * 4) or 1))
        self._pending = deque(list(jobs[start : start + chunk]) for start in range(0, len(jobs), chunk))
        self._workers: list[_Worker] = []

    def results(self) -> Iterator[list[FileResult]]:
        """All results; ends its processes also when the caller is interrupted."""
        from multiprocessing.connection import wait

        finished = False
        try:
            self._feed()
            while self._workers:
                ready = wait([worker.connection for worker in self._workers])
                for worker in [w for w in self._workers if w.connection in ready]:
                    yield self._answer(worker)
                self._feed()
            finished = True
        finally:
            for worker in self._workers:
                worker.end(kill=not finished)

    def _feed(self) -> None:
        """Give every idle worker a chunk; start workers while there are chunks, end them when there are none."""
        for worker in [w for w in self._workers if not w.chunk]:
            if self._pending:
                worker.give(self._pending.popleft())
            else:
                self._workers.remove(worker)
                worker.end(kill=False)
        while self._pending and len(self._workers) < self._size:
            worker = _Worker(self._context, self._options)
            self._workers.append(worker)
            worker.give(self._pending.popleft())

    def _answer(self, worker: _Worker) -> list[FileResult]:
        try:
            results: list[FileResult] = worker.connection.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            worker.end(kill=True)
            return self._lost(worker)
        worker.chunk = []
        return results

    def _lost(self, worker: _Worker) -> list[FileResult]:
        """A worker died: its jobs one by one again, or, if it had but one, that job's file is the culprit."""
        if len(worker.chunk) > 1:
            self._pending.extendleft([job] for job in reversed(worker.chunk))
            return []
        job = worker.chunk[0]
        path = job.path if isinstance(job, Place) else job.place.path
        status = worker.process.exitcode
        how = f"signal {-status}" if status is not None and status < 0 else f"exit code {status}"
        message = f"the process died while checking this file ({how})"
        return [FileResult(path=path, findings=[own_finding(INTERNAL_ERROR, path, message)])]
