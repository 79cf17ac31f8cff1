"""Edits of string literals in setup.py and noxfile.py.

Every edit is proved: the edited text is parsed again, and its syntax tree must be the old one but for the change.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from looplint.model.finding import Edit
from looplint.project.configured.config_file import parse_python
from looplint.project.configured.element_edits import without_comma, without_line
from looplint.project.configured.python_strings import span_of

if TYPE_CHECKING:
    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared


def replace_literal(file: ConfigFile, place: Declared, text: str) -> tuple[Edit, ...]:
    """Write another text inside the quotes."""
    if file.tree is None or place.start is None or place.end is None or "\\" in text:
        return ()
    tree = copy.deepcopy(file.tree)
    node, _ = _at(file, tree, place)
    if node is None:
        return ()
    written = file.text[place.start : place.end]
    at = written.index(place.text)
    node.value = text
    return _proved(file, Edit(place.start + at, place.start + at + len(place.text), text), tree)


def remove_literal(file: ConfigFile, place: Declared) -> tuple[Edit, ...]:
    """Remove one of several elements of a list, or one of several arguments, with its comma."""
    if file.tree is None or place.start is None or place.end is None:
        return ()
    tree = copy.deepcopy(file.tree)
    node, parent = _at(file, tree, place)
    siblings = parent.args if isinstance(parent, ast.Call) else getattr(parent, "elts", None)
    if node is None or siblings is None or (isinstance(parent, ast.Call) and len(siblings) < 2):
        return ()
    siblings.remove(node)
    for make in (without_line, without_comma):
        edit = make(file.text, place.start, place.end)
        if edit is not None and (edits := _proved(file, edit, tree)):
            return edits
    return ()


def _at(file: ConfigFile, tree: ast.Module, place: Declared) -> tuple[ast.Constant | None, ast.AST | None]:
    """The literal at a place, and what holds it."""
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            is_candidate = isinstance(node, ast.Constant) and node.lineno == place.row and node.value == place.text
            if is_candidate and span_of(file.text, node) == (place.start, place.end):  # type: ignore[arg-type]
                return node, parent  # type: ignore[return-value]
    return None, None


def _proved(file: ConfigFile, edit: Edit, expected: ast.Module) -> tuple[Edit, ...]:
    tree, _ = parse_python(file.text[: edit.start] + edit.text + file.text[edit.end :])
    return (edit,) if tree is not None and ast.dump(tree) == ast.dump(expected) else ()
