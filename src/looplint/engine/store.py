"""The file of a cache: one SQLite file for each project root, read at the start of a run, written at its end.

It is an old rollback journal on purpose: a write-ahead log would leave two more files, and cannot be read in a
directory that cannot be written. Every run reads and writes in transactions of its own, so several may run at once;
who finds the file locked for longer than a moment goes without. Whatever is wrong with the file, it is thrown away.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from looplint import __version__
from looplint.engine.cache import CACHE, make_directory
from looplint.engine.packing import number_of, numbers_in
from looplint.project.files import Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from looplint.engine.jobs import Unit

FORMAT = 1
_NAME = "findings.db"
_PATIENCE = 2.0
"""Seconds to wait for another process."""
_SWEEP_EVERY = 20
"""Writes after which what nobody refers to any more is removed."""
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE unit (number INTEGER PRIMARY KEY, path BLOB, fingerprint TEXT, found TEXT, asked BLOB, seal INTEGER);
CREATE TABLE question (number INTEGER PRIMARY KEY, text TEXT, witness TEXT);
CREATE TABLE members (number INTEGER PRIMARY KEY, numbers BLOB);
CREATE TABLE status (path BLOB PRIMARY KEY, size INTEGER, modified INTEGER, changed INTEGER, number INTEGER,
                     fingerprint TEXT) WITHOUT ROWID;
"""


class StoreError(Exception):
    """The file cannot be used; what it held, if anything, is not to be trusted."""


def stamp() -> str:
    """What a cache must have been written by: this looplint (each file of it), this Python, this format."""
    package = os.path.dirname(os.path.dirname(__file__))
    seen = []
    for directory, names, entries in os.walk(package):
        names[:] = sorted(name for name in names if name not in ("__pycache__", "makers"))
        for name in sorted(entries):
            with suppress(OSError):
                status = os.stat(os.path.join(directory, name))
                seen.append(f"{directory}/{name} {status.st_size} {status.st_mtime_ns}")
    return f"{FORMAT} {__version__} {sys.version} {number_of(chr(0).join(seen).encode('utf-8', 'surrogatepass'))}"


def seal(number: int, path: bytes, fingerprint: str, found: str, asked: bytes) -> int:
    """A number by which a damaged row is known."""
    return number_of(b"\0".join((str(number).encode(), path, fingerprint.encode(), found.encode(), asked)))


