"""Plugins that run async tests, and what shows in the code that a test is theirs (their documentation)."""

from __future__ import annotations

from typing import Final

from looplint.model.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Competitor:
    """A plugin whose tests auto mode of pytest-asyncio takes over.

    `conflict` is the id in `knowledge.conflicts`; a test is the plugin's by one of `marks`, one of `decorators` (dotted
    names) or one of `fixtures`, which nobody else brings. `outcome` is what happens to it, with the releases of
    pytest-asyncio in `breaks_on`.
    """

    distribution: str
    conflict: str
    outcome: str
    breaks_on: str = ">=0.17"
    marks: frozenset[str] = frozenset()
    decorators: frozenset[str] = frozenset()
    fixtures: frozenset[str] = frozenset()


AUTO_MODE_BREAKS: Final = (
    Competitor(
        distribution="pytest-trio",
        conflict="trio-auto-mode",
        breaks_on=">=0.23",
        marks=frozenset({"trio"}),
        outcome="it fails with `a coroutine was expected, got None`",
    ),
    Competitor(
        distribution="pytest-twisted",
        conflict="twisted-auto",
        decorators=frozenset({"pytest_twisted.ensureDeferred", "pytest_twisted.plugin.ensureDeferred"}),
        outcome="it fails with `None is not a coroutine`",
    ),
    Competitor(
        distribution="pytest-tornasync",
        conflict="tornasync-auto",
        fixtures=frozenset({"http_server", "http_server_client", "http_server_port"}),
        outcome="its server and the test are on two loops, and each request times out",
    ),
)
"""Plugins that get along with pytest-asyncio in strict mode only."""

AIOHTTP_CLIENTS: Final = frozenset(
    {"aiohttp_client", "aiohttp_server", "aiohttp_raw_server", "test_client", "test_server"}
)
"""Fixtures of pytest-aiohttp that are made on its own loop before 1.0."""

AIOHTTP_MODULE: Final = "aiohttp.pytest_plugin"
"""The plugin that aiohttp brings along itself; its clients are made as those of pytest-aiohttp before 1.0."""
