"""Which tests and fixtures there are, and who runs them."""
