"""Libraries whose classes kept their names when their methods became coroutine functions."""

from __future__ import annotations

ASYNC_SINCE = {
    # https://docs.python-telegram-bot.org/en/v20.0/changelog.html (20.0a0: "asyncio")
    "python-telegram-bot": ">=20.0a0",
}
"""Distribution name to the PEP 440 range of the releases that the catalogue describes; those before it are plain."""

PLAIN_ONLY = {
    # gone since 20.0, compared with 13.15: https://docs.python-telegram-bot.org/en/v20.0/changelog.html
    "python-telegram-bot": frozenset(
        {
            "telegram.ChatAction", "telegram.ParseMode", "telegram.TelegramError", "telegram.ext.BaseFilter",
            "telegram.ext.DelayQueue", "telegram.ext.Dispatcher", "telegram.ext.DispatcherHandlerStop",
            "telegram.ext.Filters", "telegram.ext.MessageFilter", "telegram.ext.MessageQueue",
            "telegram.ext.RegexHandler", "telegram.ext.UpdateFilter", "telegram.ext.run_async",
        }
    ),
}  # fmt: skip
"""Distribution name to names that those older releases alone have: a file that imports one is written for them."""
