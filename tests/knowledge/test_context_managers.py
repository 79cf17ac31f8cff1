"""Context managers outside the catalogue: the table is held against the standard library that runs the tests."""

from __future__ import annotations

import contextlib
import threading
import unittest.mock
import warnings

import pytest

from looplint.knowledge.context_managers import BASES, ENTERED_BY_ASYNC_WITH, ENTERED_BY_WITH, entered_by

MADE = {
    "contextlib.AsyncExitStack": contextlib.AsyncExitStack(),
    "contextlib.ExitStack": contextlib.ExitStack(),
    "contextlib.aclosing": contextlib.aclosing(contextlib.AsyncExitStack()),
    "contextlib.closing": contextlib.closing(contextlib.ExitStack()),
    "contextlib.suppress": contextlib.suppress(KeyError),
    "pytest.deprecated_call": pytest.deprecated_call(),
    "pytest.raises": pytest.raises(ValueError, match="x"),
    "pytest.warns": pytest.warns(UserWarning, match="x"),
    "unittest.mock.patch": unittest.mock.patch("threading.Lock"),
    "unittest.mock.patch.dict": unittest.mock.patch.dict({}),
    "unittest.mock.patch.object": unittest.mock.patch.object(threading, "Lock"),
    "warnings.catch_warnings": warnings.catch_warnings(),
}


@pytest.mark.parametrize("name", MADE)
def test_the_table_is_true(name: str) -> None:
    kind = type(MADE[name])
    words = frozenset(
        word for word, method in (("with", "__enter__"), ("async with", "__aenter__")) if hasattr(kind, method)
    )
    assert entered_by(name) == words


def test_nothing_is_listed_twice() -> None:
    assert not ENTERED_BY_WITH & ENTERED_BY_ASYNC_WITH
    assert entered_by("contextlib.nullcontext") is None
    assert set().union(*BASES.values()) == {"with", "async with"}
