"""The nature of one callable, on a library that has one of each."""

from __future__ import annotations

import asyncio
import queue

import pytest
import sample_library
from sample_library import Client

from looplint.knowledge.makers.classify import classify, classify_member, is_flagged


@pytest.mark.parametrize(
    ("name", "nature", "why"),
    [
        ("get", "coroutine", "flag"),
        ("ping", "coroutine", "flag"),
        ("scan", "async_for", "flag"),
        ("session", "async_with", "wrapped"),
        ("delegated", "awaitable", "delegate"),
        ("promised", "awaitable", "annotation"),
        ("union", "dual", "annotation"),
        ("task", "future", "annotation"),
        ("pipeline", "await_or_with", "annotation"),
        ("list", "await_or_for", "annotation"),
        ("chained", "sync", "returns-self"),
        ("from_url", "sync", "returns-self"),
        ("plain", "sync", "flag"),
        ("many", "sync", "flag"),
        ("hidden", "sync", "flag"),
        ("typed", "property", None),
        ("height", "awaited property", None),
        ("constant", "attribute", None),
        ("Inner", "attribute", None),
    ],
)
def test_each_nature(name: str, nature: str, why: str | None) -> None:
    verdict = classify_member(Client, name)
    assert (verdict["nature"], verdict.get("why")) == (nature, why)


def test_what_is_known_besides() -> None:
    assert classify_member(Client, "from_url")["bind"] == "class"
    assert classify_member(Client, "ping")["bind"] == "static"
    assert classify_member(Client, "typed")["type"] == "sample_library.Resource"
    assert classify_member(Client, "hidden")["weak"] is True
    assert classify_member(Client, "plain")["weak"] is False
    assert classify_member(Client, "raising")["bare"] is False


def test_the_standard_library() -> None:
    assert classify_member(asyncio.Queue, "get")["nature"] == "coroutine"
    assert classify_member(asyncio.Queue, "put_nowait")["nature"] == "sync"
    assert classify_member(queue.Queue, "get")["nature"] == "sync"
    assert classify(asyncio.sleep)["nature"] == "coroutine"
    assert classify(len) == {"nature": "sync", "why": "native"}


def test_flags_are_what_mock_asks() -> None:
    assert is_flagged(Client.get)
    assert not is_flagged(Client.delegated)
    assert not is_flagged(sample_library)
