"""Whether the current loop is one of uvloop."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.loops.uvloop_in_force import meets_uvloop

if TYPE_CHECKING:
    from pathlib import Path

POLICY = "import pytest, uvloop\n@pytest.fixture\ndef event_loop_policy():\n    {}\n"
TEST = "import pytest, asked\n@pytest.mark.asyncio\nasync def test_x():\n    asked.here()\n"

SET_POLICY = """
import asyncio, uvloop as u, asked
asyncio.set_event_loop_policy(u.EventLoopPolicy())
asked.here()
"""


def met(root: Path, files: dict[str, str]) -> bool:
    project = tree(root, {name: dedent(text) for name, text in files.items()})
    found = facts(project, "test_x.py")
    (call,) = found.calls_to("asked.here")
    return meets_uvloop(project, found, call)


@pytest.mark.parametrize(
    "files",
    [
        {"test_x.py": "import uvloop, asked\nuvloop.install()\nasked.here()\n"},
        {"test_x.py": SET_POLICY},
        {"conftest.py": POLICY.format("return uvloop.EventLoopPolicy()"), "test_x.py": TEST},
        {"conftest.py": POLICY.format("yield uvloop.EventLoopPolicy()"), "test_x.py": TEST},
    ],
)
def test_a_loop_of_uvloop(tmp_path: Path, files: dict[str, str]) -> None:
    assert met(tmp_path, files)


@pytest.mark.parametrize(
    "files",
    [
        {"test_x.py": "import uvloop, asked\nasked.here()\nuvloop.install()\n"},
        {"test_x.py": "import uvloop, asked\nif asked:\n    uvloop.install()\nasked.here()\n"},
        {"test_x.py": "import asyncio, asked\nasyncio.set_event_loop_policy(None)\nasked.here()\n"},
        {"conftest.py": POLICY.format("return asyncio.DefaultEventLoopPolicy()"), "test_x.py": TEST},
        {
            "conftest.py": POLICY.format("return uvloop.EventLoopPolicy()"),
            "test_x.py": TEST.replace("async def", "def"),
        },
        {
            "conftest.py": POLICY.format("return uvloop.EventLoopPolicy()"),
            "test_x.py": TEST,
            "requirements.txt": "pytest-asyncio<0.23",
        },
        {
            "conftest.py": POLICY.format("if asked:\n        return None\n    return uvloop.EventLoopPolicy()"),
            "test_x.py": TEST,
        },
        {"test_x.py": TEST},
    ],
)
def test_another_one_perhaps(tmp_path: Path, files: dict[str, str]) -> None:
    assert not met(tmp_path, files)
