from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project import Project
from looplint.rules.configuration import both_playwright_plugins, playwright_sync_plugin
from looplint.rules.rule import Applicability, Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from looplint.rules.rule import Rule

STORY = {
    "pytest.ini": "[pytest]\n",
    "test_a.py": "from playwright.sync_api import Page\n\ndef test_page(page: Page): ...\n",
    "test_b.py": "import pytest\n@pytest.mark.asyncio\nasync def test_async(): ...\n",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings(rule: Rule, root: Path, files: dict[str, str]) -> list[Finding]:
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    project = Project(root)
    assert rule.check_config is not None
    return [finding for file in project.versions.files for finding in rule.check_config(file, project)]


def test_the_migration_shows_every_place_it_touches(root: Path) -> None:
    files = {**STORY, "requirements.txt": "pytest-playwright\n", "requirements-dev.txt": "pytest-playwright==0.5\n"}
    first, second = findings(playwright_sync_plugin.RULE, root, files)
    assert (first.path, second.path) == ("requirements-dev.txt", "requirements.txt")
    assert [(place.path, place.row) for place in first.related] == [
        ("requirements.txt", 1),
        ("test_a.py", 1),
        ("test_a.py", 3),
    ]
    assert "test_page (test_a.py:3)" in first.message
    assert "test_async (test_b.py:3)" in first.message
    assert first.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("name", "before", "applicability", "after"),
    [
        ("requirements.txt", "Pytest_Playwright[x] >=0.4 ; python_version>'3'  # y", "unsafe",
         "pytest-playwright-asyncio>=0.7.2 ; python_version>'3'  # y"),
        ("requirements.txt", "pytest-playwright==0.5 --hash=sha256:x", "display", None),
        ("requirements.txt", "pytest-playwright\npytest-asyncio<0.24", "display", None),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['pytest-playwright'])", "unsafe",
         "from setuptools import setup\nsetup(install_requires=['pytest-playwright-asyncio>=0.7.2'])"),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=['pytest-' 'playwright'])", "display", None),
        ("noxfile.py", "def tests(session):\n    session.install('pytest-playwright<1', 'x')  # y\n", "unsafe",
         "def tests(session):\n    session.install('pytest-playwright-asyncio>=0.7.2', 'x')  # y\n"),
        ("noxfile.py", "def tests(session):\n    session.install(f'pytest-playwright=={x}')\n", "display", None),
        ("tox.toml", "[env_run_base]\ndeps = ['pytest-playwright']\n", "unsafe",
         "[env_run_base]\ndeps = ['pytest-playwright-asyncio>=0.7.2']\n"),
        ("environment.yml", "dependencies:\n- pip:\n  - pytest-playwright  # y\n", "unsafe",
         "dependencies:\n- pip:\n  - pytest-playwright-asyncio>=0.7.2  # y\n"),
        ("environment.yml", "dependencies:\n- pytest-playwright\n", "display", None),
        (
            "pyproject.toml",
            "[tool.poetry.group.dev.dependencies]\npytest-playwright = '^0.4'  # y\n",
            "unsafe",
            "[tool.poetry.group.dev.dependencies]\npytest-playwright-asyncio = '>=0.7.2'  # y\n",
        ),
        ("pyproject.toml", "[tool.poetry.dependencies]\npytest-playwright = { version = '^0.4' }\n", "display", None),
    ],
)  # fmt: skip
def test_the_requirement_is_swapped_where_it_can_be(
    root: Path, name: str, before: str, applicability: str, after: str | None
) -> None:
    (found,) = findings(playwright_sync_plugin.RULE, root, {**STORY, name: before})
    assert found.fix is not None
    assert found.fix.applicability is Applicability(applicability)
    if after is None:
        assert found.fix.edits == ()
    else:
        (edit,) = found.fix.edits
        assert before[: edit.start] + edit.text + before[edit.end :] == after


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pytest\n"},
        {"requirements.txt": "pytest-playwright\n", "test_a.py": ""},
        {"requirements.txt": "pytest-playwright\n", "test_b.py": ""},
        {"requirements.txt": "pytest-playwright\npytest-playwright-asyncio\n"},
        {"requirements.txt": "pytest-playwright\n", "pytest.ini": "[pytest]\naddopts = -p no:playwright\n"},
    ],
)
def test_silence_of_the_sync_plugin(root: Path, files: dict[str, str]) -> None:
    assert findings(playwright_sync_plugin.RULE, root, {**STORY, **files}) == []


def test_sets_that_somebody_may_install_together_are_a_warning(root: Path) -> None:
    text = "[dependency-groups]\nx = ['pytest-playwright']\ny = ['pytest-playwright-asyncio']\n"
    (found,) = findings(both_playwright_plugins.RULE, root, {"pyproject.toml": text})
    assert found.severity is Severity.WARNING
    assert (found.start, found.end) == ((2, 6), (2, 25))
    assert found.fix is not None
    assert found.fix.applicability is Applicability.DISPLAY


def test_a_lock_that_nothing_declares_for_is_no_business_of_this_rule(root: Path) -> None:
    lock = '[[package]]\nname = "pytest-playwright"\nversion = "0.7.2"\n'
    assert findings(both_playwright_plugins.RULE, root, {"uv.lock": lock, "requirements.txt": "pytest\n"}) == []


def test_a_lock_that_agrees_is_fine(root: Path) -> None:
    lock = '[[package]]\nname = "pytest-playwright"\nversion = "0.7.2"\n'
    assert (
        findings(both_playwright_plugins.RULE, root, {"uv.lock": lock, "requirements.txt": "pytest-playwright\n"}) == []
    )
