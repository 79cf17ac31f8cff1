"""Libraries whose classes kept their names when their methods became coroutine functions."""

from __future__ import annotations

ASYNC_SINCE = {
    # https://docs.python-telegram-bot.org/en/v20.0/changelog.html (20.0a0: "asyncio")
    "python-telegram-bot": ">=20.0a0",
}
"""Distribution name to the PEP 440 range of the releases that the catalogue describes; those before it are plain."""
