"""What pytest's `filterwarnings` does with one warning, as far as it can be told without running anything.

The last filter that matches counts. Format and order: documentation of the modules `warnings` and of pytest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PYTEST_DEPRECATION = frozenset(
    {"", "Warning", "DeprecationWarning", "PytestWarning", "PytestDeprecationWarning", "UserWarning"}
)
"""The categories (last name only) that match a PytestDeprecationWarning; "" is none given."""


def action_on(filters: Iterable[str], message: str, categories: frozenset[str]) -> str | None:
    """The action of the last filter that matches a warning, "error" or "ignore" for instance; None: no filter does.

    A filter for certain modules or rows may match or not: one that makes errors is taken as not matching, any other
    as matching, so that the answer "error" is sure.
    """
    found = None
    for written in filters:
        parts = [part.strip() for part in re.split(r"(?<!\\):", written)]
        action, wanted, category, module = (*parts, "", "", "", "")[:4]
        if category.rpartition(".")[2] not in categories or not _matches(wanted, message):
            continue
        if action and not (action == "error" and (module or len(parts) > 4)):
            found = action
    return found


def _matches(wanted: str, message: str) -> bool:
    try:
        return re.match(wanted, message, re.IGNORECASE) is not None
    except re.error:
        return True
