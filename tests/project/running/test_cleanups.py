"""Clean-ups and who calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.trees import facts, tree

from looplint.project.running.cleanups import cleanup

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import atexit, unittest
from tornado.testing import AsyncTestCase

class Plain(unittest.TestCase):
    def use(self): self.{0}
class Isolated(unittest.IsolatedAsyncioTestCase):
    def use(self): self.{0}
class Framework(AsyncTestCase):
    def use(self): self.{0}
class Own(unittest.TestCase):
    def addCleanup(self, function): ...
    def use(self): self.{0}
"""


def callers(root: Path, text: str) -> list[str | None]:
    project = tree(root, {"pytest.ini": "[pytest]\n", "tests/test_x.py": text})
    seen = facts(project, "tests/test_x.py")
    found = (cleanup(project, seen, call) for call in seen.calls)
    return [None if one is None else one.caller for one in found]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("addCleanup(f, 1)", ["TestCase", "IsolatedAsyncioTestCase", None, None]),
        ("addAsyncCleanup(f)", ["TestCase", "IsolatedAsyncioTestCase", None, None]),
        ("addClassCleanup(f)", ["class", "class", None, None]),
        ("addCleanup(*f)", [None] * 4),
        ("other(f)", [None] * 4),
    ],
)
def test_test_cases(tmp_path: Path, call: str, expected: list[str | None]) -> None:
    assert callers(tmp_path, HEAD.format(call)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def fx(request): request.addfinalizer(f)", ["pytest"]),
        ("def fx(request): request.node.addfinalizer(f)", ["pytest"]),
        ("def fx(request):\n    def inner(): request.addfinalizer(f)", ["pytest"]),
        ("def fx(resources): resources.addfinalizer(f)", [None]),
        ("def fx(x):\n    request = x\n    request.addfinalizer(f)", [None]),
        ("import atexit\natexit.register(f)", ["atexit"]),
        ("from atexit import register as at_exit\nat_exit(f)", ["atexit"]),
        ("import unittest\nunittest.addModuleCleanup(f, 1)", ["module"]),
        ("registry.register(f)", [None]),
    ],
)
def test_others(tmp_path: Path, body: str, expected: list[str | None]) -> None:
    assert callers(tmp_path, body) == expected
