"""A project's own `event_loop_policy` fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.loops.policy_override import policy_overrides

if TYPE_CHECKING:
    from pathlib import Path

POLICY = "import pytest\n@pytest.fixture\ndef event_loop_policy(): ...\n"
TEST = "import pytest\n@pytest.mark.asyncio\nasync def test_x(): ...\n"
ERROR = "[pytest]\nfilterwarnings = error\n"


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pytest-asyncio>=1.4", "tests/test_x.py": TEST},
        {"requirements.txt": "pytest-asyncio>=0.23", "tests/test_x.py": TEST, "pytest.ini": ERROR},
    ],
    ids=["only newer ones", "fails with the newest"],
)
def test_deprecated(files: dict[str, str], tmp_path: Path) -> None:
    project = tree(tmp_path, {"tests/conftest.py": POLICY, **files})
    found = list(policy_overrides(project, facts(project, "tests/conftest.py")))
    assert [function.name for function in found] == ["event_loop_policy"]


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_x.py": TEST},
        {"requirements.txt": "pytest-asyncio>=0.23", "tests/test_x.py": TEST},
        {"requirements.txt": "pytest-asyncio<1.4", "tests/test_x.py": TEST, "pytest.ini": ERROR},
        {"requirements.txt": "pytest-asyncio>=1.4", "test_x.py": TEST},
        {"requirements.txt": "pytest-asyncio>=1.4", "tests/test_x.py": TEST.replace("asyncio", "anyio")},
        {"requirements.txt": "pytest-asyncio>=1.4", "tests/a/conftest.py": POLICY, "tests/a/test_x.py": TEST},
    ],
    ids=["not asked for", "older ones too", "only older ones", "elsewhere", "another plugin", "a nearer one"],
)
def test_no_finding(files: dict[str, str], tmp_path: Path) -> None:
    project = tree(tmp_path, {"tests/conftest.py": POLICY, **files})
    assert not list(policy_overrides(project, facts(project, "tests/conftest.py")))
