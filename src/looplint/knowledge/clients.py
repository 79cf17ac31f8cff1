"""The client catalogue: classes that people mistake for their async (or sync) twin.

One JSON file for each top-level import, so that a file that mentions redis reads what is known of redis and nothing
else; a file that mentions no client reads the small index once. `looplint.knowledge.catalogue` says what an entry means
and where it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from looplint.knowledge.catalogue import Client, Distribution, Kind, Label, label_in, matches
from looplint.knowledge.data import CLIENTS, read_json
from looplint.knowledge.own_clients import own_entries, own_roots

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Client",
    "Distribution",
    "Kind",
    "Label",
    "Prefix",
    "Product",
    "client",
    "distribution",
    "factory",
    "function_kind",
    "function_raises_in_loop",
    "is_client_module",
    "may_cross_threads",
    "roots",
    "use_own",
]

Prefix = Literal["", "await", "with", "async with"]

THREAD_BOUND: Final = (
    "anyio.from_thread.*",
    "duckdb.DuckDBPyConnection",  # one cursor for each thread (DuckDB, "Multiple Python Threads")
    "kafka.KafkaConsumer",  # "The consumer is not thread safe" (kafka-python)
    "mysql.connector.*",  # DB-API threadsafety 1: connections are not shared
    "peewee.*",  # connection state is thread-local: another thread is another transaction
    "pika.*",  # "Pika is not thread safe" (its FAQ)
    "playwright.sync_api.*",  # greenlets of the thread that started it
    "psycopg.Copy",
    "psycopg.Cursor",
    "psycopg2.extensions.*",  # threadsafety 2, but cursors in use and their transaction are not shared
    "pymysql.*",  # threadsafety 1
    "selenium.webdriver.*",  # "WebDriver is not thread-safe" (its FAQ)
    "snowflake.connector.cursor.*",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.engine.MappingResult",
    "sqlalchemy.engine.Result",
    "sqlalchemy.engine.ScalarResult",
    "sqlalchemy.engine.Transaction",
    "sqlalchemy.orm.Session",  # "not safe for concurrent threads" (SQLAlchemy, session basics)
    "sqlalchemy.orm.scoped_session",  # a thread-local registry: another thread is another session
    "sqlite3.*",  # check_same_thread: ProgrammingError in another thread
    "sqlmodel.Session",
    "threading.Condition",  # owned by the thread that took it
    "threading.RLock",
    "zmq.Socket",  # "Do not use or close sockets except in the thread that created them" (zguide)
)
LAZY: Final = ("*_iter", "iter*", "scan", "stream", "stream_*", "*_stream", "streaming_*")


class Product(NamedTuple):
    """What a factory gives, and what must be written before its call to have it."""

    client: Client
    prefix: Prefix


@dataclass(frozen=True, slots=True)
class _Shard:
    """All that is known below one top-level import."""

    clients: Mapping[str, Client]
    aliases: Mapping[str, str]
    functions: Mapping[str, Mapping[str, Any]]
    factories: Mapping[str, tuple[tuple[Prefix, str], ...]]


def use_own(text: str) -> None:
    """From now on, know the clients of a configuration too (`own_clients.read_own_clients`; "": none).

    What is asked of a project is remembered there: one table of clients should govern all of it.
    """
    _Own.text = text


def roots() -> frozenset[str]:
    """The top-level imports that have a shard."""
    return _index().roots | own_roots(_Own.text)


def is_client_module(root: str) -> bool:
    """Does the catalogue know anything below this top-level import ("redis")? Reads the index only, once."""
    return root in _index().roots or (_Own.text != "" and root in own_roots(_Own.text))


def client(dotted: str) -> Client | None:
    """The class at a dotted path, through every import path known for it ("redis.StrictRedis" is "redis.Redis").

    Raises `KnowledgeError` when the data cannot be read.
    """
    shard = _shard_of(dotted)
    if shard is None:
        return None
    found = shard.clients.get(dotted)
    if found is None and dotted in shard.aliases:
        canonical = shard.aliases[dotted]
        return shard.clients.get(canonical) or client(canonical)
    return found


def same_distribution_twin(of: Client) -> str | None:
    """The twin of a class where importing it instead is enough: same distribution and same top-level package.

    Raises `KnowledgeError` when the data cannot be read.
    """
    twin = of.twin
    if twin is None or twin.partition(".")[0] != of.path.partition(".")[0]:
        return None
    other = client(twin)
    return twin if other is not None and other.distribution == of.distribution else None


def factory(dotted: str, prefix: Prefix | None = None) -> Product | None:
    """What calling (or entering) `dotted` gives: a class, and the words before the call that give it.

    `asyncpg.create_pool` gives `(asyncpg.Pool, "await")`. Constructors are not factories: ask `client`. `prefix` asks
    for what one spelling gives; without it an expression that gives different classes gives None (`gql.Client`:
    one session for `with`, another for `async with`). Methods of a class are found through its aliases too.
    """
    products = _products(dotted)
    if prefix is not None:
        products = tuple(product for product in products if product.prefix == prefix)
    return products[0] if len(products) == 1 else None


def function_kind(dotted: str) -> Label | None:
    """What calling a module-level function gives ("asyncpg.connect": coroutine); None if it is not catalogued."""
    table, name = _function_table(dotted)
    return label_in(table, name)


def function_raises_in_loop(dotted: str) -> bool:
    """Does this function raise when an event loop runs in the thread (`asyncio.run`, `sync_playwright`; measured)?"""
    table, name = _function_table(dotted)
    return name in table.get("raises_in_loop", ())


def distribution(of: Client) -> Distribution:
    """The distribution of a class, with the release that was looked at; none for a class of the configuration."""
    entry = _index().distributions.get(of.distribution, {"version": ""})
    return Distribution(
        of.distribution, entry["version"], tuple(entry.get("also", ())), tuple(entry.get("imports", ()))
    )


def may_cross_threads(of: Client, method: str | None = None) -> bool:
    """May `asyncio.to_thread(obj.method, ...)` be proposed for this sync class?

    No for classes bound to the thread that made them, for async classes, and for methods that only make a generator:
    the call is not where the I/O is. The reasons are beside the names in `THREAD_BOUND`.
    """
    if of.kind != "sync" or matches(THREAD_BOUND, of.path):
        return False
    return method is None or not matches(LAZY, method.rpartition(".")[2])


class _Own:
    """The clients of the configuration in force."""

    text = ""


@dataclass(frozen=True, slots=True)
class _Index:
    roots: frozenset[str]
    distributions: Mapping[str, Any]


@cache
def _index() -> _Index:
    data = read_json(CLIENTS / "_index.json")
    return _Index(frozenset(data["roots"]), data["distributions"])


def _shard_of(dotted: str) -> _Shard | None:
    root = dotted.partition(".")[0]
    if _Own.text and root in own_roots(_Own.text):
        return _shard(root, _Own.text)
    return _shard(root) if root in _index().roots else None


@cache
def _shard(root: str, own: str = "") -> _Shard:
    """What is known below an import; entries of the configuration replace those that ship."""
    data = read_json(CLIENTS / f"{root}.json") if root in _index().roots else {"clients": {}}
    entries = {**data["clients"], **own_entries(own)}
    clients = {path: Client(path, entry) for path, entry in entries.items()}
    aliases: dict[str, str] = dict(data.get("elsewhere", {}))
    for path, found in clients.items():
        for alias in (*found.aliases, *found.entry.get("subclasses", ())):
            aliases.setdefault(alias, path)
    factories: dict[str, tuple[tuple[Prefix, str], ...]] = {}
    spellings = [(spelling, path) for path, found in clients.items() for spelling in found.factories]
    for spelling, path in (*spellings, *data.get("factories", ())):
        prefix, _, target = spelling.rpartition(" ")
        factories[target] = (*factories.get(target, ()), (prefix, path))
    return _Shard(clients, aliases, data.get("functions", {}), factories)


def _products(dotted: str) -> tuple[Product, ...]:
    shard = _shard_of(dotted)
    if shard is None:
        return ()
    named = shard.factories.get(dotted)
    if named is None:
        owner, _, method = dotted.rpartition(".")
        if shard.aliases.get(owner, owner) == owner:
            return ()
        return _products(f"{shard.aliases[owner]}.{method}")
    products = ((client(path), prefix) for prefix, path in named)
    return tuple(Product(found, prefix) for found, prefix in products if found is not None)


def _function_table(dotted: str) -> tuple[Mapping[str, Any], str]:
    module, _, name = dotted.rpartition(".")
    shard = _shard_of(dotted)
    return (shard.functions.get(module, {}) if shard is not None else {}), name
