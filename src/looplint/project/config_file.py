"""The configuration files of a root, read once, with their places; a file that cannot be read says why in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 10_000_000
"""Configuration larger than this (bytes) is not read."""


def read_text(path: Path) -> tuple[str | None, str | None]:
    """The text of a configuration file without its byte order mark, else None and what is wrong, in one line."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return None, f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if len(raw) > MAX_BYTES:
        return None, f"is larger than {MAX_BYTES // 1_000_000} MB"
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return None, f"is not UTF-8: {error.reason} at byte {error.start}"


def read_toml_text(text: str) -> tuple[dict[str, Any] | None, str | None]:
    """What a TOML document means, else None and the parser's message, in one line."""
    from tomli import TOMLDecodeError, loads

    try:
        return loads(text), None
    except (TOMLDecodeError, ValueError) as error:
        return None, str(error).replace("\n", " ")
    except RecursionError:
        return None, "it is nested too deeply"


def read_toml(path: Path) -> tuple[dict[str, Any] | None, str | None]:
    """The parsed file, else None and an error that starts with nothing but the reason ("cannot be read: ...")."""
    text, error = read_text(path)
    if text is None:
        return None, error
    data, error = read_toml_text(text)
    return data, f"is not valid TOML: {error}" if error else None
