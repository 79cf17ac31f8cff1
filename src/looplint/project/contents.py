"""The bytes of a project's files: read once while somebody needs them, each answer with its question."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from looplint.model.vocabulary import is_part_of_word, vocabulary
from looplint.project import asked, files
from looplint.project.asked import now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from looplint.model.facts import Facts


class Contents:
    """The bytes of files by path; of those whose facts are held in `parsed`, what was parsed."""

    def __init__(self, parsed: Mapping[Path, Facts | None]) -> None:
        self._parsed = parsed
        self._raw: dict[Path, tuple[bytes | None, str]] = {}
        self._content: dict[Path, asked.Question] = {}
        self._says: dict[Path, dict[bytes, asked.Question]] = {}
        self._words: dict[Path, bytes] = {}

    def has_read(self, path: Path) -> bool:
        """Were the bytes of a file asked for, and not dropped since?"""
        return path in self._raw

    def drop(self, path: Path) -> None:
        """Forget the bytes of a file."""
        self._raw.pop(path, None)
        self._content.pop(path, None)
        self._says.pop(path, None)
        self._words.pop(path, None)

    def mentions(self, path: Path, word: bytes) -> bool:
        """Do the bytes of a file hold `word`? False where it cannot be read."""
        known = self._says.get(path)
        if known is None:
            known = self._says[path] = {}
        question = known.get(word)
        if question is None:
            raw, witness = self._bytes(path)
            searched = self._words_of(path, raw) if raw is not None and is_part_of_word(word) else raw
            question = known[word] = files.says(os.fspath(path), word, searched, witness)
        now.questions.add(question)
        return bool(question.answer)

    def _words_of(self, path: Path, raw: bytes) -> bytes:
        """The words of a file; most files are asked for many."""
        known = self._words.get(path)
        if known is None:
            known = self._words[path] = vocabulary(raw)
        return known

    def raw(self, path: Path) -> bytes | None:
        """The bytes of a file; None where it cannot be read."""
        question = self._content.get(path)
        if question is None:
            question = self._content[path] = files.content(os.fspath(path), self._bytes(path)[1])
        now.questions.add(question)
        return self._bytes(path)[0]

    def _bytes(self, path: Path) -> tuple[bytes | None, str]:
        """The bytes of a file, None where it cannot be read, and their fingerprint."""
        known = self._raw.get(path)
        if known is None:
            facts = self._parsed.get(path)
            if facts is not None:
                known = facts.source.raw, files.fingerprint(facts.source.raw)
            else:
                try:
                    known = files.read_unasked(os.fspath(path))
                except (OSError, ValueError):
                    known = None, ""
            self._raw[path] = known
        return known
