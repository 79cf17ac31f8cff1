"""What a worker sends along with what it found in a file, so that the parent can keep it.

Questions and large sets of them have numbers made of their content: two workers that asked the same give the same
numbers, without a word between them. A worker sends each question once.
"""

from __future__ import annotations

import os
import sys
from array import array
from dataclasses import fields
from functools import lru_cache
from hashlib import blake2b
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.engine.jobs import RootJob, Unit
from looplint.engine.plain import write_findings
from looplint.project import asked, files
from looplint.project.configured.root import find_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.engine.configuration import Configuration
    from looplint.engine.jobs import Found, Job
    from looplint.project.asked import Asked, Question

_WITHOUT_EFFECT = frozenset(
    {
        "directory", "file", "layers", "per_file_ignores", "exclude", "respect_gitignore", "force_exclude", "fix",
        "unsafe_fixes", "output_format", "extend_safe_fixes", "extend_unsafe_fixes",
    }
)  # fmt: skip
"""Settings that change nothing of what the rules find: they choose among it, or choose files."""


def number_of(raw: bytes) -> int:
    """A number made of content, which SQLite can hold."""
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "little", signed=True)


def numbers_in(raw: bytes) -> array[int]:
    """The numbers in bytes that `Packer` wrote. Raises ValueError."""
    numbers = array("q")
    numbers.frombytes(raw)
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers


def in_bytes(numbers: Iterable[int]) -> bytes:
    """Numbers as bytes, the same on every machine."""
    packed = array("q", sorted(numbers))
    if sys.byteorder != "little":
        packed.byteswap()
    return packed.tobytes()


def unit_number(job: Job) -> int:
    """The number of a unit: the file as the user named it, the working directory, and the rules and settings."""
    place = job.place if isinstance(job, RootJob) else job
    told: list[object] = [place.path, place.absolute, os.getcwd(), place.parse_always, _variant(place.configuration)]
    if isinstance(job, RootJob):
        told += ["root", sorted(job.only) if job.only is not None else None, place.configuration.exclude]
    return number_of(dumps(told, default=str).encode())


@lru_cache(maxsize=1024)
def _variant(configuration: Configuration) -> int:
    """What is looked for, as a number."""
    settings = [getattr(configuration, f.name) for f in fields(configuration) if f.name not in _WITHOUT_EFFECT]
    return number_of(repr([sorted(configuration.rules.codes), settings]).encode("utf-8", "surrogatepass"))


def begin() -> None:
    """Forget what was sent, because another run begins."""
    _packers.clear()


def packed(job: Job, found: Found, questions: set[Question | Asked]) -> Unit | None:
    """What a cache may keep of a job; None where an answer has no fingerprint."""
    place = job.place if isinstance(job, RootJob) else job
    if place.absolute is None or found.fingerprint is None:
        return None
    texts = tuple(
        (shown, absolute, write_findings(all_found)) for shown, absolute, all_found in found.files if all_found
    )
    root = home_of(job)
    packer = _packers.setdefault(root, Packer(root))
    try:
        return packer.pack(unit_number(job), place.absolute, found.fingerprint, texts, questions)
    except ValueError:
        return None


def home_of(job: Job) -> str:
    """The root whose cache keeps what comes of a job."""
    return job.root if isinstance(job, RootJob) else str(find_root(Path(job.absolute or job.path)))


class Packer:
    """Turns questions into numbers, and remembers what was sent for the cache of one root."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._numbers: dict[Question | Asked, int] = {}
        self._told: set[str] = set()
        self._questions: list[tuple[int, str, str]] = []
        self._sets: list[tuple[int, bytes]] = []
        self._statuses: list[tuple[str, files.Status, str]] = []

    def pack(
        self,
        number: int,
        path: str,
        fingerprint: str,
        found: tuple[tuple[str, str | None, str], ...],
        questions: set[Question | Asked],
    ) -> Unit:
        """The unit to send. Raises ValueError where an answer has no fingerprint."""
        whole = asked.together(questions) if questions else asked.NOTHING
        large = len(whole) >= asked.LARGE
        numbers = [self._number(whole)] if large else [self._number(question) for question in whole]
        if fingerprint == files.UNKNOWN:
            raise ValueError("no fingerprints are taken")
        self._tell(path)
        unit = Unit(
            number=number,
            root=self._root,
            path=path,
            fingerprint=fingerprint,
            found=found,
            asked=in_bytes(numbers),
            questions=tuple(self._questions),
            sets=tuple(self._sets),
            statuses=tuple(self._statuses),
        )
        self._questions, self._sets, self._statuses = [], [], []
        return unit

    def _number(self, question: Question | Asked) -> int:
        number = self._numbers.get(question)
        if number is None:
            number = self._of_set(question) if isinstance(question, frozenset) else self._of_question(question)
            self._numbers[question] = number
        return number

    def _of_set(self, questions: Asked) -> int:
        members = in_bytes(map(self._number, questions))
        number = number_of(members)
        self._sets.append((number, members))
        return number

    def _of_question(self, question: Question) -> int:
        if files.UNKNOWN in (question.answer, question.witness):
            raise ValueError("an answer has no fingerprint")
        text = dumps(question[:4], separators=(",", ":"))
        number = number_of(text.encode())
        self._questions.append((number, text, question.witness))
        if question.kind in ("content", "says"):
            self._tell(question.path)
        return number

    def _tell(self, path: str) -> None:
        known = files.memory.statuses.get(path)
        if path not in self._told and known is not None:
            self._told.add(path)
            self._statuses.append((path, *known))


_packers: dict[str, Packer] = {}
"""Those of this process, by root."""
