"""LPL4xx - mocks."""
