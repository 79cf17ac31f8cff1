"""Which async fixtures pytest-asyncio runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, fixture, tree

from looplint.project.running.async_fixtures import (
    generator_fixtures,
    run_by_pytest_asyncio,
    run_by_pytest_asyncio_or_anyio,
)

if TYPE_CHECKING:
    from pathlib import Path

OWN = "@pytest_asyncio.fixture"
PLAIN = "@pytest.fixture"
ASYNCIO = "@pytest.mark.asyncio\nasync def test_x(value): ...\n"
ANYIO = "@pytest.mark.anyio\nasync def test_x(value): ...\n"
BACKEND = "async def test_x(value, anyio_backend): ...\n"


def project_of(tmp_path: Path, decorator: str, users: str, mode: str, more: dict[str, str] | None = None) -> None:
    text = f"import pytest, pytest_asyncio\n\n{decorator}\nasync def value():\n    yield 1\n\n{users}"
    (tmp_path / "test_x.py").write_text(text)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nasyncio_mode = {mode}\n")
    for name, content in (more or {}).items():
        (tmp_path / name).write_text(content)


@pytest.mark.parametrize(
    ("decorator", "users", "mode", "asyncio", "either"),
    [
        (OWN, ASYNCIO, "strict", True, True),
        (OWN, ASYNCIO, "auto", True, True),
        (OWN, "def test_x(value): ...\n", "strict", True, True),
        (OWN, "", "strict", True, True),
        (OWN, ANYIO, "strict", False, True),
        (OWN, BACKEND, "strict", False, True),
        (OWN, ANYIO + ASYNCIO.replace("test_x", "test_y"), "strict", True, True),
        (OWN, "async def test_x(anyio_backend): ...\n", "strict", False, True),
        (PLAIN, ASYNCIO, "auto", True, True),
        (PLAIN, ASYNCIO, "strict", False, False),
        (PLAIN, ANYIO, "strict", False, True),
        (PLAIN, ANYIO, "auto", False, True),
        (PLAIN, "", "auto", True, True),
        ("@other\n" + OWN, ASYNCIO, "strict", False, False),
        ("@pytest.mark.slow\n" + OWN, ASYNCIO, "strict", True, True),
    ],
)
def test_who_runs_it(decorator: str, users: str, mode: str, *, asyncio: bool, either: bool, tmp_path: Path) -> None:
    project_of(tmp_path, decorator, users, mode)
    project = tree(tmp_path, {})
    value = fixture(project, "test_x.py", "value")
    assert run_by_pytest_asyncio(project, value) is asyncio
    assert run_by_pytest_asyncio_or_anyio(project, value) is either


def test_a_conftest_that_sets_fixtures_up_itself(tmp_path: Path) -> None:
    project_of(tmp_path, OWN, ASYNCIO, "strict", {"conftest.py": "def pytest_fixture_setup(fixturedef): ...\n"})
    project = tree(tmp_path, {})
    assert not run_by_pytest_asyncio(project, fixture(project, "test_x.py", "value"))


def test_anyio_takes_every_test_where_it_is_told_so(tmp_path: Path) -> None:
    project_of(tmp_path, OWN, "async def test_x(value): ...\n", "strict\nanyio_mode = auto")
    project = tree(tmp_path, {})
    assert not run_by_pytest_asyncio(project, fixture(project, "test_x.py", "value"))


def test_fixtures_of_a_test_case_are_not_ours(tmp_path: Path) -> None:
    text = """
        import unittest, pytest_asyncio

        class Test(unittest.IsolatedAsyncioTestCase):
            @pytest_asyncio.fixture(autouse=True)
            async def value(self):
                yield
    """
    project = tree(tmp_path, {"test_x.py": text})
    assert not run_by_pytest_asyncio(project, fixture(project, "test_x.py", "Test.value"))


def test_generator_fixtures(tmp_path: Path) -> None:
    text = """
        import pytest

        @pytest.fixture
        async def one():
            yield

        @pytest.fixture
        async def two(): ...

        @pytest.fixture
        def three():
            yield

        async def four():
            yield
    """
    project = tree(tmp_path, {"test_x.py": text})
    assert [found.name for found in generator_fixtures(facts(project, "test_x.py"))] == ["one"]


@pytest.mark.parametrize(
    ("text", "ini", "expected"),
    [
        ("import pytest\n", "[pytest]\n", False),
        ("import pytest\n\npytestmark = pytest.mark.anyio\n", "[pytest]\n", True),
        ("def test_x(anyio_backend): ...\n", "[pytest]\n", True),
        ("import anyio\n", "[pytest]\nusefixtures = anyio_backend\n", True),
        ("import anyio\n", "[pytest]\n", False),
    ],
)
def test_projects_with_tests_that_anyio_runs(text: str, ini: str, *, expected: bool, tmp_path: Path) -> None:
    project = tree(tmp_path, {"pkg/test_y.py": text, "pytest.ini": ini})
    assert project.may_have_anyio_tests is expected
