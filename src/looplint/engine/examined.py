"""What `looplint doctor` finds out, as plain data: `--output-format json` prints these records under these names.

Files are relative to the root of the project, with `/`; rows are 1-based.
"""

from __future__ import annotations

from looplint.model.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in a file; `row` is None for the file as a whole."""

    file: str
    row: int | None = None

    def __str__(self) -> str:
        return self.file if self.row is None else f"{self.file}:{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The path that was asked about. `kind`: file, directory, or absent, for which the answers hold all the same.

    `excluded`: looplint passes it by on a walk. `test_file`: pytest collects it by `python_files`, or it is a
    conftest.py; None for directories.
    """

    path: str
    kind: str
    excluded: bool = False
    test_file: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The directory that governs the path (absolute), and the files by which it does; none where it is a repository,
    or the directory of the path itself for want of anything else."""

    directory: str
    by: tuple[str, ...] = ()
    repository: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnConfiguration:
    """looplint's configuration in force: its file (None: the defaults) and what it says about rules."""

    file: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestConfiguration:
    """The file that pytest takes its options from (None: there is none), and files whose pytest options it hides.

    `error` says in one line why pytest does not start with it.
    """

    file: str | None = None
    shadowed: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """One setting. `known` is False where a linter cannot tell the value; `value` is None then, or when it is unset.

    `origin` is where it comes from, in words; `where` the place that sets it, None where a default applies.
    """

    name: str
    value: str | bool | None
    known: bool
    origin: str
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginOption:
    """`-p name` or `-p no:name` in addopts."""

    name: str
    enabled: bool
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Pythons:
    """The Pythons that the project says it runs on: as written, and the releases that are meant ("3.10")."""

    declared: str | None
    where: Where | None
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One requirement. `kind`: main, extra, group, environment, file or constraint; `group` is its set's name."""

    text: str
    kind: str
    group: str
    marker: str | None
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One pinned version; `stale` where no requirement of the project allows it."""

    version: str
    stale: bool
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is declared, allowed and locked of one distribution that matters to async tests.

    `oldest` and `newest` bound the known releases that are allowed, None where no release is known; `origin` says in
    words what decides. `switched_off`: addopts has `-p no:` for its plugin.
    """

    name: str
    oldest: str | None
    newest: str | None
    origin: str
    asked: tuple[Asked, ...] = ()
    locked: tuple[Pin, ...] = ()
    switched_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The pytest and pytest-asyncio that one installation gets from its lock or from a resolver.

    Both are None where no pair fits, so that installers refuse. `works` is what was measured, None where nobody looked.
    `python` is the Python for which it was found, None where that made no difference.
    """

    installation: str
    pytest: str | None
    pytest_asyncio: str | None
    python: str | None
    works: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conftest:
    """One conftest.py that governs the path, and why it cannot be read."""

    file: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """One rule. `state`: on; off, by selection; silent, which is on, but nothing in this project can be reported."""

    code: str
    name: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """All of it."""

    looplint: str
    python: str
    """The Python that runs looplint."""
    platform: str
    subject: Subject
    root: Root
    configuration: OwnConfiguration
    pytest: PytestConfiguration
    settings: tuple[SettingInForce, ...]
    plugin_options: tuple[PluginOption, ...]
    pythons: Pythons
    packages: tuple[Package, ...]
    pairings: tuple[Pairing, ...]
    other_runner: str | None
    """What else may run unmarked async tests."""
    conftests: tuple[Conftest, ...]
    """Innermost first."""
    files: tuple[str, ...]
    """Configuration files that were read."""
    rules: tuple[RuleState, ...]
    problems: tuple[str, ...]
    """One line for each thing that is broken."""
