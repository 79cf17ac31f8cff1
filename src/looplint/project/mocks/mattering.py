"""Which calls that come to a mock a rule may have something to say of, told before it is known what the mock is.

Most mocks of a test suite stand for plain things that plain code calls: those are passed by.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from looplint.project.asked import noted
from looplint.project.mocks.child_kinds import ASYNC_MAGIC
from looplint.project.mocks.evidence import visible_paths

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from looplint.model.facts import Facts
    from looplint.project.mocks.calls_on import CallOn
    from looplint.project.questions import Project

_GIVING = re.compile(
    rb"AsyncMock|spec(?:_set)?\s*=|create_autospec|mock_add_spec"  # said so
    rb"|Mock\(\s*(?!\w+\s*=[^=]|\)|\*\*)\S"  # a spec without a name
    rb"|class\s+\w+\([^)]*Mock"
)
_PATCHING = re.compile(rb"\bpatch(?:\.object)?\(")


def matter(calls: Iterable[CallOn], *, coroutines: bool) -> bool:
    """May a rule tell of one of these calls: one that needs an awaitable, or that wants a value and gets a coroutine?

    `coroutines` says that mocks may give some (`may_give`).
    """
    return any(needs_awaitable(call) or (coroutines and call.how is not None) for call in calls)


def needs_awaitable(call: CallOn) -> bool:
    """Does it want something to await, or does it come to what every mock gives as AsyncMock?"""
    return call.how in ("awaited", "entered", "iterated") or not ASYNC_MAGIC.isdisjoint(call.path)


def may_give(project: Project, facts: Facts) -> bool:
    """May mocks of a file give coroutines: are there AsyncMocks or specs in its text, or in what it sees?

    What a `patch` makes by itself is known of the file's own; of those elsewhere every one may.
    """
    if _GIVING.search(facts.source.raw):
        return True
    others = [path for path in visible_paths(project, facts) if path != facts.file and project.mentions(path, b"mock")]
    return any(_may_give_others(project, path) for path in others)


@noted
def _may_give_others(project: Project, path: Path) -> bool:
    """May the mocks of a file give coroutines to those that see it? Every file below a conftest.py wants to know."""
    text = project.raw(path)
    return (_GIVING.search(text) or _PATCHING.search(text)) is not None
