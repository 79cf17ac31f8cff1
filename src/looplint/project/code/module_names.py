"""Which names a module of the project may have, judged by its bytes where these suffice."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project.project import Project

MAKES_NAMES = re.compile(
    rb"__getattr__|\b(?:globals|locals|vars|setattr|exec|eval|__import__)\(|sys\.modules|__path__|import_module|__dict__|"
    rb"[Ll]azy|meta_path"
)
"""How a module comes to names that no reader sees."""
_BINDS = re.compile(
    rb"^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(?:from|import)\b([^\n]*)|(\w+)[ \t]*(?:[:=,)]|$))",
    re.MULTILINE,
)
"""What may bind a name at module level; binds too much rather than too little."""
_WORD = re.compile(rb"\w+")
_DEPTH = 8


def may_define(project: Project, file: Path, name: str) -> bool:
    """May a module have the name? Judged by its bytes where these suffice, so that most modules are not parsed."""
    if name.startswith("__") or name.encode() in _bound_words(project.raw(file)):
        return True
    return may_have_read(project, file, name)


@lru_cache(maxsize=1024)
def _bound_words(raw: bytes) -> frozenset[bytes]:
    """The words that a module may bind, by one look at its rows."""
    words: set[bytes] = set()
    for defined, imported, assigned in _BINDS.findall(raw):
        words.add(defined or assigned)
        if imported:
            words.update(_WORD.findall(imported))
    return frozenset(words)


def may_have_read(project: Project, file: Path, name: str, depth: int = _DEPTH) -> bool:
    """May a module have the name, as far as reading it and what it imports by `*` tells?"""
    raw = project.raw(file)
    if not depth or (not raw.strip() and file.name != "__init__.py"):
        return True
    if MAKES_NAMES.search(raw) or re.search(rb"""["']%s["']|\bglobal\b[^\n]*\b%s\b""" % (2 * (name.encode(),)), raw):
        return True
    facts = project.facts_at(file)
    if facts is None:
        return True
    scope = facts.scope(facts.tree)
    if name in scope.names:
        return True
    for star in scope.stars:
        located = project.locate(facts.absolute(star), file)
        if located is None or located[1] or located[0].suffix != ".py" or located[0] == file:
            return True
        if may_have_read(project, located[0], name, depth - 1):
            return True
    return False
