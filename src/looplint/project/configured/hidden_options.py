"""What is lost when pytest does not read a table: the options that are not in force as the table says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.asyncio_options import VALUES
from looplint.project.configured.addopts import parse_addopts
from looplint.project.configured.pytest_config import Option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written

ASYNC_OPTIONS = frozenset({*VALUES, "anyio_mode", "trio_mode"})
"""The options that decide how async tests run."""


def lost_options(table: Table, in_force: Mapping[str, Option]) -> dict[str, Written]:
    """The options of an unread table that are missing in force, or have another value there."""
    return {name: option for name, option in table.options.items() if not _same(option, in_force.get(name))}


def mode_in(file: ConfigFile, options: Mapping[str, Written]) -> str | None:
    """The asyncio mode that these options would set, if pytest read them: by `asyncio_mode`, or by addopts."""
    addopts = options.get("addopts")
    if addopts is not None:
        option = Option(name="addopts", value=addopts.value, path=file.path, row=addopts.row)
        mode = parse_addopts(option.words()).asyncio_mode
        if mode is not None:
            return mode
    written = options.get("asyncio_mode")
    return str(written.value) if written is not None else None


def _same(one: Written, other: Option | None) -> bool:
    if other is not None and one.name == "markers":
        return _marks(one.value) <= _marks(other.value)
    return other is not None and _plain(one.value) == _plain(other.value)


def _marks(value: object) -> set[str]:
    """The names of marks; what is said about them decides nothing."""
    rows = value if isinstance(value, list) else str(value).splitlines()
    return {str(row).partition(":")[0].partition("(")[0].strip() for row in rows} - {""}


def _plain(value: object) -> list[str]:
    """An option's value as words, so that a list and the rows of a text can be compared."""
    words = value if isinstance(value, list) else str(value).split()
    return [part.lower() if part in ("True", "False") else part for word in words for part in str(word).split()]
