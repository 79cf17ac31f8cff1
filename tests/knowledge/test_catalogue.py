"""The reading rules of an entry, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looplint.knowledge.catalogue import Client, label_in, matches

NAMES = st.sampled_from(["get", "put", "a_iter", "b_iter", "chain.get", "chain.a_iter", "other.get", "_get"])
PATTERNS = st.lists(st.sampled_from(["get", "put", "*_iter", "*", "chain.*", "a_*"]), max_size=3)
LISTS = (
    *("awaitable", "sync_methods", "coroutines", "futures", "async_for", "async_with", "await_or_with"),
    *("await_or_for", "unknown", "unstable"),
)


def make(**entry: Any) -> Client:
    return Client("package.Client", {"distribution": "d", **entry})  # type: ignore[typeddict-item]


def test_a_client_is_a_value() -> None:
    assert make(kind="sync") == make(kind="sync")
    assert len({make(kind="sync"), make(kind="sync")}) == 1
    assert repr(make(kind="sync")) == "Client(path='package.Client')"


def test_the_default_is_the_kind() -> None:
    assert make(kind="sync").kind_of("get") == "sync"
    assert make(kind="async").kind_of("get") == "coroutine"
    assert make(kind="async", coroutines=["put"]).kind_of("get") == "unknown"
    assert make(kind="async", coroutines=["put"]).kind_of("put") == "coroutine"


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("sync_methods", "sync"),
        ("futures", "future"),
        ("async_for", "async_for"),
        ("async_with", "async_with"),
        ("await_or_with", "await_or_with"),
        ("await_or_for", "await_or_for"),
        ("unknown", "unknown"),
        ("unstable", "unknown"),
    ],
)
def test_exceptions_by_name_and_by_glob(key: str, label: str) -> None:
    assert make(kind="async", **{key: ["get"]}).kind_of("get") == label
    assert make(kind="async", **{key: ["*_iter"]}).kind_of("a_iter") == label
    assert make(kind="async", **{key: ["*_iter"]}).kind_of("get") == "coroutine"


def test_names_win_over_globs() -> None:
    client = make(kind="async", sync_methods=["*_iter"], async_for=["a_iter"], awaitable=["b_iter"])
    assert client.kind_of("a_iter") == "async_for"
    assert client.kind_of("b_iter") == "coroutine"
    assert client.kind_of("c_iter") == "sync"


def test_private_names_and_unlisted_chains_say_nothing() -> None:
    client = make(kind="async", namespaces=["chain"], sync_methods=["chain.close"])
    assert client.kind_of("_get") == "unknown"
    assert client.kind_of("other.get") == "unknown"
    assert client.kind_of("chain.get") == "coroutine"
    assert client.kind_of("chain.close") == "sync"


def test_flags() -> None:
    assert make(kind="async").flagged("get")
    assert not make(kind="async", unflagged=["*"]).flagged("get")
    assert make(kind="async", flagged=["get"]).flagged("get")
    assert not make(kind="async", flagged=["get"]).flagged("put")
    assert not make(kind="async", futures=["get"]).flagged("get")
    assert not make(kind="sync").flagged("get")


def test_what_blocks() -> None:
    assert make(kind="sync").blocks("get")
    assert not make(kind="sync", blocking=[]).blocks("get")
    assert make(kind="sync", blocking=["get"]).blocks("get")
    assert not make(kind="sync", nonblocking=["get"]).blocks("get")
    assert not make(kind="sync", awaitable=["get"]).blocks("get")
    assert not make(kind="async").blocks("get")


def test_both_faces_on_one_class() -> None:
    client = make(kind="sync", pair="a{}|{}_async", awaitable=["aget", "chain.put_async"], namespaces=["chain"])
    assert (client.twin_method("get"), client.blocks("get")) == ("aget", True)
    assert (client.twin_method("chain.put"), client.blocks("chain.put")) == ("chain.put_async", True)
    assert (client.twin_method("other"), client.blocks("other")) == (None, False)
    assert client.twin_method("aget") is None


def test_the_twin_elsewhere() -> None:
    client = make(kind="sync", twin="other.AsyncClient", rename={"close": "aclose"})
    assert (client.twin_method("close"), client.twin_method("get")) == ("aclose", "get")
    assert make(kind="sync").twin_method("get") is None


@given(st.sampled_from(["sync", "async"]), st.dictionaries(st.sampled_from(LISTS), PATTERNS, max_size=4), NAMES)
def test_answers_never_contradict_each_other(kind: str, lists: dict[str, list[str]], name: str) -> None:
    client = make(kind=kind, namespaces=["chain"], **lists)
    label = client.kind_of(name)
    assert not (client.flagged(name) and label != "coroutine")
    assert not (client.blocks(name) and label != "sync")
    if name.startswith(("_", "other.")):
        assert label == "unknown"


def test_globs_match_dots_too() -> None:
    assert matches(["*.get"], "a.b.get")
    assert matches(["get"], "get")
    assert not matches(["ge?"], "get")


def test_function_tables() -> None:
    table = {"distribution": "d", "sync": ["run"], "coroutines": ["sleep"], "unsettled": ["embed"]}
    assert [label_in(table, name) for name in ("run", "sleep", "embed", "d", "gone")] == [
        "sync",
        "coroutine",
        "unknown",
        None,
        None,
    ]
