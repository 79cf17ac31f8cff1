"""Clients that reach a real service unless they are told another address, and what says that a test is meant to."""

from __future__ import annotations

import re
from typing import NamedTuple


class Service(NamedTuple):
    """`host`: whom it asks by default. `addresses`: the keyword arguments that name another, or bring a client."""

    host: str
    addresses: tuple[str, ...]


_OPENAI = ("base_url", "http_client", "websocket_base_url")
_LANGCHAIN = ("client", "async_client", "root_client", "root_async_client", "http_client", "http_async_client")

SERVICES = {
    "anthropic.Anthropic": Service("api.anthropic.com", _OPENAI),
    "anthropic.AsyncAnthropic": Service("api.anthropic.com", _OPENAI),
    "cohere.AsyncClient": Service("api.cohere.com", ("base_url", "httpx_client")),
    "cohere.AsyncClientV2": Service("api.cohere.com", ("base_url", "httpx_client")),
    "cohere.Client": Service("api.cohere.com", ("base_url", "httpx_client")),
    "cohere.ClientV2": Service("api.cohere.com", ("base_url", "httpx_client")),
    "exa_py.AsyncExa": Service("api.exa.ai", ("base_url", "api_base")),
    "groq.AsyncGroq": Service("api.groq.com", _OPENAI),
    "groq.Groq": Service("api.groq.com", _OPENAI),
    "langchain_anthropic.ChatAnthropic": Service(
        "api.anthropic.com", (*_LANGCHAIN, "base_url", "anthropic_api_url", "anthropic_proxy")
    ),
    "langchain_openai.ChatOpenAI": Service(
        "api.openai.com", (*_LANGCHAIN, "base_url", "openai_api_base", "openai_proxy")
    ),
    "langchain_openai.OpenAIEmbeddings": Service(
        "api.openai.com", (*_LANGCHAIN, "base_url", "openai_api_base", "openai_proxy")
    ),
    "openai.AsyncOpenAI": Service("api.openai.com", _OPENAI),
    "openai.OpenAI": Service("api.openai.com", _OPENAI),
    "pinecone.Pinecone": Service("api.pinecone.io", ("host", "proxy_url")),
    "tavily.AsyncTavilyClient": Service("api.tavily.com", ("api_base_url", "client")),
    "tavily.TavilyClient": Service("api.tavily.com", ("api_base_url", "client")),
    "together.AsyncTogether": Service("api.together.xyz", _OPENAI),
    "together.Together": Service("api.together.xyz", _OPENAI),
}
"""Path of a catalogued class -> the service."""

HTTP_CLIENTS = {
    "aiohttp.ClientSession": ("base_url", "connector"),
    "httpx.AsyncClient": ("base_url", "transport", "app", "mounts"),
    "httpx.Client": ("base_url", "transport", "app", "mounts"),
    "requests.Session": (),
}
"""Clients whose calls name the host themselves, and the arguments by which they may ask another."""

HTTP_METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put"})
HTTP_FUNCTIONS = frozenset(f"{module}.{method}" for module in ("httpx", "requests") for method in HTTP_METHODS)
"""Module functions that ask the host of their first argument."""

MARKS = (
    "*acceptance*", "*contract*", "*e2e*", "*end_to_end*", "*external*", "*functional*", "*integration*", "*llm*",
    "*manual*", "*network*", "*online*", "*slow*", "*smoke*", "*staging*", "docker*", "live*", "needs_*", "real_*",
    "requires*", "system*", "vcr",
)  # fmt: skip
"""Marks by which teams say that a test needs what is outside."""

PATHS = (
    "*_live", "*_live_*", "*_real", "*_real_*", "*acceptance*", "*bench*", "*contract*", "*e2e*", "*end_to_end*",
    "*example*", "*external*", "*functional*", "*integration*", "*manual*", "*network*", "*perf*", "*smoke*",
    "*staging*", "eval", "evals", "evaluation", "live*", "load", "load_*", "real", "real_*", "system", "system_*",
    "test_live*", "test_real*", "*live", "*real",
)  # fmt: skip
"""Parts of a path below the project's root, without `.py`, and names of classes and tests, that say the same."""

_URL = re.compile(r"(?:https?|wss?)://(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)", re.IGNORECASE)
_NOT_REAL = re.compile(
    r"(?:.*\.)?(?:localhost|local|test|invalid|internal|localdomain|example|example\.(?:com|org|net))|127\.[\d.]+"
    r"|0\.0\.0\.0|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\[[^\]]*\]|[^.]*",
    re.IGNORECASE,
)
"""Hosts of this machine and network, and names that nobody answers to (RFC 2606, RFC 6761)."""


def real_host(url: str) -> str | None:
    """The host of a URL, where it is one of the outside world."""
    found = _URL.match(url)
    return None if found is None or _NOT_REAL.fullmatch(found[1]) else found[1]
