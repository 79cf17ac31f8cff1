"""Which names a module of the project may have, judged by its bytes where these suffice."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from looplint.model.names import is_type_checking
from looplint.project.asked import noted

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.model.names import Binding
    from looplint.project.questions import Project

_MAKES_NAMES = (
    b"__getattr__", b"sys.modules", b"__path__", b"import_module", b"__dict__", b"Lazy", b"lazy", b"meta_path",
)  # fmt: skip
_MAKING_CALLS = tuple(b"%s(" % name for name in b"globals locals vars setattr exec eval __import__".split())
_MAKING_CALL = re.compile(rb"\b(?:globals|locals|vars|setattr|exec|eval|__import__)\(")
"""How a module comes to names that no reader sees."""
_BINDS = re.compile(
    rb"^[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(?:from|import)\b([^\n]*)|(\w+)[ \t]*(?:[:=,)]|$))",
    re.MULTILINE,
)
"""What may bind a name at module level; binds too much rather than too little."""
_AT_TOP = re.compile(
    rb"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|from\b[^\n]*?\bimport[ \t]*\(([^)]*)\)|"
    rb"(?:from\b[^\n]*?\bimport|import)\b([^\n]*)|(\w+)[ \t]*(?::[^=\n]*)?=(?!=))",
    re.MULTILINE,
)
"""What binds a name in a row of a module that is not indented."""
_WORD = re.compile(rb"\w+")
_LETTER = re.compile(rb"\w")
_QUOTES = (b'"', b"'")
_DECLARING = re.compile(rb"\bglobal\b|^[ \t]*type[ \t]+$")
"""What makes a name of the word behind it, in the row up to there."""
_DEPTH = 8


@noted
def may_define(project: Project, file: Path, name: str) -> bool:
    """May a module have the name? Judged by its bytes where these suffice, so that most modules are not parsed."""
    raw, word = project.raw(file), name.encode()
    if name.startswith("__") or _is_defined_at_top(raw, word) or word in _bound_words(raw):
        return True
    return may_have_read(project, file, name)


def _is_defined_at_top(raw: bytes, word: bytes) -> bool:
    """Does a row that is not indented begin a class or def of that name? Most do; literal texts are found faster."""
    return any(start % word in raw for start in (b"\nclass %s(", b"\ndef %s(", b"\nclass %s:"))


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
    if makes_names(raw) or re.search(rb"""["']%s["']|\bglobal\b[^\n]*\b%s\b""" % (2 * (name.encode(),)), raw):
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


# -- what a module has at run time -----------------------------------------------------------------------------------


def surely_lacks(project: Project, file: Path, name: str, depth: int = _DEPTH) -> bool:
    """Has a module, once it is imported, certainly no attribute of that name?

    Imports under `if TYPE_CHECKING` bring none. Submodules are not looked at.
    """
    raw = project.raw(file)
    if not depth or name.startswith("__") or name.encode() in _top_words(raw) or is_dynamic(raw, name):
        return False
    facts = project.facts_at(file) if file.suffix == ".py" else None
    if facts is None:
        return False
    scope = facts.scope(facts.tree)
    if any(not is_for_type_checkers(facts, binding) for binding in scope.names.get(name, ())):
        return False
    for star in scope.stars:
        located = project.locate(facts.absolute(star), file)
        if (
            located is None
            or located[1]
            or located[0] == file
            or not surely_lacks(project, located[0], name, depth - 1)
        ):
            return False
    return True


@lru_cache(maxsize=1024)
def makes_names(raw: bytes) -> bool:
    """Does a module come to names that no reader sees?"""
    if any(word in raw for word in _MAKES_NAMES):
        return True
    return any(word in raw for word in _MAKING_CALLS) and _MAKING_CALL.search(raw) is not None


def is_dynamic(raw: bytes, name: str) -> bool:
    """May the code of a file make the name in a way that no reader sees: computed, or spelled in a string?"""
    word = name.encode()
    return makes_names(raw) or (word in raw and _is_spelled(raw, word))


def _is_spelled(raw: bytes, word: bytes) -> bool:
    """Is a word the whole of a string, or said to be a global or a type?"""
    at = raw.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = raw[at - 1 : at], raw[end : end + 1]
        if before in _QUOTES and after in _QUOTES:
            return True
        row = raw[raw.rfind(b"\n", 0, at) + 1 : at]
        if _DECLARING.search(row) is not None and not _LETTER.match(before) and not _LETTER.match(after):
            return True
        at = raw.find(word, at + 1)
    return False


@lru_cache(maxsize=1024)
def _top_words(raw: bytes) -> frozenset[bytes]:
    """The names that the rows of a module which are not indented define, assign or import."""
    words: set[bytes] = set()
    for defined, several, imported, assigned in _AT_TOP.findall(raw):
        words.add(defined or assigned)
        words.update(_WORD.findall(several or imported))
    return frozenset(words)


def is_for_type_checkers(facts: Facts, binding: Binding) -> bool:
    """Is it made in the body of an `if TYPE_CHECKING`, which does not run?"""
    child = binding.node
    for up in facts.parents(binding.node) if binding.type_checking else ():
        if isinstance(up, ast.If) and is_type_checking(up.test) and child in up.body:
            return True
        child = up
    return False
