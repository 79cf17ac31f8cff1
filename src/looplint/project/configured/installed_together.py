"""Whether two requirements of a project can end up in one environment."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from looplint.project.configured.declared import Group, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from looplint.project.configured.config_file import ConfigFile
    from looplint.project.configured.declared import Declared


class Together(Enum):
    """How likely one environment has both."""

    ALWAYS = "always"
    """Whoever installs the later one has the earlier one too, or both are installed by default."""
    POSSIBLY = "possibly"
    """An installation may ask for both sets."""
    NO = "no"
    """They belong to different environments, or nothing is known."""


def together(one: Declared, other: Declared, files: list[ConfigFile]) -> Together:
    """Whether two requirements meet; `files` are the configuration files of the project."""
    if one.marker and other.marker and one.marker != other.marker:
        return Together.NO
    if one.path == other.path and one.group == other.group:
        return Together.ALWAYS
    kinds = {one.kind, other.kind}
    if Group.CONSTRAINT in kinds:
        return Together.NO
    if Group.MAIN in kinds:
        return Together.ALWAYS
    if Group.FILE in kinds:
        return Together.NO if kinds == {Group.FILE} else Together.POSSIBLY
    if Group.ENVIRONMENT in kinds or one.path != other.path:  # environments are told by `installations`
        return Together.NO
    data = next((file.data for file in files if file.path == one.path), {})
    if _exclusive(data, one, other):
        return Together.NO
    if any({one.set_name, other.set_name} <= closure for closure in _closures(data)) or (
        is_default(data, one) and is_default(data, other)
    ):
        return Together.ALWAYS
    if Group.EXTRA in kinds and (is_default(data, one) or is_default(data, other)):
        return Together.ALWAYS
    return Together.POSSIBLY


def is_default(data: Mapping[str, Any], place: Declared) -> bool:
    """Whether a set is installed without being asked for: uv's `dev` or default-groups, Poetry's, PDM's."""
    if place.kind is not Group.GROUP:
        return False
    poetry = _at(data, "tool", "poetry", "group")
    if place.key[:3] == ("tool", "poetry", "group"):
        return _at(poetry, str(place.key[3])).get("optional") is not True
    if place.key[:2] in (("tool", "poetry"), ("tool", "pdm")) or place.set_name == "dev-dependencies":
        return True
    named = _at(data, "tool", "uv").get("default-groups", ["dev"])
    return named == "all" or (isinstance(named, list) and canonical(place.set_name) in map(canonical, _texts(named)))


def group_closure(data: Mapping[str, Any], name: str) -> set[str]:
    """The canonical names of a dependency group and of the groups it takes in by `include-group`."""
    groups = {canonical(name): value for name, value in _at(data, "dependency-groups").items()}
    closure: set[str] = set()
    pending = [canonical(name)]
    while pending:
        current = pending.pop()
        if current in closure:
            continue
        closure.add(current)
        entries = groups.get(current)
        for entry in entries if isinstance(entries, list) else ():
            included = entry.get("include-group") if isinstance(entry, dict) else None
            if isinstance(included, str):
                pending.append(canonical(included))
    return closure


def _closures(data: Mapping[str, Any]) -> list[set[str]]:
    """For each dependency group: the groups that it takes in by `include-group`, itself too."""
    written = _at(data, "dependency-groups")
    closures = []
    for name in written:
        closure = group_closure(data, name)
        closures.append(closure | {spelled for spelled in written if canonical(spelled) in closure})
    return closures


def _exclusive(data: Mapping[str, Any], one: Declared, other: Declared) -> bool:
    """Whether `tool.uv.conflicts` forbids the two sets together."""
    conflicts = _at(data, "tool", "uv").get("conflicts")
    for conflict in conflicts if isinstance(conflicts, list) else ():
        sides = [side for side in conflict if isinstance(side, dict)] if isinstance(conflict, list) else []
        if all(any(_is_side(side, place) for side in sides) for place in (one, other)):
            return True
    return False


def _is_side(side: Mapping[str, Any], place: Declared) -> bool:
    key = "extra" if place.kind is Group.EXTRA else "group"
    return isinstance(side.get(key), str) and canonical(side[key]) == canonical(place.set_name)


def _at(data: Any, *path: str) -> dict[str, Any]:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _texts(values: list[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
