from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.code.plain import call_type, plain_type, side_effect_type

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import asyncio
import datetime
import pytest
from langchain.messages import AIMessage
from somewhere import AsyncThing, TaskHandle, Future
from pydantic import BaseModel
from unknown import Base

class Row: ...
class Model(BaseModel): ...
class Odd(Base): ...
class Ready:
    def __await__(self): ...
class Broken(ValueError): ...
class WeirdError: ...

async def coroutine(): ...
def number(): return 1
def mixed(x):
    if x:
        return 1
    return coroutine()
def nothing(): pass
def fails(): pytest.fail("no")
def raises(): raise KeyError
def generator(): yield 1
@decorated
def hidden(): return 1

one = 1
two = 1
two = coroutine()
"""


def asked(tmp_path: Path, expression: str, question: object) -> object:
    project = tree(tmp_path, {"test_it.py": f"{HEAD}\nuse({expression})\n"})
    found = facts(project, "test_it.py")
    use = next(c for c in found.calls if getattr(c.func, "id", "") == "use")
    assert callable(question)
    return question(project, found, use.args[0])


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("1", "int"),
        ("'a'", "str"),
        ("None", "NoneType"),
        ("f'{x}'", "str"),
        ("[coroutine()]", "list"),
        ("{}", "dict"),
        ("not x", "bool"),
        ("x == y", "bool"),
        ("-1", "int"),
        ("1 + x", "int"),
        ("x + y", None),
        ("1 if x else 'a'", "str"),
        ("1 if x else y", None),
        ("x or 1", None),
        ("one", "int"),
        ("two", None),
        ("missing", None),
        ("number()", "int"),
        ("mixed(1)", None),
        ("hidden()", None),
        ("coroutine()", None),
        ("Row()", "Row"),
        ("Row", "type"),
        ("Model()", "Model"),
        ("Odd()", None),
        ("Ready()", None),
        ("dict(a=1)", "dict"),
        ("len(x)", "int"),
        ("object()", None),
        ("getattr(x, 'y')", None),
        ("datetime.datetime.now()", "now"),
        ("AIMessage(content='x')", "AIMessage"),
        ("AsyncThing()", None),
        ("TaskHandle()", None),
        ("Future()", None),
        ("asyncio.Future()", None),
        ("asyncio.sleep(0)", None),
        ("x.upper()", "str"),
        ("x.get()", None),
        ("x.y", None),
        ("await x", None),
    ],
)
def test_plain_type(tmp_path: Path, expression: str, kind: str | None) -> None:
    assert asked(tmp_path, expression, plain_type) == kind


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("lambda: 1", "int"),
        ("lambda x: x", None),
        ("lambda: coroutine()", None),
        ("number", "int"),
        ("nothing", "NoneType"),
        ("fails", None),
        ("raises", None),
        ("generator", "generator"),
        ("mixed", None),
        ("coroutine", None),
        ("Row", "Row"),
        ("Ready", None),
        ("dict", "dict"),
        ("Broken", None),
        ("ValueError", None),
        ("x", None),
    ],
)
def test_call_type(tmp_path: Path, expression: str, kind: str | None) -> None:
    assert asked(tmp_path, expression, call_type) == kind


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("[1, 'a']", "int"),
        ("[ValueError(), 'a']", "str"),
        ("[ValueError, Broken('x')]", None),
        ("[1, coroutine()]", None),
        ("[*x]", None),
        ("number", "int"),
        ("TimeoutError('x')", None),
        ("asyncio.TimeoutError", None),
        ("Broken", None),
    ],
)
def test_side_effects(tmp_path: Path, expression: str, kind: str | None) -> None:
    assert asked(tmp_path, expression, side_effect_type) == kind


FIXTURES = """
import pytest
import pytest_asyncio
from unittest.mock import patch

@pytest.fixture
def row():
    yield {"id": 1}

@pytest.fixture
def either(request):
    if request.param:
        return coroutine()
    return {"id": 1}

@pytest.fixture
async def raw(): return 1

@pytest_asyncio.fixture
async def pair():
    return 1, 2

@pytest.fixture
def double(row):
    use(row)

def helper(row): use(row)
"""


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        ("def test_x(row): use(row)", "dict"),
        ("def test_x(pair): use(pair)", "tuple"),
        ("def test_x(either): use(either)", None),
        ("def test_x(raw): use(raw)", None),
        ("def test_x(unknown): use(unknown)", None),
        ("@pytest.mark.parametrize('row', [1])\ndef test_x(row): use(row)", None),
        ("def test_x(row):\n    row = other()\n    use(row)", None),
        ("def lookup(row): use(row)", None),
    ],
)
def test_what_fixtures_hand_out(tmp_path: Path, test: str, kind: str | None) -> None:
    project = tree(tmp_path, {"test_it.py": f"{FIXTURES}\n{test}\n"})
    found = facts(project, "test_it.py")
    use = [c for c in found.calls if getattr(c.func, "id", "") == "use"][-1]
    assert plain_type(project, found, use.args[0]) == kind