class Store:
    """One file, opened for reading until `close`, and for each `write`."""

    def __init__(self, root: str, stamp: str) -> None:
        self.directory = os.path.join(root, CACHE)
        self.file = os.path.join(self.directory, _NAME)
        self._stamp = stamp
        self._connection: sqlite3.Connection | None = None
        self.usable = True
        """False where the file is locked, or cannot be made: neither read nor written then."""
        self.trouble = ""
        """Why there is no cache, or why it was thrown away; "" where all is well."""

    # -- reading -----------------------------------------------------------------------------------------------------

    def open(self) -> bool:
        """Is there something to read?"""
        if not os.path.isfile(self.file):
            return False
        import sqlite3

        try:
            self._connection = self._connect(writing=False)
            return self._meta("stamp") == self._stamp or self.discard("it was written by another looplint or Python")
        except sqlite3.Error as error:
            return self.failed(error)

    def failed(self, error: Exception) -> bool:
        """Take in that reading or writing failed: wait for nobody, trust nothing. Always False."""
        if "locked" in str(error) or "busy" in str(error):
            self.usable = False
            self.trouble = self.trouble or "another process holds it"
            self.close()
            return False
        return self.discard(f"{type(error).__name__}: {error}")

    def discard(self, why: str) -> bool:
        """Throw the file away. Always False."""
        self.trouble = self.trouble or why
        self.close()
        for name in (self.file, f"{self.file}-journal", f"{self.file}-wal", f"{self.file}-shm"):
            with suppress(FileNotFoundError):
                try:
                    os.unlink(name)
                except OSError as error:
                    self.usable = isinstance(error, FileNotFoundError)
        return False

    def unit(self, number: int) -> tuple[bytes, str, str, bytes] | None:
        """Path, fingerprint, what was found (as text), and the numbers of what was asked."""
        row = self._row("SELECT path, fingerprint, found, asked, seal FROM unit WHERE number = ?", number)
        if row is None:
            return None
        path, fingerprint, found, asked, sealed = row
        if seal(number, path, fingerprint, found, asked) != sealed:
            raise StoreError("a row is damaged")
        return path, fingerprint, found, asked

    def question(self, number: int) -> tuple[str, str] | None:
        """Text and witness of a question."""
        row: tuple[str, str] | None = self._row("SELECT text, witness FROM question WHERE number = ?", number)
        if row is not None and number_of(row[0].encode()) != number:
            raise StoreError("a row is damaged")
        return row

    def members(self, number: int) -> Sequence[int] | None:
        """The numbers in a large set."""
        row = self._row("SELECT numbers FROM members WHERE number = ?", number)
        if row is not None and number_of(row[0]) != number:
            raise StoreError("a row is damaged")
        return None if row is None else numbers_in(row[0])

    def status(self, path: str) -> tuple[Status, str] | None:
        """Status and fingerprint of a file when it was last read."""
        row = self._row(
            "SELECT size, modified, changed, number, fingerprint FROM status WHERE path = ?", os.fsencode(path)
        )
        return None if row is None else (Status(*row[:4]), row[4])

    def close(self) -> None:
        """Read no more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _row(self, query: str, key: object) -> Any:
        assert self._connection is not None
        return self._connection.execute(query, (key,)).fetchone()

    def _meta(self, name: str) -> str | None:
        row = self._row("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def _connect(self, *, writing: bool) -> sqlite3.Connection:
        import sqlite3
        from urllib.parse import quote

        mode = "rwc" if writing else "ro"
        uri = f"file:{quote(os.path.abspath(self.file))}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)

    # -- writing -----------------------------------------------------------------------------------------------------

    def write(
        self,
        units: Sequence[Unit],
        witnesses: Iterable[tuple[int, str]],
        statuses: Sequence[tuple[str, Status, str]],
        trusted: int,
    ) -> None:
        """Keep units, new witnesses of known questions and new statuses; what fails is no more than a cache lost.

        Files that changed at or after `trusted` (nanoseconds) get no status: a later change may not show in it.
        """
        import sqlite3

        self.close()
        if not self.usable:
            return
        try:
            make_directory(self.directory)
            with closing(self._connect(writing=True)) as connection:
                self._connection = connection
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("BEGIN IMMEDIATE")
                self._prepare(connection)
                self._fill(connection, units, witnesses)
                told = chain(statuses, (status for unit in units for status in unit.statuses))
                rows = ((os.fsencode(path), *status, taken) for path, status, taken in told if _is_old(status, trusted))
                connection.executemany("INSERT OR REPLACE INTO status VALUES (?, ?, ?, ?, ?, ?)", rows)
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError, ValueError) as error:
            self._connection = None
            self.failed(error)
        finally:
            self._connection = None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables, anew where others left theirs."""
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if "meta" in tables and self._meta("stamp") == self._stamp:
            return
        for name in tables:
            connection.execute(f'DROP TABLE "{name}"')
        for statement in filter(None, map(str.strip, _TABLES.split(";"))):
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('stamp', ?)", (self._stamp,))

    def _fill(
        self, connection: sqlite3.Connection, units: Sequence[Unit], witnesses: Iterable[tuple[int, str]]
    ) -> None:
        def rows() -> Iterator[tuple[Any, ...]]:
            for unit in units:
                row = (unit.number, os.fsencode(unit.path), unit.fingerprint, found_text(unit), unit.asked)
                yield (*row, seal(*row))

        connection.executemany("INSERT OR REPLACE INTO unit VALUES (?, ?, ?, ?, ?, ?)", rows())
        questions = (row for unit in units for row in unit.questions)
        connection.executemany("INSERT OR REPLACE INTO question VALUES (?, ?, ?)", questions)
        connection.executemany("UPDATE question SET witness = ? WHERE number = ?", ((w, n) for n, w in witnesses))
        sets = (row for unit in units for row in unit.sets)
        connection.executemany("INSERT OR REPLACE INTO members VALUES (?, ?)", sets)
        written = int(self._meta("writes") or 0) + 1
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('writes', ?)", (str(written),))
        if written % _SWEEP_EVERY == 0:
            _sweep(connection)


def _is_old(status: Status, trusted: int) -> bool:
    return max(status.modified, status.changed) < trusted


def found_text(unit: Unit) -> str:
    """What was found, as the file holds it."""
    import json

    return json.dumps(unit.found, separators=(",", ":")) if unit.found else ""


def _sweep(connection: sqlite3.Connection) -> None:
    """Remove the units of files that are gone, and what no unit refers to."""
    gone: list[tuple[int]] = []
    used: set[int] = set()
    for number, path, asked in connection.execute("SELECT number, path, asked FROM unit"):
        if os.path.lexists(path):
            used.update(numbers_in(asked))
        else:
            gone.append((number,))
    connection.executemany("DELETE FROM unit WHERE number = ?", gone)
    sets = {number: numbers_in(raw) for number, raw in connection.execute("SELECT number, numbers FROM members")}
    fresh = used & sets.keys()
    while fresh:
        inner = {number for each in fresh for number in sets[each]} - used
        used |= inner
        fresh = inner & sets.keys()
    for table in ("question", "members"):
        unused = [(n,) for (n,) in connection.execute(f"SELECT number FROM {table}") if n not in used]  # noqa: S608
        connection.executemany(f"DELETE FROM {table} WHERE number = ?", unused)  # noqa: S608 - a name from above
    lost = [(path,) for (path,) in connection.execute("SELECT path FROM status") if not os.path.lexists(path)]
    connection.executemany("DELETE FROM status WHERE path = ?", lost)
