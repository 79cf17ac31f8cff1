"""Finds, explains and fixes what makes asyncio test suites hang, flake, leak, or pass without running."""

__version__ = "0.1.0"
