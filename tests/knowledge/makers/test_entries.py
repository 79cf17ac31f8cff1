"""From natures to an entry."""

from __future__ import annotations

from typing import Any

from looplint.knowledge.makers.entries import by_hand, entry_of
from looplint.knowledge.makers.natures import Library


def library(path: str, kind: str, natures: dict[str, str], **more: Any) -> Library:
    description = {
        "kind": kind,
        "origin": path,
        "special": more.get("special", []),
        "aliases": more.get("aliases", []),
        "namespaces": more.get("namespaces", {}),
        "warns_unclosed": more.get("warns", False),
        "members": {name: {"nature": nature} for name, nature in natures.items()} | more.get("members", {}),
    }
    return Library({path: description}, {path: natures}, {path: more.get("undecided", [])}, more.get("below", {}))


def entry(path: str, kind: str, natures: dict[str, str], **more: Any) -> dict[str, Any]:
    return entry_of(library(path, kind, natures, **more), path, Library())


def test_the_minority_is_listed() -> None:
    many = {f"m{number}": "coroutine" for number in range(9)}
    assert entry("x.C", "async", {**many, "name": "sync"}) == {
        "kind": "async",
        "distribution": None,
        "sync_methods": ["name"],
        "enters": [],
    }
    plain = dict.fromkeys(many, "sync")
    assert entry("x.C", "async", {**plain, "get": "coroutine"})["coroutines"] == ["get"]


def test_what_a_spec_would_miss_is_listed_the_shorter_way() -> None:
    flagged = dict.fromkeys(("one", "two", "three"), "coroutine")
    assert entry("x.C", "async", {**flagged, "get": "awaitable"})["unflagged"] == ["get"]
    hidden = dict.fromkeys(("one", "two", "three"), "awaitable")
    assert entry("x.C", "async", {**hidden, "get": "coroutine"})["flagged"] == ["get"]
    assert entry("x.C", "async", hidden)["unflagged"] == ["*"]


def test_what_nobody_can_tell_is_said() -> None:
    assert entry("x.C", "async", {"get": "coroutine", "odd": "dual"})["unknown"] == ["odd"]
    assert entry("x.C", "async", {"get": "coroutine", "odd": "sync"}, undecided=["odd"])["unknown"] == ["odd"]


def test_ways_to_close() -> None:
    both = ["__enter__", "__aenter__"]
    assert entry("x.C", "async", {"aclose": "coroutine"}, special=both)["close"] == ["async with", "await aclose()"]
    assert entry("x.C", "sync", {"close": "sync"}, special=both)["close"] == ["with", "close()"]
    assert entry("x.C", "sync", {"close": "sync"}, special=["__aenter__"])["close"] == ["async with", "close()"]
    assert entry("x.C", "sync", {}, warns=True)["warns_unclosed"]


def test_the_statements_that_enter_it() -> None:
    assert entry("x.C", "async", {}, special=["__aenter__"])["enters"] == ["async with"]
    assert entry("x.C", "sync", {}, special=["__enter__", "__aenter__"])["enters"] == ["with", "async with"]
    assert entry("x.C", "sync", {})["enters"] == []
    assert entry("asyncio.StreamWriter", "async", {"close": "sync"})["close"] == ["close() + await wait_closed()"]


def test_both_faces_on_one_class_pair_up() -> None:
    natures = {"invoke": "sync", "ainvoke": "coroutine", "name": "sync", "astream": "async_for", "stream": "sync"}
    made = entry("langchain_core.runnables.Runnable", "sync", natures)
    assert made["pair"] == "a{}"
    assert made["nonblocking"] == ["name"]
    assert (made["awaitable"], made["async_for"]) == (["ainvoke"], ["astream"])


def test_namespaces_with_both_faces() -> None:
    below = {"sync:x.Chat": {"complete": "sync", "complete_async": "coroutine"}, "sync:x.Plain": {"get": "sync"}}
    chains = {"chat": "sync:x.Chat", "plain": "sync:x.Plain"}
    made = entry("x.C", "sync", {"get": "sync"}, namespaces=chains, below=below)
    assert made["namespaces"] == ["chat"]
    assert made["awaitable"] == ["chat.complete_async"]


def test_patterns_say_what_blocks_where_there_is_no_twin() -> None:
    made = entry("subprocess.Popen", "sync", {"wait": "sync", "communicate": "sync", "poll": "sync", "kill": "sync"})
    assert made["blocking"] == ["communicate", "wait"]
    assert entry("httpx.Response", "sync", {"json": "sync"})["blocking"] == []


def test_factories_are_those_known_and_those_found() -> None:
    found = {"from_url": {"nature": "sync", "why": "returns-self", "bind": "class"}}
    assert entry("x.C", "sync", {}, members=found)["factories"] == ["x.C.from_url"]
    made = entry("redis.Redis", "sync", {}, members=found)["factories"]
    assert made == ["redis.from_url", "redis.Redis.from_url", "redis.Redis.from_pool"]


def test_what_is_written_by_hand_replaces_what_was_made() -> None:
    made = by_hand("botocore.client.BaseClient", {"kind": "sync", "blocking": ["x"]})
    assert "blocking" not in made
    assert made["dynamic"] is True
    assert by_hand("threading.RLock", {})["distribution"] == "stdlib"
    assert by_hand("x.C", {"kind": "sync"}) == {"kind": "sync"}
