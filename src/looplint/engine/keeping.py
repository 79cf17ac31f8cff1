"""The cache as a run sees it: which jobs need not be done again, and keeping what came of the others.

There is one cache for each project root that something marks as one (a configuration, requirements, a repository); a
file that lies just somewhere leaves none behind. Whatever fails here costs the cache, never the run.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.engine.check import Place, shown
from looplint.engine.jobs import FileResult, Job, JobOptions, RootJob, Unit
from looplint.engine.packing import begin, home_of, numbers_in, unit_number
from looplint.engine.plain import read_findings
from looplint.engine.store import Store, stamp
from looplint.engine.unchanged import Unchanged
from looplint.project import files
from looplint.project.configured.root import Mark, directory_mark, is_repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TICK = 2_000_000_000
"""Nanoseconds: the coarsest clock of a file system. A file changed twice within a tick may keep its status."""


class _Root:
    """The cache of one root during a run."""

    def __init__(self, root: str, stamp: str) -> None:
        self.store = Store(root, stamp)
        self.readable = False
        self.unchanged = Unchanged(self.store)
        self.units: list[Unit] = []

    def open(self) -> None:
        self.unchanged = Unchanged(self.store)
        self.readable = self.store.usable and self.store.open()

    def look_up(self, job: Job, options: JobOptions) -> list[FileResult] | None:
        """The results of a job that rests on nothing that changed; None where it must be done."""
        if not self.readable:
            return None
        try:
            return self._look_up(job, options)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a cache, the files can still be checked
            self.readable = self.store.failed(error)
            return None

    def _look_up(self, job: Job, options: JobOptions) -> list[FileResult] | None:
        unit = self.store.unit(unit_number(job))
        if unit is None:
            return None
        path, fingerprint, text, asked = unit
        if fingerprint and self.unchanged.fingerprint(os.fsdecode(path)) != fingerprint:
            return None
        if not all(map(self.unchanged.holds, numbers_in(asked))):
            return None
        place = job.place if isinstance(job, RootJob) else job
        results = [_result(place, file, options) for file in json.loads(text)] if text else []
        return None if options.fix and any(_may_be_fixed(result, options) for result in results) else results

    def save(self, trusted: int) -> None:
        """Write what is new, if anything is."""
        unchanged = self.unchanged
        if not self.store.usable or not (self.units or unchanged.witnesses or unchanged.statuses):
            self.store.close()
            return
        self.store.write(self.units, unchanged.witnesses.items(), unchanged.statuses, trusted)


def _result(place: Place, file: tuple[str, str | None, str], options: JobOptions) -> FileResult:
    path, absolute, text = file
    own = Place(path=path, absolute=absolute, configuration=place.configuration)
    return FileResult(path=path, findings=shown(read_findings(text), own, noqa=options.noqa))


def _may_be_fixed(result: FileResult, options: JobOptions) -> bool:
    from looplint.engine.fix import applicable

    return any(applicable(finding, unsafe=options.unsafe) for finding in result.findings)


class Cache:
    """The caches of all roots that a run meets."""

    def __init__(self) -> None:
        from looplint.project.project import forget_projects

        begin()
        forget_projects()  # what was remembered without fingerprints cannot be kept
        files.keep_fingerprints(keeping=True)
        self._trusted = time.time_ns() - _TICK
        self._stamp = stamp()
        self._roots: dict[str, _Root | None] = {}
        self.looked_at = 0
        """Jobs that had to be done."""

    def divide(self, jobs: Sequence[Job], options: JobOptions) -> tuple[list[list[FileResult]], list[Job]]:
        """The results of the jobs whose results are known, and the other jobs."""
        known: list[list[FileResult]] = []
        left: list[Job] = []
        for root in self._roots.values():
            if root is not None:
                root.open()
        for job in jobs:
            root = self._root_of(job)
            results = root.look_up(job, options) if root is not None else None
            if results is None:
                left.append(job)
            else:
                known.append(results)
        for root in self._roots.values():
            if root is not None:
                root.store.close()
        self.looked_at += len(left)
        return known, left

    def keep(self, results: Iterable[FileResult]) -> None:
        """Take what came of a job."""
        for result in results:
            if result.unit is not None:
                root = self._roots.get(result.unit.root)
                if root is not None:
                    root.units.append(result.unit)

    def save(self) -> None:
        """Write all caches, and take no more fingerprints."""
        for root in self._roots.values():
            if root is not None:
                root.save(self._trusted)
        files.keep_fingerprints(keeping=False)

    @property
    def troubles(self) -> list[str]:
        """What is wrong with the caches, a line each."""
        found = [(root, kept.store) for root, kept in self._roots.items() if kept is not None]
        return [f"{store.file}: {store.trouble}" for _, store in found if store.trouble]

    def _root_of(self, job: Job) -> _Root | None:
        home = home_of(job)
        if home not in self._roots:
            root = self._roots[home] = _Root(home, self._stamp) if _is_marked(home) else None
            if root is not None:
                root.open()
        return self._roots[home]


def _is_marked(root: str) -> bool:
    return directory_mark(root) is not Mark.NOTHING or is_repository(Path(root))
