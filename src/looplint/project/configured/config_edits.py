"""Edits of configuration files on their original text: layout, quotes and comments around an edit stay as they are.

Every edit of a TOML file is proved before it is handed out: the edited text is parsed again and must mean what the old
one meant, but for the change asked for. What cannot be edited so gives no edits.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Edit
from looplint.project.configured.config_file import PYTHON, Kind, read_toml_text
from looplint.project.configured.declared import Group, Notation, parse_requirement
from looplint.project.configured.element_edits import blanks_before, line_start, without_comma, without_line
from looplint.project.configured.python_edits import remove_literal, replace_literal
from looplint.project.configured.requirement_files import logical_end
from looplint.project.configured.toml_spans import leaves
from looplint.project.configured.yaml_edits import remove_item, replace_item

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.toml_spans import KeyPath, TomlSpans

_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")


def remove_requirement(file: ConfigFile, place: Declared) -> tuple[Edit, ...]:
    """Remove one requirement with its comma, its line and the comment on that line.

    One that Poetry's extras name is not removed: they would name what there is not.
    """
    if place.start is None or place.end is None:
        return ()
    if place.kind is Group.EXTRA and place.notation is Notation.POETRY:
        return ()
    if file.kind is Kind.REQUIREMENTS:
        return (Edit(line_start(file.text, place.start), logical_end(file.text, place.start), ""),)
    if file.kind in PYTHON:
        return remove_literal(file, place)
    if file.kind is Kind.CONDA:
        return remove_item(file, place)
    if not place.key:
        return _still_toml(file, _remove_ini_line(file.text, place))
    return remove_toml(file, *place.key)


def replace_requirement(file: ConfigFile, place: Declared, text: str) -> tuple[Edit, ...]:
    """Write another requirement in place of one, quotes and options such as hashes aside.

    A requirement of a requirements file that has options (`--hash=...`) is not replaced: they belong to the old one.
    """
    if place.start is None or place.end is None:
        return ()
    if file.kind in PYTHON:
        return replace_literal(file, place, text)
    if file.kind is Kind.CONDA:
        return replace_item(file, place, text)
    if not place.key:
        rest = file.text[place.end : logical_end(file.text, place.start)]
        return () if "--" in rest.split("#")[0] else _still_toml(file, (Edit(place.start, place.end, text),))
    if isinstance(place.key[-1], int):
        if place.notation is Notation.POETRY:
            return ()
        return replace_string(file, text, *place.key)
    return _replace_entry(file, place, text)


def _still_toml(file: ConfigFile, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits of an INI file; where that is a string within a TOML file, if only this string changes by them."""
    if file.kind is not Kind.PYPROJECT and file.kind is not Kind.TOX_TOML:
        return edits
    text = file.text
    for edit in edits:
        text = text[: edit.start] + edit.text + text[edit.end :]
    data, _ = read_toml_text(text)
    changed = set(leaves(data or {})) ^ set(leaves(file.data))
    return edits if data is not None and {path[-1] for path, _ in changed} == {"legacy_tox_ini"} else ()


def _replace_entry(file: ConfigFile, place: Declared, text: str) -> tuple[Edit, ...]:
    """`name = "constraint"` of a Poetry or Pipenv table; a table of details belongs to the old one and stays."""
    spans = file.spans
    span = spans.values.get(place.key) if spans is not None else None
    parsed = parse_requirement(text)
    if span is None or span.key is None or span.kind != "string" or parsed is None:
        return ()
    start, end = span.key
    if file.text[start:end] != str(place.key[-1]):
        return ()
    expected = copy.deepcopy(file.data)
    container: Any = expected
    for key in place.key[:-1]:
        container = container[key]
    del container[place.key[-1]]
    container[parsed.name] = str(parsed.specifier) or "*"
    quote = file.text[span.start]
    between = file.text[end : span.start]
    return _proved(
        file, Edit(start, span.end, f"{parsed.name}{between}{quote}{container[parsed.name]}{quote}"), expected
    )


