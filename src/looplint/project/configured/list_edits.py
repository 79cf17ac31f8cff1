"""Edits that add to a TOML file: an element to an array, a key beside another one.

As in `config_edits`, every edit is proved: the edited text is read again and must mean what the old one meant, but for
the change asked for.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Edit
from looplint.project.configured.config_file import read_toml_text
from looplint.project.configured.toml_spans import leaves

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile

_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_COMMA = re.compile(r"[ \t]*,")
_LAST_PART = re.compile(r"[A-Za-z0-9_-]+\Z")


def append_text(file: ConfigFile, text: str, *path: str | int) -> tuple[Edit, ...]:
    """Add a string to an array as its last element, on a row of its own where the last one has one."""
    spans = file.spans
    span = spans.values.get(path) if spans is not None else None
    if span is None or span.kind != "array" or spans is None:
        return ()
    elements = spans.elements(*path)
    written = f'"{text}"'
    if not elements:
        edit = (
            Edit(span.start, span.end, f"[{written}]") if not file.text[span.start + 1 : span.end - 1].strip() else None
        )
    else:
        edit = _after(file.text, elements[-1].start, elements[-1].end, written)
    expected = copy.deepcopy(file.data)
    array = _at(expected, path)
    array.append(text)
    return _proved(file, edit, expected)


def insert_beside(file: ConfigFile, neighbour: tuple[str, ...], key: str, value: Any, written: str) -> tuple[Edit, ...]:
    """Add `key = written` on the row after the key at the path `neighbour`; `value` is what is written.

    Where the neighbour is written with a dotted key, so is the new one.
    """
    spans = file.spans
    span = spans.values.get(neighbour) if spans is not None else None
    if span is None or span.key is None:
        return ()
    begin = file.text.rfind("\n", 0, span.key[0]) + 1
    indent = file.text[begin : span.key[0]]
    rest = _REST_OF_LINE.match(file.text, span.end)
    name, found = _LAST_PART.subn(key, file.text[span.key[0] : span.key[1]])
    if indent.strip() or rest is None or not found:
        return ()
    newline = "\r\n" if "\r\n" in file.text else "\n"
    row = f"{indent}{name} = {written}"
    text = f"{row}{newline}" if file.text[: rest.end()].endswith("\n") else f"{newline}{row}"
    expected = copy.deepcopy(file.data)
    _at(expected, neighbour[:-1])[key] = value
    return _proved(file, Edit(rest.end(), rest.end(), text), expected)


def _after(text: str, start: int, end: int, written: str) -> Edit:
    """The element after the one at `start` to `end`, which may have a comma and a comment behind it."""
    begin = text.rfind("\n", 0, start) + 1
    indent = text[begin:start]
    comma = _COMMA.match(text, end)
    rest = _REST_OF_LINE.match(text, comma.end() if comma else end)
    if indent.strip() or rest is None or not rest[0].endswith("\n"):
        return Edit(end, end, f", {written}")
    newline = "\r\n" if rest[0].endswith("\r\n") else "\n"
    if comma is not None:
        return Edit(rest.end(), rest.end(), f"{indent}{written},{newline}")
    between = text[end : rest.end()]
    return Edit(end, rest.end(), f",{between}{indent}{written}{newline}")


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


def _proved(file: ConfigFile, edit: Edit | None, expected: dict[str, Any]) -> tuple[Edit, ...]:
    if edit is None:
        return ()
    data, _ = read_toml_text(file.text[: edit.start] + edit.text + file.text[edit.end :])
    return (edit,) if data is not None and dict(leaves(data)) == dict(leaves(expected)) else ()
