"""The versions that lock files pin. Locks are written by machines: their lines are read, the file is not parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.records import dataclass
from looplint.project.configured.declared import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.project.configured.config_file import ConfigFile

_NAME = re.compile(r"^name = \"([^\"\n]+)\"", re.MULTILINE)
_PIPFILE_NAME = re.compile(r"^ {8}\"([^\"\n]+)\": *\{", re.MULTILINE)
_VERSION = re.compile(r"^version = \"([^\"\n]+)\"", re.MULTILINE)
_BLOCK_END = re.compile(r"^\[\[", re.MULTILINE)
_PIPFILE_VERSION = re.compile(r"\"version\": *\"==([^\"\n]+)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """One pinned version, and the offset and 1-based row of the package's name in the lock file."""

    name: str
    version: str
    path: Path
    row: int
    start: int


def locked_versions(file: ConfigFile, name: str) -> tuple[Locked, ...]:
    """The pins of one distribution, several where the lock forks by markers; none for what cannot be read."""
    text = file.text
    pins = _pipfile_pins(text, name) if file.path.suffix == ".lock" and text[:1] == "{" else _pins(text, name)
    return tuple(
        Locked(name=canonical(name), version=version, path=file.path, row=file.place(start)[0], start=start)
        for version, start in pins
    )


def locked_names(file: ConfigFile) -> frozenset[str]:
    """The canonical names of all distributions that a lock file pins."""
    found = _PIPFILE_NAME if file.text[:1] == "{" else _NAME
    return frozenset(canonical(match[1]) for match in found.finditer(file.text))


def _pins(text: str, name: str) -> Iterator[tuple[str, int]]:
    """`name = "..."` at the start of a line, and the version before the next `[[package]]`."""
    for found in re.finditer(rf"^name = \"{_spelling(name)}\"", text, re.MULTILINE | re.IGNORECASE):
        end = _BLOCK_END.search(text, found.end())
        version = _VERSION.search(text, found.end(), end.start() if end else len(text))
        if version is not None:
            yield version[1], found.start()


def _pipfile_pins(text: str, name: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(rf"^ +\"{_spelling(name)}\": *\{{", text, re.MULTILINE | re.IGNORECASE):
        version = _PIPFILE_VERSION.search(text, found.end(), text.find("}", found.end()) + 1)
        if version is not None:
            yield version[1], found.start()


def _spelling(name: str) -> str:
    return canonical(name).replace("-", "[-_.]+")
