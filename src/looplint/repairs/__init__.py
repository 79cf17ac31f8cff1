"""Floor 3, below the rules: what several rules write to repair a thing."""
