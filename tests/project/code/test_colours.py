from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import function, tree

from looplint.model.definitions import Colour
from looplint.project.code.coloured import Coloured, Gives

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import abc, asyncio, contextlib, functools, tenacity, types, typing
from concurrent.futures import Future as ThreadFuture
from contextlib import asynccontextmanager
from typing import Awaitable, AsyncIterator, Coroutine, Optional, Protocol, Union, overload
from asgiref.sync import async_to_sync, sync_to_async
from fastapi import APIRouter
from helpers import timed, blocking, either, hidden, started, told, kept, slow, telling, passing
from foreign import strange
import pytest
router = APIRouter()
"""
HELPERS = """
import asyncio, functools, inspect, pytest
def kept(f):
    registry.append(f)
    return f
def timed(f):
    @functools.wraps(f)
    async def wrapper(*a): return await f(*a)
    return wrapper
def blocking(f):
    @functools.wraps(f)
    def wrapper(*a): return asyncio.run(f(*a))
    return wrapper
def either(f):
    @functools.wraps(f)
    def wrapper(*a):
        if in_loop(): return f(*a)
        return asyncio.run(f(*a))
    return wrapper
def hidden(f):
    @functools.wraps(f)
    def wrapper(*a): return f(*a)
    return wrapper
def started(f):
    @functools.wraps(f)
    def wrapper(*a): return asyncio.ensure_future(f(*a))
    return wrapper
def told(f):
    if inspect.iscoroutinefunction(f):
        async def wrapper(*a): return await f(*a)
    else:
        def wrapper(*a): return f(*a)
    return wrapper
def telling(name):
    def decorator(f):
        async def later(*a): return await f(*a)
        def now(*a): return f(*a)
        return later if inspect.iscoroutinefunction(f) else now
    return decorator
