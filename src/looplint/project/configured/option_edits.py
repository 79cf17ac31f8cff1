"""Edits of pytest options and of their tables, in TOML and INI files alike.

As in `config_edits`, every edit is proved: the edited text is read again and must mean what the old one meant, but for
the change asked for. What cannot be edited so gives no edits.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Edit
from looplint.project.configured.config_edits import insert_key, remove_toml
from looplint.project.configured.config_file import read_toml_text
from looplint.project.configured.ini_spans import ini_spans
from looplint.project.configured.toml_spans import leaves

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written
    from looplint.project.configured.toml_spans import KeyPath

_BLANK_ROWS = re.compile(r"(?:[ \t]*\r?\n)*\Z")
_COMMENT = re.compile(r"[ \t]+([#;].*)$")


def set_option(file: ConfigFile, table: Table, name: str, value: str) -> tuple[Edit, ...]:
    """Write the text `value` for the option `name` of a table, as its last option where it is not there yet."""
    option = table.options.get(name)
    if option is not None:
        return replace_value(file, table, option, value)
    if table.is_toml:
        return insert_key(file, table.path, name, value, _quoted(value))
    at, before, indent = _end_of_section(file, table)
    newline = _newline(file.text)
    separator = _separator(file, table)
    edit = Edit(at, at, f"{before}{indent}{name}{separator}{value}{newline}")
    expected = _sections(file.text)
    expected[str(table.path[0])][name] = value
    return _proved_ini(file, (edit,), expected)


def replace_value(file: ConfigFile, table: Table, option: Written, value: str) -> tuple[Edit, ...]:
    """Write the text `value` for an option; a comment at the end of an INI value moves onto a row of its own."""
    if table.is_toml:
        expected = copy.deepcopy(file.data)
        _at(expected, table.path)[option.name] = value
        written = file.text[option.value_start : option.value_end]
        quote = written[0] if written[:1] in "\"'" and written[:3] not in ('"""', "'''") else '"'
        edit = Edit(option.value_start, option.value_end, f"{quote}{value}{quote}")
        return _proved_toml(file, (edit,), expected)
    edits = [Edit(option.value_start, option.value_end, value if option.value else f" {value}")]
    comment = _COMMENT.search(str(option.value))
    if comment is not None:
        edits.insert(0, Edit(option.start, option.start, f"{comment[1]}{_newline(file.text)}"))
    sections = _sections(file.text)
    sections[str(table.path[0])][option.name] = value
    return _proved_ini(file, tuple(edits), sections)


def write_list(file: ConfigFile, table: Table, option: Written, texts: list[str]) -> tuple[Edit, ...]:
    """Write a list of texts for an option of a TOML table."""
    if not table.is_toml or any("\\" in text or '"' in text for text in texts):
        return ()
    expected = copy.deepcopy(file.data)
    _at(expected, table.path)[option.name] = texts
    written = ", ".join(_quoted(text) for text in texts)
    return _proved_toml(file, (Edit(option.value_start, option.value_end, f"[{written}]"),), expected)


def append_row(file: ConfigFile, table: Table, option: Written, text: str) -> tuple[Edit, ...]:
    """Add a row to the value of an option of an INI file that has one row for each of its entries."""
    if table.is_toml or not option.value:
        return ()
    newline = _newline(file.text)
    last = file.text.rfind("\n", 0, option.value_end) + 1
    row = file.text[last : option.value_end]
    if last > option.start:
        edits = (Edit(option.value_end, option.value_end, f"{newline}{row[: len(row) - len(row.lstrip())]}{text}"),)
    else:
        blanks = re.compile(r"[ \t]*").match(file.text, option.value_start)
        first = file.text[option.value_start : option.value_end]
        before = len(file.text[: option.value_start].rstrip(" \t"))
        assert blanks is not None
        edits = (Edit(before, option.value_end, f"{newline}    {first}{newline}    {text}"),)
    sections = _sections(file.text)
    section = sections[str(table.path[0])]
    section[option.name] = "\n".join([*filter(None, section[option.name].split("\n")), text])
    return _proved_ini(file, edits, sections)


def rename_option(file: ConfigFile, table: Table, option: Written, name: str) -> tuple[Edit, ...]:
    """Give an option another name, where no option of the table has it."""
    if name in table.options or file.text[option.start : option.key_end].strip("\"'") != option.name:
        return ()
    edit = Edit(option.start, option.key_end, name)
    if table.is_toml:
        expected = copy.deepcopy(file.data)
        values = _at(expected, table.path)
        values[name] = values.pop(option.name)
        return _proved_toml(file, (edit,), expected)
    sections = _sections(file.text)
    sections[str(table.path[0])] = {
        name if key == option.name else key: value for key, value in sections[str(table.path[0])].items()
    }
    return _proved_ini(file, (edit,), sections)


