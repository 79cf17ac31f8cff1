"""Helpers that make the edits of fixes; rules import them from `looplint.model.edits`."""
