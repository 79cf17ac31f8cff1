"""What pytest-homeassistant-custom-component pins."""

from __future__ import annotations

import pytest
from packaging.version import Version

from looplint.knowledge.exact_pins import pinned, pinning, pins_of, releases


def test_the_table() -> None:
    assert pinning() == "pytest-homeassistant-custom-component"
    assert {"pytest", "pytest-asyncio", "pytest-socket"} <= set(pinned())
    assert list(releases()) == sorted(releases(), key=Version)
    for name in pinned():
        assert all(pin is None or Version(pin) for pin in pins_of(name, releases()))


@pytest.mark.parametrize(
    ("name", "release", "pin"),
    [
        ("pytest", "0.13.109", "8.0.2"),
        ("pytest-asyncio", "0.13.109", "0.23.5"),
        ("pytest-asyncio", "0.13.342", "1.4.0"),
    ],
)
def test_pins_as_the_wheels_have_them(name: str, release: str, pin: str) -> None:
    assert pins_of(name, [release]) == {pin}


def test_several_releases_and_none() -> None:
    assert pins_of("pytest-asyncio", ["0.13.109", "0.13.342"]) == {"0.23.5", "1.4.0"}
    assert pins_of("pytest-asyncio", ["99"]) == frozenset()