def remove_option(file: ConfigFile, table: Table, option: Written) -> tuple[Edit, ...]:
    """Take an option out, with its rows."""
    if table.is_toml:
        return remove_toml(file, *table.path, option.name)
    begin = file.text.rfind("\n", 0, option.start) + 1
    end = file.text.find("\n", option.value_end) + 1 or len(file.text)
    sections = _sections(file.text)
    del sections[str(table.path[0])][option.name]
    return _proved_ini(file, (Edit(begin, end, ""),), sections)


def rename_section(file: ConfigFile, table: Table, name: str) -> tuple[Edit, ...]:
    """Give a section of an INI file another name, where no section has it."""
    old = str(table.path[0])
    header = f"[{old}]"
    if table.is_toml or name in file.ini.sections or not file.text.startswith(header, table.start):
        return ()
    sections = {name if key == old else key: options for key, options in _sections(file.text).items()}
    return _proved_ini(file, (Edit(table.start, table.start + len(header), f"[{name}]"),), sections)


def rename_table(file: ConfigFile, table: Table, path: KeyPath) -> tuple[Edit, ...]:
    """Give a TOML table that has a header another path, where there is no such table yet; subtables hold nothing."""
    spans = file.spans
    header = spans.headers.get(table.path) if spans is not None else None
    if header is None or header.key is None or spans is None or spans.find(*path) is not None:
        return ()
    own = [span for key, span in spans.values.items() if key[: len(table.path)] == table.path]
    if any(span.start < header.end for span in own):
        return ()
    edit = Edit(header.key[0], header.key[1], ".".join(map(str, path)))
    expected = copy.deepcopy(file.data)
    moved = _at(expected, table.path[:-1]).pop(table.path[-1])
    parent: Any = expected
    for key in path[:-1]:
        parent = parent.setdefault(key, {})
    parent[path[-1]] = moved
    return _proved_toml(file, (edit,), expected)


def add_table(file: ConfigFile, path: KeyPath, name: str, value: str) -> tuple[Edit, ...]:
    """Append a table with one option to a TOML file, after an empty row."""
    if file.spans is None or file.spans.find(*path) is not None:
        return ()
    newline = _newline(file.text)
    kept = file.text[: _blank_rows(file.text)]
    gap = "" if not kept else newline if kept.endswith("\n") else newline * 2
    header = f"[{'.'.join(map(str, path))}]"
    edit = Edit(len(kept), len(file.text), f"{gap}{header}{newline}{name} = {_quoted(value)}{newline}")
    expected = copy.deepcopy(file.data)
    parent: Any = expected
    for key in path:
        parent = parent.setdefault(key, {})
        if not isinstance(parent, dict):
            return ()
    parent[name] = value
    return _proved_toml(file, (edit,), expected)


def _at(data: Any, path: KeyPath) -> Any:
    for key in path:
        data = data[key]
    return data


def _quoted(value: str) -> str:
    return f'"{value}"'


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _blank_rows(text: str) -> int:
    """Where the empty rows at the end of a text begin, after the newline of the last row that says something."""
    found = _BLANK_ROWS.search(text)
    assert found is not None
    start = found.start()
    after = re.compile(r"[ \t]*\r?\n").match(text, start) if start and text[start - 1] != "\n" else None
    return after.end() if after is not None else start


def _separator(file: ConfigFile, table: Table) -> str:
    """What stands between key and value in the options of a section: " = ", "="."""
    for option in table.options.values():
        between = file.text[option.key_end : option.value_start]
        if "\n" not in between and between.strip() in ("=", ":"):
            return between
    return " = "


def _end_of_section(file: ConfigFile, table: Table) -> tuple[int, str, str]:
    """Where an option is added to a section, what must stand before it, and its indentation (always none in INI)."""
    last = max((option.value_end for option in table.options.values()), default=table.end)
    at = file.text.find("\n", last) + 1
    return (at, "", "") if at else (len(file.text), _newline(file.text), "")


def _sections(text: str) -> dict[str, dict[str, str]]:
    return {
        name: {key: entry.value for key, entry in section.entries.items()}
        for name, section in ini_spans(text).sections.items()
    }


def _edited(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _proved_ini(file: ConfigFile, edits: tuple[Edit, ...], expected: dict[str, dict[str, str]]) -> tuple[Edit, ...]:
    text = _edited(file.text, edits)
    return edits if ini_spans(text).error is None and _sections(text) == expected else ()


def _proved_toml(file: ConfigFile, edits: tuple[Edit, ...], expected: dict[str, Any]) -> tuple[Edit, ...]:
    data, _ = read_toml_text(_edited(file.text, edits))
    return edits if data is not None and dict(leaves(data)) == dict(leaves(expected)) else ()
