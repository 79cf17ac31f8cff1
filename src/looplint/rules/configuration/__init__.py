"""LPL9xx - project configuration."""
