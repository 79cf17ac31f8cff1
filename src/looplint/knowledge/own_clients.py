"""A team's own clients: entries in the words of the catalogue, from the configuration.

Checked when the configuration is read, and handed on as one text, which workers and the cache can compare.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from looplint.knowledge.catalogue import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
_CHOICES: Final = {"kind": ("sync", "async")}
_ENTERING: Final = ("with", "async with")
_TEXTS: Final = frozenset({"kind", "twin", "item", "pair"})
_FLAGS: Final = frozenset({"dynamic", "warns_unclosed"})
_TABLES: Final = frozenset({"attributes", "rename"})
_KEYS: Final = tuple(key for key in Entry.__annotations__ if key != "distribution")


class OwnClientError(ValueError):
    """An entry that cannot be used. `path` leads to its place, from the table of clients on."""

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


def read_own_clients(table: object) -> str:
    """The entries of a configuration as one text ("" for none). Raises OwnClientError."""
    if not isinstance(table, dict):
        raise OwnClientError((), "must be a table of classes, each with its entry")
    entries = dict(_entries(table, ()))
    return json.dumps(entries, sort_keys=True) if entries else ""


def _entries(table: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """`[clients.acme.Client]` is `[clients."acme.Client"]`: a table of tables without `kind` is a part of a path."""
    for name, value in table.items():
        place = (*above, name)
        if not isinstance(value, dict):
            raise OwnClientError(place, f"`{'.'.join(place)}` must be a table")
        if "kind" not in value and value and all(isinstance(inner, dict) and inner for inner in value.values()):
            yield from _entries(value, place)
        else:
            yield ".".join(place), _entry(value, place)


def _entry(value: dict[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    path = ".".join(place)
    if not _PATH.fullmatch(path):
        raise OwnClientError(place, f"`{path}` is no dotted path of a class, such as `acme.search.Client`")
    for key, given in value.items():
        if key not in _KEYS:
            from difflib import get_close_matches

            close = get_close_matches(key, _KEYS, 1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise OwnClientError((*place, key), f"`{path}`: unknown key `{key}`{hint}")
        wrong = _wrong(key, given)
        if wrong is not None:
            raise OwnClientError((*place, key), f"`{path}`: `{key}` {wrong}")
    if "kind" not in value:
        raise OwnClientError(place, f'`{path}`: `kind` must be given, "sync" or "async"')
    return {**value, "distribution": path.partition(".")[0]}


def _wrong(key: str, given: object) -> str | None:
    """What is wrong with a value, in words that follow its key."""
    if key in _FLAGS:
        return None if isinstance(given, bool) else "must be true or false"
    if key in _TEXTS:
        choices = _CHOICES.get(key)
        if choices is not None and given not in choices:
            return f"must be one of {', '.join(choices)}"
        if key == "pair" and isinstance(given, str) and "{}" not in given:
            return 'must hold "{}", which stands for the name of the method'
        return None if isinstance(given, str) else "must be a string"
    if key in _TABLES:
        strings = isinstance(given, dict) and all(isinstance(item, str) for item in given.values())
        return None if strings else "must be a table of strings"
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        return "must be a list of strings"
    wrong = [item for item in given if item not in _ENTERING] if key == "enters" else []
    return f"must hold nothing but {' and '.join(_ENTERING)}, not `{wrong[0]}`" if wrong else None


@cache
def own_entries(text: str) -> Mapping[str, Any]:
    """The entries of a text made by `read_own_clients`, by the path of their class."""
    entries: dict[str, Any] = json.loads(text) if text else {}
    return entries


@cache
def own_roots(text: str) -> frozenset[str]:
    """The top-level imports below which there is an entry, or another name of one."""
    names = [*own_entries(text)]
    for entry in own_entries(text).values():
        names += (spelling.rpartition(" ")[2] for spelling in entry.get("factories", ()))
        names += [*entry.get("aliases", ()), *entry.get("subclasses", ())]
    return frozenset(name.partition(".")[0] for name in names)
