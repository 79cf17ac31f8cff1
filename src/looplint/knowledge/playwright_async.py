"""What the fixtures of pytest-playwright-asyncio give, and what Playwright's asynchronous objects lead to.

From the source of pytest-playwright-asyncio 0.7.2 and the annotations of `playwright.async_api` 1.5x. Which methods are
coroutines says the client catalogue; classes are named by the last part of their path in `playwright.async_api`.
"""

from __future__ import annotations

from typing import Final

PLUGIN: Final = "pytest-playwright-asyncio"
SYNC_PLUGIN: Final = "pytest-playwright"
ASYNC_API: Final = "playwright.async_api"
SYNC_API: Final = "playwright.sync_api"
FIXTURES: Final = {
    "browser": "Browser",
    "browser_type": "BrowserType",
    "context": "BrowserContext",
    "page": "Page",
    "playwright": "Playwright",
}
CALLABLE_FIXTURES: Final = {"launch_browser": "Browser", "new_context": "BrowserContext"}
"""Fixtures that are coroutine functions, with what awaiting a call gives."""
ASSERTIONS: Final = "Assertions"
"""What `expect(...)` gives: all its methods are coroutines."""
REQUESTS: Final = "APIRequest"
"""`playwright.request`, which the catalogue does not have; its one method is a coroutine."""
_LOCATORS: Final = (
    "and_", "filter", "frame_locator", "get_by_alt_text", "get_by_label", "get_by_placeholder", "get_by_role",
    "get_by_test_id", "get_by_text", "get_by_title", "locator", "nth", "or_",
)  # fmt: skip
_OF_PAGES: Final = dict.fromkeys(_LOCATORS, "Locator")
ATTRIBUTES: Final = {
    ("Playwright", "request"): REQUESTS,
    ("Locator", "first"): "Locator",
    ("Locator", "last"): "Locator",
}
RESULTS: Final = {
    **{
        (owner, name): made
        for owner in ("Page", "Frame", "Locator", "FrameLocator")
        for name, made in _OF_PAGES.items()
    },
    ("APIRequest", "new_context"): "APIRequestContext",
    ("Browser", "new_context"): "BrowserContext",
    ("Browser", "new_page"): "Page",
    ("BrowserContext", "new_page"): "Page",
    ("BrowserType", "launch"): "Browser",
    ("Page", "query_selector"): "ElementHandle",
}
"""What a method gives, once it is awaited where it has to be."""
