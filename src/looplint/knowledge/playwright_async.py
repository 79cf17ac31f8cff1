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
COROUTINES: Final = {
    "CDPSession": ("detach", "send"),
    "Clock": ("fast_forward", "install", "pause_at", "resume", "run_for", "set_fixed_time", "set_system_time"),
    "FileChooser": ("set_files",),
    "Selectors": ("register",),
    "Touchscreen": ("tap",),
    "Tracing": ("group", "group_end", "start", "start_chunk", "stop", "stop_chunk"),
    "Video": ("delete", "path", "save_as"),
    "WebSocket": ("wait_for_event",),
    "WebSocketRoute": ("close",),
    "Worker": ("evaluate", "evaluate_handle"),
}
"""Coroutine methods of classes that the catalogue does not have."""
ATTRIBUTES: Final = {
    ("APIRequestContext", "tracing"): "Tracing",
    ("Browser", "browser_type"): "BrowserType",
    ("BrowserContext", "browser"): "Browser",
    ("BrowserContext", "clock"): "Clock",
    ("BrowserContext", "request"): "APIRequestContext",
    ("BrowserContext", "tracing"): "Tracing",
    ("Download", "page"): "Page",
    ("Frame", "page"): "Page",
    ("Frame", "parent_frame"): "Frame",
    ("Locator", "first"): "Locator",
    ("Locator", "last"): "Locator",
    ("Locator", "page"): "Page",
    ("Page", "clock"): "Clock",
    ("Page", "context"): "BrowserContext",
    ("Page", "keyboard"): "Keyboard",
    ("Page", "main_frame"): "Frame",
    ("Page", "mouse"): "Mouse",
    ("Page", "request"): "APIRequestContext",
    ("Page", "touchscreen"): "Touchscreen",
    ("Page", "video"): "Video",
    ("Playwright", "chromium"): "BrowserType",
    ("Playwright", "firefox"): "BrowserType",
    ("Playwright", "request"): REQUESTS,
    ("Playwright", "selectors"): "Selectors",
    ("Playwright", "webkit"): "BrowserType",
    ("Request", "frame"): "Frame",
    ("Response", "frame"): "Frame",
    ("Response", "request"): "Request",
}
_OF_REQUESTS: Final = ("delete", "fetch", "get", "head", "patch", "post", "put")
_OF_DOCUMENTS: Final = {
    "add_script_tag": "ElementHandle",
    "add_style_tag": "ElementHandle",
    "evaluate_handle": "JSHandle",
    "goto": "Response",
    "query_selector": "ElementHandle",
    "wait_for_function": "JSHandle",
    "wait_for_selector": "ElementHandle",
}
RESULTS: Final = {
    **{
        (owner, name): made
        for owner in ("Page", "Frame", "Locator", "FrameLocator")
        for name, made in _OF_PAGES.items()
    },
    **{(owner, name): made for owner in ("Page", "Frame") for name, made in _OF_DOCUMENTS.items()},
    **{("APIRequestContext", name): "APIResponse" for name in _OF_REQUESTS},
    ("APIRequest", "new_context"): "APIRequestContext",
    ("Browser", "new_browser_cdp_session"): "CDPSession",
    ("Browser", "new_context"): "BrowserContext",
    ("Browser", "new_page"): "Page",
    ("BrowserContext", "new_cdp_session"): "CDPSession",
    ("BrowserContext", "new_page"): "Page",
    ("BrowserType", "connect"): "Browser",
    ("BrowserType", "connect_over_cdp"): "Browser",
    ("BrowserType", "launch"): "Browser",
    ("BrowserType", "launch_persistent_context"): "BrowserContext",
    ("ElementHandle", "content_frame"): "Frame",
    ("ElementHandle", "evaluate_handle"): "JSHandle",
    ("ElementHandle", "owner_frame"): "Frame",
    ("ElementHandle", "query_selector"): "ElementHandle",
    ("ElementHandle", "wait_for_selector"): "ElementHandle",
    ("JSHandle", "as_element"): "ElementHandle",
    ("Locator", "element_handle"): "ElementHandle",
    ("Page", "frame"): "Frame",
    ("Page", "go_back"): "Response",
    ("Page", "go_forward"): "Response",
    ("Page", "opener"): "Page",
    ("Page", "reload"): "Response",
    ("Request", "response"): "Response",
}
"""What a method gives, once it is awaited where it has to be."""
ELEMENTS: Final = {
    ("Browser", "contexts"): "BrowserContext",
    ("BrowserContext", "pages"): "Page",
    ("ElementHandle", "query_selector_all"): "ElementHandle",
    ("Frame", "child_frames"): "Frame",
    ("Frame", "query_selector_all"): "ElementHandle",
    ("Locator", "all"): "Locator",
    ("Locator", "element_handles"): "ElementHandle",
    ("Page", "frames"): "Frame",
    ("Page", "query_selector_all"): "ElementHandle",
}
"""Attributes and methods that give a list: the class of its elements."""
