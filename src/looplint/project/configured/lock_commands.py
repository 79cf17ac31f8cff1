"""The command that renews the lock file of a project; looplint never writes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplint.project.configured.declared import Declared
    from looplint.project.configured.requirements import Versions

LOCKERS = {
    "uv.lock": ("uv lock", "uv lock --upgrade-package {}"),
    "poetry.lock": ("poetry lock", "poetry update {}"),
    "pdm.lock": ("pdm lock", "pdm update {}"),
    "Pipfile.lock": ("pipenv lock", "pipenv upgrade {}"),
    "pylock.toml": ("uv pip compile", "uv pip compile --upgrade-package {}"),
}
"""Name of a lock file -> the command that makes it anew, and the one that renews a single distribution in it."""


def lock_command(versions: Versions, place: Declared) -> str | None:
    """The command that makes the lock anew in which a requirement is pinned; None where no lock does.

    A requirement of Poetry is pinned by Poetry only, whatever locks lie above.
    """
    command = _command(versions, place.name, 0)
    by_poetry = place.key[:2] == ("tool", "poetry")
    return None if by_poetry and command != LOCKERS["poetry.lock"][0] else command


def upgrade_command(versions: Versions, distribution: str) -> str | None:
    """The command that renews one distribution in the lock that pins it; None where no lock does."""
    return _command(versions, distribution, 1)


def _command(versions: Versions, distribution: str, which: int) -> str | None:
    for pin in versions.locked(distribution):
        return LOCKERS.get(pin.path.name, LOCKERS["pylock.toml"])[which].format(distribution)
    return None
