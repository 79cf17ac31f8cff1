from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.running.second_plugins import alt_fixture_in_auto_mode, hurt_by_cooperative, unrun_beside_alt

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "async def test_plain(): ...\n"
MARKED = "import pytest\n@pytest.mark.asyncio\nasync def test_marked(): ...\n"
COOPERATIVE = "import pytest\n@pytest.mark.asyncio_cooperative\nasync def test_together(): ...\n"
WITH_FIXTURE = "import pytest\n@pytest.fixture\nasync def answer(): ...\nasync def test_answer(answer): ...\n"
ENABLED_BY_ADDOPTS = "[tool:pytest]\naddopts=-p alt_pytest_asyncio.enable\n"
AUTO = "[pytest]\nasyncio_mode = auto\n"
OLD = "pytest-asyncio\nalt-pytest-asyncio<0.9\n"
NEW = "pytest-asyncio\nalt-pytest-asyncio\n"
ENABLED = "pytest_plugins = ['alt_pytest_asyncio.enable']\n"


def test_a_cooperative_test_hurts_an_asyncio_test(tmp_path: Path) -> None:
    found = hurt_by_cooperative(tree(tmp_path, {"test_a.py": MARKED, "test_b.py": COOPERATIVE}))
    assert found is not None
    assert found.test.name == "test_marked"
    assert found.fails


@pytest.mark.parametrize("files", [{"test_a.py": MARKED}, {"test_b.py": COOPERATIVE, "test_a.py": PLAIN}])
def test_one_of_them_hurts_nobody(files: dict[str, str], tmp_path: Path) -> None:
    assert hurt_by_cooperative(tree(tmp_path, files)) is None


@pytest.mark.parametrize(
    "files", [{"requirements.txt": OLD}, {"requirements.txt": NEW, "conftest.py": ENABLED}], ids=["before", "enabled"]
)
def test_an_async_fixture_in_auto_mode(files: dict[str, str], tmp_path: Path) -> None:
    found = alt_fixture_in_auto_mode(tree(tmp_path, {"test_a.py": WITH_FIXTURE, "pytest.ini": AUTO, **files}))
    assert found is not None
    assert found.test.name == "test_answer"
    assert not found.fails


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": OLD, "test_a.py": PLAIN, "pytest.ini": AUTO},
        {"requirements.txt": OLD, "test_a.py": WITH_FIXTURE},
        {"requirements.txt": NEW, "test_a.py": WITH_FIXTURE, "pytest.ini": AUTO},
        {"requirements.txt": f"{OLD}pytest-asyncio<1.1\n", "test_a.py": WITH_FIXTURE},
    ],
    ids=["no fixture", "strict", "not enabled", "older"],
)
def test_no_fixture_that_is_hurt(files: dict[str, str], tmp_path: Path) -> None:
    assert alt_fixture_in_auto_mode(tree(tmp_path, files)) is None


def test_nobody_enables_the_plugin(tmp_path: Path) -> None:
    found = unrun_beside_alt(tree(tmp_path, {"requirements.txt": NEW, "test_a.py": PLAIN}))
    assert found is not None
    assert found.test.name == "test_plain"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": OLD, "test_a.py": PLAIN},
        {"requirements.txt": NEW, "test_a.py": PLAIN, "conftest.py": ENABLED},
        {
            "requirements.txt": NEW,
            "test_a.py": PLAIN,
            "setup.cfg": "[tool:pytest]\naddopts=-p alt_pytest_asyncio.enable",
        },
        {"requirements.txt": NEW, "test_a.py": MARKED},
        {"requirements.txt": NEW, "test_a.py": PLAIN, "pytest.ini": AUTO},
    ],
    ids=["before", "enabled", "enabled by addopts", "marked", "auto"],
)
def test_everybody_is_run(files: dict[str, str], tmp_path: Path) -> None:
    assert unrun_beside_alt(tree(tmp_path, files)) is None
