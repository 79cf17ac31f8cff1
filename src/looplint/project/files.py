"""The one door to the file system for all that is known about a project.

Every question goes into what is being recorded (`asked`), with its answer:

| kind | argument | answer |
|---|---|---|
| `content` | | fingerprint of the bytes, "" where the file cannot be read |
| `says` | a word | "1" where the bytes of the file hold it, else "" |
| `kind` | | "f" file, "d" directory, "o" other, "" not there; links are followed |
| `there` | | "1" where there is an entry, links not followed, else "" |
| `entry` | a name | "f" or "d" where the directory has such an entry, else "" |
| `names` | a pattern | fingerprint of the names in the directory that match |
| `matching` | a pattern and what its groups match | fingerprint of the list of Python files below with such a match |
| `tree` | | fingerprint of the list of Python files below the directory |

What was read is remembered for the process, `forget()` forgets it. `Status` is what tells most unchanged files without
reading them: it was taken before the file was read, so that a change in between shows later.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from looplint.model.source import read_regular
from looplint.project.asked import Question, listen, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_KEYWORD = re.compile(r"\^\[ \\t\]\*(?:\(\?:[^()]*\([^()]*\)[^()]*\)\?)?(def|class)\[")
"""The keyword in a pattern for the start of a row."""
READ_AT_MOST = 10 * 1024 * 1024 + 1
"""Bytes; who takes no more than this can tell that there is more."""
_SKIPPED = frozenset({"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"})
_FILES_AT_MOST = 20_000
VISIBLE = r"^(?!\.|__pycache__$)"
"""Names of entries that somebody put there on purpose."""
UNKNOWN = "?"
"""The fingerprint of everything while none are taken."""


class Status(NamedTuple):
    """What the file system says about a file; the times are in nanoseconds."""

    size: int
    modified: int
    changed: int
    number: int


class _Memory:
    """What this process has read."""

    def __init__(self) -> None:
        self.keeping = False
        """Are fingerprints wanted? They cost a little, and without a cache nobody compares them."""
        self.statuses: dict[str, tuple[Status, str]] = {}
        """The status of each file that was read, and the fingerprint of what was read."""
        self.begun: set[Path] = set()
        self.look_afresh()

    def look_afresh(self) -> None:
        self.listings: dict[str, dict[str, bool]] = {}
        self.walked: dict[str, list[str]] = {}
        self.trees: dict[str, tuple[tuple[Path, ...], Question]] = {}
        self.tables: dict[tuple[str, str], tuple[dict[tuple[str, ...], list[str]], str]] = {}
        self.named: dict[tuple[str, str], tuple[tuple[str, ...], Question]] = {}
        self.matched: dict[tuple[str, ...], tuple[tuple[Path, ...], Question]] = {}


memory = _Memory()


def forget() -> None:
    """Drop what was read, because files changed."""
    look_afresh()
    memory.statuses.clear()
    memory.begun.clear()


def look_afresh() -> None:
    """Drop what was read of directories."""
    memory.look_afresh()


def begin(root: Path) -> None:
    """A project is made anew: where there was one before, directories are read again."""
    if root in memory.begun:
        memory.look_afresh()
    memory.begun.add(root)


def keep_fingerprints(*, keeping: bool) -> None:
    """From now on keep questions and fingerprints, or neither; what was remembered without must be forgotten before."""
    memory.keeping = keeping
    listen(listening=keeping)


def fingerprint(raw: bytes) -> str:
    """What tells bytes from others."""
    return blake2b(raw, digest_size=16).hexdigest() if memory.keeping else UNKNOWN


def status_of(found: os.stat_result) -> Status:
    """The part of a status that changes when the file does."""
    return Status(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


# -- files -----------------------------------------------------------------------------------------------------------


def read_unasked(path: str) -> tuple[bytes, str]:
    """The first `READ_AT_MOST` bytes of a regular file and their fingerprint; no question is recorded.

    Raises OSError and ValueError, as `open` does.
    """
    found = os.stat(path)  # noqa: PTH116 - strings throughout: pathlib would only add its cost to every file
    if not stat.S_ISREG(found.st_mode):
        number = errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EINVAL
        raise OSError(number, os.strerror(number))
    raw = read_regular(path, found.st_size, READ_AT_MOST)
    if not memory.keeping:
        return raw, UNKNOWN
    taken = fingerprint(raw)
    memory.statuses[path] = (status_of(found), taken)
    return raw, taken


def content(path: str, taken: str) -> Question:
    """The question for the content of a file with this fingerprint, "" where it cannot be read."""
    return Question("content", path, "", taken)


def read(path: Path | str) -> bytes:
    """The first `READ_AT_MOST` bytes of a regular file. Raises OSError and ValueError, as `open` does."""
    name = os.fspath(path)
    taken = ""
    try:
        raw, taken = read_unasked(name)
    finally:
        now.questions.add(content(name, taken))
    return raw


def says(path: str, word: bytes, raw: bytes | None, witness: str) -> Question:
    """The question whether a file holds a word: whether `raw` does, its bytes or words; `witness`: its fingerprint."""
    holds = raw is not None and word in raw
    return Question("says", path, word.decode("latin-1"), "1" if holds else "", witness)


def kind(path: Path | str) -> str:
    """ "f" for a file, "d" for a directory, "o" for something else, "" for nothing; links are followed."""
    name = os.fspath(path)
    found = kind_unasked(name)
    now.questions.add(Question("kind", name, "", found))
    return found


def kind_unasked(path: str) -> str:
    """As `kind`, without a question recorded."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return ""
    return "f" if stat.S_ISREG(mode) else "d" if stat.S_ISDIR(mode) else "o"


