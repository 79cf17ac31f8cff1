"""Parsing: what is a syntax error, with a tree and without."""

from __future__ import annotations

import pytest

from looplint.model.parsing import parse, syntax_error
from looplint.model.source import Source, SourceError

DEEP = 3000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "x = '\\d'\n",
        "def f(x):\n    global x\n",
        "nonlocal x\n",
        "def f(a, a): pass\n",
        "x = 1\nglobal x\n",
        "class C:\n    [(yield) for x in y]\n",
        "return 1\n",
        "await x\n",
        "from __future__ import braces\n",
        "def broken(:\n",
        "x = (\n",
        "if 1:\nx\n",
        "print 1\n",
        f"x = {'(' * DEEP}{')' * DEEP}\n",
        f"x = {'-' * DEEP}1\n",
        f"x = {'+'.join('1' * DEEP)}\n",
        f"x{'.y' * DEEP}\n",
        f"x{'()' * DEEP}\n",
    ],
)
def test_without_a_tree_the_same_is_wrong(text: str) -> None:
    source = Source.from_bytes(text.encode(), "x.py")
    error = syntax_error(source)
    if error is None:
        assert parse(source)
    else:
        with pytest.raises(SourceError) as caught:
            parse(source)
        assert (caught.value.args, caught.value.message) == (error.args, error.message)


def test_warnings_of_the_parser_are_not_shown(recwarn: pytest.WarningsRecorder) -> None:
    source = Source.from_bytes(b"x = '\\d'\n", "x.py")
    assert syntax_error(source) is None
    assert parse(source).body
    assert not recwarn.list
