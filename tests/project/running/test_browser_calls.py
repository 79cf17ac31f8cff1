"""Coroutines of Playwright's that sync tests lose."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.browser_calls import (
    all_coroutines,
    browser_parameters,
    lost_coroutines,
    plugin_is_in_force,
)

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import pytest\nfrom playwright.sync_api import expect\n\n"


def lost(root: Path, code: str, **files: str) -> list[str]:
    texts = {"requirements.txt": "pytest-playwright-asyncio\n", "pytest.ini": "[pytest]\n", **files}
    project = tree(root, {**texts, "tests/test_x.py": HEAD + code})
    seen = facts(project, "tests/test_x.py")
    function = seen.functions[0]
    given = browser_parameters(project, function)
    return [ast.unparse(call) for call in lost_coroutines(function, given)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("page.goto('/')", ["page.goto('/')"]),
        ("page.url", []),
        ("page.locator('a')", []),
        ("page.locator('a').first.click()", ["page.locator('a').first.click()"]),
        ("page.context.cookies()", ["page.context.cookies()"]),
        ("link = page.get_by_role('a').nth(1)\n    link.click()", ["link.click()"]),
        ("assert page.title() == 'Shop'", ["page.title()"]),
        ("assert not page.is_visible('a')", ["page.is_visible('a')"]),
        ("assert len(page.content())", ["page.content()"]),
        ("expect(page).to_have_title('Shop')", ["expect(page).to_have_title('Shop')"]),
        ("expect(1).to_have_title('Shop')", []),
        ("title = page.title()", ["page.title()"]),
        ("title = page.title()\n    run(title)", []),
        ("run(page.title())", []),
        ("return page.title()", []),
        ("both = [page.title()]", []),
        ("page = other()\n    page.goto('/')", []),
        ("def inner():\n        page.goto('/')", []),
    ],
)
def test_calls(tmp_path: Path, body: str, expected: list[str]) -> None:
    assert lost(tmp_path, f"def test_x(page):\n    {body}\n") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def test_x(new_context):\n    new_context()\n", ["new_context()"]),
        ("def test_x(new_context):\n    c = new_context()\n    c.new_page()\n", ["new_context()", "c.new_page()"]),
        ("def test_x(playwright):\n    playwright.request.new_context()\n", ["playwright.request.new_context()"]),
        ("def test_x(browser):\n    p = browser.new_page()\n    p.close()\n", ["browser.new_page()", "p.close()"]),
        ("@pytest.fixture\ndef login(page):\n    page.goto('/')\n", ["page.goto('/')"]),
        ("def test_x(page):\n    r = page.goto('/')\n    r.text()\n    assert r.ok\n", ["page.goto('/')", "r.text()"]),
        (
            "def test_x(page):\n    page.keyboard.press('a')\n    page.clock.resume()\n",
            ["page.keyboard.press('a')", "page.clock.resume()"],
        ),
        (
            "def test_x(page):\n    r = page.request.get('/')\n    assert r.json() == {}\n",
            ["page.request.get('/')", "r.json()"],
        ),
        ("def test_x(page):\n    for row in page.locator('a').all():\n        row.click()\n", ["row.click()"]),
        ("def test_x(page):\n    rows = page.locator('a').all()\n    rows[0].click()\n", ["rows[0].click()"]),
        ("def test_x(page):\n    for row in [1]:\n        row.click()\n", []),
        ("def test_x(context):\n    context.pages[0].title()\n", ["context.pages[0].title()"]),
        ("def helper(page):\n    page.goto('/')\n", []),
        ("async def test_x(page):\n    page.goto('/')\n", []),
        ("def test_x(page=None):\n    page.goto('/')\n", []),
        ("@pytest.mark.parametrize('page', [1])\ndef test_x(page):\n    page.goto('/')\n", []),
    ],
)
def test_functions(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert lost(tmp_path, code) == expected


def test_those_in_comprehensions_are_for_the_port(tmp_path: Path) -> None:
    code = "def test_x(page):\n    assert [e.inner_text() for e in page.query_selector_all('a')] == []\n"
    texts = {"requirements.txt": "pytest-playwright-asyncio\n", "pytest.ini": "[pytest]\n", "test_x.py": HEAD + code}
    project = tree(tmp_path, texts)
    function = facts(project, "test_x.py").functions[0]
    found = all_coroutines(function, browser_parameters(project, function))
    assert {ast.unparse(call) for call in found} == {"page.query_selector_all('a')", "e.inner_text()"}


def test_an_own_fixture_goes_before_that_of_the_plugin(tmp_path: Path) -> None:
    conftest = {"tests/conftest.py": "import pytest\n\n@pytest.fixture\ndef page(): ...\n"}
    assert lost(tmp_path, "def test_x(page):\n    page.goto('/')\n", **conftest) == []


@pytest.mark.parametrize(
    ("requirements", "ini", "expected"),
    [
        ("pytest-playwright-asyncio", "", True),
        ("pytest-playwright", "", False),
        ("pytest-playwright\npytest-playwright-asyncio", "", False),
        ("pytest-playwright-asyncio", "addopts = -p no:playwright-asyncio", False),
        ("pytest", "", False),
    ],
)
def test_the_plugin_in_force(tmp_path: Path, requirements: str, ini: str, expected: bool) -> None:
    project = tree(tmp_path, {"requirements.txt": requirements + "\n", "pytest.ini": f"[pytest]\n{ini}\n"})
    assert plugin_is_in_force(project) is expected
