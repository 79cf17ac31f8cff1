from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from looplint.model.source import Source
from looplint.project import Project
from looplint.project.code.blocking import blocking_runs
from looplint.project.loops.loop_state import Belongs, belongs, on_two_loops, served_on_a_loop, touched

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.model.facts import Facts

HOOKED = """
import asyncio
import asyncpg
import httpx

async def helper():
    return {"done": asyncio.get_running_loop().create_future()}

class Worker:
    def __init__(self):
        self.task = None
    def start(self):
        self.task = asyncio.create_task(helper())
    async def stop(self): ...

class Plain:
    async def stop(self): ...

class TestJobs:
    def setup_method(self):
        self.items = []
        self.client = httpx.AsyncClient()

    def teardown_method(self):
        asyncio.run(RUN)

    async def _cleanup(self):
        await self.kept.stop()

    async def test_a(self):
        MADE
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    return Project(tmp_path)


def opened(project: Project, text: str, name: str = "test_a.py") -> Facts:
    path = project.root / name
    path.write_text(text, encoding="utf-8")
    return project.open(Source.read(str(path)), path).facts


@pytest.mark.parametrize(
    ("run", "made", "sure"),
    [
        ("self._cleanup()", "self.kept = asyncio.get_running_loop().create_future()", Belongs.YES),
        ("self._cleanup()", "self.kept = asyncio.create_task(helper())", Belongs.TASK),
        ("self._cleanup()", "self.kept = Worker()", Belongs.PERHAPS),
        ("self._cleanup()", "self.kept = Plain()", None),
        ("self._cleanup()", "self.kept = 5", None),
        ("self._cleanup()", "self.kept = await asyncpg.connect()", Belongs.YES),
        ("self._cleanup()", "self.kept = await helper()", Belongs.YES),
        ("self.client.aclose()", "await self.client.get('/')", Belongs.YES),
        ("self.client.aclose()", "pass", None),
        ("asyncio.wait_for(self.kept, 1)", "self.kept = await helper()", Belongs.YES),
        ("asyncio.wait(self.items)", "self.items.append(asyncio.get_running_loop().create_future())", Belongs.YES),
        ("asyncio.wait(self.items)", "self.items.append(1)", None),
        ("helper()", "self.kept = asyncio.get_running_loop().create_future()", None),
    ],
)
def test_state_that_lives_on_two_loops(project: Project, run: str, made: str, sure: Belongs | None) -> None:
    facts = opened(project, HOOKED.replace("RUN", run).replace("MADE", made))
    hook = facts.function("TestJobs.teardown_method")
    (found,) = blocking_runs(project, facts)
    assert hook is not None
    assert found.coroutine is not None
    state = on_two_loops(project, hook, found.call, found.coroutine)
    assert (state.belongs if state else None) == sure
    if state is not None:
        assert state.where.name == "test_a"


def test_what_setup_makes_and_a_test_awaits(project: Project) -> None:
    text = HOOKED.replace("RUN", "helper()").replace("MADE", "await self.made['done']")
    facts = opened(project, text.replace("asyncio.run(helper())", "self.made = asyncio.run(helper())"))
    hook = facts.function("TestJobs.teardown_method")
    (run,) = blocking_runs(project, facts)
    assert hook is not None
    assert run.coroutine is not None
    state = on_two_loops(project, hook, run.call, run.coroutine)
    assert state is not None
    assert (state.name, state.belongs) == ("self.made", Belongs.YES)


def test_what_a_fixture_hands_out(project: Project) -> None:
    facts = opened(
        project,
        "import asyncio, pytest\n"
        "async def make():\n    return asyncio.get_running_loop().create_future()\n"
        "@pytest.fixture\ndef value():\n    made = asyncio.run(make())\n    yield made\n"
        "async def test_a(value):\n    await value\n",
    )
    fixture = facts.function("value")
    (run,) = blocking_runs(project, facts)
    assert fixture is not None
    assert run.coroutine is not None
    state = on_two_loops(project, fixture, run.call, run.coroutine)
    assert state is not None
    assert (state.name, state.where.name, state.belongs) == ("value", "test_a", Belongs.YES)


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("self.a.close()", {"self.a"}),
        ("asyncio.gather(self.a, *[self.b])", {"asyncio", "self.a", "self.b"}),
        ("self.stop()", {"self.c", "one"}),
        ("inner()", {"self.d"}),
        ("item.close()", {"self.e"}),
        ("value['x'].close()", {"value"}),
    ],
)
def test_what_an_await_touches(project: Project, expression: str, names: set[str]) -> None:
    facts = opened(
        project,
        "import asyncio\nclass TestA:\n"
        "    async def stop(self):\n        async with self.c: ...\n        async for x in one: ...\n"
        "    def teardown_method(self):\n"
        "        async def inner():\n            await self.d.close()\n"
        f"        for item in self.e:\n            {expression}\n",
    )
    hook = facts.function("TestA.teardown_method")
    assert hook is not None
    loop = hook.node.body[-1]
    assert isinstance(loop, ast.For)
    assert isinstance(loop.body[0], ast.Expr)
    assert set(touched(project, hook, loop.body[0].value)) - {"list"} == names


def test_a_name_and_containers_belong_as_their_values_do(project: Project) -> None:
    facts = opened(project, "import asyncio\none = asyncio.create_task(f())\ntwo = {'x': [one]}\ntwo\n1\n")
    values = [stmt.value for stmt in facts.tree.body if isinstance(stmt, ast.Expr)]
    assert [belongs(project, facts, value) for value in values] == [Belongs.TASK, Belongs.NO]


SERVED = """
import pytest
def setup_module(): ...
def setup_function(): ...
class Base:
    def setup_method(self): ...
class TestA(Base):
    async def test_a(self): ...
    def test_sync(self): ...
async def test_b(): ...
@pytest.fixture
def used(): ...
@pytest.fixture
def unused(): ...
@pytest.fixture(autouse=True)
def always(): ...
async def test_c(used): ...
"""


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("setup_module", ["test_a", "test_b", "test_c"]),
        ("setup_function", ["test_b", "test_c"]),
        ("Base.setup_method", ["test_a"]),
        ("used", ["test_c"]),
        ("unused", []),
        ("always", ["test_a", "test_b", "test_c"]),
    ],
)
def test_which_tests_a_hook_or_fixture_serves(project: Project, name: str, tests: list[str]) -> None:
    function = opened(project, SERVED).function(name)
    assert function is not None
    assert sorted(test.name for test in served_on_a_loop(project, function)) == tests


def test_an_autouse_fixture_of_a_conftest_serves_the_files_below(project: Project) -> None:
    opened(project, SERVED)
    facts = opened(project, "import pytest\n@pytest.fixture(autouse=True)\ndef clean(): ...\n", "conftest.py")
    fixture = facts.function("clean")
    assert fixture is not None
    assert [test.name for test in served_on_a_loop(project, fixture)] == ["test_a", "test_b", "test_c"]
