"""Laws: the file system is touched in one place, and answers are remembered in one way.

A finding is kept by the cache together with all that was asked while it was found. What is asked by another door, or
remembered without its questions, would let an old finding stand when its reasons are gone.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import looplint

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(looplint.__file__).parent
DOOR = SOURCE / "project" / "files.py"
MEMORY = SOURCE / "project" / "asked.py"
MODULES = sorted(path for room in ("project", "rules", "repairs") for path in (SOURCE / room).rglob("*.py"))
OWN = {SOURCE / "rules" / "__init__.py"}
"""Finds the rules themselves, once."""

TOUCHING = frozenset(
    {
        "read_bytes", "read_text", "exists", "lexists", "is_file", "is_dir", "is_symlink", "isfile", "isdir", "islink",
        "iterdir", "scandir", "listdir", "glob", "rglob", "iglob", "stat", "lstat", "realpath", "samefile", "readlink",
        "getenv", "expanduser", "expandvars", "home", "touch", "unlink", "write_text", "write_bytes", "mkdir",
    }
)  # fmt: skip
"""Attributes of `os`, `os.path`, `glob` and `Path` that ask the file system or the environment, or change them."""
MODULE_NAMES = frozenset({"os", "os.path", "glob", "shutil", "subprocess", "tempfile", "socket", "io", "fileinput"})
CACHES = frozenset({"cached_property", "WeakKeyDictionary", "WeakValueDictionary", "singledispatchmethod"})
PLAIN = frozenset({"str", "bytes", "int", "bool", "frozenset", "tuple", "None"})


def trees(*but: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        if path not in {*but, *OWN}:
            yield str(path.relative_to(SOURCE)), ast.parse(path.read_bytes())


def touches(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            base = ast.unparse(node.value)
            by_name = (base, node.attr) in {("os", "walk"), ("os", "environ"), ("Source", "read"), ("Path", "cwd")}
            opens = node.attr == "open" and base != "project"
            unasked = node.attr.endswith("_unasked") and f"{base}.{node.attr}" != "files.read_unasked"
            if by_name or opens or unasked or (node.attr in TOUCHING and base != "files"):
                yield f"{node.lineno}: {base}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield f"{node.lineno}: open()"
        elif isinstance(node, ast.ImportFrom) and node.module in MODULE_NAMES | {"looplint.model.source"}:
            yield from (
                f"{node.lineno}: from {node.module} import {alias.name}"
                for alias in node.names
                if alias.name in TOUCHING | {"walk", "environ", "open", "run"}
            )


@pytest.mark.parametrize("name", sorted(name for name, _ in trees(DOOR)))
def test_files_are_touched_through_the_door_only(name: str) -> None:
    assert list(touches(ast.parse((SOURCE / name).read_bytes()))) == []


def test_bytes_are_read_without_a_question_in_one_place_only() -> None:
    """`Contents._bytes`, whose callers record the question themselves."""
    using = [name for name, tree in trees(DOOR) if "read_unasked" in ast.dump(tree)]
    assert using == ["project/contents.py"]


def memos(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in CACHES:
            yield f"{node.lineno}: {node.id}"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            cached = [ast.unparse(d) for d in node.decorator_list if "cache" in ast.unparse(d)]
            parameters = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            if cached and not all(map(_is_plain, parameters)):
                yield f"{node.lineno}: {node.name} is cached, and takes more than plain values"
            if "project" in {parameter.arg for parameter in parameters}:
                yield from noting(node)
    for statement in tree.body:
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        annotation = ast.unparse(statement.annotation) if isinstance(statement, ast.AnnAssign) else ""
        empty = isinstance(value, (ast.Dict, ast.Set, ast.List)) and not ast.unparse(value).strip("{}[]")
        if (empty or (value is not None and ast.unparse(value) in {"dict()", "set()", "list()"})) and (
            "Answer[" not in annotation
        ):
            yield f"{statement.lineno}: a table of the module is filled as it runs"


def noting(function: ast.AST) -> Iterator[str]:
    """Notes of a function that may ask the project; what follows from one file alone needs no questions."""
    for node in ast.walk(function):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith("notes"):
                yield f"{target.lineno}: {ast.unparse(target)} = …"


def _is_plain(argument: ast.arg) -> bool:
    annotation = argument.annotation
    return annotation is not None and {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)} <= PLAIN


@pytest.mark.parametrize("name", sorted(name for name, _ in trees(MEMORY)))
def test_answers_are_remembered_with_their_questions(name: str) -> None:
    assert list(memos(ast.parse((SOURCE / name).read_bytes()))) == []


def test_tables_of_objects_hold_answers_with_their_questions() -> None:
    """An attribute that is an empty dict at first is a memo, unless its class is a reader that lives for one call."""
    found = []
    for name, tree in trees(MEMORY, DOOR):
        for cls in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            for node in ast.walk(cls):
                if isinstance(node, ast.AnnAssign) and ast.unparse(node.target).startswith("self."):
                    is_memo = node.value is not None and ast.unparse(node.value) == "{}"
                    if is_memo and "Answer[" not in ast.unparse(node.annotation):
                        found.append(f"{name} {cls.name}.{ast.unparse(node.target)[5:]}")
    assert sorted(found) == sorted(HELD)


HELD = [
    "project/configured/noxfile.py _Noxfile.entries",
    "project/configured/toml_spans.py _Scanner.arrays_of_tables",
    "project/configured/toml_spans.py _Scanner.headers",
    "project/configured/toml_spans.py _Scanner.values",
    "project/configured/tox_ini.py _Tox.entries",
    "project/configured/tox_ini.py _Tox.sections",
    "project/configured/tox_ini.py _Tox.values",
    "project/configured/tox_toml.py _Tox.entries",
    "project/contents.py Contents._content",
    "project/contents.py Contents._raw",
    "project/contents.py Contents._says",
    "project/contents.py Contents._words",
    "project/project.py Project._assignments",
    "project/project.py Project._facts",
    "project/project.py Project.notes",
    "project/project.py _Projects.by_root",
]
"""What one reader fills, what the project holds of files (their questions are recorded at each access), and `notes`."""


@pytest.mark.parametrize(
    "text",
    [
        "path.read_text()", "open('x')", "os.walk(x)", "(a / b).exists()", "from os import listdir", "os.environ['x']",
        "Path.cwd()", "Source.read(x)", "path.open()", "files.entry_unasked(x, y)", "os.path.isdir(x)",
        "from looplint.model.source import read_bytes",
    ],
)  # fmt: skip
def test_what_the_first_law_forbids(text: str) -> None:
    assert list(touches(ast.parse(text)))


@pytest.mark.parametrize("text", ["files.is_file(x)", "project.raw(x)", "facts.resolve(x)", "project.open(s, p)"])
def test_what_the_first_law_allows(text: str) -> None:
    assert not list(touches(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "@cached_property\ndef f(self): ...", "@lru_cache(maxsize=8)\ndef f(project: Project): ...", "memo = {}",
        "@cache\ndef f(path: Path, n: int): ...", "def f(project, facts):\n    facts.notes[1] = 2",
        "memo: dict[str, int] = {}",
    ],
)  # fmt: skip
def test_what_the_second_law_forbids(text: str) -> None:
    assert list(memos(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "@cache\ndef f(word: str) -> int: ...",
        "memo: dict[str, Answer[int]] = {}",
        "@noted\ndef f(project: Project): ...",
    ],
)
def test_what_the_second_law_allows(text: str) -> None:
    assert not list(memos(ast.parse(text)))
