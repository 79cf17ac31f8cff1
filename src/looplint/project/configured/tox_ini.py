"""The environments of tox in its INI format: tox.ini, setup.cfg, and `legacy_tox_ini` in pyproject.toml.

An environment takes every option that its own section does not set from `[testenv]`, or from what `base` names.
<https://tox.wiki/en/latest/config.html>
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from looplint.project.configured.config_file import Kind
from looplint.project.configured.declared import Group, canonical
from looplint.project.configured.ini_entries import entry_at
from looplint.project.configured.tox_names import (
    MOST,
    divided_condition,
    expanded,
    holds,
    listed_names,
    python_of,
    wanted_factors,
)
from looplint.project.configured.virtual_environments import Asks, Environment, Told, asked_in_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.ini_spans import IniFile
    from looplint.project.configured.virtual_environments import Entry

_REFERENCE = re.compile(r"\{\[([^\]\[]+)\]([\w-]+)\}")
_HERE = re.compile(r"\{(?:toxinidir|tox_root)\}")
_ENVS = "testenv"
_YES = frozenset({"1", "true", "yes", "on"})
_INSTALLS_MORE = re.compile(r"\bpip3?\s+install\b|\buv\s+(?:sync|pip)\b|\b(?:poetry|pdm)\s+(?:install|sync)\b")
_BOUNDED_ELSEWHERE = ("PIP_CONSTRAINT", "UV_CONSTRAINT", "PIP_PRE", "UV_RESOLUTION", "UV_OVERRIDE")

Line = tuple[tuple[str, ...], str, int, str]
"""The conditions on a line, its text, its offset in the file, and the group that it belongs to."""


def tox_ini_environments(file: ConfigFile) -> Told:
    """The environments of a file in INI format."""
    core = "tox:tox" if file.kind is Kind.SETUP_CFG else "tox"
    return read_tox(file, file.ini, core=core) if file.ini.error is None else Told()


def read_tox(file: ConfigFile, ini: IniFile, *, core: str = "tox", shift: int = 0) -> Told:
    """The environments of sections whose text begins at the offset `shift` of a file."""
    return _Tox(file, ini, core, shift).told()


class _Value:
    """The lines of a value, found by the factors that they depend on: a matrix may have thousands of both."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)
        self.always: list[int] = []
        self.by_factor: defaultdict[str, list[int]] = defaultdict(list)
        wanted = [[group for condition in line[0][-1:] for group in wanted_factors(condition)] for line in self.lines]
        often = Counter(factor for groups in wanted for group in groups for factor in group)
        for number, groups in enumerate(wanted):
            if not groups or not all(groups):
                self.always.append(number)
                continue
            for factor in {min(group, key=often.__getitem__) for group in groups}:
                self.by_factor[factor].append(number)

    def within(self, name: str) -> list[Line]:
        """The lines that hold in the environment of that name."""
        numbers = {*self.always, *(number for one in name.split("-") for number in self.by_factor.get(one, ()))}
        lines = (self.lines[number] for number in sorted(numbers))
        return [line for line in lines if all(holds(condition, name) for condition in line[0])]


