"""Floor 4: from paths to findings, and from fixes to files."""
