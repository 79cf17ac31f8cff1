"""Fixtures that tests of several floors use."""

from __future__ import annotations

from fakes import fake_rules
from hypothesis import settings

__all__ = ["fake_rules"]

# A loaded machine is no reason for a property to fail.
settings.register_profile("looplint", deadline=None)
settings.load_profile("looplint")
