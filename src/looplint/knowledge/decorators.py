"""Decorators of libraries and what they do to the colour of a function: keep it, hide it, turn it.

Read in the sources of the libraries, newest release; what is in no table may do anything. About the colour of a call
only: whether pytest takes the result for a coroutine function is another question (`sync_wrappers`).
"""

from __future__ import annotations

from looplint.knowledge.sync_wrappers import SYNC_WRAPPERS

KEEPS_COLOUR = frozenset(
    {
        "builtins.staticmethod", "builtins.classmethod", "abc.abstractmethod", "typing.override",
        "typing_extensions.override", "typing.final", "typing_extensions.final", "typing.overload",
        "typing_extensions.overload", "typing.no_type_check", "warnings.deprecated", "typing_extensions.deprecated",
        "functools.wraps", "tenacity.retry", "stamina.retry", "backoff.on_exception", "backoff.on_predicate",
        "async_lru.alru_cache", "aiocache.cached", "beartype.beartype", "typeguard.typechecked",
        "pydantic.validate_call", "langsmith.traceable", "langsmith.run_helpers.traceable", "langfuse.observe",
        "langfuse.decorators.observe", "sentry_sdk.trace", "unittest.skip", "unittest.skipIf", "unittest.skipUnless",
        "unittest.expectedFailure", "unittest.mock.patch", "unittest.mock.patch.object", "unittest.mock.patch.dict",
        "unittest.mock.patch.multiple", "mock.patch", "mock.patch.object", "mock.patch.dict", "mock.patch.multiple",
        "time_machine.travel", "freezegun.freeze_time", "respx.mock", "hypothesis.settings", "hypothesis.example",
        "flaky.flaky", "typing.runtime_checkable",
    }
)  # fmt: skip
"""A call of the decorated function gives what a call of the function gives: a coroutine where that was `async`."""

CACHES = frozenset({"functools.lru_cache", "functools.cache", "cachetools.cached", "cachetools.func.ttl_cache"})
"""A plain function around any: the coroutine of an `async def` is kept, and comes back a second time."""

HIDES_COLOUR = CACHES | frozenset(SYNC_WRAPPERS)
"""A plain function that returns what the function returns: still to be awaited."""

TO_SYNC = frozenset({"asgiref.sync.async_to_sync"})
TO_ASYNC = frozenset(
    {"asgiref.sync.sync_to_async", "channels.db.database_sync_to_async", "starlette.concurrency.run_in_threadpool"}
)
GENERATOR_COROUTINES = frozenset({"asyncio.coroutine", "asyncio.coroutines.coroutine", "types.coroutine"})
"""A generator function becomes something whose result is awaited."""

_ROUTES = ("get", "post", "put", "patch", "delete", "head", "options", "trace", "route", "api_route", "websocket",
           "on_event", "middleware", "exception_handler", "websocket_route")  # fmt: skip
REGISTRARS = {
    "fastapi.APIRouter": _ROUTES,
    "fastapi.FastAPI": _ROUTES,
    "fastapi.routing.APIRouter": _ROUTES,
    "fastapi.applications.FastAPI": _ROUTES,
    "starlette.applications.Starlette": _ROUTES,
    "aiohttp.web.RouteTableDef": ("get", "post", "put", "patch", "delete", "head", "view", "route"),
    "flask.Flask": ("route", "get", "post", "put", "patch", "delete", "errorhandler", "before_request"),
    "flask.Blueprint": ("route", "get", "post", "put", "patch", "delete", "errorhandler", "before_request"),
    "quart.Quart": ("route", "get", "post", "put", "patch", "delete", "errorhandler", "websocket"),
    "quart.Blueprint": ("route", "get", "post", "put", "patch", "delete", "errorhandler", "websocket"),
    "typer.Typer": ("command", "callback"),
    "mcp.server.fastmcp.FastMCP": ("tool", "resource", "prompt"),
}
"""Objects whose methods, used as decorators, note the function and hand it back unchanged."""
