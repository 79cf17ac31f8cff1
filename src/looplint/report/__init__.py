"""Floor 4: one renderer a file."""
