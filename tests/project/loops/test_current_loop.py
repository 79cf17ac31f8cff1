"""What leaves sync code without a current event loop, and what gives it one."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.loops.current_loop import (
    in_order,
    leaver_before,
    leaver_for,
    may_get_a_loop,
    sets_a_loop,
    sets_no_loop,
)

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

TEST = "tests/test_m.py"
HEAD = "import asyncio\nimport unittest\nimport pytest\nimport pytest_asyncio\nasync def coro(): ...\n"
FIXTURE = "@pytest.fixture\ndef fx():\n"
IN_SETUP = """
class TestX:
    def setup_method(self): asyncio.run(coro())
    def test_x(self): asyncio.get_event_loop()
"""
ASYNC = "async def test_async(): ...\n"


def project_of(root: Path, text: str, **more: str) -> Project:
    root.mkdir(exist_ok=True)
    files = {name.replace("__", "/").replace("_py", ".py"): HEAD + other for name, other in more.items()}
    return tree(root, {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", TEST: HEAD + dedent(text), **files})


def test_the_order_of_tests(tmp_path: Path) -> None:
    text = """
    class TestUnit(unittest.TestCase):
        def test_b(self): ...
        def test_a(self): ...
    class TestPlain:
        def test_d(self): ...
        def test_c(self): ...
    def test_e(): ...
    """
    project = project_of(tmp_path, text)
    assert [test.name[-1] for test in in_order(project, facts(project, TEST))] == list("abdce")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (ASYNC, ("test_async", ">=1.4", True)),
        ("def test_run(): asyncio.run(coro())\n", ("test_run", "", True)),
        ("def test_run():\n    with asyncio.Runner() as r: r.run(coro())\n", ("test_run", "", True)),
        ("def test_run(): asyncio.run(coro())\n" + ASYNC, ("test_run", "", True)),
        ("def test_run():\n    if coro: asyncio.run(coro())\n", None),
        ("def test_run():\n    def main(): asyncio.run(coro())\n", None),
        ("class TestI(unittest.IsolatedAsyncioTestCase):\n    async def test_i(self): ...\n", ("test_i", "", True)),
        ("@pytest.mark.skip\n" + ASYNC, None),
        ("@pytest.mark.asyncio(loop_scope='module')\n" + ASYNC, None),
        ("@pytest.mark.asyncio(loop_scope='class')\nclass TestA:\n    " + ASYNC, ("test_async", ">=1.4", True)),
        ("async def helper(): ...\n", None),
    ],
)
def test_what_leaves_none_before(tmp_path: Path, before: str, expected: tuple[str, str, bool] | None) -> None:
    project = project_of(tmp_path, before + "def test_x(): ...\n")
    left = leaver_before(project, function(project, TEST, "test_x"))
    assert (left and (left.function.name, left.since, left.certain)) == expected


def test_an_async_test_restores_up_to_024(tmp_path: Path) -> None:
    project = project_of(tmp_path, "def test_run(): asyncio.run(coro())\n" + ASYNC + "def test_x(): ...\n")
    (tmp_path / "requirements.txt").write_text("pytest-asyncio<0.25\n")
    left = leaver_before(project, function(project, TEST, "test_x"))
    assert left is not None
    assert left.since == ">=1.4"


def test_tests_of_other_files_and_later_ones(tmp_path: Path) -> None:
    project = project_of(tmp_path / "a", "def test_x(): ...\n", tests__test_a_py=ASYNC, tests__test_z_py=ASYNC)
    left = leaver_before(project, function(project, TEST, "test_x"))
    assert left is not None
    assert left.certain
    project = project_of(tmp_path / "b", "def test_x(): ...\n", tests__test_z_py=ASYNC)
    left = leaver_before(project, function(project, TEST, "test_x"))
    assert left is not None
    assert not left.certain
    project = project_of(tmp_path / "c", "def test_x(): ...\n" + ASYNC)
    left = leaver_before(project, function(project, TEST, "test_x"))
    assert left is not None
    assert not left.certain
    project = project_of(tmp_path / "d", "def test_x(): ...\n", tests__helpers_py=ASYNC)
    assert leaver_before(project, function(project, TEST, "test_x")) is None


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("def test_x():\n    asyncio.run(coro())\n    asyncio.get_event_loop()\n", "test_x", "test_x"),
        ("def test_x():\n    asyncio.get_event_loop()\n    asyncio.run(coro())\n", "test_x", None),
        (IN_SETUP, "TestX.test_x", "setup_method"),
        (FIXTURE + "    asyncio.run(coro())\ndef test_x(fx): asyncio.get_event_loop()\n", "test_x", "fx"),
        (FIXTURE + "    yield\n    asyncio.run(coro())\ndef test_x(fx): asyncio.get_event_loop()\n", "test_x", None),
        (ASYNC + "@pytest.fixture\ndef fx(): asyncio.get_event_loop()\ndef test_x(fx): ...\n", "fx", "test_async"),
        ("@pytest.fixture\ndef fx(): asyncio.get_event_loop()\nasync def test_x(fx): ...\n", "fx", None),
        (
            "@pytest.fixture\ndef fx():\n    yield\n    asyncio.get_event_loop()\nasync def test_x(fx): ...\n",
            "fx",
            "test_x",
        ),
        (
            "@pytest.fixture\nasync def one(): ...\n@pytest.fixture\ndef fx(one): asyncio.get_event_loop()\n"
            + ASYNC
            + "def test_x(fx): ...\n",
            "fx",
            None,
        ),
        (
            "class TestX:\n    def teardown_method(self): asyncio.get_event_loop()\n    async def test_x(self): ...\n",
            "TestX.teardown_method",
            "test_x",
        ),
        (
            "class TestX:\n    def setup_class(self): asyncio.get_event_loop()\n    async def test_x(self): ...\n",
            "TestX.setup_class",
            None,
        ),
        (ASYNC + "def test_x(loop): asyncio.get_event_loop()\n", "test_x", None),
        (ASYNC + "def test_x(tmp_path): asyncio.get_event_loop()\n", "test_x", "test_async"),
    ],
)
def test_what_one_call_finds(tmp_path: Path, text: str, name: str, expected: str | None) -> None:
    project = project_of(tmp_path, text)
    found = function(project, TEST, name)
    call = next(iter(found.facts.calls_to("asyncio.get_event_loop")))
    left = leaver_for(project, found, call)
    assert (left and left.function.name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_x(tmp_path, mocker): ...\n", False),
        ("def test_x(unknown): ...\n", True),
        ("def test_x(unknown=None): ...\n", False),
        ("@pytest.mark.parametrize('unknown', [1])\ndef test_x(unknown): ...\n", False),
        ("@pytest.fixture\ndef fx(tmp_path): ...\ndef test_x(fx): ...\n", False),
        ("@pytest.fixture\nasync def fx(): ...\ndef test_x(fx): ...\n", True),
        ("@pytest_asyncio.fixture\ndef fx(): ...\ndef test_x(fx): ...\n", True),
        ("@pytest.fixture\ndef fx(request): request.getfixturevalue('a')\ndef test_x(fx): ...\n", True),
        ("@pytest.fixture(autouse=True)\nasync def fx(): ...\ndef test_x(): ...\n", True),
    ],
)
def test_what_may_give_a_loop(tmp_path: Path, text: str, *, expected: bool) -> None:
    project = project_of(tmp_path, text)
    assert may_get_a_loop(project, function(project, TEST, "test_x")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\n", False),
        ("asyncio.set_event_loop(asyncio.new_event_loop())\n", True),
        ("asyncio.set_event_loop_policy(None)\n", False),
        ("@pytest.fixture\ndef fx(): asyncio.set_event_loop_policy(None)\n", True),
    ],
)
def test_what_sets_a_loop(tmp_path: Path, text: str, *, expected: bool) -> None:
    own = project_of(tmp_path / "own", text)
    assert sets_a_loop(own, facts(own, TEST)) is expected
    below = project_of(tmp_path / "below", "def test_x(): ...\n", conftest_py=text)
    assert sets_a_loop(below, facts(below, TEST)) is expected
    imported = project_of(tmp_path / "imported", "from app.loops import make\n", app__loops_py=text)
    assert sets_a_loop(imported, facts(imported, TEST)) is ("set_event_loop(" in text)


@pytest.mark.parametrize(
    ("body", "expected"),
    [("return 1", True), ("return {'a': helper()}", True), ("return asyncio.run(coro())", False), ("a.loop", False)],
)
def test_fixtures_that_know_no_loop(tmp_path: Path, body: str, *, expected: bool) -> None:
    text = (
        f"@pytest.fixture\ndef fx():\n    {body}\n@pytest.fixture\ndef more(fx): ...\ndef test_x(more, tmp_path): ...\n"
    )
    project = project_of(tmp_path, text)
    test = function(project, TEST, "test_x")
    assert sets_no_loop(project, test, "more") is expected
    assert sets_no_loop(project, test, "tmp_path")
