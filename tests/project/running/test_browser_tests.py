from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project import Project
from looplint.project.running.browser_tests import (
    asyncio_tests,
    broken_after,
    broken_within,
    browser_tests,
    sync_api_imports,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def project(root: Path, files: dict[str, str]) -> Project:
    for name, text in {"pytest.ini": "[pytest]\n", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project(root)


@pytest.mark.parametrize(
    ("text", "fixture"),
    [
        ("def test_x(page): ...", "page"),
        ("async def test_x(page): ...", "page"),
        ("class TestX:\n    def test_x(self, browser): ...", "browser"),
        ("import pytest\n@pytest.mark.usefixtures('context')\ndef test_x(): ...", "context"),
        ("def test_x(request):\n    request.getfixturevalue('page')", "page"),
        ("import pytest\n@pytest.fixture\ndef shop(page): ...\ndef test_x(shop): ...", "shop"),
        ("import pytest\n@pytest.fixture\ndef page(page): ...\ndef test_x(page): ...", "page"),
        ("import pytest\n@pytest.fixture(autouse=True)\ndef shop(page): ...\ndef test_x(): ...", "shop"),
        ("import pytest\n@pytest.mark.parametrize('page', [1], indirect=True)\ndef test_x(page): ...", "page"),
        ("def test_x(browser_name): ...", None),
        ("def test_x(page=1): ...", None),
        ("def test_x(*, page=1): ...", None),
        ("import pytest\n@pytest.mark.parametrize('size, page', [(1, 2)])\ndef test_x(size, page): ...", None),
        ("import pytest\n@pytest.mark.parametrize(['page'], [(1,)])\ndef test_x(page): ...", None),
        ("import pytest\n@pytest.fixture\ndef page(): ...\ndef test_x(page): ...", None),
        ("import pytest\n@pytest.fixture\ndef playwright(): ...\ndef test_x(page): ...", None),
        ("import pytest\n@pytest.fixture\ndef shop(page): ...\ndef test_x(): ...", None),
        ("from unittest.mock import patch\n@patch('a.b')\ndef test_x(page): ...", None),
        ("from hypothesis import given, strategies as st\n@given(st.text())\ndef test_x(page): ...", None),
        ("import unittest\nclass X(unittest.TestCase):\n    def test_x(self, page): ...", None),
        ("def helper(page): ...", None),
        ("def broken(:", None),
    ],
)
def test_a_test_gets_the_plugins_browser_or_not(root: Path, text: str, fixture: str | None) -> None:
    found = browser_tests(project(root, {"test_a.py": text}))
    assert [use.fixture for use in found] == ([fixture] if fixture else [])


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("import pytest\n@pytest.mark.asyncio\nasync def test_x(): ...", True),
        ("import pytest\n@pytest.mark.anyio\nasync def test_x(): ...", True),
        ("import unittest\nclass X(unittest.IsolatedAsyncioTestCase):\n    async def test_x(self): ...", True),
        ("import asyncio\nasync def f(): ...\ndef test_x():\n    asyncio.run(f())", True),
        ("async def test_x(): ...", False),
        ("def test_x(): ...", False),
        ("import asyncio\nasync def f(): ...\ndef helper():\n    asyncio.run(f())", False),
    ],
)
def test_asyncio_tests(root: Path, text: str, *, counts: bool) -> None:
    assert bool(asyncio_tests(project(root, {"test_a.py": text}))) is counts


BROWSER = "def test_page(page): ...\n"
ASYNC = "import pytest\n@pytest.mark.asyncio\nasync def test_async(): ...\n"


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        ({"test_a.py": BROWSER, "test_b.py": ASYNC}, True),
        ({"test_a.py": ASYNC, "test_b.py": BROWSER}, False),
        ({"test_a.py": BROWSER + ASYNC}, True),
        ({"test_a.py": ASYNC + BROWSER}, False),
        ({"test_a.py": "import pytest\n@pytest.mark.asyncio\nasync def test_x(page): ...\n"}, True),
        ({"test_a.py": ASYNC, "test_b.py": BROWSER, "requirements.txt": "pytest-randomly"}, True),
        ({"test_a.py": BROWSER, "test_b.py": ASYNC, "pytest.ini": "[pytest]\naddopts = --ignore=test_a.py"}, False),
        ({"e2e/test_a.py": BROWSER, "test_b.py": ASYNC, "pytest.ini": "[pytest]\naddopts = --ignore e2e"}, False),
        ({"e2e/test_a.py": BROWSER, "unit/test_b.py": ASYNC, "pytest.ini": "[pytest]\ntestpaths = unit"}, False),
        ({"e2e/test_a.py": BROWSER, "unit/test_b.py": ASYNC, "pytest.ini": "[pytest]\ntestpaths = e2e unit"}, True),
        ({"a/test_a.py": BROWSER, "a/pytest.ini": "", "b/test_b.py": ASYNC}, False),
    ],
)
def test_the_order_decides(root: Path, files: dict[str, str], *, broken: bool) -> None:
    assert (broken_after(project(root, files)) is not None) is broken


def test_imports_of_the_sync_api(root: Path) -> None:
    files = {
        "tests/conftest.py": "\nfrom playwright.sync_api import expect\n",
        "test_b.py": "import playwright.sync_api\n",
    }
    assert sync_api_imports(project(root, files)) == [("test_b.py", 1), ("tests/conftest.py", 2)]


WIDE = "import pytest\n@pytest.fixture(scope={!r})\ndef browser_name(): ...\n"
NAME = "def test_name(browser_name): ...\n"
LATER = "import asyncio\ndef test_later(): asyncio.run(None)\n"


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        ({"test_a.py": WIDE.format("module") + NAME + LATER}, "test_later"),
        ({"test_a.py": WIDE.format("module") + LATER + NAME}, None),
        ({"test_a.py": WIDE.format("module") + NAME, "test_b.py": LATER}, None),
        ({"conftest.py": WIDE.format("session"), "test_a.py": NAME, "test_b.py": LATER}, "test_later"),
        ({"conftest.py": WIDE.format("session"), "test_b.py": NAME, "test_a.py": LATER}, None),
        (
            {
                "conftest.py": WIDE.format("session"),
                "test_b.py": NAME,
                "test_a.py": LATER,
                "requirements.txt": "pytest-randomly",
            },
            "test_later",
        ),
        ({"conftest.py": WIDE.format("function"), "test_a.py": NAME, "test_b.py": LATER}, None),
        (
            {
                "conftest.py": WIDE.format("session") + "def pytest_collection_modifyitems(items): items.sort()\n",
                "test_a.py": NAME,
                "test_b.py": LATER,
            },
            None,
        ),
        ({"test_a.py": WIDE.format("module") + LATER}, None),
    ],
)
def test_what_a_wide_fixture_breaks(root: Path, files: dict[str, str], broken: str | None) -> None:
    tree = project(root, files)
    facts = tree.facts_at(root / ("conftest.py" if "conftest.py" in files else "test_a.py"))
    assert facts is not None
    function = facts.function("browser_name")
    assert function is not None
    assert function.fixture is not None
    found = broken_within(tree, function.fixture)
    assert (found[1].function.name if found is not None else None) == broken
