"""Requirements in arrays of strings and in Poetry's tables of a TOML file, with their places."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from looplint.project.configured.declared import Declared, Group, Notation, canonical, poetry_text, requirement_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.toml_spans import KeyPath
    from looplint.project.configured.virtual_environments import Entry


def table(file: ConfigFile, path: KeyPath) -> Mapping[str, Any]:
    """The table at a path of the document; empty where there is none."""
    value: Any = file.data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def arrays(file: ConfigFile, kind: Group, path: KeyPath) -> Iterator[Entry]:
    """The requirements in all arrays of a table."""
    for name in table(file, path):
        yield from array(file, kind, (*path, name))


def array(file: ConfigFile, kind: Group, path: KeyPath) -> Iterator[Entry]:
    """The requirements in one array."""
    elements = table(file, path[:-1]).get(str(path[-1]))
    for index, text in enumerate(elements if isinstance(elements, list) else ()):
        found = element(file, kind, (*path, index), text)
        if found is not None:
            yield found


def element(file: ConfigFile, kind: Group, path: KeyPath, text: Any) -> Entry | None:
    """The requirement that one element of an array is."""
    name = requirement_name(text) if isinstance(text, str) else None
    return None if name is None else (name, partial(_in_toml, file, name, text, kind, path[:-1], path))


def poetry_table(file: ConfigFile, kind: Group, path: KeyPath) -> Iterator[Entry]:
    """The requirements in a table of Poetry or Pipenv, whose keys are their names."""
    for written, value in table(file, path).items():
        name = canonical(written)
        several = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, item in several:
            key = (*path, written) if index is None else (*path, written, index)
            text = poetry_text(written, item)
            asked_for = isinstance(item, dict) and item.get("optional") is True
            of, group = (Group.EXTRA, _extra_of(file, name, path)) if asked_for else (kind, path)
            yield name, partial(_in_toml, file, name, text, of, group, key, Notation.POETRY)


def _extra_of(file: ConfigFile, name: str, path: KeyPath) -> KeyPath:
    """The first of Poetry's extras that brings an optional distribution; its table where none does."""
    for extra, brought in table(file, ("tool", "poetry", "extras")).items():
        texts = [text for text in brought if isinstance(text, str)] if isinstance(brought, list) else []
        if name in map(requirement_name, texts):
            return ("tool", "poetry", "extras", extra)
    return path


def _in_toml(
    file: ConfigFile,
    name: str,
    text: str,
    kind: Group,
    group: KeyPath,
    key: KeyPath,
    notation: Notation = Notation.PEP_508,
) -> Declared:
    span = file.spans.nearest(*key) if file.spans is not None else None
    start, end = None, None
    row, column = 1, 1
    if span is not None and file.spans is not None:
        shown = span.key[0] if span.key and span.path == key else span.start
        row, column = file.spans.place(shown)
        if span.path == key:
            start, end = (span.key[0] if span.key else span.start), span.end
    return Declared(
        name=name,
        text=text,
        kind=kind,
        group=".".join(str(part) for part in group),
        path=file.path,
        row=row,
        column=column,
        start=start,
        end=end,
        key=key,
        notation=notation,
    )
