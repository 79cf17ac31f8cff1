from __future__ import annotations

import asyncio
import functools
import inspect

from looplint.knowledge.sync_wrappers import SYNC_WRAPPERS
from looplint.project.code.decorating import KEEPS


def test_those_of_the_standard_library_hide_a_coroutine() -> None:
    async def answer() -> int:
        return 42

    for name in ("cache", "lru_cache"):
        assert f"functools.{name}" in SYNC_WRAPPERS
        wrapped = getattr(functools, name)(answer)
        assert not inspect.iscoroutinefunction(wrapped)
        assert asyncio.run(wrapped()) == 42


def test_no_decorator_both_keeps_and_hides() -> None:
    assert not KEEPS & SYNC_WRAPPERS.keys()
