"""LPL3xx - tests and hooks that never run."""
