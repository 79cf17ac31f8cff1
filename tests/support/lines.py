"""The lines: pairs of pytest and pytest-asyncio that the evidence is measured on."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Line:
    """One pair of releases, as people have them installed together."""

    pytest: str
    pytest_asyncio: str
    bounded: bool = False
    """Whether the normal test run includes it: the oldest, a middle and the newest line do."""

    @property
    def name(self) -> str:
        """How the line is shown and named on the command line."""
        return f"{self.pytest}+{self.pytest_asyncio}"

    @property
    def pins(self) -> tuple[str, ...]:
        """The line as exact requirements."""
        return (f"pytest=={self.pytest}", f"pytest-asyncio=={self.pytest_asyncio}")

    def satisfies(self, requirement: Requirement) -> bool:
        """Whether the line (with the Python that runs now) lies in the range of `requirement`."""
        versions = {
            "pytest": self.pytest,
            "pytest-asyncio": self.pytest_asyncio,
            "python": platform.python_version(),
        }
        return requirement.specifier.contains(versions[requirement.name], prereleases=True)


# pytest 8.4 fails unmarked async tests and 9.0 refuses unhandled async fixtures; pytest-asyncio 0.24 has loop_scope,
# 1.0 has no event_loop fixture, 1.2 keeps a shared loop over a stray asyncio.run, 1.4 leaves no loop set. The lines
# lie on both sides of each of these steps.
LINES = (
    Line("7.4.4", "0.21.2", bounded=True),
    Line("8.2.2", "0.23.8"),
    Line("8.4.2", "0.24.0"),
    Line("8.4.2", "0.26.0"),
    Line("8.4.2", "1.0.0"),
    Line("8.4.2", "1.1.0", bounded=True),
    Line("8.4.2", "1.2.0"),
    Line("9.0.2", "1.3.0"),
    Line("9.1.1", "1.4.1.post1"),
    Line("9.2.0", "1.5.0", bounded=True),
)
NEWEST = LINES[-1]


def line_named(name: str) -> Line:
    """The line called `name` ("8.4.2+1.1.0"); KeyError if there is none."""
    return {line.name: line for line in LINES}[name]
