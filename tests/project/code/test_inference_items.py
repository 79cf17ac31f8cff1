"""One test for each way in which inference follows a value."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.infer import infer
from looplint.project.code.values import ClientValue, FunctionValue, InstanceValue, MockValue, Value

if TYPE_CHECKING:
    from pathlib import Path

APP = """
import functools
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Optional

class Repo:
    async def get(self): ...
    async def __aenter__(self): return self
    async def __aexit__(self, *a): ...
    def __enter__(self): return self
    def __exit__(self, *a): ...
    def chained(self): return self

class Other: ...

class Sub(Repo): ...

class Session:
    async def __aenter__(self): return Repo()
    async def __aexit__(self, *a): ...

def make(): return Repo()
def either(x):
    if x:
        return Repo()
    return make()
def mixed(x):
    if x:
        return Repo()
    return Other()
def maybe(x):
    if x:
        return None
    return Repo()
def promised() -> Repo: return load()
def optional() -> "Optional[Repo]": return load()
@functools.lru_cache
def cached(): return Repo()
@strange
def strangely(): return Repo()
async def connect(): return Repo()
@functools.wraps(make)
async def reconnect(): return Repo()
@asynccontextmanager
async def opened():
    yield Repo()
@contextmanager
def held():
    yield Repo()

class Service:
    default = Repo()
    declared: Repo
    def __init__(self, repo: Repo, other=None):
        self.repo = repo
        self.made = make()
        self.both = Repo()
        self.left, self.right = Repo(), Other()
    def reset(self):
        self.both = make()
        self.mixed = Repo()
    def change(self):
        self.mixed = Other()

@dataclass
class Data:
    repo: Repo
"""
HEAD = """
import asyncio
import pytest
from unittest.mock import MagicMock, patch
from app import *
from app import Data, Other, Repo, Service, Session, Sub, cached, connect, either, held, make, maybe, mixed, opened
from app import optional, promised, reconnect, strangely
import openai
"""


def shown(value: Value | None) -> object:
    match value:
        case InstanceValue():
            return value.cls.name
        case ClientValue():
            return f"{value.client.name}{'.' if value.chain else ''}{value.chain}"
        case FunctionValue():
            return f"def {value.definition.function.name if value.definition.function else ''}"
        case MockValue():
            return (value.kind, *value.path)
    return None


def inferred(root: Path, text: str, more: dict[str, str] | None = None) -> list[object]:
    """What the arguments of each `use(...)` in the test file are."""
    project = tree(root, {"app.py": APP, **(more or {})})
    (root / "test_x.py").write_text(f"{HEAD}\n{text}\n")
    seen = facts(project, "test_x.py")
    uses = [c for c in seen.calls if isinstance(c.func, ast.Name) and c.func.id == "use"]
    uses.sort(key=lambda call: call.lineno)
    return [shown(infer(project, seen, argument)) for call in uses for argument in call.args]


def in_test(*rows: str) -> str:
    return "async def test(x):\n" + "\n".join(f"    {row}" for row in rows)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # assignments in order
        (["a = Repo()", "use(a)", "a = Other()", "use(a)"], ["Repo", "Other"]),
        (["a = Other()", "with held():", "    a = Repo()", "use(a)"], ["Repo"]),
        (["a = Other()", "if x:", "    a = Repo()", "    use(a)", "use(a)"], ["Repo", None]),
        (["if x:", "    a = Repo()", "else:", "    a = Repo()", "use(a)"], ["Repo"]),
        (["if x:", "    a = Repo()", "else:", "    a = Other()", "use(a)"], [None]),
        (["a = Repo()", "for _ in x:", "    use(a)", "    a = Other()"], [None]),
        (["a = Repo()", "try:", "    a = Other()", "except ValueError:", "    use(a)"], [None]),
        (["a = Repo()", "def inner():", "    use(a)", "a = Other()"], [None]),
        (["a = None", "a = Repo()", "use(a)"], ["Repo"]),
        (["a = Repo()", "a = MagicMock()", "use(a)"], [None]),
        (["a = Repo() if x else make()", "use(a)"], ["Repo"]),
        (["a = Repo() if x else Other()", "use(a)"], [None]),
        (["a = x or Repo()", "use(a)"], [None]),
        # with, for, unpacking
        (["with Repo() as a:", "    use(a)"], ["Repo"]),
        (["async with Repo() as a:", "    use(a)"], ["Repo"]),
        (["async with Sub() as a:", "    use(a)"], ["Sub"]),
        (["async with Session() as a:", "    use(a)"], ["Repo"]),
        (["with held() as a:", "    use(a)"], ["Repo"]),
        (["async with opened() as a:", "    use(a)"], ["Repo"]),
        (["with opened() as a:", "    use(a)"], [None]),
        (["for a in [Repo(), make()]:", "    use(a)"], ["Repo"]),
        (["for a in (Repo(), Other()):", "    use(a)"], [None]),
        (["a, (b, c) = Repo(), (1, 2)", "use(a)"], ["Repo"]),
        # what functions return
        (["use(make(), either(x), mixed(x), maybe(x))"], ["Repo", "Repo", None, "Repo"]),
        (["use(promised(), optional(), cached(), strangely())"], ["Repo", "Repo", "Repo", None]),
        (["use(Repo().chained())"], ["Repo"]),
        # awaited results
        (["use(await connect(), await reconnect())"], ["Repo", "Repo"]),
        (["use(await asyncio.wait_for(connect(), 1))"], ["Repo"]),
        (["task = asyncio.create_task(connect())", "use(await task)"], ["Repo"]),
        (["use(connect())"], [None]),
        # attributes
        (
            ["s = Service(Repo())", "use(s.repo, s.made, s.both, s.mixed, s.default)"],
            ["Repo", "Repo", "Repo", None, "Repo"],
        ),
        (["s = Service(Repo())", "use(s.left, s.right, s.declared)"], ["Repo", "Other", "Repo"]),
        (["use(Data(x).repo)"], ["Repo"]),
        # namespaces
        (["c = openai.AsyncOpenAI()", "use(c.chat.completions)"], ["AsyncOpenAI.chat.completions"]),
    ],
)
def test_within_a_function(tmp_path: Path, rows: list[str], expected: list[object]) -> None:
    assert inferred(tmp_path, in_test(*rows)) == expected


CLASS_BODY = """
class TestX:
    repo = Repo()
    def test(self): use(self.repo)
