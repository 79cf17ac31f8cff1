"""Edits of the lists of conda's environment.yml.

Every edit is proved: the edited text is read again, and must mean the same but for the change asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from looplint.model.finding import Edit
from looplint.project.configured.conda_versions import conda_name
from looplint.project.configured.declared import Notation, canonical
from looplint.project.configured.element_edits import line_start, without_comma, without_line
from looplint.project.configured.yaml_text import yaml_text

if TYPE_CHECKING:
    from yaml.nodes import Node

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared


def replace_item(file: ConfigFile, place: Declared, text: str) -> tuple[Edit, ...]:
    """Write another requirement in the place of one, quotes aside.

    Another distribution is not written for conda: whether its channels have it cannot be told.
    """
    if place.start is None or place.end is None:
        return ()
    if place.notation is Notation.CONDA and canonical(conda_name(text) or "") != place.name:
        return ()
    at = file.text.index(place.text, place.start, place.end)
    return _proved(file, Edit(at, at + len(place.text), text), place, text)


def remove_item(file: ConfigFile, place: Declared) -> tuple[Edit, ...]:
    """Remove one of several items, with its line and the comment on it."""
    if place.start is None or place.end is None:
        return ()
    begin = line_start(file.text, place.start)
    dashed = file.text[begin : place.start].strip() == "-"
    dash = file.text.find("-", begin, place.start)
    edits = (
        [without_line(file.text, dash, place.end)]
        if dashed
        else [make(file.text, place.start, place.end) for make in (without_line, without_comma)]
    )
    for edit in edits:
        if edit is not None and (proved := _proved(file, edit, place, None)):
            return proved
    return ()


def _proved(file: ConfigFile, edit: Edit, place: Declared, text: str | None) -> tuple[Edit, ...]:
    root = file.yaml.root
    expected = _plain(root) if root is not None else None
    read = yaml_text(file.text[: edit.start] + edit.text + file.text[edit.end :]).root
    if expected is None or read is None:
        return ()
    container: Any = expected
    for key in place.key[:-1]:
        container = dict(container)[key] if isinstance(key, str) else container[key]
    index = place.key[-1]
    assert isinstance(index, int)
    if text is None:
        del container[index]
    else:
        container[index] = text
    return (edit,) if _plain(read) == expected else ()


def _plain(node: Node) -> Any:
    """What a document means, mappings as lists of pairs; None for one with anchors, which stands in several places."""
    seen: set[int] = set()
    try:
        return _meaning(node, seen)
    except (_SharedError, RecursionError):
        return None


class _SharedError(Exception):
    """A node that stands in two places."""


def _meaning(node: Node, seen: set[int]) -> Any:
    from yaml.nodes import MappingNode, SequenceNode

    if id(node) in seen:
        raise _SharedError
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        return [_meaning(one, seen) for one in node.value]
    if isinstance(node, MappingNode):
        return [(_meaning(key, seen), _meaning(value, seen)) for key, value in node.value]
    return node.value
