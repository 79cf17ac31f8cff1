"""Answers that follow from one file alone, kept with its facts until these are given up.

What takes more than a file, or a part of one, cannot be kept so: its answer may rest on other files, and on settings.
"""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable


class Holder(Protocol):
    """What keeps answers about itself: the facts of a file."""

    notes: dict[Any, Any]


class Part(Protocol):
    """A function or class of a file."""

    @property
    def facts(self) -> Holder:
        """The file."""


_F = TypeVar("_F", bound=Holder)
_P = TypeVar("_P", bound=Part)
_V = TypeVar("_V")
_MISSING = object()


def kept_by_file(answer: Callable[[_F], _V]) -> Callable[[_F], _V]:
    """A function of a file that is computed once."""

    def ask(facts: _F) -> _V:
        found = facts.notes.get(ask, _MISSING)
        if found is _MISSING:
            found = facts.notes[ask] = answer(facts)
        return cast("_V", found)

    update_wrapper(ask, answer)
    return ask


def kept_by_part(answer: Callable[[_P], _V]) -> Callable[[_P], _V]:
    """A function of a function or class of a file that is computed once for each."""

    def ask(part: _P) -> _V:
        notes = part.facts.notes
        found = notes.get((ask, part), _MISSING)
        if found is _MISSING:
            found = notes[ask, part] = answer(part)
        return cast("_V", found)

    update_wrapper(ask, answer)
    return ask