"""
HOOK = """
class TestX:
    def setup_method(self): self.repo = make()
    def test(self): use(self.repo)
"""
AUTOUSE = """
class TestX:
    @pytest.fixture(autouse=True)
    def fill(self): self.repo = Repo()
    def test(self): use(self.repo)
"""
INHERITED = """
class Base:
    def setUp(self): self.repo = Repo()
class TestX(Base):
    def test(self): use(self.repo)
"""
ANNOTATED = "def helper(repo: Repo, other: 'Other | None'): use(repo, other)"
PARAMETRIZE = """
@pytest.mark.parametrize({})
def test(a, n=1): use(a)
"""
YIELDED = """
@pytest.fixture
def repo():
    yield Repo()
def test(repo): use(repo)
"""
AWAITED = """
@pytest.fixture
async def repo():
    return await connect()
def test(repo): use(repo)
"""
OVERRIDDEN = """
@pytest.fixture
def repo():
    return Other()
class TestX:
    @pytest.fixture
    def repo(self): return Repo()
    def test(self, repo): use(repo)
"""
STACKED = """
@patch('app.connect')
@patch('app.make')
def test(make, connect): use(make, connect)
"""
PATCHED = """
def test():
    with patch('app.connect') as m:
        use(m)
"""
MOCKER = """
def test(mocker):
    m = mocker.patch('app.connect')
    use(m)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLASS_BODY, ["Repo"]),
        (HOOK, ["Repo"]),
        (AUTOUSE, ["Repo"]),
        (INHERITED, ["Repo"]),
        (ANNOTATED, ["Repo", "Other"]),
        (PARAMETRIZE.format("'a', [Repo(), make()]"), ["Repo"]),
        (PARAMETRIZE.format("'a', [Repo(), Other()]"), [None]),
        (PARAMETRIZE.format("('n', 'a'), [(1, Repo()), pytest.param(2, Repo(), id='b')]"), ["Repo"]),
        (PARAMETRIZE.format("'a', [Repo()], indirect=True"), [None]),
        (PARAMETRIZE.format("'a', VALUES"), [None]),
        (YIELDED, ["Repo"]),
        (AWAITED, ["Repo"]),
        (OVERRIDDEN, ["Repo"]),
        ("def test(shared): use(shared)", ["Repo"]),
        (STACKED, [("MagicMock",), ("AsyncMock",)]),
        (PATCHED, [("AsyncMock",)]),
        (MOCKER, [("AsyncMock",)]),
    ],
)
def test_through_classes_and_parameters(tmp_path: Path, text: str, expected: list[object]) -> None:
    conftest = "import pytest\nfrom app import Repo\n@pytest.fixture\ndef shared():\n    return Repo()\n"
    assert inferred(tmp_path, text, {"conftest.py": conftest}) == expected
