"""Clients that hold a connection until somebody closes them, and what is seen of one that nobody closes.

Measured on Python 3.11 with a local server and `-W always` where "measured" is said (httpx 0.28, aiohttp 3.12, openai
1.109, anthropic 0.69, redis 5.2, SQLAlchemy 2.0 with aiosqlite 0.22, and the newest releases of the day); the others
hold theirs as their documentation says. A client that was made and never used holds nothing, but for those that connect
(or count as open) at once. Clients in memory hold nothing at all.
"""

from __future__ import annotations

from typing import NamedTuple


class Held(NamedTuple):
    """`at_once`: open as soon as it is made. `seen`: what Python or the library says, "" where nothing is known.

    `shared`: the keyword arguments by which it gets what it works with from somebody else, or needs no network.
    """

    at_once: bool = False
    seen: str = ""
    shared: tuple[str, ...] = ()


_TRANSPORT = "ResourceWarning: unclosed transport"
_HTTPX = Held(seen=_TRANSPORT, shared=("transport", "app", "mounts"))  # measured
_LLM = Held(seen=_TRANSPORT, shared=("http_client", "client", "async_client"))  # measured for openai and anthropic
_REDIS = Held(seen="ResourceWarning: unclosed Connection", shared=("connection_pool",))  # measured
_STREAM = Held(at_once=True, seen=_TRANSPORT)
_SEARCH = Held(shared=("transport_class", "connection_class", "node_class"))

HELD = {
    "aio_pika.RobustConnection": Held(at_once=True),
    "aiohttp.ClientSession": Held(at_once=True, seen="ResourceWarning: Unclosed client session"),  # measured
    "aiomysql.Connection": Held(at_once=True, seen="ResourceWarning: Unclosed connection"),
    "aiomysql.Pool": Held(at_once=True),
    "aiosqlite.Connection": Held(at_once=True, seen="ResourceWarning: deleted before being closed"),  # measured
    "anthropic.AsyncAnthropic": _LLM,
    "arq.ArqRedis": Held(at_once=True, seen="ResourceWarning: unclosed Connection"),
    "asyncio.Server": Held(at_once=True, seen="ResourceWarning: unclosed socket"),  # measured
    "asyncpg.Connection": Held(at_once=True, seen="ResourceWarning: unclosed connection"),
    "asyncpg.Pool": Held(at_once=True),
    "asyncssh.SSHClientConnection": Held(at_once=True),
    "elasticsearch.AsyncElasticsearch": _SEARCH,
    "groq.AsyncGroq": _LLM,
    "grpc.aio.Channel": Held(),
    "httpx.AsyncClient": _HTTPX,
    "httpx.Client": _HTTPX._replace(seen="ResourceWarning: unclosed socket"),  # measured
    "nats.aio.client.Client": Held(),
    "neo4j.AsyncDriver": Held(seen="ResourceWarning: unclosed AsyncDriver"),
    "openai.AsyncAzureOpenAI": _LLM,
    "openai.AsyncOpenAI": _LLM,
    "opensearchpy.AsyncOpenSearch": _SEARCH,
    "psycopg.AsyncConnection": Held(at_once=True, seen="ResourceWarning: deleted while still open"),
    "pymongo.AsyncMongoClient": Held(seen="ResourceWarning: unclosed AsyncMongoClient"),
    "qdrant_client.AsyncQdrantClient": Held(shared=("path",)),
    "redis.asyncio.Redis": _REDIS,
    "redis.asyncio.RedisCluster": _REDIS,
    "sqlalchemy.ext.asyncio.AsyncEngine": Held(
        seen="a connection of its pool is deleted before being closed",  # measured
        shared=("poolclass", "creator", "async_creator", "pool"),
    ),
    "valkey.asyncio.Valkey": _REDIS,
    "websockets.asyncio.client.ClientConnection": _STREAM,
}
"""Path of a catalogued class -> how it holds its connection."""

WITHOUT_CLOSE = frozenset({"httpx.AsyncClient"})
"""Async classes with `aclose` and no `close` (measured: AttributeError)."""

MAKERS = frozenset(
    {
        "AsyncAnthropic", "AsyncAzureOpenAI", "AsyncClient", "AsyncElasticsearch", "AsyncGroq", "AsyncMongoClient",
        "AsyncOpenAI", "AsyncOpenSearch", "AsyncQdrantClient", "Client", "ClientSession", "Redis", "RedisCluster",
        "StrictRedis", "Valkey", "async_engine_from_config", "connect", "connect_robust", "create_async_engine",
        "create_pool", "driver", "from_url", "insecure_channel", "secure_channel", "start_server",
    }
)  # fmt: skip
"""The last names of the calls that make them."""

WORDS = (
    b"aio_pika", b"aiohttp", b"aiomysql", b"aiosqlite", b"anthropic", b"arq", b"asyncpg", b"asyncssh", b"elasticsearch",
    b"groq", b"grpc", b"httpx", b"nats", b"neo4j", b"openai", b"opensearchpy", b"psycopg", b"pymilvus", b"pymongo",
    b"qdrant_client", b"redis", b"sqlalchemy", b"start_server", b"valkey", b"websockets",
)  # fmt: skip
"""One of these stands in every file that makes one."""

IN_MEMORY = frozenset({":memory:", ""})
"""First arguments with which a client of a database needs no connection."""

NOT_OWNERS = frozenset(
    {
        "builtins.bool", "builtins.callable", "builtins.getattr", "builtins.hasattr", "builtins.id",
        "builtins.isinstance", "builtins.len", "builtins.print", "builtins.repr", "builtins.str", "builtins.type",
        "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sqlalchemy.ext.asyncio.session.async_sessionmaker", "sqlalchemy.orm.sessionmaker",
        "sqlmodel.ext.asyncio.session.AsyncSession",
    }
)  # fmt: skip
"""Callables that get a client and never close it."""

SESSION_MAKERS = frozenset(name for name in NOT_OWNERS if "session" in name.lower())
"""Those of them that work with it."""

STAND_INS = (
        b"aioresponses", b"betamax", b"cassette", b"hoverfly", b"httpretty", b"httpx_mock", b"mocket", b"moto",
        b"mountebank", b"pook", b"pytest_httpx", b"pytest_recording", b"requests_mock", b"respx",
        b"responses.activate", b"vcr", b"wiremock", b"MockTransport", b"ASGITransport", b"WSGITransport",
        b"import responses", b"pytest_socket",
)  # fmt: skip
"""Words of what answers in the place of the network: where a file or its conftest.py has one, nothing may connect."""
