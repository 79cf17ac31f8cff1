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
