"""What decorators make of a coroutine function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.code.decorating import made_of, what_it_makes
from looplint.project.code.wrapping import Makes

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import asyncio, contextlib, functools, inspect, pytest, anyio
from functools import wraps
from unittest import mock
from hypothesis import given, settings
from distributed.utils_test import gen_cluster
import helpers
from helpers import Base, deco
"""


def made(root: Path, decorators: str, helpers: str = "") -> Makes:
    project = tree(root, {"pytest.ini": "[pytest]\n"})
    (root / "tests").mkdir(exist_ok=True)
    (root / "tests" / "helpers.py").write_text(
        f"import asyncio, contextlib, functools, inspect, pytest, anyio\nfrom functools import wraps\n{helpers}"
    )
    (root / "tests" / "test_x.py").write_text(f"{HEAD}\n{decorators}\nasync def test_x(): ...\n")
    return made_of(project, function(project, "tests/test_x.py", "test_x")).makes


@pytest.mark.parametrize(
    ("decorators", "expected"),
    [
        ("", Makes.SAME),
        ("@pytest.mark.asyncio", Makes.SAME),
        ("@mock.patch('a.b')", Makes.COROUTINE),
        ("@pytest.mark.asyncio\n@mock.patch('a.b')\n@pytest.mark.slow", Makes.COROUTINE),
        ("@given(x=1)", Makes.HYPOTHESIS),
        ("@settings(deadline=1)\n@given(x=1)\n@pytest.mark.asyncio", Makes.HYPOTHESIS),
        ("@gen_cluster(client=True)", Makes.RUN),
        ("@unknown", Makes.UNKNOWN),
        ("@(lambda f: f)", Makes.UNKNOWN),
        ("@mock.patch('a.b')\n@gen_cluster()", Makes.UNKNOWN),
    ],
)
def test_known_decorators(tmp_path: Path, decorators: str, expected: Makes) -> None:
    assert made(tmp_path, decorators) is expected


WRAPPERS = {
    "def wrapper(*a, **k): return f(*a, **k)": Makes.HIDDEN,
    "def wrapper(self, *a):\n  with lock: return f(self, *a)": Makes.HIDDEN,
    "def wrapper(*a):\n  if not net(): pytest.skip('')\n  return f(*a)": Makes.HIDDEN,
    "def wrapper(*a):\n  result = f(*a)\n  return result": Makes.HIDDEN,
    "def wrapper(*a):\n  async def go(): return await f(*a)\n  return go()": Makes.HIDDEN,
    "def wrapper(*a): return asyncio.wait_for(f(*a), 5)": Makes.HIDDEN,
    "def wrapper(*a): f(*a)": Makes.DROPPED,
    "def wrapper(*a):\n  r = f(*a)": Makes.DROPPED,
    "def wrapper(*a): return asyncio.run(f(*a))": Makes.RUN,
    "def wrapper(*a): asyncio.run(asyncio.wait_for(f(*a), 5))": Makes.RUN,
    "def wrapper(*a): LOOP.run_until_complete(f(*a))": Makes.RUN,
    "def wrapper(*a): anyio.run(f, *a)": Makes.RUN,
    "def wrapper(*a):\n  async def go():\n    await f(*a)\n  return asyncio.run(go())": Makes.RUN,
    "def wrapper(*a):\n  r = f(*a)\n  if inspect.isawaitable(r): return asyncio.run(r)\n  return r": Makes.RUN,
    "def wrapper(*a):\n  if asyncio.iscoroutinefunction(f): return asyncio.run(f(*a))\n  return f(*a)": Makes.RUN,
    "def wrapper(*a):\n  if running(): return f(*a)\n  return asyncio.run(f(*a))": Makes.EITHER,
    "def wrapper(*a): return run_it(f(*a))": Makes.UNKNOWN,
    "def wrapper(*a): return run_it(f, *a)": Makes.UNKNOWN,
    "def wrapper(*a): pytest.skip('')": Makes.UNKNOWN,
    "def wrapper(*a): yield f(*a)": Makes.UNKNOWN,
    "def wrapper(f): return f()": Makes.UNKNOWN,
    "async def wrapper(*a): return await f(*a)": Makes.COROUTINE,
    "def wrapper(*a):\n  inspect.getfullargspec(f)\n  return f(*a)": Makes.HIDDEN,
    "async def wrapper(*a):\n  async with timeout(5): await f(*a)": Makes.COROUTINE,
    "async def wrapper(*a): yield f": Makes.UNKNOWN,
    "@other\ndef wrapper(*a): return f(*a)": Makes.UNKNOWN,
    "@pytest.mark.slow\ndef wrapper(*a): return f(*a)": Makes.HIDDEN,
}


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())


