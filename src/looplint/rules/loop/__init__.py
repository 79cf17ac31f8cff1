"""LPL1xx - who runs the loop."""
