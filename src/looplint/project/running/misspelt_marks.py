"""Marks that were meant to be `asyncio` and are not: pytest takes any name, at most with a warning.

A name that the project registers, or that a conftest.py or plugin module mentions, is meant as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.project.running.fixtures import plugin_files
from looplint.project.running.marks import marks_of

if TYPE_CHECKING:
    from looplint.model.definitions import Function
    from looplint.model.facts import Facts
    from looplint.project.code.mark_expressions import Mark
    from looplint.project.questions import Project

_MEANT = "asyncio"
_MORE = frozenset({"asynchronous", "asyncronous", "asyncornous", "asycio", "ascynio", "aysnico", "asnycoi", "async_"})
"""Further than one slip of the hand from `asyncio`, and nothing else."""
WORDS = frozenset({"asynchronous"})
"""Names that some projects select tests by (limits does): a mistake only where nobody runs the test."""


def misspelt_mark(project: Project, test: Function) -> Mark | None:
    """The mark of a test that was meant to be `asyncio`, if there is one that nobody else knows."""
    for decorator, name in marks_of(project, test):
        if looks_like_asyncio(name) and not is_known_mark(project, test.facts, name):
            return decorator, name
    return None


def looks_like_asyncio(name: str) -> bool:
    """Is a name of a mark one slip away from `asyncio` (case and underscores not counted), or a known misspelling?

    >>> [name for name in ("asyncoi", "async_io", "anyio", "asyncpg", "asyncio") if looks_like_asyncio(name)]
    ['asyncoi', 'async_io']
    """
    if name == _MEANT:
        return False
    folded = name.lower().replace("_", "")
    return name in _MORE or folded == _MEANT or _is_one_slip(folded, _MEANT)


def is_known_mark(project: Project, facts: Facts, name: str) -> bool:
    """Does the configuration register the mark, or a conftest.py or plugin module of the file speak of it?"""
    if name in project.settings.markers:
        return True
    holders = [*(project.conftests(facts.file) if facts.file is not None else ()), *plugin_files(project, facts)]
    return any(name in holder.source.text for holder in holders if holder is not facts)


def _is_one_slip(name: str, meant: str) -> bool:
    """Does one letter more, less, other, or swapped with its neighbour make `meant` of a name?"""
    if abs(len(name) - len(meant)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(name, meant, strict=False)) if a != b), min(len(name), len(meant)))
    rest, wanted = name[same:], meant[same:]
    if len(rest) != len(wanted):
        return rest[1:] == wanted if len(rest) > len(wanted) else rest == wanted[1:]
    return rest[1:] == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
