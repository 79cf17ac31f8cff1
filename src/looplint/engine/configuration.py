"""looplint's own configuration: `[tool.looplint]` in pyproject.toml, or looplint.toml, nearest upward of each file.

A pyproject.toml without the table does not stop the search. Patterns are relative to the configuration's directory.
"""

from __future__ import annotations

import os
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from looplint.engine import globs
from looplint.engine.selection import Layer, SelectorError, codes_of, ruleset, strengths
from looplint.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from looplint.engine.selection import Ruleset

DEFAULT_EXCLUDE = (
    ".bzr .direnv .eggs .git .git-rewrite .hg .ipynb_checkpoints .looplint_cache .mypy_cache .nox .pants.d .pyenv "
    ".pytest_cache .pytype .ruff_cache .svn .tox .venv .vscode __pycache__ __pypackages__ _build buck-out dist "
    "build node_modules site-packages venv"
)
"""ruff's list, and the caches that tests leave."""

FORMATS = tuple(
    "text concise json json-lines sarif github gitlab junit pylint rdjson azure".split()  # noqa: SIM905 - one line
)
_OWN_FILES = ("looplint.toml", ".looplint.toml")


class ConfigurationError(Exception):
    """A configuration that cannot be used; the message starts with its place ("pyproject.toml:12: ...")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the user asked for, for the files below one directory."""

    directory: str
    """Absolute; patterns are relative to it."""
    file: str | None = None
    layers: tuple[Layer, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = field(default_factory=lambda: tuple(DEFAULT_EXCLUDE.split()))
    respect_gitignore: bool = True
    force_exclude: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    output_format: str = "text"
    extend_safe_fixes: tuple[str, ...] = ()
    extend_unsafe_fixes: tuple[str, ...] = ()
    clients: str = ""
    """A team's own clients, as `looplint.knowledge.own_clients` hands them on."""

    @property
    def rules(self) -> Ruleset:
        """The rules that are on."""
        return ruleset(self.layers)

    def relative(self, path: str) -> str:
        """An absolute path as the patterns see it."""
        try:
            relative = os.path.relpath(path, self.directory)
        except ValueError:  # another drive
            relative = path
        return relative.replace(os.sep, "/")

    def ignored_codes(self, path: str) -> frozenset[str]:
        """What `per-file-ignores` silences in the file at this absolute path."""
        if not self.per_file_ignores:
            return frozenset()
        relative = self.relative(path)
        ignored: set[str] = set()
        for pattern, selectors in self.per_file_ignores:
            negated = pattern.startswith("!")
            if globs.matches((pattern.removeprefix("!"),), relative) is not negated:
                ignored |= codes_of(selectors)
        return frozenset(ignored)

    def with_layer(self, layer: Layer) -> Configuration:
        """With one more layer of selectors on top."""
        return self if layer == Layer() else replace(self, layers=(*self.layers, layer))


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("must be a list of strings")
    return tuple(value)


def _selectors(value: Any) -> tuple[str, ...]:
    for selector in _strings(value):
        strengths(selector)
    return _strings(value)


def _patterns(value: Any) -> tuple[str, ...]:
    globs.validate(_strings(value))
    return _strings(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - one kind of error for every wrong value
    return value


def _format(value: Any) -> str:
    if value not in FORMATS:
        raise ValueError(f"must be one of {', '.join(FORMATS)}")
    return str(value)


def _per_file(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of patterns, each with a list of rules")  # noqa: TRY004 - as above
    globs.validate([pattern.removeprefix("!") for pattern in value])
    return tuple((pattern, _selectors(selectors)) for pattern, selectors in value.items())


def _clients(value: Any) -> str:
    from looplint.knowledge.own_clients import read_own_clients

    return read_own_clients(value)


def _integration_tests(value: Any) -> Any:
    from looplint.project.configured.integration import parse_integration

    return parse_integration(value)


_KEYS: dict[str, Callable[[Any], Any]] = {
    "select": _selectors,
    "extend-select": _selectors,
    "ignore": _selectors,
    "extend-ignore": _selectors,
    "per-file-ignores": _per_file,
    "exclude": _patterns,
    "extend-exclude": _patterns,
    "respect-gitignore": _flag,
    "force-exclude": _flag,
    "fix": _flag,
    "unsafe-fixes": _flag,
    "output-format": _format,
    "extend-safe-fixes": _selectors,
    "extend-unsafe-fixes": _selectors,
    "clients": _clients,
    "integration-tests": _integration_tests,  # read where the rule asks for it; here its mistakes are told
}
_AS_THEY_ARE = ("respect-gitignore", "force-exclude", "fix", "unsafe-fixes", "output-format", "clients")


def _row_of(text: str, key: str) -> int:
    """The row that sets `key`, 1 when it is written in a way that a search does not find."""
    table = re.search(r"^\s*\[\s*tool\s*\.\s*looplint\b", text, re.MULTILINE)
    found = re.compile(rf"""^\s*\[?[\w."' ]*?["']?{re.escape(key)}["']?\s*[=\].]""", re.MULTILINE).search(
        text, table.start() if table else 0
    )
    at = found.start() + len(found[0]) - len(found[0].lstrip()) if found else table.start() if table else 0
    return text.count("\n", 0, at) + 1


def _row_at(text: str, path: tuple[str, ...], key: str) -> int:
    """The row of what stands at a path of the table `key`, or of the nearest thing around it."""
    from looplint.project.configured.toml_spans import toml_spans

    spans = toml_spans(text)
    for prefix in (("tool", "looplint"), ()):
        found = spans.nearest(*prefix, key, *path) if spans is not None else None
        if found is not None and found.path[: len(prefix) + 1] == (*prefix, key):
            return text.count("\n", 0, found.key[0] if found.key is not None else found.start) + 1
    return _row_of(text, key)


def _values(table: Mapping[str, Any], text: str, shown: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = f"{shown}:{_row_of(text, key)}"
        if key not in _KEYS:
            from difflib import get_close_matches

            close = get_close_matches(key.replace("_", "-"), _KEYS, 1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise ConfigurationError(f"{place}: unknown key `{key}` of looplint's configuration{hint}")
        try:
            values[key] = _KEYS[key](value)
        except SelectorError as error:
            raise ConfigurationError(f"{place}: `{key}`: {error}") from None
        except ValueError as error:
            inside: tuple[str, ...] = getattr(error, "path", ())  # of an OwnClientError
            if inside:
                raise ConfigurationError(f"{shown}:{_row_at(text, inside, key)}: `{key}`: {error}") from None
            raise ConfigurationError(f"{place}: `{key}` {error}") from None
    return values


def _build(values: Mapping[str, Any], directory: str, file: str) -> Configuration:
    layer = Layer(
        select=values.get("select"),
        extend_select=values.get("extend-select", ()),
        ignore=(*values.get("ignore", ()), *values.get("extend-ignore", ())),
    )
    exclude = values.get("exclude", tuple(DEFAULT_EXCLUDE.split()))
    return Configuration(
        directory=directory,
        file=file,
        layers=() if layer == Layer() else (layer,),
        per_file_ignores=values.get("per-file-ignores", ()),
        exclude=(*exclude, *values.get("extend-exclude", ())),
        extend_safe_fixes=values.get("extend-safe-fixes", ()),
        extend_unsafe_fixes=values.get("extend-unsafe-fixes", ()),
        **{key.replace("-", "_"): values[key] for key in _AS_THEY_ARE if key in values},
    )


def _shown(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return path
    return path if relative.startswith(os.pardir) else relative


def _table(raw: bytes, shown: str, *, nested: bool) -> tuple[Mapping[str, Any] | None, str]:
    """looplint's table of a TOML file and the file's text; None where it has none."""
    from tomli import TOMLDecodeError, loads

    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        document = loads(text)
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{shown}:{row}: byte 0x{raw[error.start]:02x} is not valid utf-8") from None
    except TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        row, reason = (int(place[1]), str(error)[: place.start()]) if place else (text.count("\n") + 1, str(error))
        raise ConfigurationError(f"{shown}:{row}: not valid TOML: {reason}") from None
    except RecursionError:
        raise ConfigurationError(f"{shown}:1: not valid TOML: nested too deeply") from None
    if nested:
        tool = document.get("tool")
        own: object = tool.get("looplint") if isinstance(tool, dict) else None
        if own is None:
            return None, text
        if not isinstance(own, dict):
            raise ConfigurationError(f"{shown}:{_row_of(text, 'looplint')}: `tool.looplint` must be a table")
        document = own
    return document, text


def load(path: str, *, directory: str | None = None) -> Configuration | None:
    """The configuration in one file; None where a pyproject.toml has none. Raises ConfigurationError.

    `directory` is what patterns are relative to, the file's own if not given.
    """
    shown = _shown(path)
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{shown}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    nested = os.path.basename(path) == "pyproject.toml"
    if nested and b"looplint" not in raw:
        return None
    table, text = _table(raw, shown, nested=nested)
    if table is None:
        return None
    base = directory or os.path.dirname(os.path.abspath(path))
    return _build(_values(table, text, shown), base, path)


class Configurations:
    """The configuration in force for each directory, each file read once.

    A configuration that cannot be used is one line in `problems`; its files get what is in force above it.
    """

    def __init__(self, *, fixed: Configuration | None = None, layer: Layer | None = None) -> None:
        self.problems: list[str] = []
        self._fixed = fixed
        self._layer = layer or Layer()
        self._bare: dict[str, Configuration] = {}
        self._layered: dict[Configuration, Configuration] = {}

    def of(self, directory: str) -> Configuration:
        """What governs the files of an absolute directory."""
        bare = self._fixed or self._bare.get(directory) or self._search(directory)
        layered = self._layered.get(bare)
        if layered is None:
            layered = self._layered[bare] = bare.with_layer(self._layer)
        return layered

    @property
    def files(self) -> list[str]:
        """The configuration files found so far."""
        return sorted({_shown(found.file) for found in self._layered if found.file is not None})

    def _search(self, directory: str) -> Configuration:
        missed = [directory]
        while (found := self._bare.get(missed[-1]) or self._own(missed[-1])) is None:
            parent = os.path.dirname(missed[-1])
            if parent == missed[-1]:
                found = Configuration(directory=os.getcwd())
                break
            missed.append(parent)
        for below in missed:
            self._bare[below] = found
        return found

    def _own(self, directory: str) -> Configuration | None:
        for name in (*_OWN_FILES, "pyproject.toml"):
            path = os.path.join(directory, name)
            if not os.path.isfile(path):
                continue
            try:
                own = load(path)
            except ConfigurationError as error:
                self.problems.append(str(error))
                continue
            if own is not None:
                return own
        return None
