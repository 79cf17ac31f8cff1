from __future__ import annotations

import pytest

from looplint.project.configured.mode_elsewhere import conftest_sets_mode


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("def pytest_configure(config):\n    config.option.asyncio_mode = 'auto'\n", 2),
        ("\nsetattr(config.option, 'asyncio_mode', 'auto')", 2),
        ("config.option.asyncio_mode == 'auto'", None),
        ("# config.option.asyncio_mode = 'auto'", None),
        ("asyncio_mode = 'auto'", None),
        ("", None),
    ],
)
def test_a_conftest_sets_the_mode_or_not(text: str, row: int | None) -> None:
    assert conftest_sets_mode(text) == row
