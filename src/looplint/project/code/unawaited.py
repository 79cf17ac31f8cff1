"""Calls of a file that give a coroutine where code needs, or throws away, a plain value."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from looplint.model.definitions import Colour
from looplint.model.kept import kept_by_file
from looplint.model.names import dotted_text, last_name
from looplint.model.records import dataclass
from looplint.project.asked import noted
from looplint.project.code.colour_index import files_that_define, functions_in, is_telling
from looplint.project.code.coloured import UNKNOWN, Coloured, Gives
from looplint.project.code.coroutine_uses import Misuse, Wrong, wrong_use
from looplint.project.code.misplaced_awaits import awaited_chain
from looplint.project.code.occurrences import is_guarded
from looplint.project.code.replaced_names import may_be_replaced, replaced_names
from looplint.project.code.values import ClassValue, ClientValue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from looplint.model.definitions import Class, Function
    from looplint.model.facts import Facts
    from looplint.project.questions import Project

_PLAIN = frozenset(
    {
        "append", "extend", "insert", "items", "keys", "values", "format", "join", "split", "strip", "lower", "upper",
        "startswith", "endswith", "encode", "decode", "replace", "setdefault", "sort", "discard", "print", "len", "str",
        "isinstance", "repr", "int", "dict", "list", "set", "tuple", "getattr", "setattr", "super", "type", "range",
        "sorted", "enumerate", "zip", "bool", "float", "max", "min", "sum", "any", "all", "hasattr", "id", "vars",
    }
)  # fmt: skip
"""Names that no coroutine function has: methods of the builtin types, builtins."""
_ASYNC_WORDS = (b"async", b"await")
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_EXPECTED = ("never awaited", "RuntimeWarning", "gc.collect", "is_async")
"""What a function says that makes coroutines for the sake of the warning, or from which a plain twin is generated."""
_SUPPRESSED = ("unused-coroutine", "reportUnusedCoroutine", "unused-awaitable")
_ANYTHING = frozenset(
    {"client", "service", "manager", "session", "connection", "server", "app", "api", "base", "handler"}
)
"""Names of classes that every second library has too."""
_IN_NAMES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_NAMES_AND_BRACKETS = bytes(byte if byte in _IN_NAMES or byte == ord("(") else ord(" ") for byte in range(256))
_CLASS = re.compile(rb"class[ \t]+([^\s(:]+)")
_UNKNOWN_OWNERS = ("mock", "fake", "stub", "dummy", "spy", "patch")


@dataclass(frozen=True, slots=True, eq=False)
class Unawaited:
    """A call that gives a coroutine, what is wrong with its use, and the proof of its colour."""

    call: ast.Call
    wrong: Wrong
    coloured: Coloured
    cannot_work: bool = False
    """Did the code certainly not work before?"""


def unawaited(project: Project, facts: Facts) -> Iterator[Unawaited]:
    """Every such call, in source order.

    Of a test file that has no word of asyncio itself only those calls are looked at whose name the project has as an
    `async def`.
    """
    names = _async_names(project, facts) if _is_plain(facts) else None
    if names is not None and not names:
        return  # most tests of most projects: nothing more is asked of them
    for call in facts.calls:
        leaf = last_name(call.func)
        if not leaf or leaf in _PLAIN or (names is not None and leaf not in names):
            continue
        wrong = _wrong(facts, call, leaf)
        if wrong is None or awaited_chain(facts, call) is not None:
            continue  # `await f().x()` is an await in the wrong place
        coloured = _coloured(project, facts, call, wrong)
        if coloured.gives is not Gives.COROUTINE or _is_right(project, facts, call, coloured):
            continue
        kept = isinstance(facts.parent(call), (ast.Assign, ast.AnnAssign))
        expected = wrong.misuse is not Misuse.DROPPED and facts.in_raises(call)
        yield Unawaited(call, wrong, coloured, wrong.fails and not expected and not (kept and not wrong.fails))


@kept_by_file
def _is_plain(facts: Facts) -> bool:
    """Has a file no word of asyncio at all?"""
    return all(word not in facts.source.raw for word in _ASYNC_WORDS)


def _async_names(project: Project, facts: Facts) -> set[str]:
    """The names that a file may call and the project has an `async def` of. Judged by bytes: the tree is not walked."""
    before_brackets = facts.source.raw.translate(_NAMES_AND_BRACKETS).split(b"(")[:-1]
    called = {words[-1].decode() for words in (part.rsplit(None, 1) for part in before_brackets) if words} - _PLAIN
    defined = project.defined_names
    return {name for name in called if defined.files(name, is_async=True)}


def _leaf(call: ast.Call) -> str:
    return last_name(call.func)


def _wrong(facts: Facts, call: ast.Call, leaf: str) -> Wrong | None:
    func = call.func
    if leaf.startswith(("assert", "test_")):
        return None
    if leaf in _LOGGING and isinstance(func, ast.Attribute) and "log" in (dotted_text(func.value) or "").lower():
        return None  # most statements that are calls are of this kind
    return wrong_use(facts, call)


def _coloured(project: Project, facts: Facts, call: ast.Call, wrong: Wrong) -> Coloured:
    called = project.infer(facts, call.func)
    if isinstance(called, ClassValue) and called.cls is not None:
        return UNKNOWN  # an instance is no coroutine, be it awaitable
    found = project.colour_of_call(facts, call, Colour.ASYNC, Colour.AWAITABLE)
    if found.is_known or wrong.misuse is not Misuse.DROPPED or not isinstance(call.func, ast.Attribute):
        return found
    return _by_name(project, facts, call, call.func)


def _by_name(project: Project, facts: Facts, call: ast.Call, func: ast.Attribute) -> Coloured:
    """The colour of everything that has this name in the project, where the object is called as a class that has it.

    In test code only: elsewhere a wrapper and what it wraps have one name, and the wrapped one is foreign. The name
    alone is no evidence: of 33 such calls in public tests 28 went to a pipeline or socket of a library. In a file
    without a word of asyncio the object is as likely the plain twin of what the project has.
    """
    owner = last_name(func.value)
    if owner in ("", "self", "cls") or any(word in owner.lower() for word in _UNKNOWN_OWNERS):
        return UNKNOWN
    if not is_telling(func.attr) or _is_plain(facts) or not project.is_test_code(facts.file):
        return UNKNOWN
    function = facts.function_of(call)
    if function is None or function.name == func.attr or facts.resolve(func) is not None:
        return UNKNOWN
    paths = [path for path in files_that_define(project, func.attr) if _may_define_class(project, path, owner)]
    if not paths:
        return UNKNOWN
    if project.infer(facts, func) is not None or project.infer(facts, func.value) is not None:
        return UNKNOWN
    functions = (function for path in paths for function in functions_in(project, path, func.attr))
    if not any(_is_called_as(project, owner, function.cls) for function in functions):
        return UNKNOWN
    return project.colour_of_name(func.attr, Colour.ASYNC)


def _may_define_class(project: Project, path: Path, name: str) -> bool:
    """May a file have a class that a variable of that name is called as? Judged by bytes: most are not parsed."""
    last = name.lower().rpartition("_")[2].encode()
    return any(defined.endswith(last) for defined in _classes(project, path))


@noted
def _classes(project: Project, path: Path) -> tuple[bytes, ...]:
    """The names of the classes of a file, in small letters."""
    return tuple({defined.lower() for defined in _CLASS.findall(project.raw(path))})


def _is_called_as(project: Project, name: str, cls: Class | None) -> bool:
    """Is a variable called as a class is: `chunker`, `simple_chunker`, `main_simple_chunker` for a SimpleChunker?"""
    if cls is None or project.is_test_code(cls.facts.file):
        return False  # a class of the tests stands in for one that may be foreign
    name = name.lower()
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.name).lower()
    if snake.endswith(f"_{name}") or cls.name.lower() == name.replace("_", ""):
        return True
    return name.endswith(f"_{snake}") and snake not in _ANYTHING


def _is_right(project: Project, facts: Facts, call: ast.Call, coloured: Coloured) -> bool:
    """May it be right after all: replaced by a patch, behind a question, expected, suppressed by the author?"""
    leaf = _leaf(call)
    row = facts.source.line(call.lineno)
    if any(word in row for word in _SUPPRESSED) or is_guarded(facts, call):
        return True
    names = {leaf, *_handed_on(coloured), *_class_of(project, facts, call, coloured)}
    around = outermost(facts, call)
    if names & replaced_names(facts, project) and (around is None or may_be_replaced(project, around, names)):
        return True
    if _expects_it(facts, call, coloured):
        return True
    return _is_for_typing(facts, call)


def _class_of(project: Project, facts: Facts, call: ast.Call, coloured: Coloured) -> Iterator[str]:
    """The name of the class whose method is called: where a test replaces it, a mock answers."""
    if coloured.function is not None:
        if coloured.function.cls is not None:
            yield coloured.function.cls.name
    elif isinstance(call.func, ast.Attribute):
        value = project.infer(facts, call.func.value)
        if isinstance(value, ClientValue):
            yield value.client.path.rpartition(".")[2]


def outermost(facts: Facts, call: ast.Call) -> Function | None:
    """The def around a call that stands in no other def."""
    function = facts.function_of(call)
    while function is not None and function.outer is not None:
        function = function.outer
    return function


def _handed_on(coloured: Coloured) -> Iterator[str]:
    """The names of what a plain def calls to return it: a test may have replaced these."""
    function = coloured.function
    for node in function.walk() if function is not None and not function.is_async else ():
        if isinstance(node, ast.Call):
            yield _leaf(node)


def _expects_it(facts: Facts, call: ast.Call, coloured: Coloured) -> bool:
    """Is the warning, or an error of the call itself, what the code is about?"""
    function = outermost(facts, call)
    if function is not None:
        first, last = function.node.lineno, function.node.end_lineno or function.node.lineno
        first = min([first, *(d.lineno for d in function.node.decorator_list)])
        text = "\n".join(facts.source.line(row) for row in range(first, last + 1))
        if any(word in text for word in _EXPECTED):
            return True
    for up in facts.parents(call):
        if isinstance(up, (ast.With, ast.AsyncWith)):
            for item in up.items:
                if _expects(facts, item.context_expr, coloured):
                    return True
    return False


def _expects(facts: Facts, node: ast.expr, coloured: Coloured) -> bool:
    """`pytest.raises(TypeError)`: a call with wrong arguments raises at once; so may the wrapper of a decorator."""
    if not isinstance(node, ast.Call):
        return False
    is_raises = facts.resolve(node.func) in ("pytest.raises", "contextlib.suppress", "pytest.warns") or (
        isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assertRaises")
    )
    if not is_raises:
        return False
    decorated = coloured.function is not None and bool(coloured.function.decorators)
    return decorated or coloured.colour is not Colour.ASYNC or "TypeError" in ast.unparse(node)


def _is_for_typing(facts: Facts, call: ast.Call) -> bool:
    """Does the code stand under `if TYPE_CHECKING`, where nothing runs?"""
    return any(isinstance(up, ast.If) and "TYPE_CHECKING" in ast.unparse(up.test) for up in facts.parents(call))
