"""Where a fixture `event_loop` may come from, besides pytest-asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, function, tree

from looplint.project.loops.event_loop_fixture import may_get, may_see

if TYPE_CHECKING:
    from pathlib import Path

TEST = "tests/test_x.py"
ASKING = "def test_x(event_loop): ...\n"
DEFINED = "import pytest\n@pytest.fixture\ndef event_loop(): ...\n"
HIDDEN = "import pytest\nclass Plugin:\n    @pytest.fixture\n    def event_loop(self): ...\n"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"requirements.txt": "pytest\npytest-asyncio\npytest_cov\npytest-xdist\n"},
        {"conftest.py": "pytest_plugins = ['pytester', 'pytest_asyncio', 'helpers']\n", "helpers.py": "x = 1\n"},
        {"conftest.py": "from helpers import *\n", "helpers.py": "x = 1\n"},
        {"other/conftest.py": DEFINED},
        {"other/plugin.py": DEFINED},
        {"conftest.py": "def pytest_generate_tests(metafunc):\n    metafunc.parametrize('name', [])\n"},
        {"pytest.ini": "[pytest]\naddopts = -p xdist -p no:cacheprovider\n"},
    ],
)
def test_nothing_brings_one(tmp_path: Path, files: dict[str, str]) -> None:
    project = tree(tmp_path, {TEST: ASKING, **files})
    assert not may_see(project, facts(project, TEST))


@pytest.mark.parametrize(
    "files",
    [
        {TEST: DEFINED + ASKING},
        {"conftest.py": DEFINED},
        {"tests/conftest.py": "from acme.testing import event_loop\n"},
        {"conftest.py": "from acme.testing import *\n"},
        {"conftest.py": "def event_loop(:\n"},
        {"conftest.py": HIDDEN},
        {"conftest.py": "import helpers\nevent_loop = helpers.make_fixture()\n"},
        {"conftest.py": "pytest_plugins = ['helpers']\n", "helpers.py": DEFINED},
        {"conftest.py": "pytest_plugins = [name for name in NAMES]\n"},
        {"conftest.py": "pytest_plugins = 'acme.testing'\n"},
        {"pytest.ini": "[pytest]\naddopts = -p acme.testing\n"},
        {"requirements.txt": "pytest-acme\n"},
        {"requirements.txt": "guillotina\n"},
        {"pyproject.toml": "[project.entry-points.pytest11]\nacme = 'acme'\n", "acme.py": DEFINED},
        {"conftest.py": "def pytest_generate_tests(metafunc):\n    metafunc.parametrize('event_loop', [])\n"},
        {TEST: ASKING + "def pytest_generate_tests(metafunc):\n    metafunc.parametrize('event_loop', [])\n"},
    ],
)
def test_something_may_bring_one(tmp_path: Path, files: dict[str, str]) -> None:
    project = tree(tmp_path, {TEST: ASKING, **files})
    assert may_see(project, facts(project, TEST))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pytest\nclass TestX:\n    def test_x(self, event_loop): ...\n", False),
        (HIDDEN.replace("Plugin", "TestX") + "    def test_x(self, event_loop): ...\n", True),
        ("from acme import Base\nclass TestX(Base):\n    def test_x(self, event_loop): ...\n", True),
    ],
)
def test_a_class_may_have_its_own(tmp_path: Path, text: str, *, expected: bool) -> None:
    project = tree(tmp_path, {TEST: text})
    assert may_get(project, function(project, TEST, "TestX.test_x")) is expected


def test_a_conftest_fixture_may_get_one_from_the_files_below(tmp_path: Path) -> None:
    asking = "import pytest\n@pytest.fixture\ndef clock(event_loop): ...\n"
    project = tree(tmp_path, {"conftest.py": asking, "a/conftest.py": asking, "b/test_b.py": DEFINED})
    assert may_get(project, function(project, "conftest.py", "clock"))
    assert not may_get(project, function(project, "a/conftest.py", "clock"))
