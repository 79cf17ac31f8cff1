"""The files that are parsed at the moment: what was parsed for one project is not parsed again for another.

A file without a project around it is in the project of its own directory, so that files which many directories import
are in as many projects. Each has its own facts of such a file, because it sees other files around it; the syntax tree
and what was found by walking over it are one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from looplint.model.facts import Facts

if TYPE_CHECKING:
    import ast
    from pathlib import Path

    from looplint.model.source import Source


class Parsed:
    """The facts that were last made of each file, and how much is held, until they are given up."""

    def __init__(self) -> None:
        self._facts: dict[Path, Facts] = {}
        self._users: Counter[ast.Module] = Counter()
        self.size = 0
        """Bytes of source of which the syntax trees are held."""

    def facts(self, source: Source, module_name: str, path: Path | None, *, is_package: bool) -> Facts:
        """The facts of a text, parsed only if nobody did. Raises SourceError where it cannot be parsed."""
        if path is None:
            return Facts.parse(source, module_name, is_package=is_package)
        if self.holds(source, path):
            made = self._facts[path].seen_as(source, module_name, is_package=is_package)
        else:
            made = Facts.parse(source, module_name, is_package=is_package, file=path)
        self._facts[path] = made
        self._users[made.tree] += 1
        if self._users[made.tree] == 1:
            self.size += len(source.raw)
        return made

    def holds(self, source: Source, path: Path) -> bool:
        """Was this very text of a file parsed?"""
        known = self._facts.get(path)
        return known is not None and known.source.text == source.text

    def give_up(self, facts: Facts) -> None:
        """Let go of facts that nobody will ask again."""
        self.drop(facts)
        facts.give_up()

    def drop(self, facts: Facts) -> None:
        """Forget facts, because the file has another text now."""
        if facts.file is not None:
            if self._facts.get(facts.file) is facts:
                del self._facts[facts.file]
            self._users[facts.tree] -= 1
            if not self._users[facts.tree]:
                del self._users[facts.tree]
                self.size -= len(facts.source.raw)
