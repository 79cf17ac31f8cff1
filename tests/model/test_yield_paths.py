"""The yield that certainly follows a yield, checked against generators that run."""

from __future__ import annotations

import ast
import re
from textwrap import indent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.model.yield_paths import certain_second_yield


def parsed(body: str) -> ast.AsyncFunctionDef:
    function = ast.parse(f"async def f():\n{indent(body, '    ')}\n").body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    return function


def is_stop(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "stop"


def found(body: str) -> tuple[int, int] | None:
    """Rows of the two yields within the body."""
    two = certain_second_yield(parsed(body), is_stop)
    return None if two is None else (two.first.lineno - 1, two.second.lineno - 1)


TWICE = {
    "yield\nyield": (1, 2),
    "a = yield\nb = yield a\nyield b": (1, 2),
    "yield (yield)": (1, 1),
    "if c:\n    yield\nyield": (2, 3),
    "if c:\n    yield\nelif d:\n    return\nelse:\n    x()\nyield": (2, 7),
    "yield\nif c:\n    yield\nelse:\n    yield": (1, 3),
    "try:\n    yield\nfinally:\n    yield": (2, 4),
    "try:\n    yield\n    return\nfinally:\n    yield": (2, 5),
    "try:\n    yield\nexcept E:\n    raise\nyield": (2, 5),
    "try:\n    x()\nexcept E:\n    yield\nelse:\n    yield\nyield": (4, 7),
    "while True:\n    yield": (2, 2),
    "while True:\n    yield\n    if c:\n        raise E\n    else:\n        continue": None,
    "while 1:\n    yield\n    x()\nyield": (2, 2),
    "for x in y:\n    yield\nelse:\n    z()\nyield": (2, 5),
    "while c:\n    yield\n    break\nyield": (2, 4),
    "async with c:\n    yield\nyield": (2, 3),
    "with c:\n    yield\n    return\nyield": None,
    "match x:\n    case 1:\n        yield\n    case _:\n        yield\nyield": (3, 6),
    "yield\nmatch x:\n    case 1:\n        yield\n    case _:\n        yield": (1, 4),
    "if True:\n    yield\nif not False:\n    yield": (2, 4),
}
ONCE = [
    "yield",
    "if c:\n    yield\nelse:\n    yield",
    "if c:\n    yield\n    return\nyield",
    "if c:\n    yield\nelif d:\n    yield\nelse:\n    yield",
    "if c:\n    yield\nif not c:\n    yield",
    "try:\n    yield\nexcept E:\n    yield",
    "try:\n    x = y()\nexcept E:\n    yield\nelse:\n    yield",
    "try:\n    yield\nfinally:\n    x()",
    "for x in y:\n    yield",
    "async for x in y:\n    yield",
    "for x in y:\n    yield\n    break\nelse:\n    yield",
    "while True:\n    yield\n    break",
    "while True:\n    try:\n        yield\n        break\n    except E:\n        continue",
    "while c:\n    yield",
    "yield\nwhile True:\n    x()",
    "yield\nmatch x:\n    case 1:\n        yield",
    "yield\nraise E\nyield",
    "yield\nstop()\nyield",
    "yield\nawait stop()\nyield",
    "yield\nassert False\nyield",
    "if c:\n    yield\n    stop()\nyield",
    "return\nyield\nyield",
    "if False:\n    yield\nyield",
    "while False:\n    yield\nyield",
    "x = (yield 1) if c else (yield 2)",
    "c and (yield)\nd or (yield)",
    "yield\ndef g():\n    yield\nasync def h():\n    yield",
    "yield\nlambda: (yield)",
    "with c:\n    if d:\n        yield\n        return\n    yield",
    "try:\n    yield\nfinally:\n    return\nyield",
]


@pytest.mark.parametrize(("body", "rows"), TWICE.items())
def test_twice(body: str, rows: tuple[int, int] | None) -> None:
    assert found(body) == rows


@pytest.mark.parametrize("body", ONCE)
def test_once(body: str) -> None:
    assert found(body) is None


def test_it_gives_up_on_what_is_too_large() -> None:
    nested = "yield"
    for _ in range(60):
        nested = f"try:\n{indent(f'if c:{chr(10)}    return{chr(10)}x()', ' ')}\nfinally:\n{indent(nested, ' ')}"
    assert found(nested) is None
    assert found("if c:\n    x()\n" + "elif c:\n    x()\n" * 300 + "yield\nyield") == (603, 604)


def without_jumps(text: str) -> str:
    """A `finally` block leads to several places where its `try` can be left in several ways; only one may be sure."""
    return re.sub("return|break|continue", "pass", text)


def blocks(depth: int) -> st.SearchStrategy[str]:
    simple = st.sampled_from(["yield", "c()", "return", "pass"])
    if not depth:
        return simple
    inner = blocks(depth - 1)
    body = inner.map(lambda text: indent(text, " "))
    return st.one_of(
        simple,
        st.tuples(inner, inner).map("\n".join),
        st.builds("if c():\n{}\nelse:\n{}".format, body, body),
        st.builds("while c():\n{}\n if c(): break\n if c(): continue".format, body),
        st.builds("for _ in r():\n{}\nelse:\n{}".format, body, body),
        st.builds("try:\n{}\nfinally:\n{}".format, body.map(without_jumps), body),
        st.builds("try:\n{}\nexcept E:\n{}\nelse:\n{}".format, body, body, body),
        st.builds("with w:\n{}".format, body),
        st.builds(
            "match c():\n case True:\n{}\n case _:\n{}".format,
            body.map(lambda t: indent(t, " ")),
            body.map(lambda t: indent(t, " ")),
        ),
    )


class Context:
    """A context manager that does nothing."""

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


@given(body=blocks(3), choices=st.lists(st.booleans(), max_size=12))
def test_what_is_certain_happens(body: str, choices: list[bool]) -> None:
    """After the first of the two yields a generator comes to another one, whatever its conditions give."""
    function = parsed(body + "\nyield")
    two = certain_second_yield(function, is_stop)
    left = iter(choices)
    namespace: dict[str, Any] = {
        "c": lambda: next(left, False),
        "r": lambda: range(2 * next(left, False)),
        "w": Context(),
        "E": OSError,
    }
    text = f"def f():\n{indent(body, ' ')}\n yield"
    exec(compile(text, "f", "exec"), namespace)
    rows = []
    generator = namespace["f"]()
    for _ in generator:
        rows.append(generator.gi_frame.f_lineno)
        if len(rows) > 30:
            break
    if two is not None and two.first.lineno in rows:
        assert rows.index(two.first.lineno) < len(rows) - 1
