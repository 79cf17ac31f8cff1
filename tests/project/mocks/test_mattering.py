"""Calls that come to a mock, and whether any rule may have something to say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.mocks.handed_mocks import handed_mocks
from looplint.project.mocks.mattering import may_give

if TYPE_CHECKING:
    from pathlib import Path

APP = "class Service:\n    def __init__(self, repo):\n        self.repo = repo\n\n"
PLAIN = APP + "    def load(self):\n        self.repo.open()\n        return self.repo.get(1)[0]\n"
AWAITING = APP + "    async def load(self):\n        return await self.repo.get(1)\n"
HEAD = "from unittest.mock import Mock, MagicMock, patch\n\nfrom app import Service\n\n\n"


@pytest.mark.parametrize(
    ("app", "made", "before", "expected"),
    [
        (PLAIN, "", "", 0),
        (AWAITING, "", "", 1),
        (PLAIN, "spec=dict", "", 1),
        (PLAIN, "dict", "", 1),
        (PLAIN, "name='x'", "", 0),
        (PLAIN, "**{}", "", 0),
        (PLAIN, "", "from unittest.mock import AsyncMock\n    ", 1),
    ],
)
def test_mocks_that_plain_code_gets_are_passed_by(
    tmp_path: Path, app: str, made: str, before: str, expected: int
) -> None:
    text = HEAD + f"def test_it():\n    {before}mock = Mock({made})\n    Service(mock)\n"
    project = tree(tmp_path, {"app.py": app, "test_it.py": text})
    assert len(handed_mocks(project, facts(project, "test_it.py"))) == expected


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("def load():\n    client.open()\n", 0),
        ("async def load():\n    await client.open()\n", 1),
    ],
)
def test_patches_of_what_plain_code_calls_are_passed_by(tmp_path: Path, app: str, expected: int) -> None:
    text = HEAD + "@patch('jobs.client')\ndef test_it(client):\n    pass\n"
    project = tree(tmp_path, {"jobs.py": "client = {}\n\n\n" + app, "app.py": APP, "test_it.py": text})
    assert len(handed_mocks(project, facts(project, "test_it.py"))) == expected


@pytest.mark.parametrize(
    ("conftest", "expected"),
    [
        ("from unittest.mock import Mock\n", False),
        ("from unittest.mock import AsyncMock\n", True),
        ("from unittest.mock import Mock\nrepo = Mock(dict)\n", True),
        ("from unittest.mock import patch\nstarted = patch('app.load').start()\n", True),
        ("from unittest.mock import MagicMock\nclass Own(MagicMock):\n    pass\n", True),
        ("patch('app.load')\n", False),
    ],
)
def test_files_that_a_test_sees_may_make_mocks_that_give_coroutines(
    tmp_path: Path, conftest: str, expected: bool
) -> None:
    project = tree(tmp_path, {"conftest.py": conftest, "test_it.py": "def test_it(repo):\n    repo.get()\n"})
    assert may_give(project, facts(project, "test_it.py")) is expected
