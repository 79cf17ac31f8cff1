"""What the configuration files of the project say: pytest, versions, requirements, lock files."""
