"""Text in pieces with styles: joined for a pipe, handed to rich for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

Piece = tuple[str, str]
"""Text and a rich style, "" for none."""


def plain(pieces: Iterable[Piece]) -> str:
    """Without any style."""
    return "".join(text for text, _ in pieces)


def rich_text(pieces: Iterable[Piece]) -> Text:
    """For a rich console; nothing in the text is taken for markup."""
    from rich.text import Text

    return Text.assemble(*pieces)
