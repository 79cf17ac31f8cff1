"""Requirements that are string literals of Python files (setup.py, noxfile.py), with their places."""

from __future__ import annotations

import ast
import re
from functools import partial
from typing import TYPE_CHECKING

from looplint.project.asked import remembered
from looplint.project.configured.declared import Declared, Group, Notation, canonical, requirement_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.virtual_environments import Entry

_LITERAL = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')(.*)\1", re.DOTALL)
_VERSION_FOLLOWS = re.compile(r"\s*[\[=<>!~;@ ]")


def literal_entry(
    file: ConfigFile, node: ast.expr, kind: Group, group: str, read: Callable[[str], str | None] = requirement_name
) -> Entry | None:
    """The requirement that a string is, or whose name an f-string begins with; None where it is none."""
    text, whole = _text(node)
    name = read(text) if text is not None else None
    if text is None or name is None:
        return None
    notation = Notation.PEP_508 if read is requirement_name else Notation.CONDA
    name = canonical(name)
    return name, partial(_in_python, file, name, text if whole else name, kind, group, node, notation, whole=whole)


def _text(node: ast.expr) -> tuple[str | None, bool]:
    """The text of a string, or what an f-string begins with where a version follows; and whether that is all."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, True
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        name = re.match(r"\s*[A-Za-z0-9._-]*[A-Za-z0-9]", first.value)
        if name is not None and _VERSION_FOLLOWS.match(first.value, name.end()):
            return first.value, False
    return None, False


def _in_python(
    file: ConfigFile,
    name: str,
    text: str,
    kind: Group,
    group: str,
    node: ast.expr,
    notation: Notation,
    *,
    whole: bool,
) -> Declared:
    start, end = span_of(file.text, node)
    literal = _LITERAL.fullmatch(file.text, start, end) if whole else None
    plain = literal is not None and literal[2] == text
    return Declared(
        name=name,
        text=text,
        kind=kind,
        group=group,
        path=file.path,
        row=node.lineno,
        column=start - file.text.rfind("\n", 0, start),
        start=start if plain else None,
        end=end if plain else None,
        notation=notation,
        partial=not whole,
    )


def span_of(text: str, node: ast.expr) -> tuple[int, int]:
    """The offsets of an expression; `ast` counts bytes of UTF-8 within its rows."""
    starts = _row_starts(text)
    first, last = starts[node.lineno - 1], starts[(node.end_lineno or node.lineno) - 1]
    return first + _characters(text, first, node.col_offset), last + _characters(text, last, node.end_col_offset or 0)


def _row_starts(text: str) -> list[int]:
    """Where the rows begin, as Python counts them."""
    return [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]


def _characters(text: str, start: int, count: int) -> int:
    """How many characters the first `count` bytes of a row are."""
    row = text[start : start + count]
    return len(row) if row.isascii() else len(row.encode()[:count].decode(errors="replace"))


class Literals:
    """What the names of a scope stand for, where that is the same whenever the file runs."""

    def __init__(self, body: list[ast.stmt], outer: Literals | None = None) -> None:
        self.body = body
        self.outer = outer

    @remembered
    def _names(self) -> dict[str, tuple[ast.expr | None, bool]]:
        """Name -> the last value that it plainly gets, and whether it has no other one."""
        found: dict[str, tuple[ast.expr | None, bool]] = {}
        for name, value in _bindings(self.body):
            known = found.get(name, (None, True))
            found[name] = (value or known[0], value is not None and name not in found)
        return found

    def value(self, name: str) -> tuple[ast.expr | None, bool]:
        """What a name stands for, in its scope or the one around it, and whether that is certain."""
        if name in self._names:
            return self._names[name]
        return self.outer.value(name) if self.outer is not None else (None, False)

    def elements(self, node: ast.expr | None) -> Iterator[ast.expr | None]:
        """The elements of a list or tuple, sums and names followed; None for what cannot be told."""
        pending: list[tuple[ast.expr | None, bool]] = [(node, True)]
        for _ in range(_MOST):
            if not pending:
                return
            current, is_list = pending.pop()
            if current is None:
                yield None
            elif not is_list:
                yield self.string(current)
            elif isinstance(current, ast.Name):
                value, certain = self.value(current.id)
                pending += [(None, False)] if value is not None and not certain else []
                pending.append((value, True))
            elif isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add):
                pending += [(current.right, True), (current.left, True)]
            elif isinstance(current, (ast.List, ast.Tuple, ast.Set)):
                pending += [
                    (one.value, True) if isinstance(one, ast.Starred) else (one, False)
                    for one in reversed(current.elts)
                ]
            else:
                yield None
        yield None

    def string(self, node: ast.expr) -> ast.expr:
        """The string that a name stands for, else the expression itself."""
        value, certain = self.value(node.id) if isinstance(node, ast.Name) else (None, False)
        return value if certain and isinstance(value, (ast.Constant, ast.JoinedStr)) else node


_MOST = 5_000
"""So many names, sums and elements are followed: a list of itself has no end."""
_CHANGING = frozenset({"append", "extend", "insert", "remove", "pop", "clear"})


def _bindings(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None]]:
    """Each name that is bound or changed in a scope, with its value where that is plain to see."""
    for stmt in body:
        if not isinstance(stmt, (ast.Assign, ast.AnnAssign)):
            yield from ((name, None) for name in _changed(stmt))
        elif stmt.value is not None:
            for target in stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]:
                if isinstance(target, ast.Name):
                    yield target.id, stmt.value


def _changed(stmt: ast.stmt) -> Iterator[str]:
    """The names that a statement binds in its own scope, and the lists that it changes in any."""
    pending: list[tuple[ast.AST, bool]] = [(stmt, True)]
    while pending:
        node, own = pending.pop()
        if own and isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _CHANGING:
            yield node.value.id
        inner = own and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda))
        pending += [(child, inner) for child in ast.iter_child_nodes(node)]