class _Tox:
    def __init__(self, file: ConfigFile, ini: IniFile, core: str, shift: int) -> None:
        self.file = file
        self.ini = ini
        self.core = core
        self.shift = shift
        self.entries: dict[int, Entry | None] = {}
        self.values: dict[tuple[str, str], _Value] = {}
        self.sections: dict[str, str] = {}
        for section in ini.sections:
            if section.startswith(f"{_ENVS}:"):
                for name in expanded(section.removeprefix(f"{_ENVS}:").strip())[:MOST]:
                    self.sections.setdefault(name, section)

    def told(self) -> Told:
        for section in self.ini.sections:
            if section.startswith(_ENVS):
                for line in self.lines(section, "deps"):
                    self.entry(line)
        names = self.names()
        environments = [self.environment(name) for name in names]
        return Told(environments=environments, entries=[entry for entry in self.entries.values() if entry is not None])

    def names(self) -> list[str]:
        listed: list[str] = []
        for key in ("env_list", "envlist"):
            for _, text, _, _ in self.lines(self.core, key):
                listed += listed_names(text)
        own = [name for name in self.sections if not name.startswith(".")]
        default = ["py"] if not listed and _ENVS in self.ini.sections else []
        return list(dict.fromkeys([*listed, *default, *own]))[:MOST]

    def lines(self, section: str, key: str, outer: tuple[str, ...] = (), depth: int = 0) -> Iterator[Line]:
        """The lines of a value, references to other values followed."""
        entry = self.ini.entry(section, key)
        for line in entry.lines if entry is not None and depth < 20 else ():
            condition, begin = divided_condition(line.text) if key not in ("env_list", "envlist") else ("", 0)
            text = line.text[begin:].split(" #")[0].rstrip().removesuffix("\\").rstrip()
            conditions = (*outer, condition) if condition else outer
            reference = _REFERENCE.fullmatch(text)
            if reference is not None:
                yield from self.lines(reference[1], reference[2], conditions, depth + 1)
            elif text and not text.startswith("#"):
                yield conditions, text, self.shift + line.start + begin, f"{section}.{key}"

    def entry(self, line: Line) -> Entry | None:
        """The requirement that a line is, made once."""
        _, text, start, group = line
        if start not in self.entries:
            plain = next((value for asks, value in asked_in_line(text) if asks is Asks.REQUIREMENT), None)
            self.entries[start] = None
            if plain is not None:
                whole = "{" not in plain
                shown = plain if whole else plain[: re.search(r"[\s\[=<>!~;@{]", plain).start()]  # type: ignore[union-attr]
                named = whole or "{" not in plain[len(shown) :][:1]
                at = start + text.find(plain)
                self.entries[start] = (
                    entry_at(self.file, shown, Group.ENVIRONMENT, group, at, is_partial=not whole) if named else None
                )
        return self.entries[start]

    def lineage(self, name: str) -> list[str]:
        """The sections that an environment takes its options from, nearest first."""
        found: list[str] = []
        pending = [self.sections[name]] if name in self.sections else [_ENVS]
        while pending:
            section = pending.pop(0)
            if section in found:
                continue
            found.append(section)
            base = [one for _, text, _, _ in self.lines(section, "base") for one in listed_names(text)]
            pending += [self.sections.get(one, one) for one in base] if base else [_ENVS]
        return found

    def value(self, name: str, *keys: str) -> list[Line]:
        """The lines of an option that hold in an environment."""
        for section in self.lineage(name):
            for key in keys:
                if self.ini.entry(section, key) is not None:
                    if (section, key) not in self.values:
                        self.values[section, key] = _Value(self.lines(section, key))
                    return self.values[section, key].within(name)
        return []

    def environment(self, name: str) -> Environment:
        made = Environment(name=f"tox environment {name}", project=self.installs_project(name))
        if made.project:
            made.extras.update(
                canonical(one) for _, text, _, _ in self.value(name, "extras") for one in listed_names(text)
            )
        for line in self.value(name, "deps"):
            self.take(made, line)
        for _, text, _, _ in self.value(name, "dependency_groups"):
            made.groups.update(map(canonical, listed_names(text)))
        for _, text, _, _ in self.value(name, "constraints"):
            made.take(Asks.BOUNDS, _HERE.sub(".", text), self.file.path.parent)
        named = (python_of(text) for _, text, _, _ in self.value(name, "base_python", "basepython"))
        python = next(filter(None, named), None) or python_of(name)
        made.pythons = (python,) if python is not None else ()
        settings = [text for _, text, _, _ in self.value(name, "set_env", "setenv")]
        commands = [text for key in ("commands", "commands_pre") for _, text, _, _ in self.value(name, key)]
        if (
            any(text.startswith(_BOUNDED_ELSEWHERE) for text in settings)
            or any(_INSTALLS_MORE.search(text) for text in commands)
            or self.value(name, "install_command", "runner")
        ):
            made.certain = False
        return made

    def take(self, made: Environment, line: Line) -> None:
        entry = self.entry(line)
        if entry is not None:
            made.entries.append(entry)
            return
        text = _HERE.sub(".", line[1]).replace("{/}", "/")
        for asks, value in asked_in_line(text):
            made.take(asks if asks is not Asks.REQUIREMENT else Asks.UNKNOWN, value, self.file.path.parent)

    def installs_project(self, name: str) -> bool:
        for key in ("no_package", "skipsdist", "skip_sdist"):
            if any(text.lower() in _YES for _, text, _, _ in self.lines(self.core, key)):
                return False
        packages = [text.lower() for _, text, _, _ in self.value(name, "package")]
        return packages != ["skip"] and not any(
            text.lower() in _YES for _, text, _, _ in self.value(name, "skip_install")
        )
