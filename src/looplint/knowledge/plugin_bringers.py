"""Distributions that bring a plugin for async tests along, without being one (their metadata)."""

from __future__ import annotations

from typing import Final

BRING_PYTEST_ASYNCIO: Final = frozenset(
    {
        "aresponses", "deepeval", "inspect-ai", "jupyter-server", "langchain-standard-tests", "langchain-tests",
        "nicegui",
        "pytest-aiohttp", "pytest-evals", "pytest-homeassistant-custom-component", "pytest-operator",
        "pytest-playwright-asyncio", "pytest-pyodide", "ragas",
    }
)  # fmt: skip
"""Canonical names; those of which it is not sure for every release stand here as well."""
