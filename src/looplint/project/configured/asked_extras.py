"""Whether a project asks for a distribution ("pytest-base-url") or an extra of one ("pytest-playwright[base-url]")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from looplint.project.configured.declared import canonical, parse_requirement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looplint.project.configured.declared import Declared
    from looplint.project.configured.requirements import Versions


def is_asked_for(versions: Versions, wanted: str) -> bool:
    """Is the distribution declared or locked, or declared with the extra that `wanted` names in brackets?"""
    name, bracket, extra = wanted.rstrip("]").partition("[")
    if not bracket:
        return bool(versions.declared(name) or versions.locked(name))
    return any(canonical(extra) in extras_of(versions, place) for place in versions.declared(name))


def extras_of(versions: Versions, place: Declared) -> frozenset[str]:
    """The canonical names of the extras that a requirement asks for, those of a Poetry table too."""
    parsed = parse_requirement(place.text)
    found: Iterable[Any] = parsed.extras if parsed is not None else ()
    if place.key:
        data: Any = next((file.data for file in versions.all_files if file.path == place.path), {})
        for key in place.key:
            data = data.get(key) if isinstance(data, dict) else data[int(key)]
        found = data.get("extras", found) if isinstance(data, dict) else found
    return frozenset(canonical(str(extra)) for extra in found)
