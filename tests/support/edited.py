"""Edits in tests: every example is tried in several layouts of the same file."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.edits import IMPOSSIBLE, apply_edits
from looplint.model.module import Module
from looplint.model.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from looplint.model.finding import Edit


def with_tabs(text: str) -> str:
    """Each four blanks at the beginning of a row as a tab."""
    return re.sub(r"^(?: {4})+", lambda match: "\t" * (len(match[0]) // 4), text, flags=re.MULTILINE)


LAYOUTS: dict[str, Callable[[str], bytes]] = {
    "as written": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "bom and tabs": lambda text: b"\xef\xbb\xbf" + with_tabs(text).encode(),
    "form feed": lambda text: text.replace("\n    ", "\n\x0c    ").encode(),
}


def parse(raw: bytes | str, module_name: str = "") -> Module:
    """The module in a text or in bytes."""
    return Module.parse(Source.from_bytes(raw.encode() if isinstance(raw, str) else raw, "test_x.py"), module_name)


def edited(module: Module, edits: Iterable[Edit]) -> bytes:
    """The bytes of the file after edits; they must parse."""
    edits = tuple(edits)
    assert IMPOSSIBLE[0] not in edits
    text = apply_edits(module.text, edits)
    ast.parse(text)
    return module.source.encode(text)


def expression(module: Module, text: str) -> ast.expr:
    """The first, outermost expression of the file that reads `text`."""
    for node in ast.walk(module.facts.tree):
        if isinstance(node, ast.expr) and " ".join(module.text_of(node).split()) == text:
            return node
    raise LookupError(text)


def statement(module: Module, text: str) -> ast.stmt:
    """The first statement of the file that begins with `text`."""
    for node in ast.walk(module.facts.tree):
        if isinstance(node, ast.stmt) and module.text_of(node).startswith(text):
            return node
    raise LookupError(text)


def check(before: str, after: str, make: Callable[[Module], Iterable[Edit]]) -> None:
    """What `make` does to `before` is `after`, in every layout."""
    for name, layout in LAYOUTS.items():
        if (name in ("cr", "crlf") and "\n" not in before) or (name == "form feed" and '"""' in before):
            continue
        raw = layout(before)
        module = parse(raw)
        result = edited(module, make(module))
        expected = layout(after)
        if name == "form feed":
            result, expected = (changed.replace(b"\x0c", b"") for changed in (result, expected))
        assert result.decode() == expected.decode(), name


def dump_with(tree: ast.AST, old: ast.AST, new: ast.AST | None) -> str:
    """The dump of `tree` with `new` in the place of `old` (None: without it). The tree is changed."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                items = [new if item is old else item for item in value]
                setattr(parent, field, [item for item in items if item is not None])
    return ast.dump(tree)


def dump_of(raw: bytes) -> str:
    """The dump of the file in `raw`."""
    return ast.dump(ast.parse(raw))
