"""Which functions could make certain calls."""

from __future__ import annotations

import re

import pytest

from looplint.project.code.helper_texts import Spelling, callers

SPELLING = Spelling(call=re.compile(rb"go\s*\("), renamed=re.compile(rb"\.go$|go as (?!far)", re.MULTILINE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def a():\n    go()\ndef b(): ...\n", {"a"}),
        ("def a():\n    def b():\n        go()\n    b()\n", {"a", "b"}),
        ("class C:\n    def a(self):\n        go()\n    def b(self): ...\n", {"a"}),
        ("async def a():\n    go()\n", set()),
        ("async def a():\n    def b():\n        go()\n", {"b"}),
        ("def a(\n    x,\n):\n    go()\n", {"a"}),
        ('def a():\n    x = """\ndef b(): ...\n"""\n    go()\n', {"a"}),
        ("def a(): ...\nx = go()\n", {"a"}),
        ("def a(): ...\n", set()),
        ("x = go()\n", set()),
        ("def a():\n    # it may go as far as that\n    pass\n", set()),
        ("\fdef a():\n    go()\n", {"a"}),
        ("def \\\n    a():\n    go()\n", {"a"}),
        ("def führe_aus():\n    go()\n", {"führe_aus"}),
        ("def a():\r\n    go()\r\n", {"a"}),
        ("def a():\r    go()\r", None),
        ("from engine import go as start\ndef a():\n    start()\n", None),
        ("from engine import (\n    go as start,\n)\ndef a():\n    start()\n", None),
        ("start = engine.go\ndef a():\n    start()\n", None),
        ('def a():\n    """go()"""\nx = """\n"""\ny = "\'\'\'"\n', None),
    ],
)
def test_who_may_call(text: str, expected: set[str] | None) -> None:
    assert callers(text.encode(), SPELLING) == expected
