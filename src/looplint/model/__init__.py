"""Floor 1: what one file says."""
