"""What calling a callable gives, in words that rules act on, with the proof."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from looplint.model.definitions import Colour
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from looplint.model.definitions import Function


class Gives(Enum):
    """What a call gives, as far as that is shown."""

    COROUTINE = "a coroutine"
    """Nothing runs until it is awaited."""
    FUTURE = "a future"
    """Runs, or is set, whether or not anybody awaits it."""
    AWAITABLE = "something to await"
    """Of unknown kind."""
    ASYNC_GENERATOR = "an async generator"
    GENERATOR = "a generator"
    CONTEXT = "a context manager"
    ASYNC_CONTEXT = "an async context manager"
    INSTANCE = "an instance"
    """Of a class of the project that is no awaitable."""
    VALUE = "a value"
    """Not shown to be any of these. `plain.result_type` tells whether it is certainly nothing to await."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coloured:
    """The colour of a callable, what calling it gives, and the proof in words ("async def at app/repo.py:12").

    `function` is the def that decides, where there is one. `by_name` marks evidence of the second rank: the receiver
    is unknown, but whatever has that name in the project is of this colour.
    """

    colour: Colour
    gives: Gives = Gives.VALUE
    proof: str = ""
    function: Function | None = None
    by_name: bool = False

    @property
    def must_be_awaited(self) -> bool:
        """Does every call give something to await?"""
        return self.colour in (Colour.ASYNC, Colour.AWAITABLE)

    @property
    def is_known(self) -> bool:
        """Is anything known?"""
        return self.colour is not Colour.UNKNOWN


UNKNOWN = Coloured(colour=Colour.UNKNOWN)
