"""Edits of single words of `addopts`, in a list or a text, in TOML and INI files; each is read again as a proof."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from looplint.model.finding import Edit
from looplint.project.configured.config_edits import remove_elements
from looplint.project.configured.config_file import read_toml_text
from looplint.project.configured.ini_spans import ini_spans
from looplint.project.configured.list_edits import append_text
from looplint.project.configured.option_edits import remove_option
from looplint.project.configured.toml_spans import leaves

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written


def remove_plugin_word(file: ConfigFile, table: Table, option: Written, name: str) -> tuple[Edit, ...]:
    """Take `-p name` out, however it is written; the whole option where nothing else is in it."""
    if isinstance(option.value, list):
        where = _in_list([str(word) for word in option.value], name)
        if where is None:
            return ()
        if where[1] - where[0] + 1 == len(option.value):
            return remove_option(file, table, option)
        return remove_elements(file, *where, *table.path, option.name)
    found = _in_text(file, option, rf"-p(?:[ \t]+|=?){re.escape(name)}")
    words = _words(str(option.value))
    if found is None or words is None:
        return ()
    expected = _without(words, name)
    if not expected:
        return remove_option(file, table, option)
    return _proved(file, table, option, _cut(file.text, option, *found), expected)


def add_word(file: ConfigFile, table: Table, option: Written, word: str, after: str) -> tuple[Edit, ...]:
    """Write a word, or an option and its value, behind a word, or as one element at the end of a list."""
    if isinstance(option.value, list):
        return append_text(file, word, *table.path, option.name) if table.is_toml else ()
    found = _in_text(file, option, re.escape(after))
    words = _words(str(option.value))
    if found is None or words is None or words.count(after) != 1:
        return ()
    at = words.index(after) + 1
    edit = Edit(found[1], found[1], f" {word}")
    return _proved(file, table, option, edit, [*words[:at], *word.split(), *words[at:]])


def replace_word(file: ConfigFile, table: Table, option: Written, edit: Edit, old: str, new: str) -> tuple[Edit, ...]:
    """The edit, if it makes `new` of the only word that is `old` or ends in `=old`, and changes nothing else."""
    is_list = isinstance(option.value, list)
    words = [str(word) for word in option.value] if is_list else _words(str(option.value))
    ends = (f"={old}",)
    hits = [index for index, word in enumerate(words or ()) if word == old or word.endswith(ends)]
    if words is None or len(hits) != 1 or file.text[edit.start : edit.end] != old:
        return ()
    expected = [*words]
    expected[hits[0]] = words[hits[0]].removesuffix(old) + new
    return _proved(file, table, option, edit, expected)


def plugin_word(file: ConfigFile, option: Written, name: str) -> tuple[int, int]:
    """Where the name that follows `-p` stands; the whole value where that cannot be told."""
    found = re.compile(rf"(?<![\w:.-]){re.escape(name)}(?![\w.-])").search(
        file.text, option.value_start, option.value_end
    ) or re.compile(rf"(?<=-p){re.escape(name)}(?![\w.-])").search(file.text, option.value_start, option.value_end)
    return found.span() if found is not None else (option.value_start, option.value_end)


def _in_list(words: list[str], name: str) -> tuple[int, int] | None:
    for index, word in enumerate(words):
        if re.fullmatch(rf"-p(?:[ \t]+|=?){re.escape(name)}", word):
            return index, index
        if word == "-p" and words[index + 1 : index + 2] == [name]:
            return index, index + 1
    return None


def _in_text(file: ConfigFile, option: Written, pattern: str) -> tuple[int, int] | None:
    word = re.compile(rf"(?<![^\s\"']){pattern}(?![^\s\"'])")
    found = word.search(file.text, option.value_start, option.value_end)
    return found.span() if found is not None else None


def _cut(text: str, option: Written, start: int, end: int) -> Edit:
    """Delete the words with the blanks before them, or with their row where nothing else stands on it."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end) + 1 or len(text)
    if option.start < line_start and not text[line_start:start].strip() and not text[end:line_end].strip():
        return (
            Edit(line_start, line_end, "") if line_end < len(text) or text.endswith("\n") else Edit(line_start, end, "")
        )
    before = start - len(text[line_start:start]) + len(text[line_start:start].rstrip(" \t"))
    if before > option.value_start and text[before - 1] not in "\"'=" and not text[line_start:before].isspace():
        return Edit(before, end, "") if text[line_start:before].strip() else Edit(start, _blanks_after(text, end), "")
    return Edit(start, _blanks_after(text, end), "")


def _blanks_after(text: str, end: int) -> int:
    return end + len(text[end:]) - len(text[end:].lstrip(" \t"))


def _without(words: list[str], name: str) -> list[str]:
    where = _in_list(words, name)
    return words if where is None else words[: where[0]] + words[where[1] + 1 :]


def _words(text: str) -> list[str] | None:
    try:
        return shlex.split(text)
    except ValueError:
        return None


def _proved(file: ConfigFile, table: Table, option: Written, edit: Edit, expected: list[str]) -> tuple[Edit, ...]:
    """The edit, if the option then has these words, and all else is as it was."""
    text = file.text[: edit.start] + edit.text + file.text[edit.end :]
    path = (*table.path, option.name)
    before, after = (_meaning(one, table) for one in (file.text, text))
    if before is None or after is None:
        return ()
    before.pop(path, None)
    value = after.pop(path, None)
    words = value if isinstance(value, list) else _words(str(value)) if value is not None else None
    return (edit,) if before == after and words == expected else ()


def _meaning(text: str, table: Table) -> dict[tuple[str | int, ...], Any] | None:
    if table.is_toml:
        data, _ = read_toml_text(text)
        if data is None:
            return None
        value: Any = data
        for key in table.path:
            value = value[key]
        own = (*table.path, "addopts")
        others = {path: leaf for path, leaf in leaves(data) if path[: len(own)] != own}
        return {**others, own: value.get("addopts")}
    sections = ini_spans(text)
    if sections.error is not None:
        return None
    return {
        (name, key): entry.value
        for name, section in sections.sections.items()
        for key, entry in section.entries.items()
    }
