"""What the code of the project says: definitions, calls, and what an expression is."""
