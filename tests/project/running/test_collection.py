"""Files that pytest passes by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

if TYPE_CHECKING:
    from pathlib import Path

TEST = {"tests/sub/test_x.py": "async def test_x(): ...\n"}


@pytest.mark.parametrize(
    "files",
    [
        {"pytest.ini": "[pytest]\nnorecursedirs = sub\n"},
        {"pytest.ini": "[pytest]\nnorecursedirs = tests/su*\n"},
        {"pytest.ini": "[pytest]\naddopts = --ignore=tests/sub\n"},
        {"pytest.ini": "[pytest]\naddopts = --ignore tests/sub/test_x.py\n"},
        {"pytest.ini": "[pytest]\naddopts = --ignore-glob=*/sub\n"},
        {"conftest.py": "collect_ignore = ['tests/sub']\n"},
        {"conftest.py": "collect_ignore = []\ncollect_ignore += ['tests/sub']\n"},
        {"conftest.py": "collect_ignore = []\ncollect_ignore.append('tests/sub')\n"},
        {"conftest.py": "collect_ignore = [os.path.join('tests', name) for name in NAMES]\n"},
        {"tests/conftest.py": "collect_ignore_glob = ['sub/*_x.py']\n"},
        {"tests/sub/test_x.py": "import pytest\npytest.skip('no', allow_module_level=True)\n"},
    ],
)
def test_passed_by(tmp_path: Path, files: dict[str, str]) -> None:
    project = tree(tmp_path, {**TEST, **files})
    assert project.is_passed_by(facts(project, "tests/sub/test_x.py"))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pytest.ini": "[pytest]\nnorecursedirs = sub\ntestpaths = tests/sub\n"},
        {"pytest.ini": "[pytest]\nnorecursedirs = other\naddopts = --ignore=tests/other\n"},
        {"conftest.py": "collect_ignore = ['sub']\n"},
        {"tests/other/conftest.py": "collect_ignore = ['test_x.py']\n"},
        {"conftest.py": "import sys\nif sys.version_info < (3, 9):\n    collect_ignore = ['tests/sub']\n"},
        {"tests/sub/test_x.py": "import pytest\nif X:\n    pytest.skip('no', allow_module_level=True)\n"},
    ],
)
def test_collected(tmp_path: Path, files: dict[str, str]) -> None:
    project = tree(tmp_path, {**TEST, **files})
    assert not project.is_passed_by(facts(project, "tests/sub/test_x.py"))