@pytest.mark.parametrize(("wrapper", "expected"), WRAPPERS.items())
def test_wrappers(tmp_path: Path, wrapper: str, expected: Makes) -> None:
    plain = f"def deco(f):\n{indented(wrapper, 4)}\n    return wrapper\n"
    assert made(tmp_path, "@deco", plain) is expected
    factory = f"def deco(x=1):\n    def inner(f):\n{indented(wrapper, 8)}\n        return wrapper\n    return inner\n"
    assert made(tmp_path, "@helpers.deco(2)", factory) is expected
    assert made(tmp_path, "@deco()", factory) is expected
    wrapped = plain.replace("    def wrapper", "    @functools.wraps(f)\n    def wrapper")
    assert made(tmp_path, "@deco", wrapped) is expected
    updated = plain.replace("return wrapper\n", "return functools.update_wrapper(wrapper, f)\n")
    assert made(tmp_path, "@deco", updated) is expected


BOTH_FORMS = """
def deco(f=None, *, x=0):
    def w(g):
        async def v(): await g()
        return v
    return w if f is None else w(f)
"""
BY_COLOUR = """
def deco(f):
    if inspect.iscoroutinefunction(f):
        async def w(): await f()
    else:
        def w(): f()
    return w
"""
RUNS_COROUTINES = """
def deco(f):
    if not inspect.iscoroutinefunction(f):
        return f
    def w(): return asyncio.run(f())
    return w
"""
NESTED = """
def outer(f): return inner(f)
def inner(f):
    def w(): return f()
    return w
deco = outer
"""
STATIC = """
class Base:
    @staticmethod
    def deco(f):
        def w(*a): return f(*a)
        return w
"""


@pytest.mark.parametrize(
    ("decorator", "helpers", "expected"),
    [
        ("@deco", "def deco(f):\n  f.slow = True\n  return f", Makes.SAME),
        ("@deco", "def deco(f): return pytest.mark.slow(f)", Makes.SAME),
        ("@deco", "def deco(f):\n  f = pytest.mark.slow(f)\n  return f", Makes.SAME),
        ("@deco", "def deco(f):\n  f = hide(f)\n  return f", Makes.UNKNOWN),
        ("@deco", "def deco(f):\n  if X: return f\n  return pytest.mark.skip(f)", Makes.SAME),
        ("@deco", "def deco(f):\n  if X: return f", Makes.UNKNOWN),
        ("@deco('a')", "def deco(n): return pytest.mark.skipif(n, reason='')", Makes.SAME),
        ("@deco('a')", "def deco(n):\n  if n: return pytest.mark.skip\n  return lambda f: f", Makes.SAME),
        ("@deco", "deco = pytest.mark.skip if X else lambda f: f", Makes.SAME),
        ("@deco", NESTED, Makes.HIDDEN),
        ("@deco(x=1)", BOTH_FORMS, Makes.COROUTINE),
        ("@deco", BOTH_FORMS, Makes.COROUTINE),
        ("@deco", BY_COLOUR, Makes.COROUTINE),
        ("@deco", RUNS_COROUTINES, Makes.RUN),
        ("@deco()", "@contextlib.contextmanager\ndef deco(): yield", Makes.HIDDEN),
        ("@deco()", "@contextlib.asynccontextmanager\nasync def deco(): yield", Makes.COROUTINE),
        ("@deco()", "class deco(contextlib.ContextDecorator): ...", Makes.HIDDEN),
        ("@deco()", "class deco:\n  def __call__(self, f):\n    def w(*a): return f(*a)\n    return w", Makes.HIDDEN),
        ("@deco", "class deco:\n  def __init__(self, f): ...", Makes.UNKNOWN),
        ("@Base.deco", STATIC, Makes.HIDDEN),
        ("@Base.deco", "class Base:\n  def deco(f):\n    def w(*a): return f(*a)\n    return w", Makes.UNKNOWN),
        ("@deco", "import wrapt\n@wrapt.decorator\ndef deco(w, i, a, k): return w(*a, **k)", Makes.UNKNOWN),
        ("@deco", "def deco(f): return deco(f)", Makes.UNKNOWN),
        ("@deco", "def deco(): ...", Makes.UNKNOWN),
    ],
)  # fmt: skip
def test_decorators_of_the_project(tmp_path: Path, decorator: str, helpers: str, expected: Makes) -> None:
    assert made(tmp_path, decorator, helpers) is expected


def test_the_wrapper_is_told(tmp_path: Path) -> None:
    helpers = "def deco(f):\n    def wrapper(*a): return f(*a)\n    return wrapper\n"
    made(tmp_path, "@deco", helpers)
    project = tree(tmp_path, {})
    test = function(project, "tests/test_x.py", "test_x")
    found = what_it_makes(project, test.facts, test.decorators[0])
    assert found.wrapper is facts(project, "tests/helpers.py").function("deco.<locals>.wrapper")
    assert found.decorator is test.decorators[0]
