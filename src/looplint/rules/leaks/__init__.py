"""LPL6xx - leaks."""
