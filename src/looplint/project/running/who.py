"""The answers to "who runs this test?"."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from looplint.model.records import dataclass

if TYPE_CHECKING:
    from looplint.model.definitions import Decorator

ISOLATED = "unittest.IsolatedAsyncioTestCase"


class Who(Enum):
    """The one who runs an async test."""

    PYTEST_ASYNCIO = "pytest-asyncio"
    ANYIO = "anyio"
    UNITTEST = "IsolatedAsyncioTestCase"
    OTHER = "another runner"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs a test; `loop_scope` for pytest-asyncio (None: not decidable), `proof` for messages."""

    who: Who
    proof: str
    loop_scope: str | None = None
    mark: Decorator | None = None


class Family(Enum):
    """What kind of test class a class is."""

    PYTEST = "pytest"
    TESTCASE = "unittest.TestCase"
    ISOLATED = "unittest.IsolatedAsyncioTestCase"
    FRAMEWORK = "a framework's TestCase"
    UNKNOWN = "unknown"
