from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.running.testcases import runs_coroutines, unfilled, unittest_tests

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.project import Project

HEAD = """\
import functools, unittest, ddt, pytest
from unittest.mock import AsyncMock, DEFAULT, patch
class Base(unittest.TestCase): ...
"""


def names_of(project: Project, name: str) -> list[str]:
    return [test.qualname for test in unittest_tests(project, facts(project, name))]


def test_tests_of_unittest_classes_are_methods_with_the_prefix(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
class Store(Base):
    def test_a(self): ...
    async def testB(self): ...
    def check(self): ...
    @unittest.skip("later")
    def test_skipped(self): ...
    @pytest.mark.xfail
    def test_expected(self): ...
    def test_used(self): ...
    def test_using(self): self.test_used()
class TestPlain:
    def test_plain(self): ...
def around():
    class Local(Base):
        def test_local(self): ...
"""
    )
    project = tree(tmp_path, {"test_a.py": text, "other.py": text, "conftest.py": text})
    assert names_of(project, "test_a.py") == ["Store.test_a", "Store.testB", "Store.test_using"]
    assert names_of(project, "other.py") == names_of(project, "conftest.py") == []


def test_a_script_that_calls_unittest_main_has_tests(tmp_path: Path) -> None:
    text = HEAD + "class Store(Base):\n    def test_a(self): ...\nunittest.main()\n"
    assert names_of(tree(tmp_path, {"store.py": text}), "store.py") == ["Store.test_a"]


@pytest.mark.parametrize(
    "after",
    [
        "del Store",
        "Store.test_a = functools.wraps(Store.test_a)",
        "for name in dir(Store):\n    setattr(Store, name, None)",
        "class Isolated(Store, unittest.IsolatedAsyncioTestCase): ...",
        "class Own(Store):\n    def run(self, result=None): ...",
    ],
)
def test_classes_that_are_changed_or_completed_are_left_out(tmp_path: Path, after: str) -> None:
    text = f"{HEAD}class Store(Base):\n    def test_a(self): ...\n{after}\n"
    assert names_of(tree(tmp_path, {"test_a.py": text}), "test_a.py") == []


def test_files_that_pytest_passes_by_are_left_out(tmp_path: Path) -> None:
    text = HEAD + "class Store(Base):\n    def test_a(self): ...\n"
    project = tree(tmp_path, {"test_a.py": text, "conftest.py": "collect_ignore = ['test_a.py']\n"})
    assert names_of(project, "test_a.py") == []


def test_test_false_is_inherited(tmp_path: Path) -> None:
    text = HEAD + "class Off(Base):\n    __test__ = False\nclass Store(Off):\n    def test_a(self): ...\n"
    assert names_of(tree(tmp_path, {"test_a.py": text}), "test_a.py") == []


@pytest.mark.parametrize(
    ("body", "runs"),
    [
        ("x = 1", False),
        ("def setUp(self): print(self._testMethodName)", False),
        ("def __getattribute__(self, name): ...", True),
        ("def setUp(self): setattr(self, self._testMethodName, None)", True),
        ("def setUp(self): assert inspect.iscoroutinefunction(self.x)", True),
    ],
)
def test_what_may_run_coroutines(tmp_path: Path, body: str, runs: bool) -> None:
    base = f"import unittest\nclass Base(unittest.TestCase):\n    {body}\n"
    text = "from base import Base\nclass Store(Base):\n    async def test_a(self): ...\n"
    project = tree(tmp_path, {"base.py": base, "test_a.py": text})
    (cls,) = facts(project, "test_a.py").classes
    assert runs_coroutines(project, cls) is runs


def test_a_metaclass_or_a_hook_may_run_coroutines(tmp_path: Path) -> None:
    text = "import unittest\nclass Store(unittest.TestCase{}):\n    async def test_a(self): ...\n"
    hook = "def pytest_collection_modifyitems(items):\n    print(asyncio.iscoroutinefunction(items[0].obj))\n"
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    metaclass = tree(tmp_path / "a", {"test_a.py": text.format(", metaclass=Meta")})
    hooked = tree(tmp_path / "b", {"test_a.py": text.format(""), "conftest.py": hook})
    for project in (metaclass, hooked):
        (cls,) = facts(project, "test_a.py").classes
        assert runs_coroutines(project, cls)


@pytest.mark.parametrize(
    ("decorators", "parameters", "missing"),
    [
        ("", "self", ()),
        ("", "self, client, limit=1, *args, **kwargs", ("client",)),
        ("", "self, *, key, other=1", ("key",)),
        ("@pytest.mark.parametrize('x', [1])", "self, x", ("x",)),
        ("@patch('a.b')", "self, mock", ()),
        ("@patch('a.b')", "self, mock, client", ("client",)),
        ("@patch('a.b', new=1)", "self, mock", ("mock",)),
        ("@patch('a.b', new_callable=AsyncMock)", "self, mock", ()),
        ("@patch.object(int, 'b')\n    @patch('a.b')", "self, one, two", ()),
        ("@patch.dict('os.environ')", "self, mock", ("mock",)),
        ("@patch.multiple('a', b=DEFAULT, c=1)", "self, b, c", ("c",)),
        ("@patch('a.b', **options)", "self, mock", None),
        ("@ddt.data(1)", "self, x", None),
        ("@staticmethod", "x, y", None),
    ],
)
def test_unfilled(tmp_path: Path, decorators: str, parameters: str, missing: tuple[str, ...] | None) -> None:
    text = f"{HEAD}class Store(Base):\n    {decorators}\n    def test_a({parameters}): ...\n"
    project = tree(tmp_path, {"test_a.py": text})
    found = unfilled(project, function(project, "test_a.py", "Store.test_a"))
    assert (found if found is None else tuple(p.arg for p in found)) == missing


def test_class_decorators_hand_over_too(tmp_path: Path) -> None:
    text = f"{HEAD}@patch('a.b')\nclass Store(Base):\n    def test_a(self, mock): ...\n"
    project = tree(tmp_path, {"test_a.py": text})
    assert unfilled(project, function(project, "test_a.py", "Store.test_a")) == ()
