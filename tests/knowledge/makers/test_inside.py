"""What runs inside an environment; the whole of it is tested in test_environments.py."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError

import pytest

from looplint.knowledge.makers.inside import version


def test_versions() -> None:
    assert version("stdlib") == platform.python_version()
    assert version("pytest@8") == pytest.__version__
    with pytest.raises(PackageNotFoundError):
        version("no-such-distribution")
