"""What belongs to the event loop that it was made or connected on, and what happens on another one.

Run with a fixture on one loop and tests on another, wider or narrower one, against local servers: asyncio, aiohttp
3.11, httpx 0.28, redis 5.2 on pytest-asyncio 0.23.8 to 1.5.0; asyncpg 0.32 and SQLAlchemy 2.0 with a real PostgreSQL,
and websockets on 1.5.0. Free of loops are: aiosqlite, psycopg's connections, SQLAlchemy engines of both, engines
without a pool, httpx with a transport that is no network, and asyncio's primitives that nobody has waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["CONNECTING", "MADE", "NO_NETWORK", "SERVERS", "Bond", "LoopBound", "loop_bound"]


class Bond(Enum):
    """When a value gets bound to its loop."""

    MADE = "made"
    """With the loop that makes it; any use on another one fails."""
    CONNECTS = "connects"
    """With the loop of its first request; its kept connections fail or are dead on another one."""
    SERVES = "serves"
    """It only moves while the loop that made it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopBound:
    """A kind of value that belongs to a loop: how messages name it, and the error that using it elsewhere gives.

    `awaited` is whether the call that makes it must be awaited; None for clients, of which the catalogue tells.
    `pooled` is for engines, whose `dispose()` does not mind dead connections.
    """

    bond: Bond
    shown: str
    outcome: str = ""
    awaited: bool | None = None
    pooled: bool = False


_ELSEWHERE: Final = "attached to a different loop"
_CLOSED: Final = "Event loop is closed"

MADE: Final = {
    "asyncio.create_task": LoopBound(bond=Bond.MADE, shown="task", outcome=_ELSEWHERE, awaited=False),
    "asyncio.ensure_future": LoopBound(bond=Bond.MADE, shown="task", outcome=_ELSEWHERE, awaited=False),
    "create_future": LoopBound(bond=Bond.MADE, shown="future", outcome=_ELSEWHERE, awaited=False),
    "asyncio.open_connection": LoopBound(bond=Bond.MADE, shown="stream", outcome=_ELSEWHERE, awaited=True),
    "asyncio.open_unix_connection": LoopBound(bond=Bond.MADE, shown="stream", outcome=_ELSEWHERE, awaited=True),
    "asyncio.create_subprocess_exec": LoopBound(bond=Bond.MADE, shown="process", outcome=_ELSEWHERE, awaited=True),
    "asyncio.create_subprocess_shell": LoopBound(bond=Bond.MADE, shown="process", outcome=_ELSEWHERE, awaited=True),
    "aiohttp.ClientSession": LoopBound(
        bond=Bond.MADE, shown="`aiohttp.ClientSession`", outcome="Timeout context manager should be used inside a task"
    ),
    "asyncpg.Connection": LoopBound(bond=Bond.MADE, shown="`asyncpg` connection", outcome=_ELSEWHERE),
    "asyncpg.Pool": LoopBound(bond=Bond.MADE, shown="`asyncpg` pool", outcome="another operation is in progress"),
    "websockets.asyncio.client.ClientConnection": LoopBound(
        bond=Bond.MADE, shown="`websockets` connection", outcome=_ELSEWHERE
    ),
}
"""By the function or, for clients, by the class of the catalogue."""

CONNECTING: Final = {
    "httpx.AsyncClient": LoopBound(bond=Bond.CONNECTS, shown="`httpx.AsyncClient`", outcome=_CLOSED),
    "redis.asyncio.Redis": LoopBound(bond=Bond.CONNECTS, shown="`redis.asyncio.Redis`", outcome=_CLOSED),
    "sqlalchemy.ext.asyncio.AsyncEngine": LoopBound(
        bond=Bond.CONNECTS, shown="`AsyncEngine` of asyncpg", outcome=_ELSEWHERE, pooled=True
    ),
}
"""By the class of the catalogue. SQLAlchemy's documentation says the same ("Using multiple asyncio event loops")."""

SERVERS: Final = {
    "asyncio.start_server": LoopBound(bond=Bond.SERVES, shown="server"),
    "asyncio.start_unix_server": LoopBound(bond=Bond.SERVES, shown="server"),
    "create_server": LoopBound(bond=Bond.SERVES, shown="server"),
    "create_unix_server": LoopBound(bond=Bond.SERVES, shown="server"),
    "websockets.serve": LoopBound(bond=Bond.SERVES, shown="`websockets` server"),
    "websockets.asyncio.server.serve": LoopBound(bond=Bond.SERVES, shown="`websockets` server"),
    "websockets.server.serve": LoopBound(bond=Bond.SERVES, shown="`websockets` server"),
}

NO_NETWORK: Final = frozenset({"transport", "app", "mounts", "connection_pool", "connector", "poolclass", "pool"})
"""Arguments by which a client is given something other than a network of its own."""

LOOP_METHODS: Final = frozenset({"create_future", "create_server", "create_unix_server"})
"""Methods of event loops, which stand in the tables by their bare name."""


def loop_bound(name: str) -> LoopBound | None:
    """What is known of a function, loop method or class of the catalogue; None: nothing, or it is free of loops."""
    return MADE.get(name) or CONNECTING.get(name) or SERVERS.get(name)
