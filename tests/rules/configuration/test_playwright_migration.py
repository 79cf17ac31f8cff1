"""The migration between Playwright's plugins, shown whole: what LPL901 and LPL902 name besides the requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.linting import lint

if TYPE_CHECKING:
    from pathlib import Path

LOCK = 'version = 1\n\n[[package]]\nname = "pytest-playwright"\nversion = "0.7.2"\n'
ASYNC_TEST = "import pytest\n\n\n@pytest.mark.asyncio\nasync def test_z({}):\n    pass\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "tests").mkdir()


def related(directory: Path, code: str, **files: str) -> list[str]:
    for name, text in files.items():
        (directory / name.replace("__", "/").replace("_dot_", ".")).write_text(text, encoding="utf-8")
    (found,) = (one for one in lint(directory).findings if one.code == code)
    return [f"{place.path}:{place.row} {place.message}" for place in found.related]


def test_fixtures_helpers_pins_and_scopes_of_the_migration(tmp_path: Path) -> None:
    assert related(
        tmp_path,
        "LPL901",
        pyproject_dot_toml='[dependency-groups]\ndev = ["pytest-playwright", "pytest-asyncio>=1"]\n',
        pytest_dot_ini="[pytest]\nasyncio_default_fixture_loop_scope = module\n",
        uv_dot_lock=LOCK,
        tests__conftest_dot_py="import pytest\n\n\n@pytest.fixture\ndef shop(page):\n    page.goto('/')\n",
        tests__helpers_dot_py="def log_in(page):\n    page.goto('/login')\n\n\ndef url(page):\n    return page.url\n",
        tests__test_a_dot_py="from helpers import log_in, url\n\n\ndef test_a(page):\n    url(log_in(page))\n",
        tests__test_z_dot_py=ASYNC_TEST.format(""),
    ) == [
        "uv.lock:4 locked here: run `uv lock` afterwards",
        'pytest.ini:2 `asyncio_default_fixture_loop_scope` is module: make it "session", where the new fixtures run',
        "tests/conftest.py:5 fixture `shop` of browser tests: make it async too",
        "tests/helpers.py:1 helper `log_in` of browser tests: make it async too",
        'tests/test_a.py:4 gets `page`: make it async, with loop_scope="session" and `await` before each call',
    ]


def test_which_tests_are_for_which_plugin(tmp_path: Path) -> None:
    assert related(
        tmp_path,
        "LPL902",
        requirements_dot_txt="pytest-playwright\npytest-playwright-asyncio\npytest-asyncio>=1\n",
        tests__test_a_dot_py="def test_a(page):\n    page.goto('/')\n",
        tests__test_z_dot_py=ASYNC_TEST.format("page"),
    ) == [
        "requirements.txt:2 pytest-playwright-asyncio is required here",
        "tests/test_a.py:1 gets `page`, as pytest-playwright gives it",
        "tests/test_z.py:5 gets `page`, as pytest-playwright-asyncio gives it",
    ]
