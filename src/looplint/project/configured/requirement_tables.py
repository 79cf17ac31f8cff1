"""The requirements that pyproject.toml, Pipfile, setup.cfg, tox.ini and setup.py declare.

Each reader yields `(canonical name, build)`; `build()` makes the `Declared` with its place, which costs a scan of the
file and is wanted for few names only.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from looplint.project.configured.config_file import ConfigFile, Kind
from looplint.project.configured.declared import Declared, Group, canonical, poetry_text, requirement_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from looplint.project.configured.ini_spans import IniLine
    from looplint.project.configured.toml_spans import KeyPath

Entry: TypeAlias = "tuple[str, Callable[[], Declared]]"

_FACTOR = re.compile(r"^[A-Za-z0-9_.,!{}\-]+:\s+")


def table_entries(file: ConfigFile) -> Iterator[Entry]:
    """The requirements that a file other than a requirements file declares; nothing for broken files."""
    if file.kind is Kind.PYPROJECT and "depend" in file.text:
        yield from _pyproject(file)
    elif file.kind is Kind.PIPFILE:
        yield from _poetry_table(file, Group.MAIN, ("packages",))
        yield from _poetry_table(file, Group.GROUP, ("dev-packages",))
    elif file.kind is Kind.SETUP_CFG:
        yield from _setup_cfg(file)
    elif file.kind is Kind.TOX_INI:
        yield from _tox_ini(file)
    elif file.kind is Kind.SETUP_PY:
        yield from _setup_py(file)


def _pyproject(file: ConfigFile) -> Iterator[Entry]:
    yield from _array(file, Group.MAIN, ("project", "dependencies"))
    yield from _arrays(file, Group.EXTRA, ("project", "optional-dependencies"))
    yield from _arrays(file, Group.GROUP, ("dependency-groups",))
    for tool in ("uv", "rye"):
        yield from _array(file, Group.GROUP, ("tool", tool, "dev-dependencies"))
    yield from _array(file, Group.CONSTRAINT, ("tool", "uv", "constraint-dependencies"))
    yield from _array(file, Group.CONSTRAINT, ("tool", "uv", "override-dependencies"))
    yield from _arrays(file, Group.GROUP, ("tool", "pdm", "dev-dependencies"))
    for environment in _table(file, ("tool", "hatch", "envs")):
        for key in ("dependencies", "extra-dependencies"):
            yield from _array(file, Group.ENVIRONMENT, ("tool", "hatch", "envs", environment, key))
    yield from _poetry_table(file, Group.MAIN, ("tool", "poetry", "dependencies"))
    yield from _poetry_table(file, Group.GROUP, ("tool", "poetry", "dev-dependencies"))
    for group in _table(file, ("tool", "poetry", "group")):
        yield from _poetry_table(file, Group.GROUP, ("tool", "poetry", "group", group, "dependencies"))


def _table(file: ConfigFile, path: KeyPath) -> Mapping[str, Any]:
    value: Any = file.data
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _arrays(file: ConfigFile, kind: Group, path: KeyPath) -> Iterator[Entry]:
    for name in _table(file, path):
        yield from _array(file, kind, (*path, name))


def _array(file: ConfigFile, kind: Group, path: KeyPath) -> Iterator[Entry]:
    elements = _table(file, path[:-1]).get(str(path[-1]))
    if not isinstance(elements, list):
        return
    for index, text in enumerate(elements):
        name = requirement_name(text) if isinstance(text, str) else None
        if name is not None:
            yield name, partial(_in_toml, file, name, text, kind, path, (*path, index))


def _poetry_table(file: ConfigFile, kind: Group, path: KeyPath) -> Iterator[Entry]:
    for written, value in _table(file, path).items():
        name = canonical(written)
        if isinstance(value, list):
            for index, item in enumerate(value):
                text = poetry_text(written, item)
                yield name, partial(_in_toml, file, name, text, kind, path, (*path, written, index))
        else:
            text = poetry_text(written, value)
            yield name, partial(_in_toml, file, name, text, kind, path, (*path, written))


def _in_toml(file: ConfigFile, name: str, text: str, kind: Group, table: KeyPath, key: KeyPath) -> Declared:
    span = file.spans.nearest(*key) if file.spans is not None else None
    start, end = None, None
    row, column = 1, 1
    if span is not None and file.spans is not None:
        shown = span.key[0] if span.key and span.path == key else span.start
        row, column = file.spans.place(shown)
        if span.path == key:
            start, end = (span.key[0] if span.key else span.start), span.end
    group = ".".join(str(part) for part in table)
    return Declared(
        name=name,
        text=text,
        kind=kind,
        group=group,
        path=file.path,
        row=row,
        column=column,
        start=start,
        end=end,
        key=key,
    )


def _setup_cfg(file: ConfigFile) -> Iterator[Entry]:
    sections = file.ini.sections
    if "options" in sections:
        for key, kind in (("install_requires", Group.MAIN), ("tests_require", Group.GROUP)):
            entry = sections["options"].entries.get(key)
            yield from _ini_lines(file, entry.lines if entry else (), kind, f"options.{key}")
    if "options.extras_require" in sections:
        for key, extra in sections["options.extras_require"].entries.items():
            yield from _ini_lines(file, extra.lines, Group.EXTRA, f"options.extras_require.{key}")


def _tox_ini(file: ConfigFile) -> Iterator[Entry]:
    for name, section in file.ini.sections.items():
        if name.startswith("testenv") and "deps" in section.entries:
            yield from _ini_lines(file, section.entries["deps"].lines, Group.ENVIRONMENT, f"{name}.deps")


def _ini_lines(file: ConfigFile, lines: list[IniLine] | tuple[()], kind: Group, group: str) -> Iterator[Entry]:
    for line in lines:
        factor = _FACTOR.match(line.text) if kind is Group.ENVIRONMENT else None
        skipped = factor.end() if factor else 0
        text = line.text[skipped:].split(" #")[0].rstrip()
        name = requirement_name(text)
        if name is not None:
            yield name, partial(_in_text, file, name, text, kind, group, line.start + skipped, line.row)


def _in_text(file: ConfigFile, name: str, text: str, kind: Group, group: str, start: int, row: int) -> Declared:
    line_start = file.text.rfind("\n", 0, start) + 1
    return Declared(
        name=name,
        text=text,
        kind=kind,
        group=group,
        path=file.path,
        row=row,
        column=start - line_start + 1,
        start=start,
        end=start + len(text),
    )


def _setup_py(file: ConfigFile) -> Iterator[Entry]:
    """Literal lists given to `setup(...)`, directly or through a module-level name."""
    if "setup" not in file.text:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("setup"):
            continue
        for keyword in node.keywords:
            value = names.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
            if keyword.arg in ("install_requires", "tests_require"):
                kind = Group.MAIN if keyword.arg == "install_requires" else Group.GROUP
                yield from _literal_list(file, value, names, kind, keyword.arg)
            elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
                for extra, listed in zip(value.keys, value.values, strict=True):
                    shown = extra.value if isinstance(extra, ast.Constant) and isinstance(extra.value, str) else "?"
                    yield from _literal_list(file, listed, names, Group.EXTRA, f"extras_require.{shown}")


def _literal_list(
    file: ConfigFile, node: ast.expr | None, names: Mapping[str, ast.expr], kind: Group, group: str
) -> Iterator[Entry]:
    node = names.get(node.id) if isinstance(node, ast.Name) else node
    if isinstance(node, ast.BinOp):
        yield from _literal_list(file, node.left, names, kind, group)
        yield from _literal_list(file, node.right, names, kind, group)
    if not isinstance(node, (ast.List, ast.Tuple)):
        return
    for element in node.elts:
        if isinstance(element, ast.Constant) and isinstance(element.value, str):
            text = element.value
            name = requirement_name(text)
            if name is not None:
                yield name, partial(_in_python, file, name, text, kind, group, element)


def _in_python(file: ConfigFile, name: str, text: str, kind: Group, group: str, node: ast.expr) -> Declared:
    return Declared(
        name=name, text=text, kind=kind, group=group, path=file.path, row=node.lineno, column=node.col_offset + 1
    )
