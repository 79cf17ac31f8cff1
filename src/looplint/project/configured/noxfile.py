"""The sessions of noxfile.py, and what they install by literal arguments. The file is read, never run.

`session.install`, `session.conda_install`, and `pip install` or `uv sync` run by `session.run_install` and its like, in
the session or in a function of the file that it hands itself to. <https://nox.thea.codes/en/stable/config.html>
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from looplint.project.configured.conda_versions import conda_name
from looplint.project.configured.declared import Group, canonical
from looplint.project.configured.python_strings import Literals, literal_entry
from looplint.project.configured.tox_names import python_of
from looplint.project.configured.virtual_environments import Asks, Environment, Told, asked_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.virtual_environments import Entry

Def = ast.FunctionDef | ast.AsyncFunctionDef
Words = list[tuple[str | None, "ast.expr | None"]]
"""The words of a command with their expressions; None for what is not literal."""

_RUNS = frozenset({"run", "run_install", "run_always"})
_PIP = (
    ("python", "-m", "pip", "install"),
    ("python3", "-m", "pip", "install"),
    ("pip", "install"),
    ("pip3", "install"),
)
_UV_PIP = ("uv", "pip", "install")
_UV_SYNC = ("uv", "sync")
_OTHER_INSTALLERS = frozenset({"poetry", "pdm", "hatch", "pipenv", "conda", "mamba", "rye"})
_SOMETIMES = (ast.If, ast.Try, ast.For, ast.While, ast.Match, ast.ExceptHandler)
_BOUNDED_ELSEWHERE = ("PIP_CONSTRAINT", "UV_CONSTRAINT", "UV_OVERRIDE", "UV_RESOLUTION")


def nox_sessions(file: ConfigFile) -> Told:
    """The sessions of a noxfile; nothing for a broken one."""
    return _Noxfile(file, file.tree).told() if file.tree is not None else Told()


class _Noxfile:
    def __init__(self, file: ConfigFile, tree: ast.Module) -> None:
        self.file = file
        self.literals = Literals(tree.body)
        self.functions: dict[str, Def] = {
            node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        self.bounded = any(word in file.text for word in _BOUNDED_ELSEWHERE)
        self.entries: dict[tuple[int, int], Entry | None] = {}

    def told(self) -> Told:
        environments = []
        for function in self.functions.values():
            decorator = next(filter(_is_session, function.decorator_list), None)
            if decorator is not None and _first_argument(function) is not None:
                environments.append(self.environment(function, decorator))
            elif decorator is None:
                self.read(function, Environment(name=""), set())
        entries = [entry for entry in self.entries.values() if entry is not None]
        return Told(environments=environments, entries=entries)

    def environment(self, function: Def, decorator: ast.expr) -> Environment:
        keywords = {one.arg: one.value for one in decorator.keywords} if isinstance(decorator, ast.Call) else {}
        named = keywords.get("name")
        name = named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else function.name
        made = Environment(name=f"nox session {name}", pythons=self.pythons(keywords.get("python")))
        self.read(function, made, set())
        backend = keywords.get("venv_backend")
        if self.bounded or (isinstance(backend, ast.Constant) and backend.value == "none"):
            made.certain = False
        return made

    def pythons(self, node: ast.expr | None) -> tuple[str, ...]:
        if node is None:
            return ()
        elements = [self.literals.string(node)]
        if not isinstance(elements[0], ast.Constant):
            elements = [one for one in self.literals.elements(node) if one is not None]
        texts = [one.value for one in elements if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return tuple(python for text in texts if (python := python_of(text)) is not None)

    def read(self, function: Def, made: Environment, seen: set[str]) -> None:
        """Take in what a function installs, and what the functions install that it hands its session to."""
        session = _first_argument(function)
        if session is None or function.name in seen:
            return
        seen.add(function.name)
        literals = Literals(function.body, self.literals)
        for call, sometimes in _calls(function):
            helper = self.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if helper is not None and call.args and _is_name(call.args[0], session):
                self.read(helper, made, seen)
                made.certain = made.certain and not sometimes
            elif isinstance(call.func, ast.Attribute) and _is_name(call.func.value, session):
                self.installs(call, call.func.attr, literals, made if not sometimes else _unsure(made), function)

    def installs(self, call: ast.Call, method: str, literals: Literals, made: Environment, function: Def) -> None:
        group = f"session.{function.name}"
        if method == "conda_install":
            for word, node in _words(call.args, literals):
                entry = self.entry(node, group, conda=True) if word is None or not word.startswith("-") else None
                made.entries += [entry] if entry is not None else []
                made.certain = made.certain and (entry is not None or word is not None)
            return
        words = _words(call.args, literals)
        if method in _RUNS:
            plain = [word or "" for word, _ in words]
            pip = next((one for one in (*_PIP, _UV_PIP) if tuple(plain[: len(one)]) == one), None)
            if pip is None:
                _synced(plain, made)
                return
            words = words[len(pip) :]
        elif method != "install":
            return
        for groups in filter(None, map(_dependency_groups, call.args)):
            made.groups.update(map(canonical, groups))
        self.take(words, group, made)

    def take(self, words: Words, group: str, made: Environment) -> None:
        for asks, value, index in asked_by([_shown(word, node) for word, node in words]):
            entry = self.entry(words[index][1], group) if asks is Asks.REQUIREMENT else None
            if entry is not None:
                made.entries.append(entry)
            else:
                made.take(asks if asks is not Asks.REQUIREMENT else Asks.UNKNOWN, value, self.file.path.parent)

    def entry(self, node: ast.expr | None, group: str, *, conda: bool = False) -> Entry | None:
        """The requirement that a string is, made once; where several sessions take it, it is that of the first."""
        if node is None:
            return None
        place = (node.lineno, node.col_offset)
        if place not in self.entries:
            arguments = (self.file, node, Group.ENVIRONMENT, group)
            self.entries[place] = literal_entry(*arguments, conda_name) if conda else literal_entry(*arguments)
        return self.entries[place]


def _is_session(node: ast.expr) -> bool:
    func = node.func if isinstance(node, ast.Call) else node
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name in ("session", "nox_session")


def _first_argument(function: Def) -> str | None:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return arguments[0].arg if arguments else None


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _calls(function: Def) -> Iterator[tuple[ast.Call, bool]]:
    """The calls of a function in their order, with whether they only happen sometimes."""
    pending: list[tuple[ast.AST, bool]] = [(stmt, False) for stmt in reversed(function.body)]
    while pending:
        node, sometimes = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call):
            yield node, sometimes
        inner = sometimes or isinstance(node, (*_SOMETIMES, ast.IfExp, ast.BoolOp))
        pending += [(child, inner) for child in reversed(list(ast.iter_child_nodes(node)))]


def _unsure(made: Environment) -> Environment:
    """Where what is installed only sometimes goes to; the environment itself is uncertain from now on."""
    made.certain = False
    return Environment(name=made.name, certain=False)


def _words(arguments: Sequence[ast.expr], literals: Literals) -> Words:
    words: Words = []
    for argument in arguments:
        if isinstance(argument, ast.Starred) and _dependency_groups(argument) is not None:
            continue
        starred = isinstance(argument, ast.Starred)
        nodes = literals.elements(argument.value) if starred else [literals.string(argument)]  # type: ignore[attr-defined]
        for node in nodes:
            literal = isinstance(node, ast.Constant) and isinstance(node.value, str)
            words.append((node.value if literal else None, node))  # type: ignore[union-attr]
    return words


def _shown(word: str | None, node: ast.expr | None) -> str | None:
    """The word, else the literal beginning of an f-string, which tells what sort of argument it is."""
    if word is not None or not isinstance(node, ast.JoinedStr) or not node.values:
        return word
    first = node.values[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _dependency_groups(argument: ast.expr) -> list[str] | None:
    """The groups in `*nox.project.dependency_groups(PYPROJECT, "test")`; None for anything else."""
    call = argument.value if isinstance(argument, ast.Starred) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, (ast.Attribute, ast.Name)):
        return None
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
    if name != "dependency_groups":
        return None
    return [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _synced(words: list[str], made: Environment) -> None:
    """What `uv sync` brings, from the lock file; other installers bring what cannot be told here."""
    synced = tuple(words[:2]) == _UV_SYNC
    if synced or (words and (words[0] in _OTHER_INSTALLERS or "install" in words[1:3])):
        made.certain = False
    if not synced:
        return
    made.project, made.default_groups = True, True
    for word, value in zip(words[2:], [*words[3:], ""], strict=False):
        name, _, joined = word.partition("=")
        if name == "--extra":
            made.extras.add(canonical(joined or value))
        elif name == "--group":
            made.groups.add(canonical(joined or value))
