from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.running.async_tests import async_tests, first_run_by, has_async_tests, shown_test
from looplint.project.running.preconditions import (
    first_async_fixture,
    has_test_package,
    is_met,
    relies_on_auto_mode,
)
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from pathlib import Path

MARKED = "import pytest\n@pytest.mark.asyncio\nasync def test_marked(): ...\n"
PLAIN = "import pytest\n@pytest.fixture\nasync def plain(): ...\n"
OWN = "import pytest_asyncio\n@pytest_asyncio.fixture\nasync def own(): ...\n"


def test_the_async_tests_in_order(tmp_path: Path) -> None:
    files = {
        "test_b.py": MARKED,
        "test_a.py": "async def test_plain(): ...\ndef test_sync(): ...\n",
        "helper.py": MARKED,
    }
    project = tree(tmp_path, files)
    assert [test.name for test in async_tests(project)] == ["test_plain", "test_marked"]
    assert has_async_tests(project)
    first = first_run_by(project, Who.PYTEST_ASYNCIO)
    assert first is not None
    assert shown_test(first).startswith("`test_marked` (")
    assert shown_test(first).endswith("test_b.py:3)")
    assert first_run_by(project, Who.ANYIO) is None


def test_a_project_without_async_tests(tmp_path: Path) -> None:
    assert not has_async_tests(tree(tmp_path, {"test_a.py": "def test_sync(): ...\n"}))


@pytest.mark.parametrize(
    ("mode", "code", "name"),
    [("strict", PLAIN, None), ("strict", OWN, "own"), ("auto", PLAIN, "plain"), ("auto", MARKED, None)],
)
def test_the_fixtures_that_pytest_asyncio_takes(tmp_path: Path, mode: str, code: str, name: str | None) -> None:
    project = tree(tmp_path, {"pytest.ini": f"[pytest]\nasyncio_mode = {mode}\n", "conftest.py": code})
    found = first_async_fixture(project)
    assert (found.name if found else None) == name
    assert is_met(project, "asyncio-fixturedef-unittest-pytest82") is (name is not None)
    assert is_met(project, "asyncio-arg2fixturedefs-pytest92")


def test_a_package_of_tests(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert has_test_package(tree(one, {"tests/__init__.py": "", "tests/test_a.py": ""}))
    assert not has_test_package(tree(other, {"app/__init__.py": "", "tests/test_a.py": ""}))


@pytest.mark.parametrize(
    ("code", "name"),
    [(MARKED, None), (MARKED + OWN, None), (MARKED + PLAIN, "plain"), ("async def test_plain(): ...\n", "test_plain")],
)
def test_what_strict_mode_would_not_run(tmp_path: Path, code: str, name: str | None) -> None:
    found = relies_on_auto_mode(tree(tmp_path, {"pytest.ini": "[pytest]\nasyncio_mode = auto\n", "test_a.py": code}))
    assert (found.name if found else None) == name
