"""Clients of the configuration: read, refused, looked up beside those that ship."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomli

from looplint.knowledge import clients
from looplint.knowledge.catalogue import Entry
from looplint.knowledge.own_clients import OwnClientError, own_entries, own_roots, read_own_clients

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "clients.md"
OWN: dict[str, dict[str, object]] = {
    "acme.search.Client": {
        "kind": "sync",
        "twin": "acme.search.AsyncClient",
        "aliases": ["acme.Client"],
        "factories": ["shop.deps.get_client"],
        "blocking": ["search", "index_*"],
        "enters": ["with"],
        "close": ["with", "close()"],
    },
    "acme.search.AsyncClient": {"kind": "async", "sync_methods": ["configure"], "warns_unclosed": True},
}


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    clients.use_own("")


def test_entries_are_read() -> None:
    text = read_own_clients(OWN)
    assert own_entries(text)["acme.search.Client"] == {**OWN["acme.search.Client"], "distribution": "acme"}
    assert own_roots(text) == {"acme", "shop"}
    assert read_own_clients({}) == ""
    assert own_roots("") == frozenset()


def test_equal_tables_give_equal_texts() -> None:
    assert read_own_clients(OWN) == read_own_clients(dict(reversed([*OWN.items()])))


def test_a_path_may_be_written_as_tables() -> None:
    nested = {"acme": {"search": {"Client": {"kind": "sync"}, "AsyncClient": {"kind": "async"}}}}
    assert set(own_entries(read_own_clients(nested))) == {"acme.search.Client", "acme.search.AsyncClient"}


@pytest.mark.parametrize(
    ("table", "path", "message"),
    [
        ([], (), "must be a table of classes"),
        ({"acme.Client": "sync"}, ("acme.Client",), "`acme.Client` must be a table"),
        ({"Client": {"kind": "sync"}}, ("Client",), "`Client` is no dotted path of a class"),
        ({"acme.Client": {}}, ("acme.Client",), "`acme.Client`: `kind` must be given"),
        ({"acme": {"Client": {"twin": "x.Y"}}}, ("acme", "Client"), "`kind` must be given"),
        ({"acme.Client": {"kind": "both"}}, ("acme.Client", "kind"), "`kind` must be one of sync, async"),
        ({"acme.C": {"kind": "sync", "blockin": []}}, ("acme.C", "blockin"), "did you mean `blocking`"),
        ({"acme.C": {"kind": "sync", "distribution": "x"}}, ("acme.C", "distribution"), "unknown key"),
        ({"acme.C": {"kind": "sync", "blocking": "get"}}, ("acme.C", "blocking"), "must be a list of strings"),
        ({"acme.C": {"kind": "sync", "twin": 1}}, ("acme.C", "twin"), "must be a string"),
        ({"acme.C": {"kind": "sync", "rename": []}}, ("acme.C", "rename"), "must be a table of strings"),
        ({"acme.C": {"kind": "sync", "dynamic": 1}}, ("acme.C", "dynamic"), "must be true or false"),
        ({"acme.C": {"kind": "sync", "pair": "a"}}, ("acme.C", "pair"), 'must hold "{}"'),
        ({"acme.C": {"kind": "sync", "enters": ["by"]}}, ("acme.C", "enters"), "must hold nothing but with and async"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(table: object, path: tuple[str, ...], message: str) -> None:
    with pytest.raises(OwnClientError) as caught:
        read_own_clients(table)
    assert caught.value.path == path
    assert message in str(caught.value)


def test_they_are_looked_up_like_the_others() -> None:
    assert not clients.is_client_module("acme")
    clients.use_own(read_own_clients(OWN))
    assert clients.is_client_module("acme")
    assert {"acme", "shop", "redis"} <= clients.roots()
    found = clients.client("acme.Client")
    assert found is not None
    assert found.path == "acme.search.Client"
    assert found.blocks("index_rows")
    assert not found.blocks("close")
    assert clients.same_distribution_twin(found) == "acme.search.AsyncClient"
    assert found.enters == frozenset({"with"})
    assert clients.distribution(found).version == ""
    product = clients.factory("shop.deps.get_client")
    assert product is not None
    assert product.client == found
    twin = clients.client("acme.search.AsyncClient")
    assert twin is not None
    assert (twin.kind_of("search"), twin.kind_of("configure")) == ("coroutine", "sync")
    assert twin.enters is None
    clients.use_own("")
    assert clients.client("acme.Client") is None


def test_an_entry_replaces_one_that_ships() -> None:
    clients.use_own(read_own_clients({"redis.Redis": {"kind": "async"}}))
    found = clients.client("redis.Redis")
    assert found is not None
    assert found.kind == "async"
    assert clients.client("redis.asyncio.Redis") is not None
    clients.use_own("")
    shipped = clients.client("redis.Redis")
    assert shipped is not None
    assert shipped.kind == "sync"


def test_the_documentation_explains_every_word() -> None:
    text = DOCUMENTATION.read_text("utf-8")
    words = set(Entry.__annotations__) - {"distribution"}
    assert {word for word in words if f"`{word}`" not in text} == set()


def test_the_example_of_the_documentation_is_read() -> None:
    example = DOCUMENTATION.read_text("utf-8").split("```toml")[1].split("```")[0]
    text = read_own_clients(tomli.loads(example)["tool"]["looplint"]["clients"])
    assert set(own_entries(text)) == {"acme.search.SearchClient", "acme.search.AsyncSearchClient"}
