"""The environment.yml of conda as nodes with their places: PyYAML's own, which tell where each scalar begins and ends.

Nothing is constructed: aliases stay references to a node, so that a document of few bytes cannot grow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, ScalarNode

MAX_CHARACTERS = 100_000
"""A longer document is not read: PyYAML takes seconds for it, and nobody writes one."""
_IS_CONDA = re.compile(r"^[\"']?dependencies[\"']?[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlText:
    """The mapping at the top of a document, if it is one of conda; `error`: what is wrong with it, in one line."""

    root: MappingNode | None = None
    error: str | None = None

    def get(self, key: str) -> Node | None:
        """The value of a key of the mapping."""
        return value_of(self.root, key)


def yaml_text(text: str) -> YamlText:
    """Read a text that has a key `dependencies`; any other is of something else, and nobody's business."""
    if _IS_CONDA.search(text) is None:
        return YamlText()
    if len(text) > MAX_CHARACTERS:
        return YamlText(error=f"is longer than {MAX_CHARACTERS} characters")
    from yaml import YAMLError, compose_all
    from yaml.loader import SafeLoader
    from yaml.nodes import MappingNode

    try:
        root = next(iter(compose_all(text, Loader=SafeLoader)), None)
    except YAMLError as error:
        return YamlText(error=f"is not valid YAML: {_told(error)}")
    except RecursionError:
        return YamlText(error="is not valid YAML: it is nested too deeply")
    if not isinstance(root, MappingNode):
        return YamlText()
    double = _double_key(root)
    if double is not None:
        place = f"(at line {double.start_mark.line + 1}, column {double.start_mark.column + 1})"
        return YamlText(error=f"is not valid YAML: the key `{double.value}` stands there twice {place}")
    return YamlText(root=root)


def value_of(node: Node | None, key: str) -> Node | None:
    """The value of a key of a mapping; None where it is not there, or the node is none."""
    from yaml.nodes import MappingNode, ScalarNode

    for name, value in node.value if isinstance(node, MappingNode) else ():
        if isinstance(name, ScalarNode) and name.value == key:
            found: Node = value
            return found
    return None


def items_of(node: Node | None) -> list[Node]:
    """The elements of a sequence."""
    from yaml.nodes import SequenceNode

    return list(node.value) if isinstance(node, SequenceNode) else []


def scalar(node: Node | None) -> ScalarNode | None:
    """The node itself, where it is a text."""
    from yaml.nodes import ScalarNode

    return node if isinstance(node, ScalarNode) else None


def _double_key(root: MappingNode) -> ScalarNode | None:
    seen: set[str] = set()
    for name, _ in root.value:
        one = scalar(name)
        if one is not None and one.value in seen:
            return one
        if one is not None:
            seen.add(one.value)
    return None


def _told(error: Exception) -> str:
    """The parser's message, in one line, with the place that it blames."""
    message = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    return message if mark is None else f"{message} (at line {mark.line + 1}, column {mark.column + 1})"
