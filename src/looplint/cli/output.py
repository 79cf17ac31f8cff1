"""Where output goes: a terminal gets colours, a pipe plain text, a closed pipe nothing and no complaint."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from rich.progress import Progress, TaskID

    from looplint.report.styled import Piece

_PATIENCE = 1.0
"""Seconds after which a progress bar is shown."""
_REFRESH = 0.1
"""Seconds between two pictures of the bar."""


def prepare_streams() -> None:
    """Let any file name and any source text be printed, whatever the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def silence_stdout() -> None:
    """Nobody reads any more: let the interpreter's last flush go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def wants_colour(stream: TextIO) -> bool:
    """Is this a terminal, or are colours forced, and nobody said NO_COLOR?"""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def may_animate(stream: TextIO) -> bool:
    """Can the cursor be moved there?"""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def emit(text: str, stream: TextIO | None = None) -> None:
    """Write text as it is."""
    target = stream if stream is not None else sys.stdout
    try:
        target.write(text)
        target.flush()
    except BrokenPipeError:
        silence_stdout()


def emit_bytes(content: bytes) -> None:
    """Write bytes to standard output as they are."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        silence_stdout()


def emit_styled(pieces: Iterable[Piece], stream: TextIO) -> None:
    """Write text with colours."""
    from rich.console import Console

    from looplint.report.styled import rich_text

    console = Console(file=stream, highlight=False, soft_wrap=True, force_terminal=True)
    try:
        console.print(rich_text(pieces), end="")
    except BrokenPipeError:
        silence_stdout()


class ProgressBar:
    """A bar on standard error that appears only when the work takes long; without a thread, so that forks are safe."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._drawn = 0.0
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, done: int, total: int) -> None:
        """So much of the work is done."""
        now = time.monotonic()
        if now - self._started < _PATIENCE or now - self._drawn < _REFRESH:
            return
        self._drawn = now
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True, auto_refresh=False)
            self._bar.start()
            self._task = self._bar.add_task("checking", total=total)
        assert self._task is not None
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def close(self) -> None:
        """Wipe the bar away."""
        if self._bar is not None:
            self._bar.stop()
