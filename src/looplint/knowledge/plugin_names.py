"""The names by which pytest plugins are registered (entry points of the group `pytest11`), read from their metadata.

`-p no:NAME` blocks the plugins that are registered as NAME and as pytest_NAME, nothing else; a name that no plugin has
is passed over without a word (pytest's `PytestPluginManager.consider_pluginarg`).
"""

from __future__ import annotations

from typing import Final

PLUGIN_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "aiohttp": ("pytest-aiohttp",),
    "alt_pytest_asyncio": ("alt-pytest-asyncio",),
    "anyio": ("anyio",),
    "asyncio": ("pytest-asyncio",),
    "asyncio-cooperative": ("pytest-asyncio-cooperative",),
    "base_url": ("pytest-base-url",),
    "benchmark": ("pytest-benchmark",),
    "django": ("pytest-django",),
    "env": ("pytest-env",),
    "faker": ("faker",),
    "fakefs": ("pyfakefs",),
    "flask": ("pytest-flask",),
    "html": ("pytest-html",),
    "hypothesispytest": ("hypothesis",),
    "langsmith_plugin": ("langsmith",),
    "lazy-fixture": ("pytest-lazy-fixture",),
    "logfire": ("logfire", "logfire-sdk", "pydantic-ai", "pydantic-ai-slim"),
    "metadata": ("pytest-metadata", "pytest-html", "pytest-json-report"),
    "monitor": ("pytest-monitor",),
    "playwright": ("pytest-playwright",),
    "playwright-asyncio": ("pytest-playwright-asyncio",),
    "pytest-bdd": ("pytest-bdd",),
    "pytest-qt": ("pytest-qt",),
    "pytest_cov": ("pytest-cov",),
    "pytest_forked": ("pytest-forked",),
    "pytest_httpx": ("pytest-httpx",),
    "pytest_mock": ("pytest-mock",),
    "pytest_order": ("pytest-order",),
    "randomly": ("pytest-randomly",),
    "recording": ("pytest-recording",),
    "repeat": ("pytest-repeat",),
    "requests_mock": ("requests-mock",),
    "rerunfailures": ("pytest-rerunfailures",),
    "respx": ("respx",),
    "socket": ("pytest-socket",),
    "subtests": ("pytest-subtests",),
    "sugar": ("pytest-sugar",),
    "syrupy": ("syrupy",),
    "timeout": ("pytest-timeout",),
    "tornado": ("pytest-tornado", "pytest-tornasync"),
    "trio": ("pytest-trio",),
    "twisted": ("pytest-twisted",),
    "typeguard": ("typeguard",),
    "xdist": ("pytest-xdist",),
    "xdist.looponfail": ("pytest-xdist",),
}
"""Name -> the distributions that register it, and those that bring one of these along."""

BROUGHT_BY_MANY: Final = frozenset({"anyio", "faker", "hypothesis", "langsmith", "typeguard", "pytest-metadata"})
"""Distributions that come along with so many others that only a lock file tells whether one is there."""

BUILT_IN_UNTIL: Final = {"nose": ">=8"}
"""Plugins that pytest itself had once -> the releases that have it no more."""
BUILT_IN: Final = frozenset({"subtests"})
"""Names of plugins above that newer releases of pytest have built in."""


def blocked_by(name: str) -> tuple[str, ...]:
    """The distributions whose plugin `-p no:name` switches off."""
    return (*PLUGIN_NAMES.get(name, ()), *PLUGIN_NAMES.get(f"pytest_{name}", ()))


def name_of(distribution: str) -> str | None:
    """The name that the plugin of a distribution (canonical name) is registered by."""
    return next((name for name, owners in PLUGIN_NAMES.items() if owners[0] == distribution), None)
