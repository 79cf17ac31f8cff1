"""One requirement as a project writes it, and the PEP 440 ranges that it allows."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any

from looplint.model.records import dataclass
from looplint.project.configured.conda_versions import conda_ranges

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.requirements import Requirement

    from looplint.project.configured.toml_spans import KeyPath

_SEPARATORS = re.compile(r"[-_.]+")
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_CARET_TILDE = re.compile(r"(\^|~(?!=))\s*(\d+(?:\.\d+)*)([^\s,|]*)")
_BARE_VERSION = re.compile(r"\d[^\s,|]*")


class Group(Enum):
    """What sort of set a requirement belongs to."""

    MAIN = "main"
    """What the project itself needs."""
    EXTRA = "extra"
    """An optional set that users may ask for."""
    GROUP = "group"
    """A set for development."""
    ENVIRONMENT = "environment"
    """One environment of tox, nox, hatch or conda."""
    FILE = "file"
    """A requirements file."""
    CONSTRAINT = "constraint"
    """Bounds a version but installs nothing."""


class Notation(Enum):
    """The language of a requirement."""

    PEP_508 = "PEP 508"
    POETRY = "Poetry"
    """Name and constraint of an entry of a table, Pipenv's too."""
    CONDA = "conda"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One requirement at one place.

    `name` is canonical; `text` is as written (a Poetry table: name and constraint); `group` names the set
    ("dependency-groups.dev", "requirements-dev.txt"). `row` and `column` are 1-based; `start` and `end` are offsets of
    the requirement in the text of the file (with its quotes, or from the key on, in TOML files), None where they cannot
    be told. `key` is its path in a TOML file. `partial` tells that the version is put together when the file runs, so
    that `text` is the name alone.
    """

    name: str
    text: str
    kind: Group
    group: str
    path: Path
    row: int
    column: int = 1
    start: int | None = None
    end: int | None = None
    key: KeyPath = ()
    notation: Notation = Notation.PEP_508
    partial: bool = False

    @property
    def set_name(self) -> str:
        """The last part of the group's name: "dev", "test"."""
        return self.group.rsplit(".", 1)[-1] if self.kind is not Group.FILE else self.group

    @property
    def ranges(self) -> tuple[str, ...]:
        """The PEP 440 ranges it allows, any of them; "" is any version. Unreadable requirements allow everything."""
        if self.notation is Notation.POETRY:
            return poetry_ranges(self.text.partition(" ")[2])
        if self.notation is Notation.CONDA:
            return conda_ranges(self.text)
        parsed = parse_requirement(self.text)
        return ("",) if parsed is None else (str(parsed.specifier),)

    @property
    def marker(self) -> str | None:
        """Its environment marker, as packaging writes it."""
        parsed = parse_requirement(self.text) if self.notation is Notation.PEP_508 else None
        return str(parsed.marker) if parsed is not None and parsed.marker else None


def canonical(name: str) -> str:
    """The canonical form of a distribution's name (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def requirement_name(text: str) -> str | None:
    """The canonical name at the start of a requirement; None for options, paths and URLs without a name."""
    found = _NAME.match(text)
    if found is None or text[found.end() : found.end() + 1] in (":", "/", "\\", "+"):
        return None
    return canonical(found[1])


def parse_requirement(text: str) -> Requirement | None:
    """The parsed requirement, None where it is not PEP 508."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def poetry_ranges(constraint: str) -> tuple[str, ...]:
    """The PEP 440 ranges of a Poetry or Pipenv constraint such as `^1.2`, `~0.23`, `1.*`, `>=1 <2 || ^3`."""
    alternatives = []
    for alternative in re.split(r"\|\|?", constraint):
        parts = []
        for part in re.split(r",|(?<=[\w*])\s+(?=[<>=!~^])", _CARET_TILDE.sub(_bounds, alternative.strip())):
            text = part.replace(" ", "")
            if text in ("", "*"):
                continue
            parts.append(f"=={text}" if _BARE_VERSION.fullmatch(text) else text)
        alternatives.append(",".join(parts))
    return tuple(alternatives)


def _bounds(found: re.Match[str]) -> str:
    """`^1.2.3` -> `>=1.2.3,<2`; `~1.2.3` -> `>=1.2.3,<1.3`."""
    numbers = [int(number) for number in found[2].split(".")]
    if found[1] == "~":
        kept = min(2, len(numbers))
    else:
        significant = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
        kept = significant + 1
    upper = [*numbers[: kept - 1], numbers[kept - 1] + 1]
    return f">={found[2]}{found[3]},<{'.'.join(map(str, upper))}"


def poetry_text(name: str, value: Any) -> str:
    """Name and constraint of an entry of a Poetry or Pipenv table; no constraint for git, path and url entries."""
    constraint = value.get("version", "") if isinstance(value, dict) else value
    return f"{name} {constraint}".strip() if isinstance(constraint, str) else name
