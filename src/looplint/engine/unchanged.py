"""Is what was asked answered as before? Each question is put once a run, by the status of the file where that tells."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from looplint.project import files

if TYPE_CHECKING:
    from collections.abc import Callable

    from looplint.engine.store import Store


class Unchanged:
    """Puts the questions of one cache again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holds: dict[int, bool] = {}
        self._fingerprints: dict[str, str] = {}
        self._trees: dict[str, str] = {}
        self.witnesses: dict[int, str] = {}
        """Fingerprints of changed files from which a question has the same answer as before."""
        self.statuses: list[tuple[str, files.Status, str]] = []
        """Files whose status did not tell, and that had to be read."""

    def holds(self, number: int) -> bool:
        """Has a question, or has every question of a set, its old answer?"""
        known = self._holds.get(number)
        if known is None:
            row = self._store.question(number)
            if row is not None:
                known = self._answered_as_before(number, *row)
            else:
                members = self._store.members(number)
                known = members is not None and all(map(self.holds, members))
            self._holds[number] = known
        return known

    def fingerprint(self, path: str) -> str:
        """That of a file's bytes; "" where it cannot be read."""
        known = self._fingerprints.get(path)
        if known is None:
            known = self._fingerprints[path] = self._look(path)
        return known

    def _look(self, path: str) -> str:
        try:
            kept = self._store.status(path)
            if kept is not None and files.status_of(os.stat(path)) == kept[0]:
                return kept[1]
            taken = files.read_unasked(path)[1]
        except (OSError, ValueError):
            return ""
        self.statuses.append((path, *files.memory.statuses[path]))
        return taken

    def _answered_as_before(self, number: int, text: str, witness: str) -> bool:
        kind, path, argument, answer = map(str, json.loads(text))
        if kind == "content":
            return self.fingerprint(path) == answer
        if kind == "says":
            return self._says_as_before(number, path, argument, answer, witness)
        if kind == "matching":
            return self._matching_as_before(number, path, argument, answer, witness)
        ask = _QUESTIONS[kind]
        return ask(path, argument) == answer

    def _says_as_before(self, number: int, path: str, word: str, answer: str, witness: str) -> bool:
        if self.fingerprint(path) == witness:
            return True
        raw: bytes | None = None
        taken = ""
        with suppress(OSError, ValueError):
            raw, taken = files.read_unasked(path)
        if files.says(path, word.encode("latin-1"), raw, taken).answer != answer:
            return False
        self.witnesses[number] = taken
        return True

    def _matching_as_before(self, number: int, directory: str, argument: str, answer: str, witness: str) -> bool:
        """No file need be read as long as all of them are unchanged."""
        if self._of_tree(directory) == witness:
            return True
        pattern, *match = json.loads(argument)
        table, taken = files.table_unasked(directory, pattern)
        if files.fingerprint_of_rows(table.get(tuple(match), [])) != answer:
            return False
        self.witnesses[number] = taken
        return True

    def _of_tree(self, directory: str) -> str:
        known = self._trees.get(directory)
        if known is None:
            rows = (row for path in files.tree_unasked(directory) for row in (path, self.fingerprint(path)))
            known = self._trees[directory] = files.fingerprint_of_rows(rows)
        return known


_QUESTIONS: dict[str, Callable[[str, str], str]] = {
    "kind": lambda path, _: files.kind_unasked(path),
    "there": lambda path, _: "1" if os.path.lexists(path) else "",
    "entry": files.entry_unasked,
    "names": lambda path, pattern: files.fingerprint_of_rows(files.names_unasked(path, pattern)),
    "tree": lambda path, _: files.fingerprint_of_rows(files.tree_unasked(path)),
}
"""How each kind of question is put again."""
