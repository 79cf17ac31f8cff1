"""From the paths a user names to the files to check, in a stable order, each file once.

A directory is walked without what `exclude` and the .gitignore files leave out; links to directories are followed,
each real directory visited once, the real spelling of a path before a linked one. A file given by name is always
checked, unless `force-exclude` is on.
"""

from __future__ import annotations

import os
from dataclasses import field
from typing import TYPE_CHECKING

from looplint.engine import globs
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.engine.configuration import Configuration, Configurations
    from looplint.engine.gitignore import Ignores

STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One file to check."""

    path: str
    """As shown: the way the user spelled it."""
    absolute: str
    configuration: Configuration
    explicit: bool = False
    """Named by the user, not found on a walk."""


@dataclass(slots=True)
class Discovered:
    """What the paths lead to."""

    targets: list[Target] = field(default_factory=list)
    walked: list[str] = field(default_factory=list)
    """Absolute paths of the directories that the user named."""
    problems: list[str] = field(default_factory=list)
    """Paths that do not exist, directories that cannot be listed: one line each."""


def discover(
    paths: Iterable[str],
    configurations: Configurations,
    *,
    force_exclude: bool | None = None,
    respect_gitignore: bool | None = None,
) -> Discovered:
    """The files below `paths`; the options override the configuration."""
    walk = _Walk(configurations, respect_gitignore=respect_gitignore)
    found = Discovered()
    real: list[Target] = []
    linked: list[Target] = []
    for given in dict.fromkeys(paths):
        path = os.path.normpath(given)
        absolute = os.path.abspath(path)
        if os.path.isdir(absolute):
            found.walked.append(absolute)
            for target, is_real in walk.directory(path, absolute):
                (real if is_real else linked).append(target)
        elif os.path.lexists(absolute):
            configuration = configurations.of(os.path.dirname(absolute))
            forced = configuration.force_exclude if force_exclude is None else force_exclude
            if not (forced and globs.matches(configuration.exclude, configuration.relative(absolute))):
                target = Target(path=path, absolute=absolute, configuration=configuration, explicit=True)
                (linked if os.path.islink(absolute) else real).append(target)
        else:
            found.problems.append(f"{given}: no such file or directory")
    found.problems += walk.problems
    found.targets = _once([*real, *linked])
    return found


def _once(targets: list[Target]) -> list[Target]:
    """Each real file once, a file named by the user before the same file found on a walk; sorted."""
    seen: dict[str, Target] = {}
    directories: dict[str, str] = {}
    for target in sorted(targets, key=lambda t: not t.explicit):
        directory, name = os.path.split(target.absolute)
        if directory not in directories:
            directories[directory] = os.path.realpath(directory)
        real = os.path.join(directories[directory], name)
        if os.path.islink(real):
            real = os.path.realpath(real)
        seen.setdefault(real, target)
    return sorted(seen.values(), key=lambda t: t.path.split(os.sep))


class _Walk:
    """The directories seen so far, and what was wrong with them."""

    def __init__(self, configurations: Configurations, *, respect_gitignore: bool | None) -> None:
        self.problems: list[str] = []
        self._configurations = configurations
        self._respect_gitignore = respect_gitignore
        self._seen: set[tuple[int, int]] = set()

    def directory(self, shown: str, absolute: str) -> Iterator[tuple[Target, bool]]:
        """The Python files below a directory; the flag is False for links to files."""
        from looplint.engine.gitignore import Ignores

        pending = [(shown, absolute, Ignores.above(absolute))]
        links: list[tuple[str, str, Ignores]] = []
        while pending or links:
            shown, absolute, ignores = pending.pop() if pending else links.pop(0)
            if not self._first_visit(absolute):
                continue
            try:
                with os.scandir(absolute) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                self.problems.append(f"{shown}: cannot be listed: {(error.strerror or str(error)).lower()}")
                continue
            configuration = self._configurations.of(absolute)
            respects = configuration.respect_gitignore if self._respect_gitignore is None else self._respect_gitignore
            ignores = ignores.entered(absolute, {entry.name for entry in entries}) if respects else ignores
            below = configuration.relative(absolute)
            for entry in entries:
                is_directory = _is_directory(entry)
                if not is_directory and not entry.name.endswith(".py"):
                    continue
                if _excluded(configuration, below, entry.name):
                    continue
                if respects and ignores.ignored(entry.path, is_directory=is_directory):
                    continue
                path = entry.name if shown == os.curdir else os.path.join(shown, entry.name)
                if is_directory:
                    (links if entry.is_symlink() else pending).append((path, entry.path, ignores))
                elif not _is_special(entry):
                    yield (
                        Target(path=path, absolute=entry.path, configuration=configuration),
                        not entry.is_symlink(),
                    )

    def _first_visit(self, absolute: str) -> bool:
        try:
            status = os.stat(absolute)
        except OSError:
            return True
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen and status.st_ino:
            return False
        self._seen.add(identity)
        return True


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_special(entry: os.DirEntry[str]) -> bool:
    """Pipes, sockets, devices; a link that leads nowhere is no file of this tree either."""
    try:
        return not entry.is_file()
    except OSError:
        return False


def _excluded(configuration: Configuration, below: str, name: str) -> bool:
    if globs.matches_name(configuration.exclude, name):
        return True
    return globs.matches_path(configuration.exclude, name if below == os.curdir else f"{below}/{name}")
