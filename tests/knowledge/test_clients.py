"""The catalogue that ships: laws over all of it, and what surprises people as examples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from looplint.knowledge import clients as catalogue
from looplint.knowledge.catalogue import Client
from looplint.knowledge.clients import (
    client,
    factory,
    function_kind,
    is_client_module,
    may_cross_threads,
    same_distribution_twin,
)
from looplint.knowledge.data import CLIENTS, read_json

if TYPE_CHECKING:
    from pathlib import Path

LABELS = {"sync", "coroutine", "future", "async_for", "async_with", "await_or_with", "await_or_for", "unknown"}
EXCLUSIVE = (
    "sync_methods",
    "coroutines",
    "awaitable",
    "futures",
    "async_for",
    "async_with",
    "await_or_with",
    "await_or_for",
)
LISTS = (*EXCLUSIVE, "blocking", "nonblocking", "unflagged", "flagged", "unknown", "unstable", "legacy", "await_props")
SHARDS = {path.stem: read_json(path) for path in sorted(CLIENTS.glob("*.json")) if not path.stem.startswith("_")}
ENTRIES: dict[str, dict[str, Any]] = {p: entry for shard in SHARDS.values() for p, entry in shard["clients"].items()}
FUNCTIONS: dict[str, dict[str, Any]] = {
    m: t for shard in SHARDS.values() for m, t in shard.get("functions", {}).items()
}


def names(entry: dict[str, Any]) -> set[str]:
    return {name for key in LISTS for name in entry.get(key, ())}


class TestLaws:
    def test_the_catalogue_is_as_large_as_it_was(self) -> None:
        assert len(ENTRIES) >= 668
        assert len(FUNCTIONS) >= 66

    def test_every_class_reads(self) -> None:
        for path, entry in ENTRIES.items():
            found = client(path)
            assert found is not None
            assert found.path == path
            assert found.kind == entry["kind"] in ("sync", "async")
            assert catalogue.distribution(found).version

    def test_every_alias_and_subclass_resolves(self) -> None:
        for path, entry in ENTRIES.items():
            for alias in entry.get("aliases", ()):
                found = client(alias)
                assert found is not None, alias
                assert found.path == path, alias
            for subclass in entry.get("subclasses", ()):
                assert client(subclass) is not None, subclass

    def test_a_shard_holds_its_import_only_and_is_in_the_index(self) -> None:
        assert frozenset(SHARDS) == catalogue.roots()
        for root, shard in SHARDS.items():
            assert is_client_module(root)
            for dotted in (*shard["clients"], *shard.get("functions", ())):
                assert dotted.partition(".")[0] == root

    def test_whatever_is_referred_to_is_there(self) -> None:
        for path, entry in ENTRIES.items():
            for dotted in (*entry.get("attributes", {}).values(), entry.get("item", path), entry.get("twin", path)):
                assert client(dotted) is not None, (path, dotted)

    def test_labels_are_exclusive(self) -> None:
        for path, entry in ENTRIES.items():
            seen: dict[str, str] = {}
            for key in EXCLUSIVE:
                for name in entry.get(key, ()):
                    assert seen.setdefault(name, key) == key, (path, name)
            assert not ("flagged" in entry and "unflagged" in entry), path
            assert not ("blocking" in entry and "nonblocking" in entry), path

    def test_each_kind_uses_its_own_lists(self) -> None:
        for path, entry in ENTRIES.items():
            foreign = (
                ("sync_methods", "coroutines", "flagged", "unflagged")
                if entry["kind"] == "sync"
                else ("blocking", "nonblocking", "awaitable", "pair", "rename")
            )
            assert not [key for key in foreign if key in entry], path

    def test_every_name_has_a_label(self) -> None:
        for path, entry in ENTRIES.items():
            found = client(path)
            assert found is not None
            for name in names(entry):
                assert found.kind_of(name) in LABELS
                assert not (found.blocks(name) and found.kind_of(name) != "sync")
                assert not (found.flagged(name) and found.kind_of(name) != "coroutine")

    def test_every_factory_leads_to_its_class(self) -> None:
        for path, entry in ENTRIES.items():
            for spelling in entry.get("factories", ()):
                prefix, _, target = spelling.rpartition(" ")
                product = factory(target, prefix)
                assert product is not None, target
                assert (product.client.path, product.prefix) == (path, prefix)

    def test_every_function_has_a_kind(self) -> None:
        for module, table in FUNCTIONS.items():
            for key, listed in table.items():
                for name in listed if key != "distribution" else ():
                    assert function_kind(f"{module}.{name}") in LABELS, (module, name)

    def test_no_shard_is_large(self) -> None:
        assert all((CLIENTS / f"{root}.json").stat().st_size < 64_000 for root in SHARDS)

    def test_the_data_names_no_place_of_the_machine_that_made_it(self) -> None:
        text = json.dumps(SHARDS)
        assert not [word for word in ("/home", "/root", "/tmp", "/usr", "site-packages") if word in text]


class TestNothingIsReadThatIsNotAskedFor:
    def test_a_name_of_an_unknown_import_opens_no_shard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[str] = []

        def noted(path: Path) -> dict[str, Any]:
            read.append(path.name)
            return read_json(path)

        monkeypatch.setattr(catalogue, "read_json", noted)
        catalogue._index.cache_clear()
        catalogue._shard.cache_clear()
        assert client("nowhere.Client") is None
        assert factory("nowhere.connect") is None
        assert function_kind("nowhere.connect") is None
        assert read == ["_index.json"]
        assert client("redis.Redis") is not None
        assert client("redis.asyncio.Redis") is not None
        assert read == ["_index.json", "redis.json"]


@pytest.mark.parametrize(
    ("path", "method", "label"),
    [
        ("redis.asyncio.Redis", "get", "coroutine"),
        ("redis.asyncio.Redis", "pipeline", "await_or_with"),
        ("redis.asyncio.Redis", "pubsub", "async_with"),
        ("redis.asyncio.Redis", "scan_iter", "async_for"),
        ("redis.asyncio.Redis", "hscan_iter", "async_for"),
        ("redis.asyncio.Redis", "register_script", "sync"),
        ("redis.StrictRedis", "get", "sync"),
        ("qdrant_client.AsyncQdrantClient", "query_points", "coroutine"),
        ("qdrant_client.AsyncQdrantClient", "upload_points", "sync"),
        ("qdrant_client.AsyncQdrantClient", "upload_collection", "sync"),
        ("qdrant_client.QdrantClient", "search", "sync"),
        ("sqlalchemy.ext.asyncio.AsyncSession", "add", "sync"),
        ("sqlalchemy.ext.asyncio.AsyncSession", "expunge", "sync"),
        ("sqlalchemy.ext.asyncio.AsyncSession", "delete", "coroutine"),
        ("sqlalchemy.ext.asyncio.AsyncSession", "execute", "coroutine"),
        ("httpx.Response", "raise_for_status", "sync"),
        ("requests.Response", "raise_for_status", "sync"),
        ("aiohttp.ClientResponse", "raise_for_status", "sync"),
        ("aiohttp.ClientResponse", "json", "coroutine"),
        ("httpx.Response", "json", "sync"),
        ("aiohttp.ClientSession", "get", "await_or_with"),
        ("httpx.AsyncClient", "stream", "async_with"),
        ("httpx.AsyncClient", "aclose", "coroutine"),
        ("asyncpg.Pool", "terminate", "sync"),
        ("asyncpg.Pool", "close", "coroutine"),
        ("openai.AsyncOpenAI", "chat.completions.create", "coroutine"),
        ("openai.AsyncOpenAI", "chat.nowhere.create", "unknown"),
        ("postgrest.SyncPostgrestClient", "aclose", "sync"),
        ("motor.motor_asyncio.AsyncIOMotorCollection", "insert_one", "future"),
        ("mem0.AsyncMemory", "close", "sync"),
        ("aiokafka.AIOKafkaConsumer", "subscribe", "sync"),
        ("confluent_kafka.aio.AIOConsumer", "subscribe", "coroutine"),
        ("apscheduler.schedulers.asyncio.AsyncIOScheduler", "start", "sync"),
        ("asyncio.Queue", "put_nowait", "sync"),
        ("asyncio.Queue", "get", "coroutine"),
        ("asyncio.TaskGroup", "create_task", "future"),
        ("anyio.abc.TaskGroup", "start_soon", "future"),
        ("langchain_core.language_models.BaseChatModel", "ainvoke", "coroutine"),
        ("langchain_core.language_models.BaseChatModel", "astream", "async_for"),
        ("langchain_core.language_models.BaseChatModel", "invoke", "sync"),
        ("redis.Redis", "_private", "unknown"),
    ],
)
def test_surprises(path: str, method: str, label: str) -> None:
    found = client(path)
    assert found is not None
    assert found.kind_of(method) == label


def test_awaitable_methods_that_a_spec_takes_for_sync() -> None:
    redis, orm = client("redis.asyncio.Redis"), client("sqlalchemy.ext.asyncio.AsyncSession")
    openai = client("openai.AsyncOpenAI")
    assert redis is not None
    assert orm is not None
    assert openai is not None
    assert not redis.flagged("get")
    assert redis.flagged("aclose")
    assert orm.flagged("execute")
    assert not openai.flagged("chat.completions.create")
    assert openai.flagged("embeddings.create")


def test_twins() -> None:
    redis, requests = client("redis.Redis"), client("requests.Session")
    model, boto = client("langchain_openai.ChatOpenAI"), client("boto3.session.Session")
    assert redis is not None
    assert requests is not None
    assert model is not None
    assert boto is not None
    assert same_distribution_twin(redis) == "redis.asyncio.Redis"
    assert redis.twin_method("get") == "get"
    assert (requests.twin, same_distribution_twin(requests)) == ("aiohttp.ClientSession", None)
    assert (model.twin, model.twin_method("invoke"), model.blocks("invoke")) == (None, "ainvoke", True)
    httpx = client("httpx.Client")
    assert httpx is not None
    assert (httpx.twin_method("close"), httpx.twin_method("get")) == ("aclose", "get")
    assert boto.twin == "aioboto3.session.Session"
    assert same_distribution_twin(boto) is None
    for elsewhere in ("other.AsyncClient", "package.Nowhere"):
        mine = Client("package.Client", {"distribution": "d", "kind": "sync", "twin": elsewhere})
        assert same_distribution_twin(mine) is None


def test_ways_to_close() -> None:
    motor, redis = client("motor.motor_asyncio.AsyncIOMotorClient"), client("redis.asyncio.Redis")
    assert motor is not None
    assert redis is not None
    assert motor.close == ("close()",)
    assert redis.close == ("async with", "await aclose()")
    assert redis.warns_unclosed


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("httpx.AsyncClient", {"async with"}),
        ("httpx.Client", {"with"}),
        ("aiohttp.ClientSession", {"async with"}),  # its `__enter__` only raises
        ("trio.MemorySendChannel", {"with", "async with"}),
        ("qdrant_client.AsyncQdrantClient", set()),
        ("threading.Lock", {"with"}),
        ("crewai.Crew", None),
    ],
)
def test_statements_that_enter(path: str, words: set[str] | None) -> None:
    found = client(path)
    assert found is not None
    assert found.enters == words


def test_factories() -> None:
    def give(dotted: str, prefix: catalogue.Prefix | None = None) -> tuple[str, str] | None:
        product = factory(dotted, prefix)
        return product and (product.client.path, product.prefix)

    assert give("asyncpg.create_pool") == ("asyncpg.Pool", "await")
    assert give("boto3.client") == ("botocore.client.BaseClient", "")
    assert give("builtins.open") == ("io.TextIOWrapper", "")
    assert give("redis.StrictRedis.from_url") == ("redis.Redis", "")
    assert give("playwright.sync_api.sync_playwright") == ("playwright.sync_api.Playwright", "with")
    assert give("gql.Client") is None
    assert give("gql.Client", "async with") == ("gql.client.AsyncClientSession", "async with")
    assert give("redis.Redis.nothing") is None


def test_functions() -> None:
    assert function_kind("asyncpg.connect") == "coroutine"
    assert function_kind("asyncio.create_task") == "future"
    assert function_kind("aiosqlite.connect") == "await_or_with"
    assert function_kind("litellm.embedding") == "unknown"
    assert function_kind("redis.from_url") == "sync"
    assert function_kind("redis.asyncio.from_url") == "await_or_with"
    assert function_kind("asyncio.nothing") is None
    assert catalogue.function_raises_in_loop("playwright.sync_api.sync_playwright")
    assert not catalogue.function_raises_in_loop("time.sleep")


@pytest.mark.parametrize(
    ("path", "method", "may"),
    [
        ("redis.Redis", "get", True),
        ("qdrant_client.QdrantClient", "search", True),
        ("requests.Session", None, True),
        ("redis.Redis", "scan_iter", False),
        ("httpx.Client", "stream", False),
        ("playwright.sync_api.Page", "goto", False),
        ("sqlite3.Connection", "execute", False),
        ("sqlalchemy.orm.Session", "execute", False),
        ("psycopg2.extensions.cursor", "execute", False),
        ("redis.asyncio.Redis", "get", False),
    ],
)
def test_who_may_cross_threads(path: str, method: str | None, may: bool) -> None:
    found = client(path)
    assert found is not None
    assert may_cross_threads(found, method) is may
