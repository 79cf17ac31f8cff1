"""The fakes for these tests."""

from fakes import fake_rules

__all__ = ["fake_rules"]
