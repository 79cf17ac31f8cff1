"""The helpers and page objects that get what Playwright's fixtures give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.browser_helpers import browser_helpers, hands_browser_on

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = {"requirements.txt": "pytest-playwright-asyncio\n", "pytest.ini": "[pytest]\n"}
PAGE_OBJECT = (
    "class Shop:\n    def __init__(self, page):\n        self.page = page\n        self.b = page.locator('b')\n"
)


def helpers(root: Path, test: str, **files: str) -> dict[str, dict[str, str]]:
    names = {f"tests/{name}.py": text for name, text in files.items()}
    project = tree(root, {**CONFIGURATION, **names, "tests/test_x.py": test})
    return {helper.function.qualname: helper.given for helper in browser_helpers(project)}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("log_in(page)", {"log_in": {"page": "Page"}}),
        ("log_in(name='x', page=page)", {"log_in": {"page": "Page"}}),
        ("log_in(page.locator('a'), 'x')", {"log_in": {"page": "Locator"}}),
        ("log_in('x', page)", {"log_in": {"name": "Page"}}),
        ("log_in(page.context)", {"log_in": {"page": "BrowserContext"}}),
        ("log_in(page.goto('/'))", {}),
        ("log_in(page.url)", {}),
        ("log_in(*[page])", {}),
        ("unknown(page)", {}),
        ("print(page)", {}),
    ],
)
def test_functions(tmp_path: Path, call: str, expected: dict[str, dict[str, str]]) -> None:
    test = f"from helpers import log_in\n\n\ndef test_x(page):\n    {call}\n"
    assert helpers(tmp_path, test, helpers="def log_in(page, name=''):\n    page.goto('/')\n") == expected


def test_async_tests_and_fixtures_hand_on_too(tmp_path: Path) -> None:
    test = "from helpers import a\n\n\nasync def test_x(page):\n    a(page)\n"
    conftest = "import pytest\nfrom helpers import b\n\n\n@pytest.fixture\ndef shop(context):\n    return b(context)\n"
    text = "def a(page): ...\n\n\ndef b(context): ...\n"
    assert helpers(tmp_path, test, helpers=text, conftest=conftest) == {
        "a": {"page": "Page"},
        "b": {"context": "BrowserContext"},
    }


def test_helpers_of_helpers(tmp_path: Path) -> None:
    text = "def a(page):\n    b(page.first_or_so, page)\n\n\ndef b(x, y):\n    c(y)\n\n\ndef c(z):\n    a(z)\n"
    found = helpers(tmp_path, "from helpers import a\n\n\ndef test_x(page):\n    a(page)\n", helpers=text)
    assert found == {"a": {"page": "Page"}, "b": {"y": "Page"}, "c": {"z": "Page"}}


def test_page_objects(tmp_path: Path) -> None:
    methods = "\n    def buy(self): ...\n\n    @property\n    def x(self): ...\n\n\n"
    text = f"{PAGE_OBJECT}{methods}class Sub(Shop):\n    def more(self): ...\n"
    found = helpers(tmp_path, "from pages import Sub\n\n\ndef test_x(page):\n    Sub(page)\n", pages=text)
    kept = {"self.page": "Page", "self.b": "Locator"}
    assert found == {"Shop.__init__": {"page": "Page", **kept}, "Shop.buy": kept, "Sub.more": kept}


def test_page_objects_that_keep_nothing_or_are_not_known(tmp_path: Path) -> None:
    text = "from x import Base\n\n\nclass A:\n    def __init__(self, page):\n        self.url = page.url\n"
    test = "from pages import A, B\n\n\ndef test_x(page):\n    A(page)\n    B(page)\n"
    assert helpers(tmp_path, test, pages=f"{text}\n\nclass B(Base): ...\n") == {}


@pytest.mark.parametrize(("keyword", "expected"), [("", {}), ("await ", {"log_in": {"page": "Page"}})])
def test_what_may_be_a_coroutine_still_is_not_followed(
    tmp_path: Path, keyword: str, expected: dict[str, dict[str, str]]
) -> None:
    head = "from helpers import log_in\n\n\nasync def test_x(context):\n"
    body = f"    page = {keyword}context.new_page()\n    log_in(page)\n"
    assert helpers(tmp_path, head + body, helpers="def log_in(page):\n    page.goto('/')\n") == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("f(page)", True),
        ("f(x=page.locator('a'))", True),
        ("f(1)", False),
        ("page.goto(page)", False),
        ("expect(page)", False),
        ("print(page)", False),
    ],
)
def test_handing_on(tmp_path: Path, call: str, expected: bool) -> None:
    text = f"from playwright.async_api import expect\n\n\ndef test_x(page):\n    {call}\n"
    project = tree(tmp_path, {**CONFIGURATION, "test_x.py": text})
    function = facts(project, "test_x.py").functions[0]
    node = next(node for node in function.walk() if isinstance(node, ast.Call))
    assert hands_browser_on(function, {"page": "Page"}, node) is expected
