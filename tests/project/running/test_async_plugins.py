from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from looplint.project import Project
from looplint.project.running.async_plugins import plugin_at_hand
from looplint.project.running.plugin_needs import unrun_without_plugin

if TYPE_CHECKING:
    from pathlib import Path


def project_of(root: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Project(root)


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pytest\npytest_asyncio\n"},
        {"requirements.txt": "pytest\npytest-unheard-of\n"},
        {"requirements.txt": "pytest\nchannels[tests]\n"},
        {"requirements.txt": "pytest\n-e ../kit\n"},
        {"requirements.txt": "pytest\n-r https://example.org/test.txt\n"},
        {"requirements.txt": "pytest\nkit @ git+https://example.org/kit\n"},
        {"requirements.txt": "pytest\n", "environment.yml": "dependencies:\n  - pytest-asyncio\n"},
        {"requirements.txt": "pytest\n", ".github/workflows/ci.yml": "run: pip install pytest-asyncio==1.2\n"},
        {"requirements.txt": "pytest\n", "noxfile.py": "session.install('pytest', 'pytest-asyncio>=1')\n"},
        {"requirements.txt": "pytest\n", "docker/Dockerfile.test": "RUN pip install pytest_asyncio\n"},
        {"requirements.txt": "pytest\n", "uv.lock": '[[package]]\nname = "pytest-asyncio"\nversion = "1.2.0"\n'},
        {"pyproject.toml": '[project]\nname = "a"\n[tool.uv.sources]\nkit = { workspace = true }\n'},
    ],
)
def test_what_may_bring_a_plugin(tmp_path: Path, files: dict[str, str]) -> None:
    assert plugin_at_hand(project_of(tmp_path, files)) is not None


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pytest\npytest-cov\nhttpx[http2]\n-e .\n"},
        {"requirements.txt": "pytest\n", "README.md": "Written with asyncio and pytest-asyncioish things.\n"},
    ],
)
def test_nothing_brings_one(tmp_path: Path, files: dict[str, str]) -> None:
    assert plugin_at_hand(project_of(tmp_path, files)) is None


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("async def test_a(): ...\n", True),
        ("import pytest\n@pytest.mark.asyncio\nasync def test_a(): ...\n", True),
        ("import pytest\n@pytest.mark.anyio\nasync def test_a(): ...\n", False),
        ("import pytest\n@pytest.mark.skip\nasync def test_a(): ...\n", False),
        ("async def test_a(anyio_backend): ...\n", False),
        ("import asyncio\nasync def test(): ...\nasyncio.run(test())\n", False),
        ("import unittest\nclass T(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self): ...\n", False),
    ],
)
def test_tests_that_need_the_plugin(tmp_path: Path, text: str, needed: bool) -> None:
    assert (unrun_without_plugin(project_of(tmp_path, {"test_a.py": text})) is not None) is needed
