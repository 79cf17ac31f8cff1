"""The options of pytest-asyncio: since when each exists, and which values it takes (documentation and changelog)."""

from __future__ import annotations

from typing import Final

MODES: Final = ("auto", "strict")
SCOPES: Final = ("function", "class", "module", "package", "session")
TRUTH: Final = ("1", "0", "yes", "no", "true", "false", "on", "off")
"""What pytest takes for a truth value, in any case."""
FIXTURE_SCOPE: Final = "fixture-scope"
"""A value of `asyncio_default_fixture_loop_scope` from 1.5 on: each fixture's own caching scope, as when unset."""

MODE: Final = "asyncio_mode"
FIXTURE_LOOP_SCOPE: Final = "asyncio_default_fixture_loop_scope"
TEST_LOOP_SCOPE: Final = "asyncio_default_test_loop_scope"
DEBUG: Final = "asyncio_debug"

SINCE: Final = {MODE: "0.17", FIXTURE_LOOP_SCOPE: "0.24", TEST_LOOP_SCOPE: "0.26", DEBUG: "1.2"}
"""The first release that knows each option."""

VALUES: Final = {
    MODE: MODES,
    FIXTURE_LOOP_SCOPE: (*SCOPES, FIXTURE_SCOPE),
    TEST_LOOP_SCOPE: SCOPES,
    DEBUG: TRUTH,
}

MISSPELT: Final = {
    "asyncio_default_loop_scope": None,
    "asyncio_loop_scope": None,
    "asyncio_scope": None,
    "asyncio_default_scope": None,
    "asyncio_fixture_loop_scope": FIXTURE_LOOP_SCOPE,
    "asyncio_default_fixture_scope": FIXTURE_LOOP_SCOPE,
    "default_fixture_loop_scope": FIXTURE_LOOP_SCOPE,
    "asyncio_test_loop_scope": TEST_LOOP_SCOPE,
    "asyncio_default_test_scope": TEST_LOOP_SCOPE,
    "default_test_loop_scope": TEST_LOOP_SCOPE,
    "async_mode": MODE,
    "pytest_asyncio_mode": MODE,
}
"""Names that people write and no release knows, with the option that is meant; None where two may be meant."""

NATIVE_LISTS: Final = {
    "addopts": "args",
    "testpaths": "args",
    "python_files": "args",
    "usefixtures": "args",
    "required_plugins": "args",
    "pythonpath": "paths",
    "filterwarnings": "linelist",
    "markers": "linelist",
}
"""Options of pytest that are lists in a table of TOML types, with their type; each is read at start (run on 9.2)."""
