"""Plugins that may run async tests: declared, mentioned, loaded by name, or known by a fixture that a test asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import write

from looplint.project import Project
from looplint.project.project import forget_projects
from looplint.project.running.who import Who

if TYPE_CHECKING:
    from pathlib import Path

TEST = "import pytest\nasync def test_x(): ...\n"


def runner(root: Path, files: dict[str, str]) -> tuple[Who, str]:
    write(root, {"pytest.ini": "[pytest]\n", "tests/test_x.py": TEST, **files})
    project = Project.for_path(root / "tests/test_x.py")
    facts = project.facts_at(root / "tests/test_x.py")
    assert facts is not None
    found = project.runner(next(f for f in facts.functions if f.name == "test_x"))
    return found.who, found.proof


@pytest.mark.parametrize(
    ("files", "proof"),
    [
        ({"requirements.txt": "aiomisc-pytest\n"}, "aiomisc-pytest is declared"),
        ({"setup.py": "tests = ['pytest-sanic']\n"}, "pytest-sanic is named in setup.py"),
        ({"noxfile.py": "session.install('pytest_trio')\n"}, "pytest_trio is named in noxfile.py"),
        ({"requirements/ci.yml": "pip install pytest-aiohttp\n"}, "pytest-aiohttp is named in requirements/ci.yml"),
        ({"conftest.py": "pytest_plugins = ['pytest_jupyter', 'xdist']\n"}, "pytest_jupyter is loaded as a plugin"),
        ({"tests/conftest.py": "pytest_plugins = 'acme.testing.x'\n"}, "acme.testing.x is loaded as a plugin"),
        ({"pytest.ini": "[pytest]\naddopts = -p acme.plugin\n"}, "acme.plugin is loaded as a plugin"),
        (
            {"tests/test_x.py": "async def test_x(aiohttp_client): ...\n"},
            "aiohttp_client is a fixture of pytest-aiohttp",
        ),
    ],
)
def test_another_may_run_it(tmp_path: Path, files: dict[str, str], proof: str) -> None:
    assert runner(tmp_path, files) == (Who.UNKNOWN, proof)


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": "tests = ['pytest-asyncio', 'my-pytest-trio-helpers']\n"},
        {"conftest.py": "pytest_plugins = ['pytester', 'pytest_mock', 'celery.contrib.pytest']\n"},
        {"conftest.py": "pytest_plugins = ['helpers.plugin']\n", "helpers/__init__.py": "", "helpers/plugin.py": ""},
        {"pytest.ini": "[pytest]\naddopts = -p no:cacheprovider -p xdist\n"},
        {
            "tests/test_x.py": "async def test_x(aiohttp_client): ...\n",
            "conftest.py": "import pytest\n@pytest.fixture\ndef aiohttp_client(): ...\n",
        },
        {"Makefile": "x" * 400_000 + "pytest-trio"},
    ],
)
def test_nobody_else_does(tmp_path: Path, files: dict[str, str]) -> None:
    assert runner(tmp_path, files)[0] is Who.NOBODY


def test_a_plugin_in_an_installed_package_may_be_loaded(tmp_path: Path) -> None:
    package = tmp_path / "acme"
    package.mkdir()
    write(package, {"__init__.py": "", "plugin.py": "def pytest_pyfunc_call(pyfuncitem): ...\n", "test_x.py": TEST})
    assert Project.for_path(package / "test_x.py").other_runner is None
    (package / ".git").rmdir()
    forget_projects()
    assert Project.for_path(package / "test_x.py").other_runner == "plugin.py defines pytest_pyfunc_call"
