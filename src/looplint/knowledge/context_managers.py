"""Functions and classes outside the client catalogue whose result only one of `with` and `async with` enters.

Measured: each was made, and its type asked for `__enter__` and `__aenter__` (Python 3.11, pytest 7.4 and 9.2,
aiofiles 25). `contextlib.nullcontext` and anyio's memory streams have both and are not here, nor are anyio's cancel
scopes, which had both before anyio 4.
"""

from __future__ import annotations

from typing import Final

ENTERED_BY_WITH: Final = frozenset(
    {
        "builtins.open", "concurrent.futures.ProcessPoolExecutor", "concurrent.futures.ThreadPoolExecutor",
        "contextlib.ExitStack", "contextlib.chdir", "contextlib.closing", "contextlib.redirect_stderr",
        "contextlib.redirect_stdout", "contextlib.suppress", "decimal.localcontext", "os.scandir",
        "pytest.MonkeyPatch.context", "pytest.RaisesGroup", "pytest.deprecated_call", "pytest.raises", "pytest.warns",
        "tempfile.NamedTemporaryFile", "tempfile.SpooledTemporaryFile", "tempfile.TemporaryDirectory",
        "tempfile.TemporaryFile", "unittest.mock.patch", "unittest.mock.patch.dict", "unittest.mock.patch.multiple",
        "unittest.mock.patch.object", "warnings.catch_warnings",
    }
)  # fmt: skip
ENTERED_BY_ASYNC_WITH: Final = frozenset(
    {
        "aiofiles.open", "anyio.create_task_group", "asyncio.TaskGroup", "asyncio.timeout", "asyncio.timeout_at",
        "contextlib.AsyncExitStack", "contextlib.aclosing",
    }
)  # fmt: skip
BASES: Final = {
    "contextlib.AbstractAsyncContextManager": frozenset({"async with"}),
    "contextlib.AbstractContextManager": frozenset({"with"}),
    "contextlib.AsyncContextDecorator": frozenset[str](),
    "contextlib.AsyncExitStack": frozenset({"async with"}),
    "contextlib.ContextDecorator": frozenset[str](),
    "contextlib.ExitStack": frozenset({"with"}),
    "typing.AsyncContextManager": frozenset({"async with"}),
    "typing.ContextManager": frozenset({"with"}),
}
"""Base classes, with the statements that enter their subclasses."""


def entered_by(dotted: str) -> frozenset[str] | None:
    """The statements that enter what a call of `dotted` gives; None where that is not known."""
    if dotted in ENTERED_BY_WITH:
        return frozenset({"with"})
    return frozenset({"async with"}) if dotted in ENTERED_BY_ASYNC_WITH else None
