"""What one environment of tox, nox, hatch or conda is made of, and how the arguments of `pip install` say it."""

from __future__ import annotations

import os
import re
from dataclasses import field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from looplint.model.records import dataclass
from looplint.project import files
from looplint.project.configured.declared import canonical, requirement_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from looplint.project.configured.declared import Declared

Entry: TypeAlias = "tuple[str, Callable[[], Declared]]"
"""The canonical name of a requirement, and what makes it: its place costs a scan of the file."""

_JOINED = re.compile(r"(-[rce])\s*(.+)|(--[a-z-]+)(?:=|\s+)(.+)", re.DOTALL)
_PROJECT = re.compile(r"(?:file:)?\.(?:/|\\)?(?:\[([^\]]*)\])?")
_TAKES_A_VALUE = frozenset(
    {
        "-i", "-f", "-t", "-C", "--index-url", "--extra-index-url", "--find-links", "--target", "--platform",
        "--prefix", "--python-version", "--implementation", "--abi", "--root", "--src", "--upgrade-strategy",
        "--no-binary", "--only-binary", "--progress-bar", "--config-settings", "--trusted-host", "--timeout",
        "--retries", "--index", "--default-index", "--python", "--index-strategy", "--report", "--use-feature",
        "--global-option", "--cert", "--proxy", "--log", "--cache-dir", "--channel", "--link-mode",
    }
)  # fmt: skip
_PICKS_OTHERS = frozenset({"--pre", "--resolution", "--prerelease", "--exclude-newer", "--uploaded-prior-to"})
"""Options by which others than the newest releases are picked."""
_SHORT = {"-r": "--requirement", "-c": "--constraint", "-e": "--editable"}


class Asks(Enum):
    """What an argument of `pip install` asks for."""

    REQUIREMENT = "requirement"
    FILE = "requirements file"
    BOUNDS = "constraints file"
    PROJECT = "the project itself, perhaps with extras"
    GROUP = "dependency group"
    UNKNOWN = "something that cannot be told"


_LONG = {
    "--requirement": Asks.FILE,
    "--requirements": Asks.FILE,
    "--constraint": Asks.BOUNDS,
    "--constraints": Asks.BOUNDS,
    "--override": Asks.BOUNDS,
    "--group": Asks.GROUP,
    "--editable": Asks.REQUIREMENT,
}


@dataclass(slots=True, kw_only=True)
class Environment:
    """What one environment installs.

    `name` is for messages: "tox environment e2e", "nox session tests", "environment.yml". `files` are requirements
    files, with whether they only bound versions; `extras` and `groups` are those of the project, by their canonical
    names; `project` tells that the project itself is installed. `pythons` are the releases of Python that it has
    ("3.12"), none: as the project. Not `certain`: it installs something that cannot be told.
    """

    name: str
    entries: list[Entry] = field(default_factory=list)
    files: list[tuple[Path, bool]] = field(default_factory=list)
    extras: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    default_groups: bool = False
    project: bool = False
    pythons: tuple[str, ...] = ()
    certain: bool = True

    def take(self, asks: Asks, value: str, base: Path) -> None:
        """Take in everything but a requirement; paths are relative to the directory `base`."""
        if asks in (Asks.FILE, Asks.BOUNDS):
            target = target_of(base, value)
            if target is None:
                self.certain = False
            else:
                self.files.append((target, asks is Asks.BOUNDS))
        elif asks is Asks.PROJECT:
            self.project = True
            self.extras.update(canonical(one.strip()) for one in value.split(",") if one.strip())
        elif asks is Asks.GROUP:
            self.groups.add(canonical(value.rpartition(":")[2]))
        else:
            self.certain = False


def target_of(base: Path, written: str) -> Path | None:
    """The requirements file that is meant, where it is there."""
    if "://" in written or "$" in written or "{" in written or "\0" in written:
        return None
    target = Path(os.path.normpath(base / written.strip().strip("\"'")))
    return target if files.is_file(target) else None


def asked_in_line(line: str) -> Iterator[tuple[Asks, str]]:
    """What one line of tox's `deps`, or one element of conda's `pip` list, asks for."""
    joined = _JOINED.fullmatch(line)
    words = [part for part in joined.groups() if part] if joined is not None else [line]
    for asks, value, _ in asked_by(words):
        yield asks, value


def asked_by(words: Sequence[str | None]) -> Iterator[tuple[Asks, str, int]]:
    """What the arguments of `pip install` ask for, each with the index of the word that says it; None: not literal."""
    option: str | None = None
    for index, word in enumerate(words):
        if option is not None:
            if option in _LONG:
                yield from _asked(_LONG[option], word, index)
            option = None
        elif word is None:
            yield Asks.UNKNOWN, "", index
        elif word.startswith("-"):
            name, value = _option(word)
            if name in _PICKS_OTHERS:
                yield Asks.UNKNOWN, word, index
            if name in _LONG and value:
                yield from _asked(_LONG[name], value, index)
            elif not value and (name in _LONG or name in _TAKES_A_VALUE or name in _PICKS_OTHERS - {"--pre"}):
                option = name
        else:
            yield from _asked(Asks.REQUIREMENT, word, index)


def _option(word: str) -> tuple[str, str]:
    """The long name of an option, and the value that is written in the same word."""
    if not word.startswith("--"):
        return _SHORT.get(word[:2], word[:2]), word[2:].strip()
    name, _, value = word.partition("=")
    return name, value.strip()


def _asked(asks: Asks, word: str | None, index: int) -> Iterator[tuple[Asks, str, int]]:
    if word is None:
        yield Asks.UNKNOWN, "", index
    elif asks is not Asks.REQUIREMENT:
        yield asks, word, index
    elif (project := _PROJECT.fullmatch(word.strip())) is not None:
        yield Asks.PROJECT, project[1] or "", index
    elif requirement_name(word) is not None:
        yield asks, word, index
    elif not _is_local(word):
        yield Asks.UNKNOWN, word, index


def _is_local(word: str) -> bool:
    """Is it a directory, an archive or an address of something else, which is no plugin of the tests?"""
    return "://" in word or "/" in word or "\\" in word or word.endswith((".whl", ".tar.gz", ".zip"))


@dataclass(slots=True, kw_only=True)
class Told:
    """What a file says about environments: `entries` are all requirements in it, those that no environment has too."""

    environments: list[Environment] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
