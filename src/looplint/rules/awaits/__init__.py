"""LPL5xx - awaits."""
