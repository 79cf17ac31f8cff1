from __future__ import annotations

import pytest

from looplint.project.configured.warning_filters import PYTEST_DEPRECATION, action_on


@pytest.mark.parametrize(
    ("filters", "action"),
    [
        ([], None),
        (["error"], "error"),
        (["error", "ignore::DeprecationWarning"], "ignore"),
        (["ignore::DeprecationWarning", "error"], "error"),
        (["error", "ignore::ResourceWarning"], "error"),
        (["error::pytest.PytestDeprecationWarning"], "error"),
        (["error", "ignore:The option is unset"], "ignore"),
        (["error", "ignore:.*unset"], "ignore"),
        (["error", "ignore:unset"], "error"),
        (["error:::mymodule"], None),
        (["error", "default:::mymodule"], "default"),
        (["error:["], "error"),
    ],
)
def test_the_last_filter_that_matches(filters: list[str], action: str | None) -> None:
    assert action_on(filters, "The option is unset.", PYTEST_DEPRECATION) == action
