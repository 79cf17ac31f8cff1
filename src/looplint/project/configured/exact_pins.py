"""Requirements that can never be installed beside a distribution that pins other versions exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looplint.knowledge.exact_pins import pinned, pinning, pins_of, releases
from looplint.model.records import dataclass
from looplint.project.configured.declared import Group
from looplint.project.configured.environments import supported_pythons
from looplint.project.configured.installations import installations
from looplint.project.configured.requirements import contains
from looplint.project.configured.resolution import ranges_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from looplint.project.configured.declared import Declared
    from looplint.project.configured.installations import Installation
    from looplint.project.configured.requirements import Versions

_BEYOND = "99999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A requirement, the place that pins another version, and the versions pinned there."""

    place: Declared
    by: Declared
    pins: tuple[str, ...]


def refused_by_pins(versions: Versions) -> Iterator[Refused]:
    """The requirements that installers refuse on every Python; none where a release is allowed that is not known."""
    if not versions.declared(pinning()):
        return
    for name in pinned():
        own = [place for place in versions.declared(name) if place.kind is not Group.CONSTRAINT]
        if not own:
            continue
        seen: set[Declared] = set()
        for installation in installations(versions, (pinning(), name)):
            by = installation.of(pinning())
            if not by or not installation.of(name) or not installation.certain:
                continue
            pins = _pins(versions, installation, name)
            if pins is None:
                continue
            for place in installation.of(name):
                if place not in seen:
                    seen.add(place)
                    yield Refused(place=place, by=by[0], pins=pins)


def _pins(versions: Versions, installation: Installation, name: str) -> tuple[str, ...] | None:
    """The versions that are pinned for an installation, where it allows none of them; None where it does."""
    from packaging.version import Version

    pythons = installation.pythons or supported_pythons(versions.files)
    found: set[str] = set()
    for python in pythons:
        ours = ranges_of(installation, pinning(), python)
        if any(bounds.contains(_BEYOND) for bounds in ours):
            return None
        chosen = [release for release in releases() if any(bounds.contains(release) for bounds in ours)]
        pins = pins_of(name, chosen)
        wanted = ranges_of(installation, name, python)
        if not pins or any(pin is None or contains(str(bounds), Version(pin)) for pin in pins for bounds in wanted):
            return None
        found.update(filter(None, pins))
    return tuple(sorted(found, key=Version))
