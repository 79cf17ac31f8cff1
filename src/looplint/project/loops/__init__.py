"""Which loop is there, what is bound to it, and who blocks it."""
