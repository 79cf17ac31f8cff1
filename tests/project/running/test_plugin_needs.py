from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.running.plugin_needs import is_loaded_by_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pytest.ini": "[pytest]\naddopts = -p pytest_asyncio.plugin\n"}, True),
        ({"pytest.ini": "[pytest]\naddopts = -p asyncio\n"}, True),
        ({"pytest.ini": "[pytest]\naddopts = -p pytest_asyncio\n"}, False),
        ({"tests/conftest.py": "pytest_plugins = ['pytest_asyncio.plugin']\n"}, True),
        ({"tests/conftest.py": "pytest_plugins = ['pytest_asyncio']\n"}, False),
        ({"tests/conftest.py": "pytest_plugins = find_plugins()\n"}, True),
        ({"tests/conftest.py": "import pytest_asyncio\n"}, False),
        ({}, False),
    ],
)
def test_the_plugin_is_named(tmp_path: Path, files: dict[str, str], expected: bool) -> None:
    assert is_loaded_by_name(tree(tmp_path, files)) is expected
