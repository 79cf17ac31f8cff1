"""Plugins that run async tests themselves, or did so in versions still in use, and what shows that one is there.

Known from their documentation; what is named in neither table may do anything.
"""

from __future__ import annotations

OTHER_RUNNERS = (
    "pytest-trio", "pytest-twisted", "pytest-tornasync", "pytest-tornado", "pytest-tornado5",
    "pytest-asyncio-cooperative", "alt-pytest-asyncio", "pytest-sanic", "pytest-curio",
    "pytest-homeassistant-custom-component", "pytest-aiohttp", "pytest-jupyter", "aiomisc-pytest", "aiomisc",
    "pytest-aio", "pytest-asyncio-concurrent",
)  # fmt: skip
"""Distributions that run async tests themselves."""

NO_RUNNER = frozenset(
    {
        "pytest_asyncio", "pytest_mock", "pytest_cov", "pytester", "xdist", "pytest_django", "pytest_timeout",
        "anyio", "pytest_httpx", "respx", "pytest_httpserver", "pytest_postgresql", "pytest_redis", "pytest_docker",
        "celery", "pytest_benchmark", "pytest_randomly", "pytest_recording", "vcr", "hypothesis", "faker",
        "pytest_bdd", "pytest_factoryboy", "pytest_subtests", "pytest_env", "pytest_playwright",
        "pytest_playwright_asyncio", "sqlalchemy", "freezegun", "syrupy", "testcontainers", "pytest_mongodb",
        "pytest_docker_compose", "moto", "ddtrace", "logot", "fastapi", "django", "flask",
    }
)  # fmt: skip
"""Import packages of plugins that leave async tests alone."""

RUNNER_FIXTURES = {
     "aiohttp_client": "pytest-aiohttp", "aiohttp_server": "pytest-aiohttp", "aiohttp_raw_server": "pytest-aiohttp",
    "aiohttp_client_cls": "pytest-aiohttp", "sanic_client": "pytest-sanic", "test_cli": "pytest-sanic",
    "nursery": "pytest-trio", "autojump_clock": "pytest-trio", "mock_clock": "pytest-trio",
    "io_loop": "pytest-tornado", "http_server_port": "pytest-tornasync", "http_server_client": "pytest-tornasync",
    "jp_fetch": "pytest-jupyter", "jp_serverapp": "pytest-jupyter", "jp_environ": "pytest-jupyter",
    "hass": "pytest-homeassistant-custom-component",
}  # fmt: skip
"""Fixtures that these plugins bring: a test that asks for one, which the project does not define, has the plugin."""
