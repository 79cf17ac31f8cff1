"""Edits of configuration files on their original text: layout, quotes and comments around an edit stay as they are.

Every edit of a TOML file is proved before it is handed out: the edited text is parsed again and must mean what the old
one meant, but for the change asked for. What cannot be edited so gives no edits.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Edit
from looplint.project.configured.config_file import Kind, read_toml_text
from looplint.project.configured.declared import parse_requirement
from looplint.project.configured.requirement_files import logical_end
from looplint.project.configured.toml_spans import leaves

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.toml_spans import KeyPath, TomlSpans

_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_COMMA = re.compile(r"[ \t]*,")
_LATER_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\n]*(?=\n))*,")
_BLANKS_BEFORE = re.compile(r"[ \t]*\Z")


def remove_requirement(file: ConfigFile, place: Declared) -> tuple[Edit, ...]:
    """Remove one requirement with its comma, its line and the comment on that line."""
    if place.start is None or place.end is None:
        return ()
    if file.kind is Kind.REQUIREMENTS:
        return (Edit(_line_start(file.text, place.start), logical_end(file.text, place.start), ""),)
    if file.kind in (Kind.SETUP_CFG, Kind.TOX_INI):
        return _remove_ini_line(file.text, place)
    return remove_toml(file, *place.key)


def replace_requirement(file: ConfigFile, place: Declared, text: str) -> tuple[Edit, ...]:
    """Write another requirement in place of one, quotes and options such as hashes aside.

    A requirement of a requirements file that has options (`--hash=...`) is not replaced: they belong to the old one.
    """
    if place.start is None or place.end is None:
        return ()
    if file.kind in (Kind.REQUIREMENTS, Kind.SETUP_CFG, Kind.TOX_INI):
        rest = file.text[place.end : logical_end(file.text, place.start)]
        return () if "--" in rest.split("#")[0] else (Edit(place.start, place.end, text),)
    if isinstance(place.key[-1], int):
        if place.key[:2] == ("tool", "poetry") or file.kind is Kind.PIPFILE:
            return ()
        return replace_string(file, text, *place.key)
    return _replace_entry(file, place, text)


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
    edit = _without_line(file.text, start, span.end) or _without_comma(file.text, start, span.end)
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
    edit = _without_line(file.text, start.start, end.end) or _without_comma(file.text, start.start, end.end)
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


def _without_line(text: str, start: int, end: int) -> Edit | None:
    """Delete the whole line, where nothing else stands on it."""
    comma = _COMMA.match(text, end)
    rest = _REST_OF_LINE.match(text, (comma.end() if comma else end))
    begin = _line_start(text, start)
    if rest is None or text[begin:start].strip() or (comma is None and _LATER_COMMA.match(text, end)):
        return None
    return Edit(begin, rest.end(), "")


def _without_comma(text: str, start: int, end: int) -> Edit:
    """Delete an element that shares its line, with the comma after it or else the one before it."""
    comma = _LATER_COMMA.match(text, end)
    if comma is not None:
        after = comma.end()
        first = not text[_line_start(text, start) : start].strip() or text[:start].rstrip(" \t")[-1:] in "[{"
        blanks = len(text[after:]) - len(text[after:].lstrip(" \t")) if first else 0
        before = 0 if first else len(_blanks_before(text, start))
        return Edit(start - before, after + blanks, "")
    before = start - len(_blanks_before(text, start))
    return Edit(before - 1 if text[before - 1] == "," else start, end, "")


def _remove_ini_line(text: str, place: Declared) -> tuple[Edit, ...]:
    start, end = place.start or 0, place.end or 0
    begin = _line_start(text, start)
    line_end = text.find("\n", end) + 1 or len(text)
    if text[begin : begin + 1].isspace():
        return (Edit(begin, line_end, ""),)
    return (Edit(start - len(_blanks_before(text, start)), end, ""),)


def _blanks_before(text: str, offset: int) -> str:
    found = _BLANKS_BEFORE.search(text, _line_start(text, offset), offset)
    return found[0] if found else ""


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _indent(text: str, offset: int) -> str:
    return text[_line_start(text, offset) : offset] if not text[_line_start(text, offset) : offset].strip() else ""


def _newline(spans: TomlSpans) -> str:
    return "\r\n" if "\r\n" in spans.text else "\n"
