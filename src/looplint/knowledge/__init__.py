"""Floor 0: data that ships with looplint."""
