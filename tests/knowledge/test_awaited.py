"""The table of names: it agrees with itself and with the catalogue."""

from __future__ import annotations

import typing
from collections import Counter

import pytest

from looplint.knowledge import clients as catalogue
from looplint.knowledge.awaited import NameKind, awaited_name, kind_of_name, names
from looplint.knowledge.clients import client
from looplint.knowledge.data import CLIENTS, read_json

PATHS = [path for root in sorted(catalogue.roots()) for path in read_json(CLIENTS / f"{root}.json")["clients"]]


def test_every_name_reads() -> None:
    for name in names():
        found = awaited_name(name)
        assert found is not None
        assert name.isidentifier()
        assert found.kind in typing.get_args(NameKind)
        assert found.kind == kind_of_name(name)


def test_the_table_is_as_large_as_it_was() -> None:
    counts: Counter[str | None] = Counter(kind_of_name(name) for name in names())
    least = {"awaited": 350, "awaited_single": 65, "async_iterated": 30, "sync": 55, "ambiguous": 90}
    assert all(counts[kind] >= number for kind, number in least.items())


def test_a_name_awaited_everywhere_is_plain_on_no_async_class_that_lists_it() -> None:
    for path in PATHS:
        found = client(path)
        assert found is not None
        for name in found.entry.get("sync_methods", ()):
            assert kind_of_name(name) not in ("awaited", "async_iterated"), (path, name)


def test_a_name_sync_everywhere_is_awaitable_on_no_class_that_lists_it() -> None:
    for path in PATHS:
        found = client(path)
        assert found is not None
        for name in (*found.entry.get("coroutines", ()), *found.entry.get("awaitable", ())):
            assert kind_of_name(name) != "sync", (path, name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ainvoke", "awaited"),
        ("readexactly", "awaited"),
        ("answer_callback_query", "awaited"),
        ("astream_log", "async_iterated"),
        ("raise_for_status", "sync"),
        ("apply_async", "sync"),
        ("put_nowait", "sync"),
        ("json", "ambiguous"),
        ("close", "ambiguous"),
        ("sync_to_async", "ambiguous"),
        ("nobody_has_this", None),
    ],
)
def test_examples(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


def test_aclose_is_awaited_but_for_one_class() -> None:
    aclose, ainvoke = awaited_name("aclose"), awaited_name("ainvoke")
    assert aclose is not None
    assert ainvoke is not None
    assert (aclose.kind, aclose.nearly_awaited) == ("ambiguous", True)
    assert aclose.sync_in == ("postgrest.SyncPostgrestClient",)
    assert ainvoke.libraries == ("langchain", "langgraph")
    assert not ainvoke.nearly_awaited
