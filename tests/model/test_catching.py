"""Errors that are let go around the place where they are raised."""

from __future__ import annotations

from textwrap import indent

import pytest

from looplint.model.catching import lets_go
from looplint.model.facts import Facts
from looplint.model.source import Source

ERRORS = ("builtins.RuntimeError", "builtins.Exception")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x()", False),
        ("try:\n    x()\nexcept RuntimeError:\n    pass", True),
        ("try:\n    x()\nexcept (OSError, Exception):\n    pass", True),
        ("try:\n    x()\nexcept:\n    pass", True),
        ("try:\n    x()\nexcept OSError:\n    pass", False),
        ("try:\n    x()\nexcept RuntimeError:\n    log()\n    raise", False),
        ("try:\n    x()\nexcept RuntimeError:\n    if c:\n        raise", True),
        ("try:\n    pass\nexcept RuntimeError:\n    x()", False),
        ("try:\n    pass\nexcept RuntimeError:\n    pass\nelse:\n    x()", False),
        ("try:\n    x()\nfinally:\n    pass", False),
        ("try:\n    with c:\n        x()\nexcept RuntimeError:\n    pass", True),
        ("with suppress(RuntimeError):\n    x()", True),
        ("with c, suppress(OSError, Exception):\n    x()", True),
        ("with suppress(OSError):\n    x()", False),
        ("with suppress(x()):\n    pass", False),
        ("with pytest.raises(RuntimeError):\n    x()", True),
        ("try:\n    def g():\n        x()\nexcept RuntimeError:\n    pass", False),
        ("try:\n    lambda: x()\nexcept RuntimeError:\n    pass", False),
    ],
)
def test_lets_go(body: str, *, expected: bool) -> None:
    text = f"import pytest\nfrom contextlib import suppress\n\ndef f():\n{indent(body, '    ')}\n"
    facts = Facts.parse(Source.from_bytes(text.encode(), "x.py"))
    (call,) = [call for call in facts.calls if getattr(call.func, "id", "") == "x"]
    assert lets_go(facts, call, ERRORS) is expected
