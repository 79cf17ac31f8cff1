"""Finding objects by path."""

from __future__ import annotations

import asyncio
import os.path

import pytest
import sample_library

from looplint.knowledge.makers.look_up import attempt, find_aliases, nearest_class, resolve


def test_paths() -> None:
    assert resolve("asyncio.Queue") is asyncio.Queue
    assert resolve("asyncio.Queue.get") is asyncio.Queue.get
    assert resolve("os.path.join") is os.path.join
    with pytest.raises(ImportError):
        resolve("no_such_module.Class")
    with pytest.raises(AttributeError):
        resolve("asyncio.NoSuchClass")


def test_aliases_are_other_public_names_of_the_same_object() -> None:
    assert find_aliases(sample_library.Client, {"sample_library"}, "sample_library.Client") == ["sample_library.Alias"]
    assert "asyncio.queues.Queue" in find_aliases(asyncio.Queue, {"asyncio"}, "asyncio.Queue")


def test_the_class_that_a_type_checking_import_meant() -> None:
    assert nearest_class("Queue", "asyncio.somewhere") is asyncio.Queue
    assert nearest_class("NoSuchClass", "asyncio.somewhere") is None


def test_attempts_do_not_raise() -> None:
    assert attempt(int, "x", default=7) == 7
    assert attempt(int, "3", default=7) == 3