def is_file(path: Path | str) -> bool:
    """Is there a regular file?"""
    return kind(path) == "f"


def is_directory(path: Path | str) -> bool:
    """Is there a directory?"""
    return kind(path) == "d"


def is_there(path: Path | str) -> bool:
    """Is there anything of that name, be it a broken link?"""
    name = os.fspath(path)
    found = os.path.lexists(name)
    now.questions.add(Question("there", name, "", "1" if found else ""))
    return found


# -- directories -----------------------------------------------------------------------------------------------------


def listing_unasked(directory: str) -> dict[str, bool]:
    """Entry name -> is it a directory; empty where the directory cannot be read."""
    found = memory.listings.get(directory)
    if found is None:
        try:
            with os.scandir(directory) as entries:
                found = {entry.name: entry.is_dir() for entry in entries}
        except (OSError, ValueError):
            found = {}
        memory.listings[directory] = found
    return found


def names(directory: Path | str, pattern: str = VISIBLE) -> tuple[str, ...]:
    """The sorted names of a directory's entries in which a pattern is found; none where it cannot be read.

    Ask for as few as possible: the answer is another one when a name comes or goes.
    """
    name = os.fspath(directory)
    known = memory.named.get((name, pattern))
    if known is None:
        found = names_unasked(name, pattern)
        question = Question("names", name, pattern, fingerprint_of_rows(found))
        known = memory.named[name, pattern] = tuple(found), question
    now.questions.add(known[1])
    return known[0]


def names_unasked(directory: str, pattern: str) -> list[str]:
    """As `names`, without a question recorded."""
    return sorted(filter(re.compile(pattern).search, listing_unasked(directory)))


def entry(directory: Path | str, name: str) -> str:
    """ "d" where the directory has a directory of that name, "f" for any other entry, "" for none."""
    where = os.fspath(directory)
    found = entry_unasked(where, name)
    now.questions.add(Question("entry", where, name, found))
    return found


def entry_unasked(directory: str, name: str) -> str:
    """As `entry`, without a question recorded."""
    is_directory = listing_unasked(directory).get(name)
    return "" if is_directory is None else "d" if is_directory else "f"


def python_files(directory: Path | str) -> tuple[Path, ...]:
    """The Python files below a directory, without hidden and foreign directories, links to directories not followed."""
    name = os.fspath(directory)
    known = memory.trees.get(name)
    if known is None:
        paths = tree_unasked(name)
        known = tuple(map(Path, paths)), Question("tree", name, "", fingerprint_of_rows(paths))
        memory.trees[name] = known
    now.questions.add(known[1])
    return known[0]


