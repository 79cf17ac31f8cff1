from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.model.source import Source
from looplint.project import Project
from looplint.project.loops.loopless import loop_may_run, loopless_kind

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def kind(root: Path, text: str, name: str, file: str = "test_a.py") -> str | None:
    path = root / file
    path.write_text(f"import asyncio, functools, unittest\nimport pytest\n{text}", encoding="utf-8")
    project = Project(root)
    facts = project.open(Source.read(str(path)), path).facts
    return loopless_kind(project, next(f for f in facts.functions if f.qualname == name))


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("def test_a(): ...", "test_a", "sync test"),
        ("@pytest.mark.asyncio\ndef test_a(): ...", "test_a", "sync test"),
        ("@pytest.mark.skip\ndef test_a(): ...", "test_a", None),
        ("@pytest.mark.xfail\ndef test_a(): ...", "test_a", None),
        ("@functools.cache\ndef test_a(): ...", "test_a", None),
        ("async def test_a(): ...", "test_a", None),
        ("def test_a(): ...\ntest_a()", "test_a", None),
        ("def helper(): ...", "helper", None),
        ("class TestA:\n    def test_a(self): ...", "TestA.test_a", "sync test"),
        ("@decorated\nclass TestA:\n    def test_a(self): ...", "TestA.test_a", None),
        ("class A(Unknown):\n    def test_a(self): ...", "A.test_a", None),
        ("class A(unittest.TestCase):\n    def test_a(self): ...", "A.test_a", "sync test"),
        ("class A(unittest.TestCase):\n    def run(self, result): ...\n    def test_a(self): ...", "A.test_a", None),
        ("@pytest.fixture\ndef a(): ...", "a", "sync fixture"),
        ("@pytest.fixture(scope='session')\ndef a():\n    yield", "a", "sync fixture"),
        ("@pytest.fixture\ndef event_loop(): ...", "event_loop", None),
        ("@pytest.fixture\ndef a(): ...\nasync def b(request): request.getfixturevalue('a')", "a", None),
        ("@pytest.fixture\n@functools.cache\ndef a(): ...", "a", None),
        ("def setup_module(): ...", "setup_module", "sync hook"),
        ("class TestA:\n    def setup_method(self): ...", "TestA.setup_method", "sync hook"),
        ("class A:\n    def setup_method(self): ...", "A.setup_method", None),
        ("class TestA:\n    def setUp(self): ...", "TestA.setUp", None),
        ("class A(unittest.IsolatedAsyncioTestCase):\n    def setUp(self): ...", "A.setUp", "sync hook"),
        ("class A(unittest.TestCase):\n    def teardown_method(self): ...", "A.teardown_method", "sync hook"),
        ("class A(unittest.TestCase):\n    def asyncSetUp(self): ...", "A.asyncSetUp", None),
    ],
)
def test_what_pytest_calls_without_a_loop(root: Path, text: str, name: str, expected: str | None) -> None:
    assert kind(root, text, name) == expected


def test_hooks_of_a_conftest_are_not_called(root: Path) -> None:
    assert kind(root, "def setup_module(): ...", "setup_module", "conftest.py") is None


def test_a_fixture_of_conftest_that_a_coroutine_may_ask_for(root: Path) -> None:
    text = "@pytest.fixture\ndef started(): ...\n@pytest.fixture\ndef other(): ..."
    (root / "test_b.py").write_text("async def test(request): request.getfixturevalue('started')\n")
    assert kind(root, text, "started", "conftest.py") is None
    assert kind(root, text, "other", "conftest.py") == "sync fixture"


@pytest.mark.parametrize(
    "conftest",
    [
        "import asyncio\ndef pytest_pyfunc_call(pyfuncitem): asyncio.run(main())",
        "from plugin import pytest_runtest_call",
        "from playwright.sync_api import sync_playwright",
        "import asyncio\nasyncio._set_running_loop(None)",
        "def broken(:",
    ],
)
def test_a_conftest_may_run_everything_in_a_loop(root: Path, conftest: str) -> None:
    (root / "conftest.py").write_text(f"{conftest}\n")
    assert kind(root, "def test_a(): ...", "test_a") is None


def test_a_conftest_with_harmless_hooks(root: Path) -> None:
    (root / "conftest.py").write_text("def pytest_runtest_setup(item): print(item)\n")
    assert kind(root, "def test_a(): ...", "test_a") == "sync test"


@pytest.mark.parametrize(("requirement", "expected"), [("pytest-trio", True), ("pytest-asyncio", False)])
def test_plugins_that_run_everything_in_their_loop(root: Path, requirement: str, expected: bool) -> None:
    (root / "requirements.txt").write_text(f"{requirement}\n")
    path = root / "test_a.py"
    path.write_text("")
    project = Project(root)
    assert loop_may_run(project, project.open(Source.read(str(path)), path).facts) is expected
