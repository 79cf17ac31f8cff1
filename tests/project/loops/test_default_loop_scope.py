from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import tree

from looplint.project.loops.default_loop_scope import default_that_keeps

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "import pytest, pytest_asyncio\n"


@pytest.mark.parametrize(
    ("code", "requirements", "value"),
    [
        ("", "", "function"),
        ("@pytest_asyncio.fixture\nasync def a(): ...\n", "", "function"),
        ('@pytest.fixture(scope="module")\ndef a(): ...\n', "", "function"),
        ('@pytest_asyncio.fixture(scope="module", loop_scope="module")\nasync def a(): ...\n', "", "function"),
        ('@pytest_asyncio.fixture(scope="module")\nasync def a(): ...\n', "pytest-asyncio>=1.5", "fixture-scope"),
        ('@pytest_asyncio.fixture(scope="module")\nasync def a(): ...\n', "pytest-asyncio>=1.4", None),
        ("@pytest.fixture(scope=SCOPE)\nasync def a(): ...\n", "pytest-asyncio>=1.4", None),
        ("", "pytest-playwright-asyncio\npytest-asyncio>=1.4", None),
    ],
)
def test_the_value_that_keeps_every_loop(tmp_path: Path, code: str, requirements: str, value: str | None) -> None:
    assert default_that_keeps(tree(tmp_path, {"conftest.py": HEAD + code, "requirements.txt": requirements})) == value