def remove_toml(file: ConfigFile, *path: str | int) -> tuple[Edit, ...]:
    """Remove an array element or a key with its value."""
    spans = file.spans
    span = spans.values.get(path) if spans is not None else None
    if span is None or spans is None:
        return ()
    start = span.start if span.key is None else span.key[0]
    expected = copy.deepcopy(file.data)
    container: Any = expected
    for key in path[:-1]:
        container = container[key]
    del container[path[-1]]
    edit = without_line(file.text, start, span.end) or without_comma(file.text, start, span.end)
    return _proved(file, edit, expected)


def remove_elements(file: ConfigFile, first: int, last: int, *path: str | int) -> tuple[Edit, ...]:
    """Remove the elements `first` to `last` of an array, which follow each other."""
    spans = file.spans
    start, end = (spans.values.get((*path, index)) if spans is not None else None for index in (first, last))
    if start is None or end is None:
        return ()
    expected = copy.deepcopy(file.data)
    array: Any = expected
    for key in path:
        array = array[key]
    del array[first : last + 1]
    edit = without_line(file.text, start.start, end.end) or without_comma(file.text, start.start, end.end)
    return _proved(file, edit, expected)


def replace_string(file: ConfigFile, value: str, *path: str | int) -> tuple[Edit, ...]:
    """Write another text inside the quotes of a string; the quotes stay where they can hold it."""
    spans = file.spans
    span = spans.values.get(path) if spans is not None else None
    if span is None or span.kind != "string":
        return ()
    written = file.text[span.start : span.end]
    quote = written[:3] if written[:3] in ('"""', "'''") else written[:1]
    if "'" in quote and ("'" in value or not value.isprintable()):
        quote = '"'
    inner = value if "'" in quote else value.replace("\\", "\\\\").replace('"', '\\"')
    expected = copy.deepcopy(file.data)
    container: Any = expected
    for key in path[:-1]:
        container = container[key]
    container[path[-1]] = value
    return _proved(file, Edit(span.start, span.end, f"{quote}{inner}{quote}"), expected)


def insert_key(file: ConfigFile, table: KeyPath, key: str, value: Any, written: str) -> tuple[Edit, ...]:
    """Add `key = written` after the last key of a table that has a header; `value` is what `written` means."""
    spans = file.spans
    header = spans.headers.get(table) if spans is not None else None
    if spans is None or header is None:
        return ()
    own = [span for path, span in spans.values.items() if path[:-1] == table and span.key and span.start > header.end]
    last = max((span.end for span in own), default=header.end)
    line_end = _REST_OF_LINE.match(file.text, last)
    if line_end is None:
        return ()
    newline = _newline(spans)
    at = line_end.end()
    indent = _indent(file.text, max((span.key[0] for span in own if span.key), default=header.start))
    text = f"{indent}{key} = {written}{newline}"
    if not file.text[:at].endswith("\n"):
        text = newline + text.removesuffix(newline)
    expected = copy.deepcopy(file.data)
    container: Any = expected
    for part in table:
        container = container[part]
    container[key] = value
    return _proved(file, Edit(at, at, text), expected)


def _proved(file: ConfigFile, edit: Edit, expected: dict[str, Any]) -> tuple[Edit, ...]:
    """The edit, if the edited text means what is expected."""
    text = file.text[: edit.start] + edit.text + file.text[edit.end :]
    data, _ = read_toml_text(text)
    return (edit,) if data is not None and dict(leaves(data)) == dict(leaves(expected)) else ()


def _remove_ini_line(text: str, place: Declared) -> tuple[Edit, ...]:
    start, end = place.start or 0, place.end or 0
    begin = line_start(text, start)
    line_end = text.find("\n", end) + 1 or len(text)
    if text[begin : begin + 1].isspace():
        return (Edit(begin, line_end, ""),)
    return (Edit(start - len(blanks_before(text, start)), end, ""),)


def _indent(text: str, offset: int) -> str:
    return text[line_start(text, offset) : offset] if not text[line_start(text, offset) : offset].strip() else ""


def _newline(spans: TomlSpans) -> str:
    return "\r\n" if "\r\n" in spans.text else "\n"
