"""Fixtures that tests of several floors use."""

from __future__ import annotations

from fakes import fake_rules

__all__ = ["fake_rules"]