def tree_unasked(directory: str) -> list[str]:
    """As `python_files`, as strings, without a question recorded."""
    known = memory.walked.get(directory)
    if known is not None:
        return known
    found: list[str] = []
    for where, directories, files in os.walk(directory):
        directories[:] = sorted(d for d in directories if not d.startswith(".") and d not in _SKIPPED)
        found += [os.path.join(where, name) for name in sorted(files) if name.endswith(".py")]  # noqa: PTH118 - as above
        if len(found) >= _FILES_AT_MOST:
            break
    known = memory.walked[directory] = found[:_FILES_AT_MOST]
    return known


def matching(directory: Path | str, pattern: str, *match: str, beside: Iterable[str] = ()) -> tuple[Path, ...]:
    """The Python files below a directory in whose bytes the groups of a pattern match these very words.

    All files are read when a pattern is first used. The answer is the same as long as no file comes to the list or
    leaves it, however much changes in all of them. The tables of the patterns `beside` it are made in the same reading:
    reading costs more than looking.
    """
    name = os.fspath(directory)
    known = memory.matched.get((name, pattern, *match))
    if known is None:
        table, witness = table_unasked(name, pattern, beside)
        paths = table.get(match, [])
        question = Question("matching", name, json.dumps([pattern, *match]), fingerprint_of_rows(paths), witness)
        known = memory.matched[(name, pattern, *match)] = tuple(map(Path, paths)), question
    now.questions.add(known[1])
    return known[0]


def table_unasked(
    directory: str, pattern: str, beside: Iterable[str] = ()
) -> tuple[dict[tuple[str, ...], list[str]], str]:
    """What the groups of a pattern match -> the files; and the fingerprint of the whole tree. Nothing is recorded."""
    known = memory.tables.get((directory, pattern))
    if known is None:
        _read_tables(directory, {pattern, *beside})
        known = memory.tables[directory, pattern]
    return known


def _read_tables(directory: str, patterns: set[str]) -> None:
    """Read all files below a directory, and make a table for each pattern."""
    finders = {pattern: _finder(pattern) for pattern in patterns}
    tables: dict[str, dict[tuple[str, ...], list[str]]] = {pattern: {} for pattern in patterns}
    rows = []
    for path in tree_unasked(directory):
        try:
            raw, taken = read_unasked(path)
        except (OSError, ValueError):
            raw, taken = b"", ""
        rows += [path, taken]
        for pattern, find in finders.items():
            for words in set(find(raw)):
                tables[pattern].setdefault(tuple(word.decode("latin-1") for word in words), []).append(path)
    witness = fingerprint_of_rows(rows)
    for pattern, table in tables.items():
        memory.tables[directory, pattern] = table, witness


def _finder(pattern: str) -> Callable[[bytes], Iterable[tuple[bytes, ...]]]:
    """What gives all that the groups of a pattern match in the bytes of a file.

    A pattern for the start of a row (`^`) with one of Python's keywords is tried only on rows that hold the keyword:
    those are found ten times sooner than the pattern fails on all others.
    """
    compiled = re.compile(pattern.encode(), re.MULTILINE)
    keyword = _KEYWORD.match(pattern)
    if keyword is None:
        return compiled.findall
    word = keyword[1].encode()

    def find(raw: bytes) -> Iterator[tuple[bytes, ...]]:
        at = raw.find(word)
        while at >= 0:
            match = compiled.match(raw, raw.rfind(b"\n", 0, at) + 1)
            if match is not None:
                yield match.groups(b"")
            at = raw.find(word, max(at + len(word), match.end() if match is not None else 0))

    return find


def fingerprint_of_rows(rows: Iterable[str]) -> str:
    """What tells a list of names or files from others."""
    return fingerprint("\0".join(rows).encode("utf-8", "surrogatepass")) if memory.keeping else UNKNOWN
