"""The requirements that setup.py gives to `setup(...)` as literal lists. The file is read, never run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.configured.declared import Group
from looplint.project.configured.python_strings import Literals, literal_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.virtual_environments import Entry

_LISTS = {"install_requires": Group.MAIN, "tests_require": Group.GROUP}


def setup_entries(file: ConfigFile) -> Iterator[Entry]:
    """Literal lists given to `setup`, directly or through module-level names; nothing for broken files."""
    if "setup" not in file.text or file.tree is None:
        return
    literals = Literals(file.tree.body)
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call) or not _is_setup(node.func):
            continue
        for keyword in node.keywords:
            if keyword.arg in _LISTS:
                yield from _entries(file, literals, keyword.value, _LISTS[keyword.arg], keyword.arg)
            elif keyword.arg == "extras_require":
                value = literals.value(keyword.value.id)[0] if isinstance(keyword.value, ast.Name) else keyword.value
                for extra, listed in zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ():
                    shown = extra.value if isinstance(extra, ast.Constant) and isinstance(extra.value, str) else "?"
                    yield from _entries(file, literals, listed, Group.EXTRA, f"extras_require.{shown}")


def _is_setup(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.endswith("setup")


def _entries(file: ConfigFile, literals: Literals, node: ast.expr, kind: Group, group: str) -> Iterator[Entry]:
    for element in literals.elements(node):
        entry = literal_entry(file, element, kind, group) if element is not None else None
        if entry is not None:
            yield entry
