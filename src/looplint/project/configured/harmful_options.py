"""Where an option of pytest has what a conflict of `knowledge.conflicts` is about, and the edit that undoes it.

An entry lists such options in `settings`, each a table of texts:

* `option`, `has`, `write`: the option has the value `has`, in `addopts` the words (`--name=value`, however they are
  spelled: two words, an underscore); `write` takes its place. With `add` instead, that is written behind it; `lacks` is
  a word that must not be there too; `unless` the name of an option in `addopts` that overrides it.
* `option = "filterwarnings"`, `warning`, `category`, `add`: the filters make an error of that warning; `add` is a
  filter that does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.finding import Edit
from looplint.model.records import dataclass
from looplint.project.configured.addopts_edits import add_word, replace_word
from looplint.project.configured.list_edits import append_text
from looplint.project.configured.option_edits import append_row, replace_value
from looplint.project.configured.warning_filters import PYTEST_DEPRECATION, action_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.pytest_tables import Table, Written
    from looplint.project.questions import Project

ADDOPTS = "addopts"
FILTERS = "filterwarnings"


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmfulOption:
    """An option with what a conflict is about, which stands at `start` to `end` of the text of its file."""

    option: Written
    setting: Mapping[str, str]
    start: int
    end: int


def harmful_option(
    file: ConfigFile, project: Project, table: Table, setting: Mapping[str, str]
) -> HarmfulOption | None:
    """The option in force that a setting of a conflict speaks of; None where it is not there, or does no harm."""
    words = project.settings.addopts
    if "warning" in setting:
        return _filter(project, file, table, setting)
    option = table.options.get(setting["option"])
    if option is None or setting.get("lacks") in words:
        return None
    if option.name == ADDOPTS:
        if not _is_last(words, setting["has"]):
            return None
        pattern = _spellings(setting["has"])
    else:
        overridden = setting.get("unless")
        if str(option.value).strip() != setting["has"] or (overridden is not None and _named(words, overridden)):
            return None
        pattern = re.escape(setting["has"])
    return _at(file, option, setting, pattern)


def without_harm(file: ConfigFile, table: Table, harmful: HarmfulOption) -> tuple[Edit, ...]:
    """The edits after which the option does no harm any more; none where they cannot be written surely."""
    option, setting = harmful.option, harmful.setting
    if "warning" in setting and option.name == ADDOPTS:
        return ()
    if option.name == FILTERS:
        if isinstance(option.value, list):
            return append_text(file, setting["add"], *table.path, option.name) if table.is_toml else ()
        return append_row(file, table, option, setting["add"])
    if option.name != ADDOPTS:
        return replace_value(file, table, option, setting["write"])
    if "add" in setting:
        return add_word(file, table, option, setting["add"], setting["has"])
    value, written = setting["has"].partition("=")[2], setting["write"].partition("=")[2]
    edit = Edit(harmful.end - len(value), harmful.end, written)
    return replace_word(file, table, option, edit, value, written)


def is_made_an_error(project: Project, setting: Mapping[str, str]) -> bool:
    """Is it a setting about a warning, of which the filters in force make an error?"""
    if "warning" not in setting:
        return False
    categories = PYTEST_DEPRECATION | {setting["category"]}
    return action_on(project.settings.filterwarnings, setting["warning"], categories) == "error"


def _filter(project: Project, file: ConfigFile, table: Table, setting: Mapping[str, str]) -> HarmfulOption | None:
    if not is_made_an_error(project, setting):
        return None
    command = project.settings.command.warning_filters
    option = table.options.get(ADDOPTS if command and command[-1] == "error" else FILTERS)
    return _at(file, option, setting, r"\berror\b") if option is not None else None


def _at(file: ConfigFile, option: Written, setting: Mapping[str, str], pattern: str) -> HarmfulOption:
    found = re.compile(pattern).search(file.text, option.value_start, option.value_end)
    start, end = found.span() if found is not None else (option.value_start, option.value_end)
    return HarmfulOption(option=option, setting=setting, start=start, end=end)


def _pairs(words: list[str], name: str) -> list[str | None]:
    """The values that an option gets in a command line, in order; None where it has none."""
    values: list[str | None] = []
    for index, word in enumerate(words):
        given, equals, value = word.partition("=")
        if given.replace("_", "-") == name:
            values.append(value if equals else next(iter(words[index + 1 : index + 2]), None))
    return values


def _named(words: list[str], name: str) -> bool:
    return bool(_pairs(words, name))


def _is_last(words: list[str], has: str) -> bool:
    """Does the option have that value in the end? A flag is there or not."""
    name, equals, value = has.partition("=")
    values = _pairs(words, name)
    return bool(values) and (not equals or values[-1] == value)


def _spellings(has: str) -> str:
    """`--name=value` -> a pattern for it, for two words, and for two elements of a list."""
    name, equals, value = has.partition("=")
    pattern = "--" + re.escape(name[2:]).replace("\\-", "[-_]")
    return rf"{pattern}(?:=|[\"']?[\s,]+[\"']?){re.escape(value)}\b" if equals else rf"{pattern}(?![\w-])"
