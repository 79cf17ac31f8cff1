"""The environments of tox in its TOML format: tox.toml, and `[tool.tox]` in pyproject.toml, with `legacy_tox_ini` too.

An environment takes every option that it does not set itself from `env_run_base`, or from what `base` names.
<https://tox.wiki/en/latest/config.html#toml-configuration-file>
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from looplint.project.configured.config_file import Kind
from looplint.project.configured.declared import Group, canonical
from looplint.project.configured.ini_spans import ini_spans
from looplint.project.configured.toml_entries import element, table
from looplint.project.configured.tox_ini import read_tox
from looplint.project.configured.tox_names import MOST, listed_names, python_of
from looplint.project.configured.virtual_environments import Asks, Environment, Told, asked_in_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.toml_spans import KeyPath
    from looplint.project.configured.virtual_environments import Entry

_BASE = "env_run_base"
_DEEPEST = 20
_LEGACY = "legacy_tox_ini"


def tox_toml_environments(file: ConfigFile) -> Told:
    """The environments of tox.toml or of `[tool.tox]`."""
    path: KeyPath = () if file.kind is Kind.TOX_TOML else ("tool", "tox")
    core = file.data if file.kind is Kind.TOX_TOML else table(file, path)
    if isinstance(core.get(_LEGACY), str):
        return _legacy(file, (*path, _LEGACY), core[_LEGACY])
    return _Tox(file, core, path).told() if core else Told()


def _legacy(file: ConfigFile, path: KeyPath, value: str) -> Told:
    """An INI file within a string; it can be read at its places where the string is written as it reads."""
    span = file.spans.values.get(path) if file.spans is not None else None
    if span is None:
        return Told()
    for written in (value, value.replace("\n", "\r\n")):
        start = file.text.find(written, span.start, span.end) if value else -1
        ini = ini_spans(written)
        if start >= 0 and ini.error is None:
            return read_tox(file, ini, shift=start)
    return Told()


class _Tox:
    def __init__(self, file: ConfigFile, core: Mapping[str, Any], path: KeyPath) -> None:
        self.file = file
        self.core = core
        self.path = path
        self.entries: dict[KeyPath, Entry | None] = {}

    def told(self) -> Told:
        for path in self.tables():
            for key, value, _ in self.elements((*path, "deps")):
                self.entry(key, value)
        own = self.core.get("env")
        names = [*self.listed(), *(own if isinstance(own, dict) else ())]
        environments = [self.environment(name) for name in list(dict.fromkeys(names))[:MOST]]
        return Told(environments=environments, entries=[entry for entry in self.entries.values() if entry is not None])

    def tables(self) -> Iterator[KeyPath]:
        yield (_BASE,)
        for outer in ("env", "env_base"):
            inner = self.core.get(outer)
            yield from ((outer, name) for name in (inner if isinstance(inner, dict) else ()))

    def at(self, path: KeyPath) -> Any:
        value: Any = self.core
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def listed(self) -> Iterator[str]:
        written = self.core.get("env_list")
        for item in written if isinstance(written, list) else ():
            if isinstance(item, str):
                yield from listed_names(item)
            elif isinstance(item, dict) and isinstance(item.get("product"), list):
                factors = [
                    [one for one in part if isinstance(one, str)] for part in item["product"] if isinstance(part, list)
                ]
                yield from ("-".join(chosen) for chosen, _ in zip(product(*factors), range(MOST), strict=False))

    def elements(self, path: KeyPath, depth: int = 0) -> Iterator[tuple[KeyPath, Any, bool]]:
        """The elements of an array with their paths, references followed; and whether that is an element at all."""
        value = self.at(path)
        for index, item in enumerate(value if isinstance(value, list) and depth < _DEEPEST else ()):
            if not isinstance(item, dict):
                yield (*path, index), item, True
                continue
            target = _target(item)
            if target is None:
                yield (*path, index), item, False
            else:
                yield from self.elements(target, depth + 1)

    def entry(self, path: KeyPath, text: Any) -> Entry | None:
        """The requirement that an element is, made once."""
        if path not in self.entries:
            found = [asks for asks, _ in asked_in_line(text)] if isinstance(text, str) else []
            plain = found == [Asks.REQUIREMENT] and "{" not in text and not text.startswith("-")
            self.entries[path] = element(self.file, Group.ENVIRONMENT, (*self.path, *path), text) if plain else None
        return self.entries[path]

    def lineage(self, name: str) -> list[KeyPath]:
        """The tables that an environment takes its options from, nearest first."""
        found: list[KeyPath] = []
        pending: list[KeyPath] = [("env", name)]
        while pending:
            path = pending.pop(0)
            if path in found:
                continue
            found.append(path)
            base = self.at((*path, "base"))
            named = [one for one in base if isinstance(one, str)] if isinstance(base, list) else [_BASE]
            pending += [self.named(one) for one in named]
        return found

    def named(self, written: str) -> KeyPath:
        if written in self.core:
            return (written,)
        return ("env_base", written) if isinstance(self.at(("env_base", written)), dict) else ("env", written)

    def path_of(self, lineage: list[KeyPath], key: str) -> KeyPath | None:
        return next(((*path, key) for path in lineage if self.at((*path, key)) is not None), None)

    def environment(self, name: str) -> Environment:
        lineage = self.lineage(name)
        skipped = self.at(self.path_of(lineage, "skip_install") or ("",)) is True
        package = self.at(self.path_of(lineage, "package") or ("",))
        bare = skipped or package == "skip" or self.core.get("no_package") is True
        made = Environment(name=f"tox environment {name}", project=not bare)
        for path, text, plain in self.elements(self.path_of(lineage, "deps") or ("",)):
            entry = self.entry(path, text) if plain else None
            if entry is not None:
                made.entries.append(entry)
            elif isinstance(text, str):
                for asks, value in asked_in_line(text.replace("{tox_root}", ".").replace("{toxinidir}", ".")):
                    made.take(asks if asks is not Asks.REQUIREMENT else Asks.UNKNOWN, value, self.file.path.parent)
            else:
                made.certain = False
        for key, into in (("extras", set() if bare else made.extras), ("dependency_groups", made.groups)):
            for _, text, _ in self.elements(self.path_of(lineage, key) or ("",)):
                into.update([canonical(text)] if isinstance(text, str) else [])
        made.pythons = self.pythons(name, lineage)
        told_elsewhere = (self.path_of(lineage, key) for key in ("install_command", "runner"))
        if "CONSTRAINT" in str(self.at(self.path_of(lineage, "set_env") or ("",))) or any(told_elsewhere):
            made.certain = False
        return made

    def pythons(self, name: str, lineage: list[KeyPath]) -> tuple[str, ...]:
        written = self.at(self.path_of(lineage, "base_python") or ("",))
        named = [written] if isinstance(written, str) else written if isinstance(written, list) else []
        python = next(filter(None, (python_of(one) for one in named if isinstance(one, str))), None) or python_of(name)
        return (python,) if python is not None else ()


def _target(item: dict[str, Any]) -> KeyPath | None:
    """Where the elements stand that an element refers to: `{ replace = "ref", of = ["env_run_base", "deps"] }`."""
    if item.get("replace") != "ref":
        return None
    of = item.get("of")
    if isinstance(of, list) and all(isinstance(one, str) for one in of):
        return tuple(of)
    env, key = item.get("env"), item.get("key")
    return ("env", env, key) if isinstance(env, str) and isinstance(key, str) else None