def passing(name): return telling(name)
slow = pytest.mark.slow
"""


def colour(root: Path, code: str, qualname: str = "f") -> Coloured:
    project = tree(root, {"pyproject.toml": ""})
    (root / "helpers.py").write_text(HELPERS)
    (root / "m.py").write_text(f"{HEAD}{code}\n")
    return project.colour(function(project, "m.py", qualname))


A = "async def f(): return 1"
S = "def f(): return 1"
G = "async def f(): yield 1"
P = "def f(): yield 1"
ASYNC = (Colour.ASYNC, Gives.COROUTINE)
SYNC = (Colour.SYNC, Gives.VALUE)
HIDDEN = (Colour.AWAITABLE, Gives.COROUTINE)
FUTURE = (Colour.AWAITABLE, Gives.FUTURE)
NONE = (Colour.UNKNOWN, Gives.VALUE)
CASES: list[tuple[str, tuple[Colour, Gives]]] = [
    (A, ASYNC),
    (S, SYNC),
    (G, (Colour.ASYNC_GENERATOR, Gives.ASYNC_GENERATOR)),
    (P, (Colour.SYNC, Gives.GENERATOR)),
    # annotations of plain defs
    ("def f() -> Awaitable[int]: ...", (Colour.AWAITABLE, Gives.AWAITABLE)),
    ("def f() -> 'Coroutine[None, None, int]': ...", HIDDEN),
    ("def f() -> asyncio.Future[int]: ...", FUTURE),
    ("def f() -> asyncio.Task: ...", FUTURE),
    ("def f() -> 'ThreadFuture': ...", SYNC),
    ("def f() -> Union[int, Awaitable[int]]: ...", (Colour.DUAL, Gives.AWAITABLE)),
    ("def f() -> int | Coroutine[None, None, int]: ...", (Colour.DUAL, Gives.COROUTINE)),
    ("def f() -> Optional[Awaitable[int]]: ...", (Colour.DUAL, Gives.AWAITABLE)),
    ("def f() -> 'not valid python': ...", SYNC),
    ("async def f() -> Awaitable[int]: ...", ASYNC),
    # bodies of plain defs
    ("def f(): return asyncio.sleep(1)", HIDDEN),
    ("async def g(): ...\ndef f(): return g()", HIDDEN),
    ("async def g(): ...\ndef f(x): return g() if x else asyncio.sleep(1)", HIDDEN),
    ("async def g(): ...\ndef f(x):\n  if x: return None\n  return g()", (Colour.DUAL, Gives.COROUTINE)),
    ("def f(): return asyncio.ensure_future(x())", FUTURE),
    ("def f():\n  task = asyncio.create_task(x())\n  tasks.add(task)\n  return task", FUTURE),
    ("def f(self): return self.loop.run_in_executor(None, g)", FUTURE),
    ("def f():\n  async def inner(): ...\n  return inner()", HIDDEN),
    ("async def g(): ...\ndef f() -> list[int]: return g()", NONE),
    ("async def g(): ...\ndef f() -> 'Response': return g()", HIDDEN),
    ("def f(): return f()", SYNC),
    ("def f(): return g()\ndef g(): return f()", SYNC),
    # decorators that keep
    (f"@tenacity.retry\n{A}", ASYNC),
    (f"@tenacity.retry(stop=3)\n{S}", SYNC),
    (f"@pytest.mark.asyncio\n@slow\n{A}", ASYNC),
    (f"@kept\n{A}", ASYNC),
    (f"@kept\n{S}", SYNC),
    (f"@router.get('/x')\n{A}", ASYNC),
    (f"@router.get('/x')\n{S}", SYNC),
    (f"@timed\n{A}", ASYNC),
    (f"@told\n{A}", ASYNC),
    (f"@telling(1)\n{A}", ASYNC),
    (f"@passing(1)\n{A}", ASYNC),
    # decorators that turn or hide
    (f"@timed\n{S}", ASYNC),
    (f"@told\n{S}", NONE),
    (f"@telling(1)\n{S}", NONE),
    (f"@passing(1)\n{S}", NONE),
    (f"@functools.lru_cache(maxsize=1)\n{A}", HIDDEN),
    (f"@functools.cache\n{S}", SYNC),
    (f"@hidden\n{A}", HIDDEN),
    (f"@hidden\n{S}", SYNC),
    (f"@started\n{A}", FUTURE),
    (f"@blocking\n{A}", SYNC),
    (f"@either\n{A}", (Colour.DUAL, Gives.COROUTINE)),
    (f"@async_to_sync\n{A}", SYNC),
    (f"@sync_to_async\n{S}", ASYNC),
    (f"@asyncio.coroutine\n{P}", HIDDEN),
    (f"@asynccontextmanager\n{G}", (Colour.SYNC, Gives.ASYNC_CONTEXT)),
    (f"@contextlib.contextmanager\n{P}", (Colour.SYNC, Gives.CONTEXT)),
    (f"@asynccontextmanager\n{A}", NONE),
    (f"@strange\n{A}", NONE),
    (f"@strange\n{S}", NONE),
    (f"@router.strange('/x')\n{A}", NONE),
    (f"@property\n{A}", NONE),
    (f"@pytest.fixture\n{A}", NONE),
    (f"@timed\n{G}", NONE),
    # several definitions
    ("if X:\n  async def f(): ...\nelse:\n  def f(): ...", NONE),
    ("if X:\n  async def f(): ...\nelse:\n  async def f(): ...", ASYNC),
    (f"try:\n  from x import f\nexcept ImportError:\n  {A}", NONE),
    (f"{A}\nf = strange(f)", NONE),
    ("@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\nasync def f(x): ...", ASYNC),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_colour_of_a_function(tmp_path: Path, code: str, expected: tuple[Colour, Gives]) -> None:
    found = colour(tmp_path, code)
    assert (found.colour, found.gives) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class C:\n  async def f(self): ...", Colour.ASYNC),
        ("class C(Protocol):\n  async def f(self): ...", Colour.ASYNC),
        ("class C(abc.ABC):\n  @abc.abstractmethod\n  async def f(self): ...", Colour.ASYNC),
        ("class C:\n  async def f(self) -> AsyncIterator[int]: ...", Colour.UNKNOWN),
        ("class C:\n  async def f(self) -> AsyncIterator[int]: raise NotImplementedError", Colour.UNKNOWN),
        ("class C:\n  async def f(self) -> AsyncIterator[int]: return x", Colour.ASYNC),
        ("class C:\n  async def f(self): ...\n  f = strange(f)", Colour.UNKNOWN),
        ("@synchronize_api\nclass C:\n  async def f(self): ...", Colour.UNKNOWN),
        ("@strange\nclass C:\n  async def f(self): ...", Colour.ASYNC),
        ("class C:\n  async def _f(self): ...\n  def f(self): return self._f()", Colour.AWAITABLE),
        ("class C:\n  @staticmethod\n  @timed\n  async def f(): ...", Colour.ASYNC),
        ("class C:\n  @classmethod\n  async def f(cls): ...", Colour.ASYNC),
        ("class C:\n  @property\n  def f(self): ...\n  @f.setter\n  def f(self, v): ...", Colour.UNKNOWN),
    ],
)
def test_colour_of_a_method(tmp_path: Path, code: str, expected: Colour) -> None:
    assert colour(tmp_path, code, "C.f").colour is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (A, "async def at m.py:12"),
        (S, "def at m.py:12"),
        (f"@functools.cache\n{A}", "async def at m.py:13 behind @functools.cache"),
        (f"@blocking\n{A}", "async def at m.py:13, run by @blocking"),
        ("def f() -> Awaitable[int]: ...", "def at m.py:12 returns something to await"),
        ("def f(): return asyncio.sleep(1)", "def at m.py:12 returns a coroutine"),
    ],
)
def test_the_proof_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, expected: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert colour(tmp_path, code).proof == expected
